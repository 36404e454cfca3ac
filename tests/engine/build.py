"""Results and policies for tests of scoring and decisions, in one line each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from readiness.check import Check, Finding, Outcome, Params
from readiness.evidence.model import Reason
from readiness.judge import Judged, Judgement
from readiness.policy.rules import Enforce, Layer, Rule, Stake, Thresholds, Waiver
from readiness.waivers import Result, waive

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Nothing(Check[Params]):
    """Nothing is asked."""

    def judge(self) -> Iterator[Finding]:
        yield from ()


def rule(id_: str, enforce: Enforce = Enforce.SCORED, weight: int = 1, category: str = "testing") -> Rule:
    return Rule(
        id=id_,
        use=f"{category}/{id_}",
        check=Nothing(Params()),
        category=category,
        enforce=enforce,
        weight=weight,
        feeds={},
        written={},
    )


def finding(outcome: Outcome, object_: str | None = None, reason: Reason = Reason.MISSING) -> Finding:
    return Finding(
        outcome=outcome,
        message=f"it is {outcome}",
        reason=reason if outcome is Outcome.UNPROVEN else None,
        object=object_,
    )


def judged(one: Rule, outcome: Outcome, *objects: str, reason: Reason = Reason.MISSING) -> Judged:
    if outcome is Outcome.ERROR:
        return Judged(one, Judgement(outcome, "the check broke"))
    findings = tuple(finding(outcome, name, reason) for name in objects or (None,))
    return Judged(one, Judgement(outcome, "it is so", findings[0].reason, findings))


def result(id_: str, outcome: Outcome, **about: Any) -> Result:
    return waive([judged(rule(id_, **about), outcome)], [], NOW)[0]


def waiver(check: str, object_: str | None = None, covers: Reason | None = None, days: int = 30) -> Waiver:
    until = NOW + timedelta(days=days)
    return Waiver(check=check, object=object_, covers=covers, reason="PLAT-1", owner="platform", until=until)


def layer(results: list[Result], name: str = "prod", **limits: Any) -> Layer:
    thresholds = Thresholds(
        limits.get("go", Fraction(9, 10)),
        limits.get("conditional", Fraction(3, 4)),
        limits.get("floors", {}),
        limits.get("max_waived", Fraction(1, 4)),
    )
    return Layer(
        name, thresholds, {r.rule.id: Stake(r.rule.enforce, r.rule.weight, r.rule.category) for r in results}
    )
