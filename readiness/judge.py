"""Evidence -> results: fill the slots of each check, ask it, and roll its findings up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from readiness.check import Check, Finding, Outcome, Release, Slot, given_to, slots_of
from readiness.errors import Terminated
from readiness.evidence.model import Evidence, Item, Reason, Value
from readiness.policy.rules import Policy, Rule

_NOTHING = Finding(
    outcome=Outcome.UNPROVEN, reason=Reason.MISSING, message="the check found nothing to judge"
)


class Judgement(Value, frozen=True):
    """What one check came to: its findings, and from them its outcome with the reason when it is unproven."""

    outcome: Outcome
    summary: str
    reason: Reason | None = None
    findings: tuple[Finding, ...] = ()


class Judged(Value, frozen=True):
    """A rule and what it came to."""

    rule: Rule
    judgement: Judgement


def judge(policy: Policy, evidence: Mapping[str, Evidence], now: datetime) -> tuple[Judged, ...]:
    """Ask every check of the policy; none can stop another."""
    return tuple(Judged(rule, _judge_rule(rule, evidence, policy.release, now)) for rule in policy.rules)


def _judge_rule(rule: Rule, evidence: Mapping[str, Evidence], release: Release, now: datetime) -> Judgement:
    if rule.off:
        return Judgement(Outcome.NOT_APPLICABLE, rule.off)
    given = {"now": now, "release": release}
    return settle(lambda: _fed(rule, evidence, given))


def settle(work: Callable[[], Iterable[Finding]]) -> Judgement:
    """Roll up the findings that some work yields; whatever it raises instead is an error."""
    try:
        return roll_up(tuple(work()))
    except (KeyboardInterrupt, Terminated):
        raise
    except BaseException as error:  # SystemExit too: a check must not end the gate
        return Judgement(Outcome.ERROR, f"the check broke: {_described(error)}"[:500])


def _described(error: BaseException) -> str:
    name = type(error).__name__
    try:
        return f"{name}: {error}"
    except BaseException:  # the text of an error is foreign code too
        return name


def roll_up(findings: Sequence[Finding]) -> Judgement:
    """The worst finding decides; no finding at all, or nothing but notes, is unproven."""
    judged = [finding for finding in findings if not finding.note]
    if not judged:
        judged, findings = [_NOTHING], (_NOTHING, *findings)
    worst = max(judged, key=lambda finding: finding.outcome.rank)
    same = sum(1 for finding in judged if finding.outcome is worst.outcome)
    more = f" (and {same - 1} more)" if same > 1 and worst.outcome is not Outcome.PASS else ""
    return Judgement(worst.outcome, worst.message + more, worst.reason, tuple(findings))


def ask(check: Check[Any], facts: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[Finding]:
    """The findings of a check whose slots are filled; TypeError when it yields something else."""
    handed = {name: given[what] for name, what in given_to(type(check)).items()}
    for finding in check.judge(**facts, **handed):
        if type(finding) is not Finding:
            raise TypeError(f"a check yields findings, not {finding!r}")
        yield finding


def _fed(rule: Rule, evidence: Mapping[str, Evidence], given: Mapping[str, Any]) -> Iterator[Finding]:
    slots = slots_of(type(rule.check))
    if _is_list_for_one(slots, rule.feeds):
        (slot,) = slots
        for name in rule.feeds[slot.name]:
            yield from _asked(rule.check, slots, {slot.name: [evidence[name]]}, given)
    else:
        fed = {slot.name: [evidence[name] for name in rule.feeds.get(slot.name, ())] for slot in slots}
        yield from _asked(rule.check, slots, fed, given)


def _is_list_for_one(slots: Sequence[Slot], feeds: Mapping[str, Sequence[str]]) -> bool:
    return len(slots) == 1 and not slots[0].many and len(feeds[slots[0].name]) > 1


def _asked(
    check: Check[Any], slots: Sequence[Slot], fed: Mapping[str, list[Evidence]], given: Mapping[str, Any]
) -> Iterator[Finding]:
    if twice := _fed_twice(fed):
        yield twice
        return
    gaps = [gap for slot in slots for one in fed[slot.name] for gap in _gaps(slot, one)]
    yield from gaps
    filled = {slot.name: list(_facts(slot, fed[slot.name])) for slot in slots}
    if any((fed[slot.name] or not slot.optional) and not filled[slot.name] for slot in slots):
        return
    arguments = {
        slot.name: tuple(filled[slot.name]) if slot.many else next(iter(filled[slot.name]), None)
        for slot in slots
    }
    source = next((one.name for group in fed.values() for one in group), None)
    findings = [f if f.evidence else replace(f, evidence=source) for f in ask(check, arguments, given)]
    if not findings and not gaps:
        findings = [_NOTHING.but(evidence=source)]
    yield from findings


def _fed_twice(fed: Mapping[str, list[Evidence]]) -> Finding | None:
    """The same bytes for two parameters would compare a thing with itself."""
    seen: dict[str, str] = {}
    for slot, group in fed.items():
        for one in group:
            for item in one.items:
                sha256 = item.provenance.sha256
                first = seen.setdefault(sha256, slot)
                if sha256 and first != slot:
                    message = f"{slot} and {first} are the same file: {item.provenance.source}"
                    return Finding(
                        outcome=Outcome.UNPROVEN, reason=Reason.MALFORMED, message=message, evidence=one.name
                    )
    return None


def _gaps(slot: Slot, evidence: Evidence) -> Iterator[Finding]:
    """What could not be read. One part of many that is missing is a gap too: worst counts."""
    unread = [item for item in evidence.items if item.facts is None]
    apart = slot.many and evidence.items and not evidence.pooled
    if not unread and evidence.whole.facts is None and not apart:
        unread = [evidence.whole]
    for item in unread:
        yield Finding(
            outcome=Outcome.UNPROVEN,
            reason=item.reason,
            message=_named(item),
            next=item.remedy,
            evidence=evidence.name,
        )


def _named(item: Item) -> str:
    """The message with the file that it is about, unless it names it itself."""
    source = item.provenance.source
    return item.message if source in item.message else f"{source}: {item.message}"


def _facts(slot: Slot, group: Iterable[Evidence]) -> Iterator[Any]:
    for evidence in group:
        apart = slot.many and not evidence.pooled
        parts: Sequence[Item] = evidence.items if apart else (evidence.whole,)
        yield from (part.facts for part in parts if part.facts is not None)
