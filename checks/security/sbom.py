"""Whether the bill of materials is there, is of this release, and lists nothing that may not be shipped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Annotated, Literal

from packaging.version import InvalidVersion, Version
from pydantic import Field

from readiness.check import Check, Finding, Location, Measure, Outcome, Params, Release, Stricter, unproven
from readiness.evidence.model import Reason
from readiness.evidence.sbom import Component, Subject
from readiness.evidence.sbom import Sbom as Evidence

from ._sbom_licences import Lists, Standing, standing

_MOST = 50
_TAG = re.compile(r"(:[\w.-]+)?(@sha256:[0-9a-f]+)?$")
_HEX = re.compile(r"[0-9a-fA-F]{64,128}")
_NO_VERSION = re.compile(
    r"(?i)(?:.*[-.])?(?:unknown|unspecified|undefined)|latest|none|null|n/?a|noassertion|[(\s]*[\^~<>=*].*|.*\$\{.*|.*\{\{.*"
)
"""What tools write where they know none (syft, Gradle, cdxgen), and ranges, which many versions fit."""
Pattern = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]


class SbomParams(Params):
    """What a bill of materials must hold."""

    allow: Annotated[tuple[Pattern, ...], Field(strict=False)] = ()
    """Licences that may be shipped, as SPDX identifiers or names, with `*` for any letters: `MIT`, `BSD-*`. Left out:
    every licence that SPDX knows and that is not denied."""
    deny: Annotated[tuple[Pattern, ...], Field(strict=False)] = ()
    """Licences that may not be shipped, such as `AGPL-*`; stronger than `allow`."""
    unknown: Literal["unproven", "warn"] = "unproven"
    """What a component counts whose licence is not told, or is none that SPDX or the lists know."""
    ignore: Annotated[tuple[Pattern, ...], Field(strict=False)] = ()
    """Names of components whose licence is not judged, such as your own, with `*` for any letters; those with a group
    are called `group/name`."""
    min_components: Annotated[int, Field(ge=1), Stricter.HIGHER] = 1
    """The least number of different components that a complete bill of this release lists, itself not among them."""
    versions: Literal["every", "any"] = "every"
    """Whether every component must tell its version, without which no vulnerability can be found in it. A range
    (`^1.2`) or `UNKNOWN` is none."""
    names: Annotated[tuple[Pattern, ...], Field(strict=False)] = ()
    """Names that the bill may have for what it is of, with `*`. Left out: the release's name, and those of its
    artifacts, without registry and tag."""
    incomplete: Literal["unproven", "warn"] = "unproven"
    """What a bill counts that says of itself that it is incomplete."""


class Sbom(Check[SbomParams]):
    """The bill of materials is of this release, complete, and lists only licences that may be shipped.

    CycloneDX 1.4 to 1.6 and SPDX 2.2 and 2.3 are read, as JSON. The bill is of this release when its own component has
    the release's version, or a digest of its artifacts. Of a choice of licences (`MIT OR GPL-3.0-only`) the best
    counts, of several that apply (`AND`) the worst.

    ## Why it matters
    When the next vulnerability is published, the first question is "do we ship it, and where", and a bill of last
    year's release answers it wrongly. A licence that nobody looked at is found by those who ask for the source code.
    And an empty bill is what a generator writes that was run in the wrong folder.

    ## How to fix it
    Generate the bill in the pipeline that builds the artifact, from the artifact itself: `syft IMAGE -o
    cyclonedx-json`, `cyclonedx-py environment --pyproject pyproject.toml`, `npm sbom --sbom-format cyclonedx`,
    `trivy image --format spdx-json`. Give the tool the version of the release, so that `metadata.component.version` is
    it. Replace a component with a licence that is denied, or waive it by name with the decision of your lawyers; where
    a licence is unknown, look it up, and list its name in `allow`.

    ## References
    - CycloneDX: https://cyclonedx.org/docs/1.6/json/
    - SPDX 2.3: https://spdx.github.io/spdx-spec/v2.3/ and the licence list: https://spdx.org/licenses/
    - NTIA, The Minimum Elements For a Software Bill of Materials, 2021
    """

    def judge(self, sbom: tuple[Evidence, ...], release: Release) -> Iterator[Finding]:
        """Each bill apart."""
        for one in sbom:
            bad = list(self._problems(one, release))
            yield from bad
            if not bad:
                told = f"{one.subject.name} {one.subject.version}" if one.subject else "the release"
                message = f"{one.path}: {len(one.components)} components of {told}, with licences that may be shipped"
                yield Finding(outcome=Outcome.PASS, message=message, count=len(one.components))

    def _problems(self, bill: Evidence, release: Release) -> Iterator[Finding]:
        yield from self._size(bill)
        yield from self._subject(bill, release)
        yield from _capped([*self._versions(bill)], bill, "components without a version")
        yield from _capped([*self._licences(bill)], bill, "components with such licences")
        for gap in bill.incomplete:
            message = f"{bill.path}: it says of itself that {gap}"
            yield self._mild(
                self.params.incomplete, Reason.INSUFFICIENT, message, "let the tool see all of the artifact"
            )

    def _size(self, bill: Evidence) -> Iterator[Finding]:
        different = {(one.name, one.version) for one in bill.components}
        own = bill.subject and (bill.subject.name, bill.subject.version)
        found, least = len(different - {own}), self.params.min_components
        if found < least:
            what = f", and {bill.left_out} files" if bill.left_out else ""
            what += ", and copies or itself" if found < len(bill.components) else ""
            message = f"{bill.path}: it lists {found} components{what}; at least {least} are needed"
            next_ = "run the generator on what is shipped, after its dependencies are installed"
            yield unproven(Reason.INSUFFICIENT if found else Reason.MISSING, message, next_).but(
                measure=Measure(found, least, "components", "higher")
            )

    def _subject(self, bill: Evidence, release: Release) -> Iterator[Finding]:
        if bill.subject is None:
            message = f"{bill.path}: it does not tell what it is of"
            yield unproven(Reason.MISSING, message, "let the tool write metadata.component, or one DESCRIBES")
            return
        if not self._is_named(bill.subject, release):
            expected = " or ".join(self._names(release))
            message = f"{bill.path}: it is of {bill.subject.name}, and not of {expected}"
            yield unproven(Reason.WRONG_RELEASE, message, "name the right file, or list its name in `names`")
        if not release.version and not any(one.digest for one in release.artifacts):
            yield unproven(
                Reason.MISSING, "release.version is not set, so no bill is of it", "set release.version"
            )
        elif not _is_of(bill.subject, release):
            yield _wrong_version(bill, bill.subject, release)

    def _names(self, release: Release) -> list[str]:
        return list(
            self.params.names
            or dict.fromkeys([release.name, *(_bare(one.name) for one in release.artifacts)])
        )

    def _is_named(self, subject: Subject, release: Release) -> bool:
        said = {subject.name.casefold(), _bare(subject.name).casefold()}
        wanted = [name.casefold() for name in self._names(release)]
        return any(fnmatchcase(name, pattern) for name in said for pattern in wanted)

    def _versions(self, bill: Evidence) -> Iterator[Finding]:
        if self.params.versions == "every":
            for one in bill.components:
                if not one.version or _NO_VERSION.fullmatch(one.version):
                    said = f"{one.version!r} for a version" if one.version else "no version"
                    message = f"{bill.path}: {one.name} has {said}"
                    yield unproven(Reason.MISSING, message, "pin it, or let the tool see the lock file").but(
                        object=one.object
                    )

    def _licences(self, bill: Evidence) -> Iterator[Finding]:
        lists = Lists(self.params.allow, self.params.deny, bill.named)
        for one in bill.components:
            if not self._is_ignored(one):
                yield from self._licence(bill, one, lists)

    def _is_ignored(self, one: Component) -> bool:
        return any(fnmatchcase(one.name.casefold(), pattern.casefold()) for pattern in self.params.ignore)

    def _licence(self, bill: Evidence, one: Component, lists: Lists) -> Iterator[Finding]:
        said = " and ".join(one.licences)
        found = max((standing(text, lists) for text in one.licences), default=Standing.UNKNOWN)
        if found is Standing.DENIED:
            yield Finding(
                outcome=Outcome.FAIL,
                message=f"{bill.path}: {one.title} has the licence {said}, which may not be shipped",
                observed=said,
                expected=_expected(lists),
                object=one.object,
                next="replace it, buy another licence, or waive it by name",
            )
        elif found is Standing.UNKNOWN:
            what = (
                f"has the licence {said!r}, which SPDX does not know"
                if said
                else "has no licence that is told"
            )
            message = f"{bill.path}: {one.title} {what}"
            next_ = "look the licence up, and list its name in `allow`, or the component in `ignore`"
            yield self._mild(self.params.unknown, Reason.MISSING, message, next_).but(object=one.object)

    def _mild(self, counts: Literal["unproven", "warn"], reason: Reason, message: str, next_: str) -> Finding:
        if counts == "warn":
            return Finding(outcome=Outcome.WARN, message=message, next=next_)
        return unproven(reason, message, next_)


def _is_of(subject: Subject, release: Release) -> bool:
    """Whether it has the release's version, or a digest of one of its artifacts."""
    digests = [one.digest.partition(":")[2].casefold() for one in release.artifacts if one.digest]
    if any(
        _HEX.fullmatch(digest) and digest in text.casefold()
        for digest in digests
        for text in subject.identities
    ):
        return True
    return bool(release.version and subject.version) and _same(subject.version, release.version or "")


def _wrong_version(bill: Evidence, subject: Subject, release: Release) -> Finding:
    wanted = release.version or "the digests of the release's artifacts"
    if not subject.version:
        message = f"{bill.path}: it does not tell the version of {subject.name}"
        return unproven(Reason.MISSING, message, "give the tool the version of the release")
    if _HEX.search(subject.version) and not any(one.digest for one in release.artifacts):
        message = f"{bill.path}: it is of the digest {subject.version}, and the release tells none"
        return unproven(Reason.MISSING, message, "set release.artifacts with their digests")
    return Finding(
        outcome=Outcome.FAIL,
        message=f"{bill.path}: it is of {subject.name} {subject.version}, and the release is {wanted}",
        observed=subject.version,
        expected=wanted,
        location=Location(bill.path, 1),
        next="generate it again for this release",
    )


def _same(one: str, other: str) -> bool:
    try:
        return Version(one) == Version(other)
    except InvalidVersion:
        return one.casefold().removeprefix("v") == other.casefold().removeprefix("v")


def _bare(name: str) -> str:
    """The last part of a name, without tag, digest and scope."""
    return _TAG.sub("", name.rpartition("/")[2])


def _expected(lists: Lists) -> str:
    if lists.allow:
        return "one of " + ", ".join(lists.allow)
    return "none of " + ", ".join(lists.deny)


def _capped(found: Sequence[Finding], bill: Evidence, what: str) -> Iterator[Finding]:
    """The first fifty, the worst before the others, and one for the rest as bad as the worst of them."""
    ranked = sorted(found, key=lambda one: -one.outcome.rank)
    yield from ranked[:_MOST]
    if rest := ranked[_MOST:]:
        message = f"{bill.path}: {len(rest)} more {what}"
        yield Finding(outcome=rest[0].outcome, reason=rest[0].reason, message=message, next=rest[0].next)
