"""`make simulate`: how often the checks of load tests err, on runs whose truth is known.

It prints the tables of docs/statistics.md. Every verdict is that of the check itself. Needs numpy, which the dev
extra brings.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from math import ceil, exp, log
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from readiness.check import AnyCheck, Outcome
from readiness.evidence.load_test import Bucket, Latency, LoadTest
from readiness.plugins import discover
from readiness.statistics.order import ranks
from readiness.testing import judge_check

SEED = 20261121
TRIALS = 1000
COMPARISONS = 500
LIMIT_MS = 200.0
SIGMA = 0.6  # of the logarithms: a p99 of four times the median
Z99 = 2.3263478740408408
DRIFT = 0.04
REQUESTS = 5000
Floats = NDArray[np.float64]


class Aim(NamedTuple):
    """A share of the trials that must not be exceeded, or must be reached."""

    most: float = 1.0
    least: float = 0.0

    def met(self, share: float) -> str:
        """A cell of the table."""
        if (self.most, self.least) == (1.0, 0.0):
            return ""
        wanted = f"<= {self.most:.0%}" if self.most < 1 else f">= {self.least:.0%}"
        return f"{wanted}: {'met' if self.least <= share <= self.most else 'MISSED'}"


def main() -> None:
    """Print the tables; exit 1 when an aim is missed."""
    random = np.random.default_rng(SEED)
    checks = discover().checks
    lines = [
        *_latency_table(checks["performance/latency"], random),
        *_coverage_table(random),
        *_comparison_table(checks["performance/regression"], random),
    ]
    print("\n".join(lines))
    sys.exit(any("MISSED" in line for line in lines))


# One run against a limit


def _latency_table(check: AnyCheck, random: np.random.Generator) -> Iterator[str]:
    yield from ("| true p99 | requests | pass | fail | unproven | aim of pass |", "|---|---|---|---|---|---|")
    for truth, counts in (
        (1.02, (300, 1000, 3000, 10_000, 30_000, 100_000)),
        (0.90, (3000, 10_000, 20_000, 100_000)),
    ):
        for n in counts:
            aim = Aim(most=0.05) if truth > 1 else Aim(least=0.95) if n >= 20_000 else Aim()
            found = _judged_runs(check, random, n, truth)
            yield _row(f"{truth - 1:+.0%} of the limit", f"{n:,}", found, TRIALS, aim, Outcome.PASS)
    yield ""


def _judged_runs(check: AnyCheck, random: np.random.Generator, n: int, truth: float) -> Counter[Outcome]:
    """The outcomes of runs of `n` requests whose true p99 is `truth` x the limit; only how many are over it matters."""
    seen: dict[int, Outcome] = {}
    found: Counter[Outcome] = Counter()
    edge = Z99 - log(truth) / SIGMA
    for _ in range(TRIALS):
        over = int((random.standard_normal(n) > edge).sum())
        if over not in seen:
            seen[over] = judge_check(check, {"p99": "200ms"}, load=(_split(n, over),)).outcome
        found[seen[over]] += 1
    return found


def _split(n: int, over: int) -> LoadTest:
    """A run of which so many requests are over the limit."""
    cells = (Bucket(1.0, LIMIT_MS, n - over), Bucket(LIMIT_MS + 1, LIMIT_MS * 4, over))
    latency = Latency(
        count=n, of="successful", source="raw", buckets=tuple(one for one in cells if one.count)
    )
    return LoadTest(tool="simulated", requests=n, errors=0, duration_s=60.0, latency=latency)


# Intervals by rank


def _coverage_table(random: np.random.Generator) -> Iterator[str]:
    yield from (
        "| percentile | requests | latencies | interval holds the truth | aim |",
        "|---|---|---|---|---|",
    )
    for percentile, n in ((Fraction(95, 100), 400), (Fraction(95, 100), 5000), (Fraction(99, 100), 2000)):
        for name, draw, truth in _distributions(percentile):
            share = _coverage(random, draw, n, percentile, truth)
            aim = Aim(least=0.94)  # 95%, less what chance takes of so many trials
            yield f"| p{float(percentile) * 100:g} | {n:,} | {name} | {share:.1%} | {aim.met(share)} |"
    yield ""


Draw = Callable[[np.random.Generator, int], Floats]


def _distributions(percentile: Fraction) -> Iterator[tuple[str, Draw, float]]:
    normal = {Fraction(95, 100): 1.6448536269514722, Fraction(99, 100): Z99}[percentile]
    yield "log-normal", lambda random, n: np.exp(SIGMA * random.standard_normal(n)), exp(SIGMA * normal)
    tail = 2 * float(1 - percentile)
    yield "two humps, the percentile in the upper one", lambda random, n: _humps(random, n, tail), 200.0


def _humps(random: np.random.Generator, n: int, tail: float) -> Floats:
    return np.where(random.random(n) < tail, random.normal(200, 5, n), random.normal(10, 1, n))


def _coverage(random: np.random.Generator, draw: Draw, n: int, percentile: Fraction, truth: float) -> float:
    low, high = ranks(n, percentile, Fraction(95, 100))
    held = 0
    for _ in range(TRIALS):
        values = np.sort(draw(random, n))
        held += (low is None or values[low - 1] <= truth) and (high is None or truth <= values[high - 1])
    return held / TRIALS


# Two releases


def _comparison_table(check: AnyCheck, random: np.random.Generator) -> Iterator[str]:
    yield from (
        "| runs a side | true change of p95 | pass or warn | regressed | cannot tell | aim of regressed |",
    )
    yield "|---|---|---|---|---|---|"
    aims: Mapping[tuple[int, int], Aim] = {(5, 0): Aim(most=0.03), (5, 10): Aim(least=0.80)}
    for runs, base in ((5, 5), (10, 10), (20, 20), (1, 1), (1, 3)):
        for change in (0, 5, 10, 20):
            found = _compared(check, random, runs, base, 1 + change / 100)
            aim = aims.get((runs, change), Aim())
            sides = f"{runs} against {base}"
            yield _row(sides, f"{change:+d}%" if change else "none", found, COMPARISONS, aim, Outcome.FAIL)


def _compared(
    check: AnyCheck, random: np.random.Generator, runs: int, base: int, change: float
) -> Counter[Outcome]:
    made = _summary if min(runs, base) >= 5 else _histogram
    found: Counter[Outcome] = Counter()
    for _ in range(COMPARISONS):
        load = tuple(made(_drifting(random, change)) for _ in range(runs))
        baseline = tuple(made(_drifting(random, 1.0)) for _ in range(base))
        found[judge_check(check, {}, load=load, baseline=baseline).outcome] += 1
    return found


def _drifting(random: np.random.Generator, scale: float) -> Floats:
    """The latencies of one run: each run is a few percent faster or slower as a whole."""
    return 20 * scale * np.exp(SIGMA * random.standard_normal(REQUESTS) + DRIFT * random.standard_normal())


def _summary(values: Floats) -> LoadTest:
    rank = ceil(REQUESTS * Fraction(95, 100)) - 1
    p95 = float(np.partition(values, rank)[rank])
    return _run(values, percentiles_ms={"95": p95}, source="tool")


def _histogram(values: Floats) -> LoadTest:
    cells, counts = np.unique(np.ceil(values * 10) / 10, return_counts=True)
    pairs = zip(cells.tolist(), counts.tolist(), strict=True)
    return _run(values, buckets=tuple(Bucket(cell, cell, count) for cell, count in pairs), source="raw")


def _run(values: Floats, **more: Any) -> LoadTest:
    latency = Latency(count=REQUESTS, of="successful", mean_ms=float(values.mean()), **more)
    return LoadTest(
        tool="simulated", requests=REQUESTS, errors=0, duration_s=60.0, latency=latency, loop="open"
    )


def _row(first: str, second: str, found: Counter[Outcome], trials: int, aim: Aim, aimed: Outcome) -> str:
    good = (found[Outcome.PASS] + found[Outcome.WARN]) / trials
    bad, open_ = found[Outcome.FAIL] / trials, found[Outcome.UNPROVEN] / trials
    met = aim.met(good if aimed is Outcome.PASS else bad)
    return f"| {first} | {second} | {good:.1%} | {bad:.1%} | {open_:.1%} | {met} |"


if __name__ == "__main__":
    main()
