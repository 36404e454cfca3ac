"""Policy, evidence, results and verdict -> the scorecard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from readiness.check import Outcome
from readiness.check.docs import remediation
from readiness.decision import Decision, Verdict
from readiness.evidence.model import Evidence, Item
from readiness.policy.rules import Enforce, Layer, Policy, Waiver
from readiness.scorecard.blockers import blockers
from readiness.scorecard.model import (
    SCHEMA,
    CategoryScore,
    EvidenceShown,
    ItemShown,
    OverrideShown,
    ParentShown,
    PolicyShown,
    ResultShown,
    Run,
    Scorecard,
    WaiverShown,
)
from readiness.scoring import score, score_without_waivers
from readiness.units import show_share
from readiness.waivers import Result, state_of

_SOON = timedelta(days=14)
_END = datetime.max.replace(tzinfo=UTC)


def make_scorecard(
    policy: Policy, evidence: Mapping[str, Evidence], results: Sequence[Result], verdict: Verdict, run: Run
) -> Scorecard:
    """Everything that a report may say of one run."""
    own, now = policy.layers[-1], run.judged_at
    total = score(results, own.stakes)
    waivers = {waiver: _waiver(waiver, results, now) for waiver in policy.waivers}
    return Scorecard(
        schema=SCHEMA,
        decision=verdict.decision.value,
        score=percent(total.share),
        score_if_no_waivers=percent(score_without_waivers(results, own.stakes).share),
        proven=percent(total.proven_share),
        reasons=verdict.reasons,
        blockers=blockers(results, policy.layers, evidence),
        release=policy.release,
        policy=_policy(policy, own),
        run=run,
        categories=tuple(_categories(results, own)),
        results=tuple(_result(one, waivers) for one in results),
        waivers=tuple(waivers.values()),
        sign_offs=(),
        valid_until=_valid_until(policy, evidence, results, now)
        if verdict.decision is not Decision.NO_GO
        else None,
        evidence=tuple(_evidence(one) for one in evidence.values()),
        proven_bad=verdict.proven_bad,
        notes=tuple(_notes(policy, results, now)),
    )


def percent(share: Fraction | None) -> float | None:
    """A share in percent, rounded down to two digits, so that it never shows more than there is."""
    return None if share is None else (share * 10_000 // 1) / 100


def _policy(policy: Policy, own: Layer) -> PolicyShown:
    limits = own.thresholds
    return PolicyShown(
        name=policy.name,
        path=policy.path,
        sha256=policy.sha256,
        parents=tuple(ParentShown(one.name, one.path) for one in policy.parents),
        overrides=tuple(OverrideShown(one.path, one.parent, one.old, one.new) for one in policy.overrides),
        decision={
            "go": show_share(limits.go),
            "conditional": show_share(limits.conditional),
            "max-waived": show_share(limits.max_waived),
            "floors": {name: show_share(floor) for name, floor in limits.floors.items()},
        },
        notes=policy.notes,
    )


def _categories(results: Sequence[Result], own: Layer) -> Iterator[CategoryScore]:
    names = dict.fromkeys([*(one.rule.category for one in results), *own.thresholds.floors])
    for name in names:
        part = score((one for one in results if one.rule.category == name), own.stakes)
        yield CategoryScore(
            name=name,
            score=percent(part.share),
            proven=percent(part.proven_share),
            weight=part.possible,
            floor=percent(own.thresholds.floors.get(name)),
        )


def _result(one: Result, waivers: Mapping[Waiver, WaiverShown]) -> ResultShown:
    rule, judgement = one.rule, one.judgement
    taken = next((waivers[waiver] for waiver in one.used if one.is_waived), None)
    return ResultShown(
        id=rule.id,
        check=rule.use,
        title=rule.check.title,
        category=rule.category,
        enforce=rule.enforce.value,
        weight=0 if rule.enforce is Enforce.ADVISORY else rule.weight,
        with_=rule.written,
        outcome=judgement.outcome,
        reason=judgement.reason,
        waiver=taken,
        summary=judgement.summary,
        evidence=tuple(name for names in rule.feeds.values() for name in names),
        remediation="" if judgement.outcome.is_good else remediation(type(rule.check)),
        findings=judgement.findings,
    )


def _waiver(waiver: Waiver, results: Sequence[Result], now: datetime) -> WaiverShown:
    return WaiverShown(
        check=waiver.check,
        object=waiver.object,
        covers=waiver.covers,
        reason=waiver.reason,
        owner=waiver.owner,
        expires=waiver.until,
        state=state_of(waiver, results, now),
    )


def _evidence(one: Evidence) -> EvidenceShown:
    facts = one.whole.facts
    return EvidenceShown(
        name=one.name,
        kind=one.kind,
        role=one.role,
        bind=one.bind,
        max_age=one.max_age,
        facts=dict(facts.summary()) if facts else {},
        items=tuple(_item(item) for item in one.items),
    )


def _item(item: Item) -> ItemShown:
    origin = item.provenance
    return ItemShown(
        format=origin.format,
        source=origin.source,
        sha256=origin.sha256,
        bytes=origin.bytes,
        observed_at=origin.observed_at,
        observed_from=origin.observed_from,
        commit=origin.commit,
        reason=item.reason,
        message=item.message,
        facts=dict(item.facts.summary()) if item.facts else {},
    )


def _valid_until(
    policy: Policy, evidence: Mapping[str, Evidence], results: Sequence[Result], now: datetime
) -> datetime | None:
    """The first moment at which mere time changes a finding, ends a waiver, or makes evidence stale."""
    counted = [one for one in results if one.rule.enforce is not Enforce.ADVISORY]
    moments = [f.until for one in counted for f in one.judgement.findings if f.until is not None]
    moments += [waiver.until for one in counted for waiver in one.used]
    moments += [one.rule.starts for one in results if one.rule.starts is not None]
    for one in evidence.values():
        age = policy.evidence[one.name].max_age
        seen = [item.provenance.observed_at for item in one.items if item.facts]
        moments += [at + age for at in seen if at is not None and age is not None and age < _END - at]
    return min((moment for moment in moments if moment > now), default=None)


def _notes(policy: Policy, results: Sequence[Result], now: datetime) -> Iterator[str]:
    yield from policy.notes
    for one in results:
        if one.rule.note:
            yield f"{one.rule.id} is {one.rule.note}"
        if one.judgement.outcome is Outcome.ERROR:
            yield f"{one.rule.id}: {one.judgement.summary}"
    for waiver in policy.waivers:
        state = state_of(waiver, results, now)
        if state == "in-force" and waiver.until - now <= _SOON:
            yield f"the waiver of {waiver.check} by {waiver.owner} ends on {waiver.until:%Y-%m-%d %H:%M} UTC"
        elif state == "expired":
            yield f"the waiver of {waiver.check} by {waiver.owner} ended on {waiver.until:%Y-%m-%d %H:%M} UTC"
        elif state == "unused":
            yield f"the waiver of {waiver.check} by {waiver.owner} changes nothing"
