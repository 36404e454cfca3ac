"""Waivers: what they cover, and what is left of a result without it.

An error is never covered, and what is advisory needs no waiver: there one would change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from readiness.check import Finding, Outcome
from readiness.errors import PolicyError
from readiness.evidence.model import Evidence, Value
from readiness.judge import Judged, Judgement, roll_up
from readiness.policy.rules import Enforce, Rule, Waiver

State = Literal["in-force", "unused", "expired"]


class Result(Value, frozen=True, kw_only=True):
    """One rule as it counts.

    `judgement` is what the check came to; `outcome` is what stands when waived findings are left out. `is_waived` says
    that its weight leaves the score. `used` are the waivers that changed something; `expired` those that would have.
    """

    rule: Rule
    judgement: Judgement
    outcome: Outcome
    is_waived: bool = False
    used: tuple[Waiver, ...] = ()
    expired: tuple[Waiver, ...] = ()


def waive(judged: Sequence[Judged], waivers: Sequence[Waiver], now: datetime) -> tuple[Result, ...]:
    """Apply the waivers in force to each result."""
    return tuple(
        _waived(one, [waiver for waiver in waivers if waiver.check == one.rule.id], now) for one in judged
    )


def state_of(waiver: Waiver, results: Sequence[Result], now: datetime) -> State:
    """A waiver is in force only where it changes something."""
    if now >= waiver.until:
        return "expired"
    return "in-force" if any(waiver in result.used for result in results) else "unused"


def _waived(judged: Judged, waivers: Sequence[Waiver], now: datetime) -> Result:
    rule, judgement = judged.rule, judged.judgement
    plain = Result(rule=rule, judgement=judgement, outcome=judgement.outcome)
    if rule.enforce is Enforce.ADVISORY or judgement.outcome not in (Outcome.FAIL, Outcome.UNPROVEN):
        return plain
    live = [waiver for waiver in waivers if now < waiver.until]
    expired = tuple(w for w in waivers if now >= w.until and any(_covers(w, f) for f in judgement.findings))
    left = [f for f in judgement.findings if not any(_covers(waiver, f) for waiver in live)]
    used = tuple(w for w in live if any(_covers(w, f) for f in judgement.findings))
    outcome = roll_up(left).outcome if left else Outcome.PASS
    if not used or outcome is judgement.outcome:
        return Result(rule=rule, judgement=judgement, outcome=judgement.outcome, expired=expired)
    return Result(
        rule=rule, judgement=judgement, outcome=outcome, is_waived=outcome.is_good, used=used, expired=expired
    )


def _covers(waiver: Waiver, finding: Finding) -> bool:
    if finding.outcome is Outcome.FAIL:
        is_its_kind = waiver.covers is None
    else:
        is_its_kind = finding.outcome is Outcome.UNPROVEN and finding.reason is waiver.covers
    return is_its_kind and _is_its_object(waiver.object, finding.object)


def _is_its_object(wanted: str | None, seen: str | None) -> bool:
    if wanted is None or wanted == seen:
        return True
    return seen is not None and ":" not in wanted and seen.startswith(f"{wanted}:")


def refuse_unknown_objects(
    waivers: Sequence[Waiver], judged: Sequence[Judged], evidence: Mapping[str, Evidence]
) -> None:
    """PolicyError for a waiver of an object that is nowhere in evidence that could be read."""
    for waiver in waivers:
        rule = next((one for one in judged if one.rule.id == waiver.check), None)
        if waiver.object is None or rule is None or rule.rule.off:
            continue
        fed = [evidence[name] for names in rule.rule.feeds.values() for name in names]
        known = {name for one in fed for item in one.items if item.facts for name in item.facts.objects()}
        known |= {finding.object for finding in rule.judgement.findings if finding.object}
        read_whole = all(item.facts is not None for one in fed for item in one.items)
        if read_whole and not any(_is_its_object(waiver.object, name) for name in known):
            message = f"{waiver.place}: error: the waiver's object '{waiver.object}' is not in the evidence"
            raise PolicyError([f"{message} of {waiver.check}"])
