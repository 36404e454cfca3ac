"""What the check of Helm charts looks at, part by part."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.check import Finding, Location, Outcome
from readiness.evidence.manifests.chart import LEVELS, Chart, Dependency, Level, Lock
from readiness.evidence.model import Reason

# The grammar of semver.org, version 2.0.0.
_NUMBER = r"(?:0|[1-9][0-9]*)"
_PART = rf"(?:{_NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_SEMVER = re.compile(
    rf"v?{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-{_PART}(?:\.{_PART})*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
_NAME = re.compile(r"[A-Za-z0-9._-]{1,250}")
_UPDATE = "run `helm dependency update`, and commit Chart.lock with Chart.yaml"


def failing(
    chart: Chart, message: str, next_: str, key: str = "", *, observed: str = "", expected: str = ""
) -> Finding:
    """A failure at a key of Chart.yaml."""
    return Finding(
        outcome=Outcome.FAIL,
        message=f"{chart.file}: {message}",
        observed=observed,
        expected=expected,
        location=at(chart, key),
        next=next_,
    )


def at(chart: Chart, key: str) -> Location:
    """The line of a key, or the first one."""
    return Location(chart.file, chart.lines.get(key, 1))


def metadata_flaws(chart: Chart) -> Iterator[Finding]:
    """What Chart.yaml must not say of itself."""
    if chart.api_version != "v2":
        told = f"apiVersion is {chart.api_version or 'absent'}"
        yield failing(chart, told, "write apiVersion: v2", "apiVersion", expected="v2")
    if not _NAME.fullmatch(chart.name):
        yield failing(
            chart, f"'{chart.name}' is no name of a chart", "use letters, digits and dashes", "name"
        )
    if not _SEMVER.fullmatch(chart.version):
        told = f"the version {chart.version or 'is absent, which'} is no version of SemVer 2"
        yield failing(chart, told, "write three numbers, as in 1.4.2", "version", observed=chart.version)
    if chart.is_deprecated:
        next_ = "move to the chart that takes its place, or take `deprecated` away"
        yield failing(chart, "the chart is deprecated", next_, "deprecated", observed="deprecated: true")


def version_flaws(chart: Chart, key: str, said: str, wanted: str | None) -> Iterator[Finding]:
    """Whether `appVersion` or `version` is that of the release; a leading v counts for nothing."""
    if wanted is None:
        yield Finding(
            outcome=Outcome.UNPROVEN,
            reason=Reason.MISSING,
            message=f"the policy names no version of the release, so {key} is compared with nothing",
            location=at(chart, key),
            next='set release.version in the policy, as in version: "${VERSION}"',
        )
    elif not said:
        next_ = f"write {key}, in quotes"
        yield failing(chart, f"{key} is absent", next_, key, observed="absent", expected=wanted)
    elif said.removeprefix("v") != wanted.removeprefix("v"):
        message = f"{key} is {said}, where the release is {wanted}"
        next_ = f"package the chart with the {key} of the release"
        yield failing(chart, message, next_, key, observed=said, expected=wanted)


def lock_flaws(chart: Chart) -> Iterator[Finding]:
    """Whether the dependencies that are fetched are pinned, and are what lies in `charts/`."""
    if chart.lock is None:
        remote = [one for one in chart.dependencies if one.is_remote]
        for one in remote:
            message = (
                f"{chart.file}: the dependency {one.name} {one.version} is not locked: there is no Chart.lock"
            )
            yield _of(one, message, _UPDATE)
        return
    if not chart.lock.in_step:
        message = f"{chart.lock.file} is out of step with the dependencies of {chart.file}"
        yield Finding(outcome=Outcome.FAIL, message=message, location=at(chart, "dependencies"), next=_UPDATE)
    yield from _lying_flaws(chart, chart.lock)


def _lying_flaws(chart: Chart, lock: Lock) -> Iterator[Finding]:
    lying: dict[str, set[str]] = {}
    for one in chart.vendored:
        lying.setdefault(one.name, set()).add(one.version)
    for one in lock.dependencies:
        found = lying.get(one.name, set())
        if found and one.version not in found:
            message = (
                f"{one.file} locks {one.name} {one.version}, and {', '.join(sorted(found))} lies in charts/"
            )
            yield _of(one, message, "run `helm dependency build`")


def _of(one: Dependency, message: str, next_: str) -> Finding:
    where = Location(one.file, one.line) if one.line else None
    return Finding(outcome=Outcome.FAIL, message=message, location=where, next=next_)


def lint_flaws(chart: Chart, from_: Level) -> Iterator[Finding]:
    """What `helm lint` says of the levels that fail; of the others how much there is."""
    lint = chart.lint
    if lint.failure:
        yield Finding(
            outcome=Outcome.UNPROVEN,
            reason=Reason.INSUFFICIENT,
            message=f"{chart.file}: {lint.failure}",
            next="run `helm lint` by hand, with the same values",
        )
    bad = LEVELS[: LEVELS.index(from_) + 1]
    for one in lint.messages:
        if one.level in bad:
            where = f"{one.path}: " if one.path else ""
            yield Finding(
                outcome=Outcome.FAIL,
                message=f"helm lint: {one.level}: {where}{one.message}",
                location=at(chart, ""),
                next="mend it: `helm lint` shows the same, with the same values",
            )
    for level in LEVELS:
        count = lint.counts.get(level, 0)
        listed = sum(one.level == level for one in lint.messages)
        if level not in bad and count:
            message = f"helm lint says {count} more of level {level}, which the policy allows"
            yield Finding(outcome=Outcome.PASS, message=message, count=count, note=True)
        elif count > listed:
            message = f"helm lint says {count - listed} more of level {level}"
            yield Finding(outcome=Outcome.FAIL, message=message, count=count - listed)
