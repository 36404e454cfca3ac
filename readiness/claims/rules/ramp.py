"""A level of load that the ramp never had: steps of 50 from 50 to 300 hold no 280."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from readiness.claims.model import Contradiction
from readiness.claims.numbers import Quantity, quantities, say
from readiness.claims.report import Line, Report
from readiness.claims.rules._columns import cell
from readiness.claims.units import RATE, shown

RULE = "ramp"
_RAMP = re.compile(r"\b(?:ramp(?:s|ing|ed)?|progressive|stepped|steps?|from)\b", re.IGNORECASE)
_STEP = re.compile(r"\b(?:increments?|steps?|increase[sd]?)\b.{0,12}?\+?\s?(?=\d)", re.IGNORECASE)
_LEVEL = re.compile(
    r"\bmax(?:imum)? (?:stable|sustain\w*)|highest stable|\bbreak(?:ing)?[ -]?point\b|\bknee\b|stable (?:level|load)",
    re.IGNORECASE,
)


class _Ramp(NamedTuple):
    line: Line
    span: Quantity
    step: Quantity


def find(report: Report) -> Iterator[Contradiction]:
    """Rows of levels, where the report has one ramp of that unit."""
    ramps = list(_ramps(report))
    if len(ramps) != 1:
        return
    ramp = ramps[0]
    for line in report.lines:
        if line.kind == "row" and _LEVEL.search(line.text):
            yield from _outside(line, ramp)


def _ramps(report: Report) -> Iterator[_Ramp]:
    items = [line for line in report.lines if line.kind in ("item", "text")]
    for _, lines in groupby(items, key=lambda line: (line.section, line.group)):
        span: tuple[Line, Quantity] | None = None
        for line in lines:
            whole = next((one for one in line.quantities if one.is_range and one.dimension == RATE), None)
            if whole and _RAMP.search(line.text):
                span = (line, whole)
            step = _STEP.search(line.text)
            size = quantities(line.text[step.end() :])[:1] if step and span else ()
            if span and size and size[0].dimension == RATE and not size[0].is_range and size[0].low > 0:
                yield _Ramp(span[0], span[1], size[0])
                span = None


def _outside(line: Line, ramp: _Ramp) -> Iterator[Contradiction]:
    """The last number of the row is the level that was found; one with digits behind the point was measured."""
    levels = [
        one
        for i in range(len(line.cells))
        for one in quantities(cell(line, i))
        if one.dimension == RATE and one.bound == "="
    ]
    if not levels or levels[-1].is_range or levels[-1].step < 1:
        return
    level = levels[-1].low
    steps = (level - ramp.span.low) / ramp.step.low
    if steps.denominator != 1 or not ramp.span.low <= level <= ramp.span.high:
        arithmetic = (
            f"({shown(level, '')} - {shown(ramp.span.low, '')}) / {shown(ramp.step.low, '')} = "
            f"{shown(steps, '')}, no whole number of steps"
        )
        yield Contradiction(line, RULE, f"the ramp never held {say(levels[-1])}", arithmetic, (ramp.line,))
