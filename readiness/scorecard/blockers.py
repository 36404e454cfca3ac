"""What stands in the way, grouped by cause: one lost artefact is one blocker with one next step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from readiness.check import Finding, Outcome
from readiness.decision import is_blocking
from readiness.evidence.model import Evidence, Reason
from readiness.policy.rules import Layer
from readiness.scorecard.model import Blocker
from readiness.waivers import Result

_Cause = tuple[str, Reason | None, str, str]


def blockers(
    results: Sequence[Result], layers: Sequence[Layer], evidence: Mapping[str, Evidence]
) -> tuple[Blocker, ...]:
    """Every cause that blocks, in the order of the policy, with the checks that it stops."""
    stopped: dict[_Cause, list[str]] = {}
    for result in results:
        if is_blocking(result, layers):
            for cause in dict.fromkeys(_causes(result, evidence)):
                stopped.setdefault(cause, []).append(result.rule.id)
    return tuple(
        Blocker(cause=cause, reason=reason, detail=detail, checks=tuple(ids), next=next_)
        for (cause, reason, detail, next_), ids in stopped.items()
    )


def _causes(result: Result, evidence: Mapping[str, Evidence]) -> Iterator[_Cause]:
    """The causes of the worst outcome; what is merely not shown beside a fail follows it."""
    worst = [finding for finding in result.judgement.findings if finding.outcome is result.outcome]
    gaps = [finding for finding in worst if _is_gap(finding, evidence)]
    for gap in gaps:
        yield f"evidence:{gap.evidence}", gap.reason, gap.message, gap.next
    if len(gaps) < len(worst) or not worst:
        own = next((finding for finding in worst if finding not in gaps), None)
        reason = own.reason if own else None
        yield f"check:{result.rule.id}", reason, _detail(result), own.next if own else _next(result)


def _is_gap(finding: Finding, evidence: Mapping[str, Evidence]) -> bool:
    """Whether it is evidence itself that is lacking, rather than what it says."""
    source = evidence.get(finding.evidence or "")
    if source is None or finding.outcome is not Outcome.UNPROVEN:
        return False
    return any(
        item.reason is finding.reason and item.message in finding.message
        for item in (*source.items, source.whole)
    )


def _detail(result: Result) -> str:
    expired = "".join(f"; the waiver of {one.owner} ended {one.until:%Y-%m-%d}" for one in result.expired)
    return result.judgement.summary + expired


def _next(result: Result) -> str:
    if result.outcome is Outcome.ERROR:
        return f"this is a defect of the check {result.rule.use}: report it to its authors"
    return ""
