"""A percentage that does not follow from its fraction, and rows whose parts do not come to their total."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from readiness.claims.model import Contradiction
from readiness.claims.numbers import Parts, Quantity, fractions, quantities
from readiness.claims.report import Line, Report
from readiness.claims.rules import _columns, _words
from readiness.claims.units import SHARE, shown

RULE = "percentage"
_BETWEEN = re.compile(r"[\s\w]{0,40}[(,=:\u2013—|→-]?\s{0,2}(?:i\.?e\.?|or|is|→|=)?\s{0,2}")
_BACK = re.compile(r"\s?(?:[\w]+\s?){0,3}[(,=:\u2013—-]\s{0,2}")
_FREE = re.compile(
    r"^\s?\)?\s?$|^[\s)]*(?:[.,;|)\]!✅]|$)|^\s(?:success|pass|complet|cover|done|of\b|rate|succe|green|fail|error|healthy|active)",
    re.IGNORECASE,
)
_NOT_SHARE = re.compile(
    r"\b(?:faster|slower|more|less|fewer|increase|decrease|reduction|improve\w*|growth|higher|lower|better|worse|confidence|up|down|"
    r"per|each|target|threshold|required|minimum|limit|goal)\b",
    re.IGNORECASE,
)


def find(report: Report) -> Iterator[Contradiction]:
    """Fractions with their percentage beside them; rows with counts; `n of m` where n is more than m."""
    for line in report.lines:
        yield from _beside(line)
        yield from _more_than_all(line)
        if line.kind == "row":
            yield from _row(line)


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


def _row(line: Line) -> Iterator[Contradiction]:
    """The total and its parts, and the rate that follows from them."""
    counts: dict[str, Quantity] = {}
    for i, name in enumerate(line.columns):
        number, role = _columns.number(line, i), _columns.role(name)
        if role and number is not None:
            if role in counts:
                return
            counts[role] = number
    rates = {role: counts.pop(role) for role in ("rate", "coverage") if role in counts}
    if any(not one.is_plain for one in counts.values()):
        return
    values = {role: one.low for role, one in counts.items()}
    problem = (
        _sum_problem(values)
        or _rate_problem(values, rates.get("rate"))
        or _coverage_problem(line, values, rates.get("coverage"))
    )
    if problem:
        yield Contradiction(line, RULE, "the numbers of the row do not fit together", problem)


def _sum_problem(values: dict[str, Fraction]) -> str:
    for whole, good, rest, needed in (
        ("total", "passed", ("failed", "errored", "skipped"), {"failed", "skipped"}),
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
