"""The check infrastructure/api-versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from typing import Annotated, Literal

from pydantic import StringConstraints

from readiness.check import Check, Finding, Outcome, Params
from readiness.evidence.manifests import Manifests, Resource, Workload
from readiness.evidence.manifests.shapes import show_path
from readiness.evidence.model import Reason

from ._api_fields import NEWEST, too_new
from ._api_versions import GROUPS, KNOWN_UNTIL, TABLE, Served
from ._cross import each_object, unshown
from ._subjects import Subject, failed, noted

Release = Annotated[str, StringConstraints(pattern=r"^1\.(0|[1-9][0-9]?)$")]


class ApiVersionsParams(Params):
    """The cluster, and what is said of the future."""

    target: Release = "1.32"
    """The release of Kubernetes that the manifests are judged against, as in `1.32`; in quotes, as it is no number."""
    deprecated: Literal["refused", "warn", "shown"] = "warn"
    """What a version is that the target serves, and a later release will not: `refused` fails, `shown` is a note."""


class ApiVersions(Check[ApiVersionsParams]):
    """Every object is of an API version that the cluster serves.

    ## Why it matters

    A version that a release of Kubernetes no longer serves is refused on the day after the upgrade: nothing can be
    deployed, and a rollback applies the same manifest. One that is deprecated still works, and names the release in
    which it will not.

    Judged against `target` are the API groups of Kubernetes itself, by a table of its releases. Alpha and beta versions
    that are not in the table are off in most clusters, and not shown. Custom resources belong to their operators, and
    are not asked. A `target` beyond the table is not shown at all.

    A field that the target does not know is dropped by it without a word: a native sidecar becomes an init container
    that never ends before 1.29. Each such field fails. All other checks take fields for what the newest release makes
    of them, so that `target` is said once, and here.

    ## How to fix it

    Write the version that the message names, and look at what changed between both:

        kubectl convert -f deploy.yaml --output-version apps/v1

    ## References

    - Kubernetes, Deprecated API Migration Guide: https://kubernetes.io/docs/reference/using-api/deprecation-guide/
    - Kubernetes, Deprecation Policy: https://kubernetes.io/docs/reference/using-api/deprecation-policy/
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """Each object of the groups of Kubernetes."""
        if self._minor > KNOWN_UNTIL:
            message = f"what Kubernetes {self.params.target} serves is not known: the table ends with 1.{KNOWN_UNTIL}"
            yield Finding(
                outcome=Outcome.UNPROVEN,
                reason=Reason.INSUFFICIENT,
                message=message,
                observed=f"1.{KNOWN_UNTIL}",
                expected=self.params.target,
                next="upgrade readiness, or set `target` to the release of the cluster",
            )
        things = [one for one in manifests.resources if one.group in GROUPS]
        good = f"that Kubernetes {self.params.target} serves"
        rule = partial(self._flaws, {id(one.resource): one for one in manifests.index.workloads})
        yield from each_object(
            manifests, things, lambda one: one, rule, "object", good, none="object of a built-in kind"
        )

    @cached_property
    def _minor(self) -> int:
        return int(self.params.target.partition(".")[2])

    def _unknown_fields(
        self, workload: Workload | None, resource: Resource, subject: Subject
    ) -> Iterator[Finding]:
        for path, since in too_new(resource, workload, self._minor):
            field = show_path(path)
            what = f"has {field}, which Kubernetes knows from 1.{since} on: {self.params.target} drops it"
            next_ = "do without it, or upgrade the cluster first"
            yield failed(
                subject, path, what, next_, observed=field, expected=f"a field of {self.params.target}"
            )

    def _flaws(
        self, workloads: Mapping[int, Workload], resource: Resource, subject: Subject
    ) -> Iterator[Finding]:
        yield from self._version_flaws(resource, subject)
        if self._minor < NEWEST:
            yield from self._unknown_fields(workloads.get(id(resource)), resource, subject)

    def _version_flaws(self, resource: Resource, subject: Subject) -> Iterator[Finding]:
        path, version, target = ("apiVersion",), resource.api_version, self.params.target
        row = TABLE.get((version, resource.kind))
        if row is None:
            what = f"is of {version}, in which no {resource.kind} is known to be served"
            next_ = "write a stable version, or waive the object if the cluster serves this one"
            yield unshown(subject, path, what, next_, reason=Reason.INSUFFICIENT, observed=version)
        elif row.removed is not None and row.removed <= self._minor:
            what = f"is of {version}, which Kubernetes serves no longer since 1.{row.removed}"
            yield failed(subject, path, what, _instead(row), observed=version, expected=row.instead)
        elif row.since > self._minor:
            what = f"is of {version}, which Kubernetes serves from 1.{row.since} on, and not in {target}"
            yield failed(subject, path, what, "write the version that the target serves", observed=version)
        elif row.deprecated is not None and row.deprecated <= self._minor:
            yield self._deprecated(subject, version, row)

    def _deprecated(self, subject: Subject, version: str, row: Served) -> Finding:
        ends = f", and gone in 1.{row.removed}" if row.removed is not None else ""
        what = f"is of {version}, which is deprecated since 1.{row.deprecated}{ends}"
        if self.params.deprecated == "shown":
            return noted(subject, ("apiVersion",), what)
        finding = failed(
            subject, ("apiVersion",), what, _instead(row), observed=version, expected=row.instead
        )
        return finding if self.params.deprecated == "refused" else finding.but(outcome=Outcome.WARN)


def _instead(row: Served) -> str:
    return f"use {row.instead}" if row.instead else "do without it"
