"""Whether a scorecard that lets a release through agrees with itself: its decision is made again from its results.

These conditions are necessary, not sufficient: parents of the policy may ask for more than the scorecard shows. A
NO-GO is not looked at: it lets nothing through.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from readiness.check import Outcome
from readiness.scorecard import ResultShown, Scorecard
from readiness.units import parse_share, show_share

_EARNED_HALVES = {Outcome.PASS: 2, Outcome.WARN: 1}
Contradiction = tuple[str, str, str]
"""What it is about, what was found, and what is right."""


def contradictions(card: Scorecard) -> Iterator[Contradiction]:
    """Every contradiction in a scorecard that says GO or CONDITIONAL."""
    if card.decision == "no-go":
        return
    yield from _decision(card)
    yield from _limits(card)
    if twice := [id_ for id_, count in Counter(one.id for one in card.results).items() if count > 1]:
        yield f"result {twice[0]}", "it stands there more than once", "each check once"
    for result in card.results:
        yield from _result(result, card)


def _decision(card: Scorecard) -> Iterator[Contradiction]:
    word = card.decision.upper()
    if card.blockers:
        yield "blockers", f"{word} with {len(card.blockers)} of them: {card.blockers[0].cause}", "none"
    if card.proven_bad:
        yield "proven_bad", f"{word} with something proven bad", "false"
    required = [one for one in card.results if one.enforce == "required"]
    if not any(one.outcome in _EARNED_HALVES and one.waiver is None for one in required):
        yield "required checks", f"{word} with none that is proven good", "at least one"
    if card.decision == "conditional":
        return
    if card.reasons:
        yield "reasons", f"GO with a reason why it is no better: {card.reasons[0]}", "none"
    if waived := [one.check for one in card.waivers if one.state == "in-force"]:
        yield "waivers", f"GO with {len(waived)} in force: {waived[0]}", "none in force"
    if card.policy.overrides:
        yield "overrides", f"GO with a loosened parent: {card.policy.overrides[0].path}", "none"


def _result(result: ResultShown, card: Scorecard) -> Iterator[Contradiction]:
    what, outcome = f"result {result.id}", result.outcome
    judged = [finding.outcome for finding in result.findings if not finding.note]
    worst = max(judged, key=lambda one: one.rank, default=None)
    lightest, heaviest = (0, 0) if result.enforce == "advisory" else (1, 1000)
    if not lightest <= result.weight <= heaviest:
        yield what, f"{result.enforce}, with a weight of {result.weight}", f"{lightest} to {heaviest}"
    if worst is None and outcome in _EARNED_HALVES:
        yield what, f"{outcome} without a finding", "a finding"
    if worst is not None and worst is not outcome:
        yield what, f"{outcome}, while its worst finding is {worst}", str(worst)
    if result.enforce == "required" and not outcome.is_good and result.waiver is None:
        yield what, f"required and {outcome}, while the decision is {card.decision.upper()}", "NO-GO"
    if card.decision == "go" and result.enforce != "advisory" and result.waiver is not None:
        yield what, "GO with its weight waived", "CONDITIONAL"
    if card.decision == "go" and result.enforce != "advisory" and outcome is Outcome.ERROR:
        yield what, "GO although the check broke", "CONDITIONAL"
    if outcome in _EARNED_HALVES:
        yield from _basis(result, card)


def _basis(result: ResultShown, card: Scorecard) -> Iterator[Contradiction]:
    """What a good result rests on must have been read."""
    what, shown = f"result {result.id}", {one.name: one.items for one in card.evidence}
    for name in result.evidence:
        items = shown.get(name, ())
        gap = next((item.reason for item in items if item.reason is not None), None)
        if not items or gap is not None:
            state = "was not read" if not items else f"is {gap}"
            yield what, f"{result.outcome}, while its evidence {name} {state}", "evidence that was read"


def _limits(card: Scorecard) -> Iterator[Contradiction]:
    total = _share(card.results)
    if card.score is None or total is None or card.score != _percent(total):
        counted = "no weight" if total is None else f"{_percent(total):g}%"
        yield "score", f"{card.score}, while its results come to {counted}", counted
    limits = card.policy.decision
    yield from _below("score", total, limits.get(card.decision))
    if "max-waived" in limits:
        yield from _waived(card, limits["max-waived"])
    floors = limits.get("floors", {})
    if not isinstance(floors, Mapping):
        yield "floors", f"{floors!r}"[:80], "categories with shares"
        return
    for category, floor in floors.items():
        part = _share(one for one in card.results if one.category == category)
        yield from _below(f"category {category}", part, floor)


def _waived(card: Scorecard, limit: Any) -> Iterator[Contradiction]:
    counted = [one for one in card.results if _could_count(one)]
    waived = sum(one.weight for one in counted if one.waiver is not None)
    whole = sum(one.weight for one in counted)
    try:
        most = parse_share(limit)
    except ValueError:
        yield "waived weight", f"its limit is {limit!r}"[:80], "a share in percent"
        return
    if whole > 0 and Fraction(waived, whole) > most:
        yield "waived weight", show_share(Fraction(waived, whole)), f"at most {show_share(most)}"


def _below(what: str, share: Fraction | None, limit: Any) -> Iterator[Contradiction]:
    try:
        least = parse_share(limit)
    except ValueError:
        yield what, f"its limit is {limit!r}"[:80], "a share in percent"
        return
    if share is None or share < least:
        yield (
            what,
            "no weight counts" if share is None else show_share(share),
            f"at least {show_share(least)}",
        )


def _share(results: Iterable[ResultShown]) -> Fraction | None:
    """Earned of possible weight; None when no weight counts."""
    counted = [one for one in results if _could_count(one) and one.waiver is None]
    possible = sum(one.weight for one in counted)
    earned = sum(one.weight * _EARNED_HALVES.get(one.outcome, 0) for one in counted)
    return Fraction(earned, 2 * possible) if possible > 0 else None


def _could_count(result: ResultShown) -> bool:
    return result.enforce != "advisory" and result.outcome is not Outcome.NOT_APPLICABLE


def _percent(share: Fraction) -> float:
    """As scorecards show it: rounded down to two digits."""
    return (share * 10_000 // 1) / 100
