"""Whether it is known who owns a service, and who is called at night."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from readiness.check import Check, Finding, Location, Outcome, Params, Release, Stricter
from readiness.evidence.document import Document
from readiness.evidence.ownership import Catalog, CodeOwners, Component, is_named, slug
from readiness.evidence.repository import Repository
from readiness.units import Share

from ._contacts import is_made_up, told
from ._ownership_code_owners import judged_code_owners
from ._ownership_findings import bad, missing

Source = Literal["code-owners", "catalog", "on-call"]
_NOBODY = re.compile(
    r"(?:guests?|unknown|none|nobody|todo|tbd|n-?a|me|you|owner|team|team-?name|my-team|your-team|default|example"
    r"|x+|-*|\?+)"
)
_SHOWN = 10
_DENIED = re.compile(r"(?i)\b(?:not|never|no longer|formerly|except|instead of)\b[^.,;\n]*")


class OwnershipParams(Params):
    """Who has to be known, and from where."""

    require: Annotated[tuple[Source, ...], Field(strict=False, min_length=1)] = (
        "code-owners",
        "catalog",
        "on-call",
    )
    """What must be there: `code-owners` of the repository, the `catalog` file, a contact `on-call`, which the catalog
    file or the document `oncall` may tell. What is given is judged all the same."""
    owner: str | None = None
    """The owner that all of them must name, such as `checkout-team`; left out, they must agree."""
    aliases: Mapping[str, str] = {}
    """Owners of the catalog that CODEOWNERS calls otherwise, as in `{checkout-team: "@acme/checkout"}`."""
    component: str | None = None
    """The component of the catalog file; left out, the one that is called as the release, or the only one."""
    lifecycles: Annotated[tuple[str, ...], Field(strict=False, min_length=1)] = ("production",)
    """The values of `spec.lifecycle` with which a component may be released."""
    system: Literal["required", "not-asked"] = "not-asked"
    """Whether the component must belong to a system."""
    min_owned: Annotated[Share, Stricter.HIGHER] = Fraction(1)
    """The least share of tracked files that CODEOWNERS gives an owner, in percent."""


class Ownership(Check[OwnershipParams]):
    """It is known who owns the service and who is on call for it.

    CODEOWNERS is applied to every tracked file, by the rules of GitHub or GitLab; lines that the platform would skip
    are findings. The catalog file of Backstage names an owner, a lifecycle and, as an annotation (PagerDuty, Opsgenie,
    Splunk, incident.io, ...), who is on call; a document as `oncall` may tell that instead, below a heading or in a
    line such as `On call: @checkout, +43 1 777 01 23`. All name the same owner: `@acme/checkout-team` and
    `group:default/checkout-team` are one.

    ## Why it matters
    A service of nobody is repaired by nobody. At night the question who may decide takes longer than the repair, and a
    review that waits for a team which was renamed is approved by whoever is there.

    ## How to fix it
    Begin CODEOWNERS with a line for everything, `* @acme/checkout-team`, and let later lines say more. State
    `spec.owner`, `spec.lifecycle` and the annotation of your paging tool in `catalog-info.yaml`. Where names differ
    between the two for good reason, say so in `aliases`.

    ## References
    - GitHub, about code owners:
      https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
    - GitLab, Code Owners syntax: https://docs.gitlab.com/user/project/codeowners/reference/
    - Backstage, descriptor format: https://backstage.io/docs/features/software-catalog/descriptor-format
    """

    def judge(
        self,
        release: Release,
        repository: Repository | None = None,
        catalog: Catalog | None = None,
        oncall: Document | None = None,
    ) -> Iterator[Finding]:
        """Each source apart, then whether they agree."""
        component = self._component(catalog, release) if catalog else None
        parts = [
            list(self._code_owners(repository)),
            list(self._catalog(catalog, component, release)),
            list(self._on_call(component, oncall)),
            list(self._agreement(repository, component, oncall)),
        ]
        for part in parts:
            yield from part
        yield from self._taken(component, release)
        if not any(parts):
            owner = self.params.owner or (component.owner if component else "")
            message = f"{owner or 'whoever is asked for'} is named, and everything that is given agrees"
            given = sum(one is not None for one in (repository, catalog, oncall))
            yield Finding(outcome=Outcome.PASS, message=message, observed=owner, count=max(1, given))

    def _taken(self, component: Component | None, release: Release) -> Iterator[Finding]:
        """A catalog file that was copied from another service has one component too."""
        if component and component.name != (self.params.component or release.name):
            message = f"{component.object} is the only one in its file, and is taken for {release.name}"
            next_ = "where it is the right one, set `component`"
            yield Finding(
                outcome=Outcome.PASS, message=message, object=component.object, note=True, next=next_
            )

    def _code_owners(self, repository: Repository | None) -> Iterator[Finding]:
        owners = repository.code_owners if repository else None
        if owners is None:
            if "code-owners" in self.params.require:
                message = "the repository has no CODEOWNERS" if repository else "no repository is given"
                yield missing(message, "write .github/CODEOWNERS, beginning with `* @org/team`")
            return
        yield from judged_code_owners(owners, self.params.min_owned)

    def _component(self, catalog: Catalog, release: Release) -> Component | None:
        wanted = self.params.component or release.name
        found = next((one for one in catalog.components if one.name == wanted), None)
        if found is None and self.params.component is None and len(catalog.components) == 1:
            return catalog.components[0]
        return found

    def _catalog(
        self, catalog: Catalog | None, component: Component | None, release: Release
    ) -> Iterator[Finding]:
        if catalog is None:
            if "catalog" in self.params.require:
                yield missing("no catalog file is given", "give the check `catalog-info.yaml` as `catalog`")
            return
        if component is None:
            names = ", ".join(one.name for one in catalog.components[:_SHOWN])
            wanted = self.params.component or release.name
            yield missing(f"{catalog.path} has no component {wanted}; it has {names}", "set `component`")
            return
        for line, message in self._lacking(component):
            yield bad(f"{component.object}: {message}", "complete catalog-info.yaml").but(
                object=component.object, location=Location(catalog.path, line)
            )

    def _lacking(self, component: Component) -> Iterator[tuple[int, str]]:
        if not component.owner:
            yield component.line, "spec.owner is empty"
        elif _NOBODY.fullmatch(slug(component.owner)) or is_made_up(component.owner):
            yield component.owner_line, f"spec.owner is {component.owner}, which is nobody"
        if component.lifecycle not in self.params.lifecycles:
            allowed = " or ".join(self.params.lifecycles)
            said = component.lifecycle or "empty"
            yield component.lifecycle_line, f"spec.lifecycle is {said}, where {allowed} is meant"
        if self.params.system == "required" and not component.system:
            yield component.line, "spec.system is empty"

    def _on_call(self, component: Component | None, oncall: Document | None) -> Iterator[Finding]:
        annotated = component.on_call if component else ()
        for contact in annotated:
            if is_made_up(contact.value):
                yield bad(f"{contact.name} says nobody", "write the contact itself")
        if oncall is not None:
            yield from _of_document(oncall)
        elif not annotated and "on-call" in self.params.require:
            message = "nothing tells who is on call"
            yield missing(
                message, "annotate the component with its PagerDuty or Opsgenie service, or give `oncall`"
            )

    def _agreement(
        self, repository: Repository | None, component: Component | None, oncall: Document | None
    ) -> Iterator[Finding]:
        wanted = self.params.owner or (component.owner if component else "")
        if not wanted or not slug(wanted):
            return
        if component and component.owner and slug(component.owner) != slug(wanted):
            message = f"{component.object}: spec.owner is {component.owner}, and {wanted} is meant"
            yield bad(message, "let one of them follow the other").but(object=component.object)
        owners = repository.code_owners if repository else None
        if owners and owners.owned and not self._is_among(wanted, owners):
            named = ", ".join(list(owners.owners)[:_SHOWN])
            message = f"{owners.path} does not name {wanted} as owner of any file, but {named}"
            yield bad(message, "name the same owner in both, or set `aliases`").but(expected=wanted)
        if oncall is not None and not _names(oncall, wanted):
            message = f"{oncall.path} tells who is on call, and does not name {wanted}"
            yield bad(message, "name the owner in it").but(location=Location(oncall.path, 1))

    def _is_among(self, wanted: str, owners: CodeOwners) -> bool:
        alias = next(
            (there for here, there in self.params.aliases.items() if slug(here) == slug(wanted)), wanted
        )
        return any(slug(one) == slug(alias) for one, files in owners.owners.items() if files)


def _of_document(oncall: Document) -> Iterator[Finding]:
    places = told(oncall)
    if not places:
        message = f"{oncall.path} does not say who is on call"
        yield missing(message, "write a line such as `On call: @checkout, +43 1 777 01 23`")
    for one in places:
        if not one.contact:
            message = f"{oncall.path} speaks of who is on call, and names no way to reach them"
            yield bad(message, "write a handle, a channel, an address or a number").but(
                location=Location(oncall.path, one.line), observed=one.text[:120]
            )


def _names(document: Document, owner: str) -> bool:
    """Whether the document holds the name of the owner, written with dashes, spaces or as a handle."""
    texts = [*document.properties.values(), *(f"{one.text} {' '.join(one.cells)}" for one in document.blocks)]
    return any(is_named(owner, _DENIED.sub(" ", text)) for text in texts)
