"""A value that misses the target which stands beside it, and is ticked all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from readiness.claims.model import Contradiction
from readiness.claims.numbers import Quantity, quantities, say
from readiness.claims.report import Line, Report, Table
from readiness.claims.rules import _columns, _words
from readiness.claims.units import COUNT, RATE, SHARE, TIME

RULE = "target-missed"
_INLINE = re.compile(
    r"\(?\b(?:must be|should be|has to be|targets?|limits?|threshold|goal|slo|sla|objective|required|budget|expected)\b"
    r"(?:\s+(?:is|of|was))?\s*[:=]?\s*"
    r"(?P<target>[^()|;]{1,60})",
    re.IGNORECASE,
)
_MET_AT = re.compile(
    r"(?P<target>(?:[<>≤≥]|\b(?:under|below|over|above|within|at most|at least|less than|more than)\b)"
    r"[^()|:;\u2014\u2013]{1,40}?)"
    r"\s?(?:\(|[:;\u2014\u2013]|\s-\s)\s*(?:target\s+)?(?:met|achieved|reached|actual(?:ly)?|measured|result|currently|observed|now)\b"
    r"\s*(?:at|with|:|is|=)?\s*(?P<got>[^()|]{1,40})",
    re.IGNORECASE,
)
_THEN_GOT = re.compile(
    r"\b(?:targets?|limits?|threshold|goal|slo|sla|objective|required)\b(?:\s+(?:is|of|was))?\s*[:=]?\s*"
    r"(?P<target>[^()|;,]{1,40})[,;(|]\s*(?:achieved|actual|measured|result|reached|got|observed)\s*[:=]?\s*(?P<got>[^()|;,]{1,40})",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(
    r"throughput|sustained|\bops\b|capacity|coverage|availability|uptime|success|pass rate|passed|passing|"
    r"hit rate|\bscore\b|peak|accuracy|precision|\brecall\b|true positive|"
    r"\bminimum\b|\bmin\s+(?=[\d≥>])",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    r"latency|response|error|failure|memory|cpu|\brss\b|\bp\d{2}|\blag\b|loss|delay|mttr|\brto\b|\brpo\b|startup|"
    r"(?:restore|recovery|build|deploy\w*|boot|start) time|utili[sz]ation|\bmax(?:imum)?\b",
    re.IGNORECASE,
)
_EITHER_WAY = re.compile(
    r"detect|recover(?!y time)|attain|complian|within|toleran|reduc|improv|saving|handled|retr(?:y|ies)|"
    r"remaining|\bleft\b|unused|spare|saved|between|soak|endurance|"
    r"retention|headroom|freed|(?:latency|response|error)[\w\s]{0,20}\bslo\b",
    re.IGNORECASE,
)

_NONE_WANTED = re.compile(
    r"\b(?:bugs?|defects?|incidents?|blockers?|vulnerabilit\w*|findings|outages?|lost|crash\w*|violations?|failures?|errors?|"
    r"leaks?|alerts?|critical|open)\b(?! (?:rules?|handlers?|codes?|types?|pages?|messages?|caught|handled|budgets?))",
    re.IGNORECASE,
)


class _Wanted(NamedTuple):
    side: Literal["low", "high"]
    strict: bool
    limit: Quantity


def find(report: Report) -> Iterator[Contradiction]:
    """Rows of tables with a target and an achieved column, and lines that name both."""
    for table in report.tables:
        columns = _columns.target_columns(table)
        if columns is not None:
            yield from _in_table(table, columns)
    for line in report.lines:
        if line.is_ticked and line.kind != "heading" and not _words.EXCUSED.search(line.text):
            yield from _in_line(line)


def missed_rows(report: Report) -> Iterator[tuple[Line, str]]:
    """Rows that miss a target that is written with its comparator, ticked or not, with the arithmetic."""
    for table in report.tables:
        columns = _columns.target_columns(table)
        for row in table.rows if columns else ():
            wanted = _columns.number(row, columns.wanted) if columns else None
            got = _columns.number(row, columns.got) if columns else None
            if wanted and got and wanted.bound not in ("=", "~") and not _words.EXCUSED.search(row.text):
                problem = _problem(wanted, got, row.text)
                if problem:
                    yield row, problem


def _in_table(table: Table, columns: _columns.Target) -> Iterator[Contradiction]:
    for row in table.rows:
        wanted, got = _columns.number(row, columns.wanted), _columns.number(row, columns.got)
        if row.is_ticked and wanted and got and not _words.EXCUSED.search(row.text):
            context = " ".join([row.text, table.columns[columns.wanted]])
            problem = _problem(wanted, got, context)
            if problem:
                yield Contradiction(
                    row, RULE, "the row is ticked, and its value misses its own target", problem
                )


def _in_line(line: Line) -> Iterator[Contradiction]:
    for text in line.cells or (line.text,):
        for target, got in _pairs(text):
            problem = _problem(target, got, text)
            if problem:
                yield Contradiction(
                    line, RULE, "it is ticked, and its value misses the target beside it", problem
                )
                return


def _pairs(text: str) -> Iterator[tuple[Quantity, Quantity]]:
    """Each target of a text with the value that stands for it; nothing where that is in doubt."""
    if found := _MET_AT.search(text):
        yield from zip(quantities(found["target"])[:1], quantities(found["got"])[:1], strict=False)
        return
    if found := _THEN_GOT.search(text):
        yield from zip(quantities(found["target"])[:1], quantities(found["got"])[:1], strict=False)
        return
    for found in _INLINE.finditer(text):
        targets = quantities(found["target"])
        values = [
            one
            for one in quantities(_sentence(text[: found.start()]))
            if targets
            and one.dimension == targets[0].dimension
            and not (one.is_range and one.dimension == COUNT)
        ]
        if values and len(values) == len(targets):
            yield from zip(targets, values, strict=True)
            return


def _sentence(before: str) -> str:
    """What stands before a target in its own sentence; a target that opens a sentence speaks of nothing before it."""
    return re.split(r"[.!?]\s+(?=[A-Z\W])|\s[/·]\s|\n", before)[-1]


def _problem(target: Quantity, got: Quantity, context: str) -> str:
    """The arithmetic of a miss; empty when the target is kept, or when the two cannot be compared."""
    wanted, got = _wanted(target, context), got.after
    if wanted is None or target.dimension != got.dimension or got.bound == "~":
        return ""
    if wanted.side == "high":
        value, limit = got.high, target.high
        broken = not got.is_upper and (value >= limit if wanted.strict else value > limit)
        return (
            f"{say(got)} against {say(target)}: {_end(got, 'high')} is not "
            f"{'below' if wanted.strict else 'at most'} the limit"
            if broken
            else ""
        )
    value, limit = got.low, target.low
    broken = not got.is_lower and not got.is_upper and (value <= limit if wanted.strict else value < limit)
    if got.is_upper:
        broken = got.high < limit
    return (
        f"{say(got)} against {say(target)}: {_end(got, 'low')} is not "
        f"{'above' if wanted.strict else 'at least'} the target"
        if broken
        else ""
    )


def _end(got: Quantity, side: str) -> str:
    if not got.is_range:
        return "the value"
    return "the high end" if side == "high" else "the low end"


def _wanted(target: Quantity, context: str) -> _Wanted | None:
    """Which side of the target is good; None when nothing tells."""
    if target.bound == "~" or (target.is_range and target.bound == "="):
        return None
    if target.is_upper or target.is_lower:
        return _Wanted("high" if target.is_upper else "low", target.bound in ("<", ">"), target)
    if _EITHER_WAY.search(context):
        return None
    if target.dimension == COUNT and target.low == target.high == 0 and _NONE_WANTED.search(context):
        return _Wanted("high", False, target)
    low, high = bool(_AT_LEAST.search(context)), bool(_AT_MOST.search(context))
    if target.dimension == RATE and not high:
        return _Wanted("low", False, target)
    if low == high:
        return None
    if high and target.dimension in (TIME, SHARE, "size"):
        return _Wanted("high", False, target)
    return _Wanted("low", False, target) if low and target.dimension in (RATE, SHARE, COUNT) else None
