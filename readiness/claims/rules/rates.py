"""Rates that contradict latencies and what was in flight (Little's law), order of statistics, and times of a whole run.

In a system that neither gains nor loses requests, the mean number in flight is the rate times the mean time
(J. D. C. Little, "A proof for the queuing formula L = λW", Operations Research 9(3), 1961).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from readiness.claims.model import Contradiction
from readiness.claims.numbers import Quantity, say
from readiness.claims.report import Line, Report
from readiness.claims.rules._measured import Run, joined, key, runs, settings
from readiness.claims.units import TIME, shown

RULE = "rate"
ORDER_RULE = "order"
WHOLE_RULE = "whole-run"
_TOLERANCE = Fraction(11, 10)
_ORDER = ("min", "p50", "p90", "p95", "p99", "p99.9", "max")
_SCALES = re.compile(r"(\d[\d,]{0,9})\+?\s+(?:concurrent|threads|parallel|in flight)", re.IGNORECASE)
_MANY_EACH = re.compile(r"\b(?:batch\w*|pipelin\w*|multiplex\w*|parallel requests)\b", re.IGNORECASE)
_PER_ONE = re.compile(r"\b(?:per|each|every|for (?:each|every|any))\b\s*(?P<what>[a-z]+)?", re.IGNORECASE)


def find(report: Report) -> Iterator[Contradiction]:
    """Every run whose numbers cannot all be true."""
    told = runs(report)
    for run in told:
        yield from _order(run)
    known = settings(report)
    for run in joined(told):
        yield from _little(run, known)
    yield from _odd_one_out(report, told)
    yield from _whole_run(report, told)


def _order(run: Run) -> Iterator[Contradiction]:
    """Min <= p50 <= p95 <= p99 <= max, and the mean between the ends."""
    present = [stat for stat in _ORDER if stat in run.times]
    pairs = list(pairwise(present))
    pairs += [("min", "mean"), ("mean", "max")] if "mean" in run.times else []
    for low, high in pairs:
        a, b = run.times.get(low), run.times.get(high)
        if a and b and a.bound == b.bound == "=" and a.low > b.high and run.lines:
            yield Contradiction(
                run.lines[0],
                ORDER_RULE,
                f"its {low} is above its {high}",
                f"{low} {say(a)} > {high} {say(b)}",
                tuple(run.lines[1:2]),
            )
            return


def _little(run: Run, known: dict[str, int]) -> Iterator[Contradiction]:
    rate, mean, line = run.rate, run.times.get("mean"), run.rate_line
    if (
        rate is None
        or mean is None
        or line is None
        or rate.is_range
        or mean.is_range
        or mean.bound != "="
        or rate.is_upper
    ):
        return
    low, high = _in_flight(rate, mean)
    stated, where = _stated(run, line, known)
    others = tuple(one for one in run.lines if one is not line)[:2]
    if stated is None or not low or any(_MANY_EACH.search(one.text) for one in run.lines):
        return
    arithmetic = f"{say(rate)} x {say(mean)} = {_shown(rate, mean)} in flight on average, {where}"
    open_ended = "+" in where or ">" in where
    if low > stated * _TOLERANCE and not open_ended:
        yield Contradiction(line, RULE, "the rate needs more in flight than there were", arithmetic, others)
    elif run.in_flight_kind == "threads" and stated >= 2 and low <= 1 <= high and rate.bound in ("=", ">="):
        message = (
            "the rate is one over the mean time: one at a time was in flight, so no concurrency was exercised"
        )
        yield Contradiction(line, RULE, message, arithmetic, others)


def _in_flight(rate: Quantity, mean: Quantity) -> tuple[Fraction, Fraction]:
    """The mean number in flight, at least and at most, as the digits shown allow."""
    low = (rate.low - rate.step / 2) * (mean.low - mean.step / 2) / 1000
    high = (rate.high + rate.step) * (mean.high + mean.step / 2) / 1000
    return max(low, Fraction(0)), high


def _shown(rate: Quantity, mean: Quantity) -> str:
    return shown(Fraction(round(float(rate.low * mean.low / 1000), 2)).limit_denominator(100), "")


def _stated(run: Run, line: Line, known: dict[str, int]) -> tuple[Fraction | None, str]:
    """How many were in flight, by the run itself, by the code of the section of that name, or by its row."""
    if isinstance(run.in_flight, Quantity):
        return run.in_flight.high, f"stated {say(run.in_flight)} {run.in_flight_kind}"
    if key(run.name) in known:
        return Fraction(known[key(run.name)]), f"set to {known[key(run.name)]}"
    found = _SCALES.search(line.text)
    if found:
        return Fraction(found[1].replace(",", "")), f"stated {found[0]}"
    return None, ""


def _odd_one_out(report: Report, told: Sequence[Run]) -> Iterator[Contradiction]:
    """A rate that needs several in flight, in a table whose other rows state theirs, and which states none."""
    by_row = {run.rate_line: run for run in joined(told) if "mean" in run.times}
    for table in report.tables:
        stated = [row for row in table.rows if _SCALES.search(row.text)]
        for row in table.rows if len(stated) >= 2 else ():
            run = by_row.get(row)
            if run is None or run.rate is None or row in stated:
                continue
            mean = run.times["mean"]
            low, _ = _in_flight(run.rate, mean)
            if low > Fraction(3, 2):
                arithmetic = (
                    f"{say(run.rate)} x {say(mean)} = {_shown(run.rate, mean)} in flight; none are stated"
                )
                message = "the rate needs several in flight, and its row states none where the others do"
                yield Contradiction(
                    row, RULE, message, arithmetic, tuple(one for one in run.lines if one is not row)[:1]
                )


def _whole_run(report: Report, told: Sequence[Run]) -> Iterator[Contradiction]:
    """A target for the whole run, or for each operation, that the numbers below it do not keep."""
    by_section: dict[tuple[str, ...], list[Run]] = {}
    for run in told:
        if run.lines:
            by_section.setdefault(run.lines[0].section, []).append(run)
    ticked = {line.section for line in report.lines if line.is_ticked and line.kind != "heading"}
    for line in report.lines:
        if re.match(r"\W*targets?\W*:", line.text, re.IGNORECASE) and line.section in ticked:
            for run in by_section.get(line.section, ()):
                yield from _against(line, run)


def _against(line: Line, run: Run) -> Iterator[Contradiction]:
    for target in line.quantities:
        if target.dimension != TIME or not target.is_upper:
            continue
        behind = line.text[target.end : target.end + 40].split(",")[0]
        largest = run.times.get("max")
        if (
            re.match(r"\s*(?:in )?(?:total|overall|altogether)\b", behind, re.I)
            and run.count
            and run.rate
            and run.rate.is_plain
        ):
            took = Fraction(run.count) / run.rate.high * 1000
            if took > target.high * Fraction(101, 100):
                arithmetic = f"{run.count:,} / {say(run.rate)} = {shown(took, TIME)}, target {say(target)}"
                yield Contradiction(
                    line,
                    WHOLE_RULE,
                    "the whole run cannot have kept its target at this rate",
                    arithmetic,
                    (run.rate_line,) if run.rate_line else (),
                )
        elif (
            _PER_ONE.match(behind.strip()) and largest and largest.bound == "=" and largest.low >= target.high
        ):
            arithmetic = f"max {say(largest)}, target {say(target)} {behind.strip()}"
            message = (
                "the target is for each one, and the largest misses it: the mean alone keeps it, and "
                "no percentile is told"
            )
            if set(run.times) - {"min", "mean", "max"}:
                message = "the target is for each one, and the largest misses it"
            yield Contradiction(line, WHOLE_RULE, message, arithmetic, tuple(run.lines[:1]))
