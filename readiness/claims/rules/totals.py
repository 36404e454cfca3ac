"""The last row of a table that does not follow from the rows above it: totals, averages and weighted averages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from statistics import median
from typing import NamedTuple

from readiness.claims.model import Contradiction
from readiness.claims.numbers import Quantity, say
from readiness.claims.report import Line, Report, Table
from readiness.claims.rules import _columns
from readiness.claims.units import COUNT, SHARE, SIZE, TIME, shown

RULE = "total"
_SUM = re.compile(r"\b(?:total|sum|subtotal)\b", re.IGNORECASE)
_MEAN = re.compile(r"\b(?:average|avg|mean)\b", re.IGNORECASE)
_ALL = re.compile(r"^\W*(?:overall|all|combined|aggregate|overall score)\b", re.IGNORECASE)
_WEIGHT = re.compile(r"weights?|weighting|weight ?\(?%?\)?", re.IGNORECASE)
_WEIGHTED = re.compile(r"\bweighted\b", re.IGNORECASE)
_SCORE = re.compile(
    r"\b(?:score|readiness|maturity|grade|completion|complete|progress|rating)\b|^\W*%\W*$", re.IGNORECASE
)
_NO_SUM = re.compile(
    r"\b(?:avg|average|mean|median|max|min|peak|p\d{2}|rate|ratio|percent|port|version|phase|year|id|target|limit|threshold|"
    r"cumulative|running|balance|to date|ytd|users?|concurren\w*|replicas?|latency|throughput|rps|weight)\b|%|/s|#",
    re.IGNORECASE,
)
_LEAST_ROWS = 2
_MOST_CLOSINGS = 60
_ELLIPSIS = re.compile(r"…|\.\.\.")
_SELECTED = re.compile(
    r"\b(?:top|slowest|largest|worst|selected|examples?|excerpt|sample|highlights)\b", re.IGNORECASE
)
_UNIQUE = re.compile(
    r"\b(?:unique|distinct|deduplicated|overlap\w*|excl\w*|incl\w*|without|estimated)\b", re.IGNORECASE
)
_KEYS = re.compile(
    r"(?:metric|measure\w*|key|field|property|parameter|statistic|item|value|what|figure)s?", re.IGNORECASE
)
_CLOSING_WORDS = frozenset(
    """
    total totals grand sum subtotal sub average avg mean weighted overall all combined aggregate score
    the of
    """.split()  # noqa: SIM905 - a list of words reads better as text
)


class _Column(NamedTuple):
    """A column over its closing row: the numbers above, the one below, and the rows they are from."""

    name: str
    parts: tuple[Quantity, ...]
    rows: tuple[Line, ...]
    stated: Quantity


def find(report: Report) -> Iterator[Contradiction]:
    """Every closing row, column by column; one contradiction for each row."""
    for table in report.tables:
        if not _is_excerpt(table):
            yield from _closings(table)


def _is_excerpt(table: Table) -> bool:
    """Whether it shows some rows of many."""
    shown_in = table.section[-1] if table.section else ""
    cut = any(row.cells and _ELLIPSIS.fullmatch(row.cells[0].strip()) for row in table.rows)
    return cut or bool(_SELECTED.search(shown_in))


def _closings(table: Table) -> Iterator[Contradiction]:
    """A closing row may close the rows since the one before it, or all."""
    start = 0
    closing = [_closes(row, table) for row in table.rows]
    if sum(closing) > _MOST_CLOSINGS:
        return
    for i, row in enumerate(table.rows):
        if not closing[i]:
            continue
        group = [table.rows[j] for j in range(start, i) if not closing[j]]
        found = list(_closing(table, group, row)) if len(group) >= _LEAST_ROWS else []
        every = [table.rows[j] for j in range(i) if not closing[j]] if found and start else []
        if found and (not every or any(_closing(table, every, row))):
            yield found[0]
        start = start if _MEAN.search(_name(row)) else i + 1


def _name(row: Line) -> str:
    """What the row is called: its first cell that holds words."""
    return next((cell for cell in row.cells[:2] if re.search(r"[A-Za-z]", cell)), "")


def _closes(row: Line, table: Table) -> bool:
    """Whether a row closes the table; `Total requests` among other metrics is one of them, and does not."""
    name = _name(row)
    is_metric = bool(table.columns and _KEYS.fullmatch(table.columns[0].strip()))
    named = _SUM.search(name) or _ALL.search(name) or (_MEAN.search(name) and not is_metric)
    if len(name) > 40 or not named or _UNIQUE.search(row.text):
        return False
    around = f"{' '.join(table.section)} {table.columns[0] if table.columns else ''}".lower()
    if is_metric:
        around = ""
    rest = set(re.findall(r"[a-z]+", name.lower())) - _CLOSING_WORDS
    return all(word.rstrip("s") in around for word in rest)


def _closing(table: Table, above: Sequence[Line], row: Line) -> Iterator[Contradiction]:
    for i, name in enumerate(table.columns):
        column = _column(i, name, above, row)
        if column is None:
            continue
        problem = _problem(table, column, row)
        if problem:
            kind = "average" if _MEAN.search(_name(row)) or column.stated.dimension == SHARE else "total"
            message = f"its {kind} of {name.strip() or 'the column'} does not follow from the rows above it"
            yield Contradiction(row, RULE, message, problem, (above[0], above[-1]))
            return


def _column(i: int, name: str, above: Sequence[Line], row: Line) -> _Column | None:
    """The column, where every row above has one number in it, all of one dimension."""
    stated = _columns.number(row, i)
    numbers = [_columns.number(other, i) for other in above]
    parts = [one for one in numbers if one is not None]
    blank = [
        other
        for other, one in zip(above, numbers, strict=True)
        if one is None and _columns.cell(other, i).strip(" -\u2013—")
    ]
    if stated is None or stated.bound == "~" or len(parts) < _LEAST_ROWS or blank:
        return None
    if any(part.dimension != stated.dimension or part.is_range or part.bound == "~" for part in parts):
        return None
    rows = tuple(other for other, one in zip(above, numbers, strict=True) if one is not None)
    return _Column(name, tuple(parts), rows, stated)


def _problem(table: Table, column: _Column, row: Line) -> str:
    name = _name(row)
    if _MEAN.search(name) or (_WEIGHTED.search(name) and not _SUM.search(name)):
        if _WEIGHT.fullmatch(column.name.strip()):
            return _sum_problem(column, name) and _mean_problem(table, column, exact=True)
        return _mean_problem(table, column, exact=True)
    if column.stated.dimension == SHARE:
        return _share_problem(table, column, name)
    if _NO_SUM.search(column.name) or column.stated.dimension not in (COUNT, TIME, SIZE):
        return ""
    return _sum_problem(column, name)


def _share_problem(table: Table, column: _Column, name: str) -> str:
    """Scores are averaged; rates are pooled by counts that may not be shown, so they only stay between the rows."""
    if _WEIGHT.fullmatch(column.name.strip()):
        return _sum_problem(column, name)
    if _SCORE.search(column.name) and not _columns_count(table):
        return _mean_problem(table, column, exact=False)
    if _is_distribution(column):
        return ""
    low, high = min(p.low for p in column.parts), max(p.high for p in column.parts)
    half = max(p.step for p in (*column.parts, column.stated))
    if column.stated.bound != "=" or (column.stated.high >= low - half and column.stated.low <= high + half):
        return ""
    return f"{say(column.stated)} is not between {shown(low, SHARE)} and {shown(high, SHARE)}"


def _is_distribution(column: _Column) -> bool:
    """Whether the rows share out one whole: then they are summed, and each may be rounded."""
    total, fuzz = sum(p.low for p in column.parts), sum(p.step / 2 for p in column.parts)
    return (
        column.stated.low - fuzz - column.stated.step
        <= total
        <= column.stated.high + fuzz + column.stated.step
    )


def _columns_count(table: Table) -> bool:
    """Whether the table shows counts by which a rate would be pooled."""
    return any(_columns.role(name) in ("total", "passed") for name in table.columns)


def _sum_problem(column: _Column, name: str) -> str:
    total = sum((part.low for part in column.parts), Fraction(0))
    fuzz = sum(
        (part.step / 2 for part in column.parts if part.step < 1 or part.dimension != COUNT), Fraction(0)
    )
    stated = column.stated
    if any(part.is_lower for part in column.parts):
        return "" if stated.high >= total - fuzz else _said(column, "at least", total)
    slack = fuzz + (stated.step if stated.dimension != COUNT or stated.step < 1 else 0)
    if any(part.is_upper for part in column.parts) or stated.is_upper:
        return ""
    if stated.low - slack <= total <= stated.high + slack or (
        stated.is_lower and total >= stated.low - slack
    ):
        return ""
    if stated.dimension == TIME and any(
        stated.could_be(part.low) for part in column.parts if part == max(column.parts)
    ):
        return ""
    if not _SUM.search(name) and min(p.low for p in column.parts) <= stated.low < max(
        p.low for p in column.parts
    ):
        return ""  # `All` and `Overall` may also be pooled, by weights that are not shown.
    if (not _SUM.search(name) or _SCORE.search(column.name)) and any(
        stated.could_be(value) for value in _aggregates(column.parts)
    ):
        return ""
    return _said(column, "", total)


def _said(column: _Column, bound: str, total: Fraction) -> str:
    terms = " + ".join(shown(part.low, "") for part in column.parts[:12]) + (
        " + …" if len(column.parts) > 12 else ""
    )
    come = f"{bound} {shown(total, column.stated.dimension)}".strip()
    return f"{terms} = {come}, stated {say(column.stated)}"


def _aggregates(parts: Sequence[Quantity]) -> Iterator[Fraction]:
    values = [part.low for part in parts]
    yield from (sum(values, Fraction(0)) / len(values), min(values), max(values), median(values))


def _mean_problem(table: Table, column: _Column, *, exact: bool) -> str:
    """The stated number must be the mean, weighted where weights are given, of some numbers that round to the rows."""
    weights = _weights(table, column)
    total = sum(weights)
    if not total:
        return ""
    values = [part.low for part in column.parts]
    mean = sum((w * v for w, v in zip(weights, values, strict=True)), Fraction(0)) / total
    # A range states its own tolerance; a single number also allows for the rounding of the rows.
    fuzz = Fraction(0) if column.stated.is_range else max(part.step for part in column.parts) / 2
    if _allows(column.stated, mean - fuzz, mean + fuzz):
        return ""
    if not exact and column.stated.could_be(min(values)):
        return ""
    kind = "weighted mean" if len(set(weights)) > 1 else "mean"
    return f"the {kind} of {len(values)} rows is {shown(mean, column.stated.dimension)}, stated {say(column.stated)}"


def _allows(stated: Quantity, low: Fraction, high: Fraction) -> bool:
    if stated.bound != "=":
        above = stated.is_lower and high >= stated.low - stated.step
        return above or (stated.is_upper and low <= stated.high + stated.step)
    half = stated.step / 2
    top = stated.high + (half if stated.is_range else stated.step)
    return low <= top and high >= stated.low - half


def _weights(table: Table, column: _Column) -> list[Fraction]:
    """The weights of the rows; one each where the table has none."""
    for i, name in enumerate(table.columns):
        if _WEIGHT.fullmatch(name.strip()):
            found = [_columns.number(row, i) for row in column.rows]
            if all(found):
                return [one.low for one in found if one is not None]
    return [Fraction(1)] * len(column.parts)
