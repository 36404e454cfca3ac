"""The check infrastructure/schema."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import Field, StringConstraints

from readiness.check import Check, Finding, Outcome, Params, unproven
from readiness.check.scans import place
from readiness.evidence.manifests import Manifests, Resource
from readiness.evidence.model import Reason
from readiness.evidence.scan import Scan, ScanRun
from readiness.evidence.scan_selection import amount, sentence

from ._containers import place as place_of

Kind = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9]*$")]
_TOOL = "kubeconform"
_RUN = "run `kubeconform -output json -summary -verbose` over the rendered set"
_SHOWN = 20
_NO_SCHEMA = re.compile(r"could not find schema|download|initiali[sz]ing schema|no such host|timeout", re.I)
_GENERATED = "{{ generateName }}"


class SchemaParams(Params):
    """What may go without a schema."""

    without_schema: Annotated[tuple[Kind, ...], Field(strict=False)] = ()
    """Kinds that need not be validated, as for custom resources whose schema is not at hand."""


class Schema(Check[SchemaParams]):
    """Every object is what the schema of its API prescribes.

    ## Why it matters

    A misspelt field is not refused everywhere: `replica: 3` is dropped without a word, and one pod runs. A validator
    finds it, and a wrong type, before the API server does in the middle of a rollout. Validators skip in silence what
    they have no schema for, so that "0 invalid" may be said of nothing at all.

    Read are the reports of kubeconform, as JSON or as JUnit. An object that is invalid fails, and so does one that
    could not be read. One that was skipped, and one whose schema could not be had, is unproven, but for the kinds in
    `without_schema`. When the manifests are given too, every object of the set must be among those that were
    validated, by API version, kind and name; the JSON has to be `-verbose` for that.

    ## How to fix it

    Validate what is applied, against the release of the cluster, and bring schemas for custom resources:

        kustomize build deploy/overlays/prod > prod.yaml
        kubeconform -strict -kubernetes-version 1.32.0 -output json -summary -verbose prod.yaml > kubeconform.json

    A schema of your own is named with `-schema-location default -schema-location 'schemas/{{.ResourceKind}}.json'`.

    ## References

    - kubeconform: https://github.com/yannh/kubeconform
    - Kubernetes, field validation: https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation
    """

    def judge(self, scan: Scan, manifests: Manifests | None = None) -> Iterator[Finding]:
        """Every run of kubeconform, then every object of the set."""
        runs = [run for run in scan.runs if run.tool == _TOOL]
        if not runs:
            there = ", ".join(dict.fromkeys(run.tool for run in scan.runs)) or "nothing"
            yield unproven(Reason.MISSING, f"kubeconform did not run: {there} did", _RUN)
            return
        problems = [finding for run in runs for finding in self._problems(run)]
        if manifests is not None:
            problems += self._not_validated(runs, manifests)
        yield from problems
        scanned = sum(run.scanned or 0 for run in runs)
        if scanned and not any(finding.outcome is not Outcome.PASS for finding in problems):
            every = f", every one of {len(manifests.resources)} of the set among them" if manifests else ""
            message = f"kubeconform validated {amount(scanned, 'resources')}{every}"
            yield Finding(outcome=Outcome.PASS, message=message, count=scanned)

    def _problems(self, run: ScanRun) -> Iterator[Finding]:
        if run.unit != "resources" or run.scanned is None:
            message = "the report does not tell what kubeconform validated, and what it skipped"
            yield unproven(Reason.INSUFFICIENT, message, _RUN)
            return
        if not run.scanned:
            yield unproven(Reason.MISSING, "kubeconform validated nothing", _RUN)
        yield from _invalid(run)
        yield from _errors(run)
        yield from self._skipped(run)

    def _skipped(self, run: ScanRun) -> Iterator[Finding]:
        bad = [one for one in run.left_out if _kind(one) not in self.params.without_schema]
        for one in bad[:_SHOWN]:
            yield _skipped(f"{one} was skipped: nothing says that it is valid")
        if rest := len(bad[_SHOWN:]):
            yield _skipped(f"{rest} more were skipped")
        if unlisted := run.skipped_count - len(run.left_out):
            yield _skipped(f"{amount(unlisted, 'objects')} skipped, and the report does not list which")
        if allowed := len(run.left_out) - len(bad):
            message = f"{amount(allowed, 'objects')} without a schema, which the policy allows"
            yield Finding(outcome=Outcome.PASS, message=message, count=allowed, note=True)

    def _not_validated(self, runs: Sequence[ScanRun], manifests: Manifests) -> Iterator[Finding]:
        unlisted = sum((run.scanned or 0) - len(run.objects) for run in runs)
        if unlisted > 0:
            message = f"the report does not name {unlisted} of the objects that kubeconform validated"
            yield unproven(Reason.INSUFFICIENT, message, _RUN)
            return
        seen = Counter(name for run in runs for name in run.objects)
        wanted = [one for one in manifests.resources if one.kind not in self.params.without_schema]
        absent = []
        for one in wanted:
            name = _name(one)
            seen[name] -= 1
            if seen[name] < 0:
                absent.append(one)
        for one in absent[:_SHOWN]:
            message = f"{one.identity} is not among the objects that kubeconform validated"
            yield unproven(Reason.INSUFFICIENT, message, _RUN).but(
                object=one.identity, location=place_of(one)
            )
        if rest := len(absent[_SHOWN:]):
            message = f"{rest} more objects of the set are not among those that kubeconform validated"
            yield unproven(Reason.INSUFFICIENT, message, _RUN)


def _name(resource: Resource) -> str:
    """As the report names it: one that is to be generated has a mark behind what it begins with."""
    meta = resource.body.get("metadata")
    is_made = isinstance(meta, dict) and not meta.get("name")
    return f"{resource.api_version} {resource.kind}/{resource.name}{_GENERATED if is_made else ''}"


def _kind(name: str) -> str:
    return name.partition(" ")[2].partition("/")[0]


def _skipped(message: str) -> Finding:
    next_ = "give kubeconform its schema with -schema-location, or name the kind in `without-schema`"
    return unproven(Reason.INSUFFICIENT, message, next_)


def _invalid(run: ScanRun) -> Iterator[Finding]:
    for one in run.counted[:_SHOWN]:
        yield Finding(
            outcome=Outcome.FAIL,
            message=f"{one.file}: {sentence(one)}" if one.file else sentence(one),
            object=one.object if "/" in one.object and " " not in one.object else None,
            location=place(one),
            next="write what the schema prescribes",
        )
    if rest := sum(run.counts.values()) - len(run.counted[:_SHOWN]):
        yield Finding(outcome=Outcome.FAIL, message=f"{amount(rest, 'objects')} more invalid", count=rest)


def _errors(run: ScanRun) -> Iterator[Finding]:
    for text in run.errors:
        if _NO_SCHEMA.search(text):
            yield _skipped(f"not validated: {text}")
        else:
            yield Finding(
                outcome=Outcome.FAIL, message=f"not validated: {text}", next="write what kubeconform can read"
            )
    if rest := run.error_count - len(run.errors):
        yield unproven(Reason.INSUFFICIENT, f"{amount(rest, 'objects')} more could not be validated", _RUN)
