"""What is not good gets a finding of its own; the good share one; notes stay what they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from readiness.check import Finding, Outcome
from readiness.evidence.model import Reason


def unproven(reason: Reason, message: str, next_: str = "", object_: str | None = None) -> Finding:
    """A finding that shows nothing either way."""
    return Finding(outcome=Outcome.UNPROVEN, reason=reason, message=message, next=next_, object=object_)


def together(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The same findings with all passes as one, whose measure is that of the one nearest to its limit."""
    good: list[Finding] = []
    for finding in findings:
        if finding.outcome is Outcome.PASS and not finding.note:
            good.append(finding)
        else:
            yield finding
    if good:
        yield _one(good)


def _one(good: list[Finding]) -> Finding:
    nearest = max(good, key=_nearness)
    if len(good) == 1:
        return nearest
    message = f"all of {len(good)} limits are kept; the nearest: {nearest.message}"
    return nearest.but(message=message, object=None, count=sum(one.count for one in good))


def _nearness(finding: Finding) -> float:
    measure = finding.measure
    if measure is None:
        return -1.0
    if measure.better == "higher":
        return measure.limit / measure.value if measure.value else 0.0
    return measure.value / measure.limit if measure.limit else 0.0
