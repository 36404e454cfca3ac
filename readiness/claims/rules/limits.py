"""Two different limits for one thing, both ticked: whichever is meant, the other one is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from readiness.claims.model import Contradiction
from readiness.claims.numbers import Quantity, say
from readiness.claims.report import Line, Report
from readiness.claims.units import COUNT

RULE = "two-limits"
_CONDITION = re.compile(r"\b(?:under|at|with|during|for|in|on)\b.*", re.IGNORECASE)
_STATISTIC = re.compile(
    r"\b(?:p\d{2}(?:\.\d)?|avg|average|mean|median|max(?:imum)?|min(?:imum)?|peak|\d{2}th)\b", re.IGNORECASE
)
_METRIC = re.compile(
    r"latency|memory|throughput|error rate|response|coverage|cpu|uptime|availability", re.IGNORECASE
)
_SCOPE = re.compile(
    r"\b(?:staging|region|dev|light|medium|heavy|high|low|scenario|small|large|single|cluster|idle|cold|warm|level|tier|gate|"
    r"internal|external|read|write)\b",
    re.IGNORECASE,
)


class _Limit(NamedTuple):
    line: Line
    limit: Quantity
    qualified: bool


def find(report: Report) -> Iterator[Contradiction]:
    """Limits by the name of what they limit, in sections that are not siblings."""
    known: dict[tuple[str, str, bool], _Limit] = {}
    for line in report.lines:
        one = _limit(line)
        if one is None:
            continue
        key, limit = one
        first = known.setdefault(key, limit)
        if _disagree(first, limit):
            arithmetic = (
                f"{say(first.limit)} on line {first.line.number}, {say(limit.limit)} on line {line.number}"
            )
            yield Contradiction(
                line, RULE, "the report gives two limits for the same thing", arithmetic, (first.line,)
            )


def _limit(line: Line) -> tuple[tuple[str, str, bool], _Limit] | None:
    bounded = [
        one for one in line.quantities if one.bound in ("<", "<=", ">", ">=") and one.dimension != COUNT
    ]
    if line.kind != "item" or not line.is_ticked or not bounded or _SCOPE.search(line.place):
        return None
    one = bounded[0]
    before = line.text[: one.start]
    subject = re.sub(r"[^\w\s]|_", " ", _CONDITION.sub(" ", before)).lower().split()
    statistic = _STATISTIC.search(before)
    if len(subject) < 2 or not _METRIC.search(" ".join(subject)) or statistic:
        return None
    qualified = bool(_CONDITION.search(before) or _STATISTIC.search(line.text[one.end : one.end + 12]))
    return (" ".join(subject), one.dimension, one.is_upper), _Limit(line, one, qualified)


def _disagree(first: _Limit, second: _Limit) -> bool:
    """Different numbers, at least one of them without a condition, and not in the same list or sibling sections."""
    if first.limit.low == second.limit.low or (first.qualified and second.qualified):
        return False
    a, b = first.line.section, second.line.section
    return a != b and a[:-1] != b[:-1]
