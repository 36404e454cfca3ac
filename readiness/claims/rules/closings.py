"""A total or an average that is told right behind a list or a table, and does not follow from it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from readiness.claims.model import Contradiction
from readiness.claims.numbers import Parts, Quantity, fractions, quantities, say
from readiness.claims.report import Line, Report, Table
from readiness.claims.rules import _columns, _words
from readiness.claims.units import SHARE, shown

RULE = "total"
_LABEL = re.compile(
    r"\W*(?P<kind>average|avg|mean|overall|total|sum|combined)\b(?: \w+){0,2}\W*[:=|]\W*(?=[\d~<>≤≥])",
    re.IGNORECASE,
)
_LONGEST_LIST = 200
_MEAN = re.compile(r"average|avg|mean", re.IGNORECASE)
_SELECTED = re.compile(
    r"\b(?:selected|highlights?|examples?|main|key|top|notable|largest|slowest|such as|e\.g|some|weighted|"
    r"weights?|unique|trend|history|until now|so far)\b|…|\.\.\.",
    re.IGNORECASE,
)
_INLINE_MEAN = re.compile(
    r"\b(?:average|mean|avg)(?: \w+)? (?:of|over) (?P<count>\d{1,3}) \w+\W{1,3}(?P<stated>[^()]{1,30}?)"
    r"\s?\((?P<parts>[^()]{3,200})\)",
    re.IGNORECASE,
)
_SCORE = re.compile(
    r"\b(?:score|readiness|maturity|grade|completion|progress|rating)\b|^\W*%\W*$", re.IGNORECASE
)


def find(report: Report) -> Iterator[Contradiction]:
    """Lines right behind a list or table, closing rows of fractions, and means of what stands in brackets."""
    tables = {table.rows[-1]: table for table in report.tables}
    for i, line in enumerate(report.lines):
        if line.kind != "row":
            yield from _of_brackets(line)
        found = _LABEL.match(line.text)
        if found and line.kind in ("item", "text") and i and not _SELECTED.search(line.text):
            yield from _behind(report.lines, i, found["kind"], tables.get(report.lines[i - 1]))
    for table in report.tables:
        yield from _fractions(table)


def _behind(lines: Sequence[Line], i: int, kind: str, table: Table | None) -> Iterator[Contradiction]:
    line = lines[i]
    if table is not None:
        yield from _behind_table(table, line, kind)
        return
    entries: list[Line] = []
    for other in reversed(lines[:i]):
        if (
            other.kind != "item"
            or other.section != line.section
            or (entries and other.group != entries[0].group)
        ):
            break
        if line.kind == "item" and (other.group != line.group or other.depth != line.depth):
            break
        entries.append(other)
        if len(entries) > _LONGEST_LIST:
            return
    entries.reverse()
    if len(entries) < 2 or any(_SELECTED.search(one.text) for one in entries):
        return
    if all(len(one.fractions) == 1 for one in [*entries, line]):
        yield from _of_fractions(line, [one.fractions[0] for one in entries], entries)
    elif all(len(one.quantities) == 1 and not one.fractions for one in [*entries, line]):
        yield from _of_shares(line, line.quantities[0], [one.quantities[0] for one in entries], entries, kind)


def _behind_table(table: Table, line: Line, kind: str) -> Iterator[Contradiction]:
    """Of a table without a closing row of its own: its one column of scores, or its counts of tests."""
    if any(
        re.match(r"\W*(?:total|overall|average|sum|all)\b", row.text, re.IGNORECASE) for row in table.rows
    ):
        return
    if any(re.search(r"weight", name, re.IGNORECASE) for name in table.columns) or len(table.rows) < 2:
        return
    if len(line.quantities) == 1 and not line.fractions:
        for i, name in enumerate(table.columns):
            parts = [_columns.number(row, i) for row in table.rows]
            whole = [one for one in parts if one is not None]
            if _SCORE.search(name) and len(whole) == len(parts):
                yield from _of_shares(line, line.quantities[0], whole, table.rows, kind)
                return
    roles = {_columns.role(name): i for i, name in enumerate(table.columns)}
    if len(line.fractions) == 1 and {"passed", "total"} <= set(roles):
        told = [[_columns.number(row, roles[role]) for row in table.rows] for role in ("passed", "total")]
        good, all_ = ([one.low for one in column if one is not None] for column in told)
        if len(good) == len(all_) == len(table.rows):
            yield from _come_to(
                line, line.fractions[0], sum(good, Fraction(0)), sum(all_, Fraction(0)), table.rows
            )


def _of_shares(
    line: Line, stated: Quantity, parts: Sequence[Quantity], entries: Sequence[Line], kind: str
) -> Iterator[Contradiction]:
    """A mean is the mean; what is called overall may be weighted, and still lies between the parts."""
    if (
        stated.dimension != SHARE
        or not stated.is_plain
        or any(p.dimension != SHARE or not p.is_plain for p in parts)
    ):
        return
    mean = sum((p.low for p in parts), Fraction(0)) / len(parts)
    half = max(p.step for p in (*parts, stated)) / 2
    low, high = min(p.low for p in parts), max(p.high for p in parts)
    arithmetic = f"the mean of {len(parts)} entries is {shown(mean, SHARE)}, stated {say(stated)}"
    if _MEAN.match(kind):
        is_wrong = not (mean - half <= stated.low <= mean + half or stated.could_be(mean))
    else:
        total = sum((p.low for p in parts), Fraction(0))
        is_wrong = not low - half <= stated.low <= high + half and abs(total - stated.low) > half * (
            len(parts) + 1
        )
        arithmetic = f"{say(stated)} is not between {shown(low, SHARE)} and {shown(high, SHARE)}"
    if is_wrong:
        message = "it does not follow from the entries before it"
        yield Contradiction(line, RULE, message, arithmetic, (entries[0], entries[-1]))


def _of_fractions(line: Line, parts: Sequence[Parts], entries: Sequence[Line]) -> Iterator[Contradiction]:
    if not all(_words.PASSED.search(one.text) for one in entries):
        return
    part, whole = sum((p.part for p in parts), Fraction(0)), sum((p.whole for p in parts), Fraction(0))
    yield from _come_to(line, line.fractions[0], part, whole, entries)


def _come_to(
    line: Line, stated: Parts, part: Fraction, whole: Fraction, entries: Sequence[Line]
) -> Iterator[Contradiction]:
    if (stated.part, stated.whole) != (part, whole) and not _words.EXCUSED.search(line.text):
        message = f"it says {stated.text}, and the entries before it come to {part}/{whole}"
        yield Contradiction(
            line, RULE, message, f"{part}/{whole} counted, {stated.text} stated", (entries[0], entries[-1])
        )


def _fractions(table: Table) -> Iterator[Contradiction]:
    """A closing row of fractions under fractions."""
    if len(table.rows) < 3:
        return
    *above, last = table.rows
    if not last.cells or not re.fullmatch(
        r"\W*(?:grand )?(?:total|sum|all|overall)\W*", last.cells[0], re.IGNORECASE
    ):
        return
    for i in range(1, len(table.columns)):
        parts = [_whole_cell(row, i) for row in above]
        stated = _whole_cell(last, i)
        known = [one for one in parts if one is not None]
        if stated is None or len(known) != len(parts) or _words.EXCUSED.search(last.text):
            continue
        part, whole = sum((p.part for p in known), Fraction(0)), sum((p.whole for p in known), Fraction(0))
        one_scale = {p.whole for p in known} == {stated.whole}
        if (stated.part, stated.whole) != (part, whole) and not one_scale:
            sums = " + ".join(p.text for p in known[:8])
            message = "its total does not follow from the rows above it"
            yield Contradiction(
                last, RULE, message, f"{sums} = {part}/{whole}, stated {stated.text}", (above[0], above[-1])
            )
            return


def _whole_cell(row: Line, i: int) -> Parts | None:
    """The fraction that leads a cell; None for any other cell."""
    found = fractions(_columns.cell(row, i))
    return (
        found[0] if len(found) == 1 and not _columns.cell(row, i)[: found[0].start].strip(" *`~_") else None
    )


def _of_brackets(line: Line) -> Iterator[Contradiction]:
    """`Average of 3 runs: 150 ms (100 ms, 110 ms, 120 ms)`."""
    found = _INLINE_MEAN.search(line.text)
    if not found:
        return
    stated, parts = quantities(found["stated"]), quantities(found["parts"])
    if len(stated) != 1 or len(parts) != int(found["count"]) or not parts:
        return
    one = stated[0]
    if any(p.dimension != one.dimension or not p.is_plain for p in (*parts, one)):
        return
    mean = sum((p.low for p in parts), Fraction(0)) / len(parts)
    half = max(p.step for p in parts) / 2
    if not (
        one.could_be(mean)
        or (one.low - one.step / 2 <= mean + half and mean - half <= one.low + one.step / 2)
    ):
        arithmetic = f"the mean of {len(parts)} is {shown(mean, one.dimension)}, stated {say(one)}"
        yield Contradiction(line, RULE, "its average does not follow from the numbers behind it", arithmetic)
