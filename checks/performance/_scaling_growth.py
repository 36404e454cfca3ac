"""How much a percentile of latency grows from one level to a higher one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from math import inf

from readiness.check import Finding, Measure, Outcome
from readiness.check.confidence import with_confidence
from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason
from readiness.units import show_share

from ._level import Level
from ._population import population
from ._ruling import number
from ._scaling_axis import Ladder
from ._shift import signed
from ._sides import Seen, seen
from ._targets import Target

_FIND = "find what waits at the higher load: a queue, a pool, a lock"


class _Ends:
    """Where a percentile lies at one level; 0 and infinite where nothing shows it."""

    def __init__(self, parts: Sequence[Seen]) -> None:
        self.least = min(0.0 if one.least is None else one.least for one in parts)
        self.most = max(inf if one.most is None else one.most for one in parts)
        self.surely_least = max(0.0 if one.least is None else one.least for one in parts[:1])
        self.surely_most = min(inf if one.most is None else one.most for one in parts[:1])
        self.plain = parts[0].high


def growth(
    found: Ladder, name: str, most: Fraction, confidence: Fraction, max_errors: Fraction
) -> Iterator[Finding]:
    """Of every level over every lower one: a slow start at the lowest load hides no growth behind it.

    Passes when even the upper end of the higher over the lower end of the lower level keeps the limit, and fails when
    the lower end of the higher over the upper end of the lower breaks it.
    """
    ends: list[_Ends] = []
    for level in found.levels:
        parts = [_seen(run, level, name, confidence, max_errors) for run in _facts(level)]
        yield from [one for one in parts if isinstance(one, Finding)][:1]
        shown = [one for one in parts if isinstance(one, Seen)]
        if len(shown) == len(parts):
            ends.append(_Ends(shown))
    if len(ends) == len(found.levels):
        yield _compared(found, ends, name, most, confidence)


def _facts(level: Level) -> Iterator[LoadTest]:
    yield level.run
    if level.wider is not level.run:
        yield level.wider


def _seen(
    run: LoadTest, level: Level, name: str, confidence: Fraction, max_errors: Fraction
) -> Seen | Finding:
    target = Target(run, f"{level.where}: ", None, run.requests, run.errors, run.latency)
    known = population(target, max_errors, confidence)
    if isinstance(known, Finding):
        return known
    return seen(target, known, name, Fraction(name.removeprefix("p")) / 100, confidence)


def _compared(
    found: Ladder, ends: Sequence[_Ends], name: str, most: Fraction, confidence: Fraction
) -> Finding:
    pairs = [
        (_over(ends[high].most, ends[low].least), low, high)
        for low, high in combinations(range(len(ends)), 2)
    ]
    upper, low, high = max(pairs)
    surely, lowest, highest = max(
        (_over(ends[j].surely_least, ends[i].surely_most), i, j) for i, j in combinations(range(len(ends)), 2)
    )
    limit = 1 + most
    if surely > limit:
        low, high = lowest, highest
    plain = _over(ends[high].plain, ends[low].plain)
    room = f"{signed(_over(ends[high].surely_least, ends[low].surely_most))} to " + (
        signed(upper) if upper < inf else "nobody knows"
    )
    draft = Finding(
        outcome=Outcome.PASS,
        message=f"{name} grows most from {found.title(low)} ({number(ends[low].plain)} ms) to {found.title(high)} "
        f"({number(ends[high].plain)} ms): {signed(plain)} ({room} {with_confidence(confidence)})",
        observed=f"{signed(plain)} ({room})",
        expected=f"at most {signed(float(limit))}",
        measure=Measure(
            100 * (plain - 1), 100 * float(most), "%", high=None if upper == inf else 100 * (upper - 1)
        ),
    )
    if upper <= limit:
        return draft
    if surely > limit:
        return draft.but(
            outcome=Outcome.FAIL, message=f"{draft.message}, more than {show_share(most)}", next=_FIND
        )
    return draft.but(
        outcome=Outcome.UNPROVEN,
        reason=Reason.INSUFFICIENT,
        message=f"{draft.message}: that neither rules out more than {show_share(most)} nor shows it",
        next=_next(found, plain, float(limit)),
    )


def _over(high: float, low: float) -> float:
    return high / low if low > 0 else inf


def _next(found: Ladder, plain: float, limit: float) -> str:
    detail = next((one.run.more_detail for one in found.levels if one.run.more_detail), "")
    if plain > limit:
        return detail or f"more requests at each level would tell; {_FIND}"
    return detail or "send more requests at each level: the interval gets narrower with them"
