"""A percentage that does not follow from its fraction, and rows whose parts do not come to their total."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from readiness.claims.model import Contradiction
from readiness.claims.numbers import Parts, Quantity, fractions, quantities
from readiness.claims.report import Line, Report, Table
from readiness.claims.rules import _columns, _words
from readiness.claims.units import SHARE, shown

RULE = "percentage"
_BETWEEN = re.compile(r"[\s\w]{0,40}[(,=:\u2013—|→-]?\s{0,2}(?:i\.?e\.?|or|is|→|=)?\s{0,2}")
_BACK = re.compile(r"\s?(?:[\w]+\s?){0,3}[(,=:\u2013—-]\s{0,2}")
_FREE = re.compile(
    r"^\s?\)?\s?$|^[\s)]*(?:[.,;|)\]!✅]|$)|^\s(?:success|pass|complet|cover|done|of\b|rate|succe|green|fail|error|healthy|active)",
    re.IGNORECASE,
)
_RAN = re.compile(r"\b(?:executed|runs?|ran)\b", re.IGNORECASE)
_LEFT_OUT = re.compile(
    r"\bskip\w*\b[^.|]{0,40}\b(?:not (?:in\b|counted|included|part of)|excluded|left out|on top)"
    r"|\b(?:exclud\w*|without|not counting)\b[^.|]{0,20}\bskip",
    re.IGNORECASE,
)
_NOT_SHARE = re.compile(
    r"\b(?:faster|slower|more|less|fewer|increase|decrease|reduction|improve\w*|growth|higher|lower|better|worse|confidence|up|down|"
    r"per|each|target|threshold|required|minimum|limit|goal)\b",
    re.IGNORECASE,
)


class _Skips(NamedTuple):
    """Whether the totals leave out what was skipped."""

    left_out: bool

    @property
    def parts(self) -> tuple[str, ...]:
        """What comes to the total beside what passed."""
        return ("failed", "errored") if self.left_out else ("failed", "errored", "skipped")

    @property
    def needed(self) -> frozenset[str]:
        """What must be told for the sum to be exact."""
        return frozenset({"failed"} if self.left_out else {"failed", "skipped"})


def find(report: Report) -> Iterator[Contradiction]:
    """Fractions with their percentage beside them; rows with counts; `n of m` where n is more than m."""
    for line in report.lines:
        yield from _beside(line)
        yield from _more_than_all(line)
    for table in report.tables:
        skips = _Skips(_leaves_skipped_out(report, table))
        for row in table.rows:
            yield from _row(row, skips)


def _beside(line: Line) -> Iterator[Contradiction]:
    for text in line.cells or (line.text,):
        found = _pair(text, line)
        if found:
            one, percent = found
            if not _follows(one, percent, text):
                value = shown(one.percent or Fraction(0), SHARE)
                yield Contradiction(
                    line,
                    RULE,
                    f"{percent.text} does not follow from {one.text}",
                    f"{one.text} = {value}, stated {percent.text}",
                )
                return


def _pair(text: str, line: Line) -> tuple[Parts, Quantity] | None:
    parts = _fractions(text, line)
    shares = [one for one in _quantities(text, line) if one.dimension == SHARE]
    if len(parts) != 1 or len(shares) != 1 or not shares[0].is_plain or not parts[0].whole:
        return None
    one, percent = parts[0], shares[0]
    if percent.start >= one.end:
        beside = _BETWEEN.fullmatch(text[one.end : percent.start])
    else:
        beside = _BACK.fullmatch(text[percent.end : one.start])
    around = text[min(one.end, percent.start) : max(one.start, percent.end) + 25]
    return (
        (one, percent)
        if beside and not _NOT_SHARE.search(around) and _FREE.search(_behind(text, one, percent))
        else None
    )


def _behind(text: str, one: Parts, percent: Quantity) -> str:
    return text[percent.end : percent.end + 25] if percent.start >= one.end else ""


def _fractions(text: str, line: Line) -> tuple[Parts, ...]:
    return fractions(text) if line.cells else line.fractions


def _quantities(text: str, line: Line) -> tuple[Quantity, ...]:
    return quantities(text) if line.cells else line.quantities


def _follows(one: Parts, percent: Quantity, text: str) -> bool:
    """Whether the digits allow it; a share of failures may stand beside what passed."""
    share = one.percent
    if share is None or percent.could_be(share):
        return True
    return bool(_words.FAILED.search(text)) and percent.could_be(100 - share)


def _more_than_all(line: Line) -> Iterator[Contradiction]:
    for one in line.fractions:
        after = line.text[one.end : one.end + 25]
        if one.part > one.whole > 0 and re.match(
            r"\s(?:\w+\s){0,2}(?:pass|complete|succe|done|healthy|covered|green)", after, re.IGNORECASE
        ):
            yield Contradiction(line, RULE, f"{one.text} is more than all", f"{one.part} > {one.whole}")
            return


def _leaves_skipped_out(report: Report, table: Table) -> bool:
    """Whether the totals of a table are of what ran: its column says so, the report does, or all of its rows do."""
    if any(_columns.role(name) == "total" and _RAN.search(name) for name in table.columns):
        return True
    if any(_LEFT_OUT.search(line.text) for line in report.lines):
        return True
    rows = [counts for row in table.rows if (counts := _counts(row)) and {"total", "skipped"} <= set(counts)]
    telling = sum(counts["skipped"].low > 0 for counts in rows)
    return telling > 1 and not any(_sum_problem(_values(counts), _Skips(left_out=True)) for counts in rows)


def _counts(line: Line) -> dict[str, Quantity]:
    """The numbers of a row by what they count; none where two columns count the same."""
    counts: dict[str, Quantity] = {}
    for i, name in enumerate(line.columns):
        number, role = _columns.number(line, i), _columns.role(name)
        if role and number is not None:
            if role in counts:
                return {}
            counts[role] = number
    return counts


def _row(line: Line, skips: _Skips) -> Iterator[Contradiction]:
    """The total and its parts, and the rate that follows from them."""
    counts = _counts(line)
    rates = {role: counts.pop(role) for role in ("rate", "coverage") if role in counts}
    if any(not one.is_plain for one in counts.values()):
        return
    values = _values(counts)
    problem = (
        _sum_problem(values, skips)
        or _rate_problem(values, rates.get("rate"))
        or _coverage_problem(line, values, rates.get("coverage"))
    )
    if problem:
        yield Contradiction(line, RULE, "the numbers of the row do not fit together", problem)


def _values(counts: dict[str, Quantity]) -> dict[str, Fraction]:
    return {role: one.low for role, one in counts.items()}


def _sum_problem(values: dict[str, Fraction], skips: _Skips) -> str:
    for whole, good, rest, needed in (
        ("total", "passed", skips.parts, skips.needed),
        ("lines", "covered", ("missed",), {"missed"}),
    ):
        if whole not in values or good not in values:
            continue
        parts = [good, *(role for role in rest if role in values)]
        come = sum((values[role] for role in parts), Fraction(0))
        if come > values[whole] or (needed <= set(parts) and come != values[whole]):
            terms = " + ".join(shown(values[role], "") for role in parts)
            return f"{terms} = {shown(come, '')}, stated {shown(values[whole], '')}"
    return ""


def _rate_problem(values: dict[str, Fraction], rate: Quantity | None) -> str:
    """A pass rate may be of all tests, of those that ran, or of those that passed or failed."""
    passed, failed = values.get("passed"), values.get("failed")
    if rate is None or not rate.is_plain or rate.dimension != SHARE or passed is None:
        return ""
    wholes = (
        [values["total"], values["total"] - values.get("skipped", Fraction(0))] if "total" in values else []
    )
    wholes += [passed + failed] if failed is not None else []
    shares = [passed / whole * 100 for whole in wholes if whole > 0]
    if not shares or any(rate.could_be(share) for share in shares):
        return ""
    return f"{shown(passed, '')}/{shown(wholes[0], '')} = {shown(shares[0], SHARE)}, stated {rate.text}"


def _coverage_problem(line: Line, values: dict[str, Fraction], rate: Quantity | None) -> str:
    """Coverage of lines; where branches are counted too, it may be of both."""
    lines, missed = values.get("lines"), values.get("missed")
    covered = values.get("covered", None if lines is None or missed is None else lines - missed)
    if rate is None or not rate.is_plain or rate.dimension != SHARE or covered is None or not lines:
        return ""
    if any(_columns.BRANCHES.search(name) for name in line.columns) or rate.could_be(covered / lines * 100):
        return ""
    share = shown(covered / lines * 100, SHARE)
    return f"{shown(covered, '')}/{shown(lines, '')} = {share}, stated {rate.text}"
