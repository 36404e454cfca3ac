"""How fast Grafana gives its dashboards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from readiness.check import Finding, Measure, Outcome
from readiness.evidence.endpoint import Endpoint
from readiness.evidence.model import Reason
from readiness.units import show_duration

from ._monitored import bad, counted, unshown

_MILLISECOND = timedelta(milliseconds=1)


def judge_speed(endpoints: Sequence[Endpoint], most: timedelta | None) -> Iterator[Finding]:
    """Endpoints that did not answer with a dashboard in time; `most` is the longest that is good."""
    if most is not None and not endpoints:
        message = "how fast the dashboards come was not measured"
        yield unshown(Reason.MISSING, message, "give endpoints: `from: {endpoint: ...}`")
    good = [one for one in endpoints if one.http and not one.failures]
    for one in endpoints:
        findings = list(_answers(one, most))
        yield from findings
        good = [other for other in good if other is not one or not findings]
    if good:
        slowest = max(answer.elapsed_ms for one in good for answer in one.http)
        message = f"{counted(len(good), 'dashboard')} came from Grafana, the slowest in {slowest:.0f} ms"
        yield Finding(outcome=Outcome.PASS, message=message, count=len(good))


def _answers(one: Endpoint, most: timedelta | None) -> Iterator[Finding]:
    for failure in one.failures:
        yield unshown(failure.reason, f"{one.url}: {failure.message}", failure.remedy)
    if not one.http and not one.failures:
        yield unshown(Reason.MISSING, f"{one.url}: it was not asked over HTTP", "name a URL of https")
    for answer in one.http:
        is_one = isinstance(answer.json, dict) and isinstance(answer.json.get("dashboard"), dict)
        if answer.status != 200 or not is_one:
            message = f"{one.url} answers {answer.status}, and no dashboard"
            next_ = "ask /api/dashboards/uid/UID, with a token that may read it"
            yield unshown(Reason.INSUFFICIENT, message, next_, observed=str(answer.status), expected="200")
        elif most is not None and answer.elapsed_ms > most / _MILLISECOND:
            limit = most / _MILLISECOND
            yield bad(
                f"{one.url} took {answer.elapsed_ms:.0f} ms, and {show_duration(most)} is the most",
                "lighten it, or give Grafana more",
                observed=f"{answer.elapsed_ms:.0f} ms",
                expected=f"<= {show_duration(most)}",
                measure=Measure(answer.elapsed_ms, limit, "ms"),
            )
