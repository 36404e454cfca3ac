"""The totals of the whole report, told twice and differently: 7,000 succeeded and 50 failed, and 7,050 of 7,050."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from readiness.claims.model import Contradiction
from readiness.claims.numbers import quantities
from readiness.claims.report import Line, Report
from readiness.claims.units import COUNT

RULE = "told-twice"
_OVERALL = re.compile(r"\b(?:total|overall|aggregate)\b|total_|overall_", re.IGNORECASE)
_KEYED = re.compile(
    r"\W*(?P<key>[A-Za-z][A-Za-z _]{2,40}?)\W*[:=]\s*(?P<value>[\d][\d,]*)(?![\d.]*\s?(?:%|ms|s\b|MB))"
)
_OPERATION = re.compile(r"operation|request|test|record|transaction|call", re.IGNORECASE)


class _Totals(NamedTuple):
    line: Line
    total: int
    good: int | None
    bad: int | None


def find(report: Report) -> Iterator[Contradiction]:
    """Blocks of `key: value` that speak of the whole, and have the same total."""
    known: dict[int, _Totals] = {}
    for one in _blocks(report):
        first = known.setdefault(one.total, one)
        for name, a, b in (("succeeded", first.good, one.good), ("failed", first.bad, one.bad)):
            if a is not None and b is not None and a != b:
                arithmetic = (
                    f"of {one.total:,}: {a:,} {name} on line {first.line.number}, {b:,} on line "
                    f"{one.line.number}"
                )
                yield Contradiction(
                    one.line,
                    RULE,
                    "the report tells the totals of the whole twice, and differently",
                    arithmetic,
                    (first.line,),
                )
                break


def _blocks(report: Report) -> Iterator[_Totals]:
    prose = [line for line in report.lines if line.kind in ("code", "item", "text")]
    blocks = [list(lines) for _, lines in groupby(prose, key=lambda line: (line.section, line.group))]
    for script in report.scripts:
        blocks.append([Line(script.number + i, "code", text, script.section, -1, report=report.name)
                       for i, text in enumerate(script.text.split("\n"))])  # fmt: skip
    for lines in sorted(blocks, key=lambda lines: lines[0].number):
        one = _totals(lines)
        if one:
            yield one


def _totals(lines: list[Line]) -> _Totals | None:
    found: dict[str, tuple[Line, int]] = {}
    overall = False
    for line in lines:
        keyed = _KEYED.match(line.text)
        if not keyed:
            continue
        key = keyed["key"].replace("_", " ").lower()
        overall = overall or bool(_OVERALL.search(key))
        role = _role(key)
        if (
            role
            and role not in found
            and (value := quantities(keyed["value"]))
            and value[0].dimension == COUNT
        ):
            found[role] = (line, int(value[0].low))
    if not overall or "total" not in found or len(found) < 2:
        return None
    good, bad = found.get("good"), found.get("bad")
    line = (good or bad or found["total"])[0]
    return _Totals(line, found["total"][1], good and good[1], bad and bad[1])


def _role(key: str) -> str:
    if re.search(r"success|passed|succeeded", key):
        return "good"
    if re.search(r"fail|error", key):
        return "bad" if not re.search(r"rate", key) else ""
    return "total" if re.search(r"\btotal\b", key) and _OPERATION.search(key) else ""
