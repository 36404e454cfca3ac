"""Measurements of one run, collected from lines, tables and the settings of the same section: time, rate, in flight."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Literal

from readiness.claims.numbers import Parts, Quantity, fractions, masked, quantities
from readiness.claims.report import Line, Report, Table
from readiness.claims.rules import _columns
from readiness.claims.units import COUNT, RATE, TIME

Kind = Literal["users", "threads"]
_STATS: Mapping[str, re.Pattern[str]] = {
    "min": re.compile(r"\bmin(?:imum)?\b", re.I),
    "p50": re.compile(r"\b(?:p\(?50|median|med)\b", re.I),
    "mean": re.compile(r"\b(?:avg|average|mean)\b", re.I),
    "p90": re.compile(r"\bp\(?90\b(?!\.\d)", re.I),
    "p95": re.compile(r"\bp\(?95\b(?!\.\d)", re.I),
    "p99": re.compile(r"\bp\(?99\b(?!\.\d)", re.I),
    "p99.9": re.compile(r"\bp\(?99\.9\b", re.I),
    "max": re.compile(r"\bmax(?:imum)?\b", re.I),
}  # fmt: skip
_STATISTIC = re.compile(
    r"\b(?:min(?:imum)?|max(?:imum)?|avg|average|mean|median|p\d{2}|percentile|latency|latencies|responses?|requests?|"
    r"times?|th|throughput|rates?|ops|rps|users?|concurren\w*|threads?|workers?|virtual|vus?|connections?|duration|"
    r"operations?|tasks?|parallel|clients?|per|sec|second|sustained|achieved|measured|steady|total|for|with|at|in|flight)\b",
    re.IGNORECASE,
)
_TIME_WORDS = re.compile(
    r"latency|response|time|duration\b.*request|^\W*(?:avg|mean|min|max|p\d\d)", re.IGNORECASE
)
_RATE_WORDS = re.compile(r"throughput|rate|ops|rps|req|/s|per sec", re.IGNORECASE)
_NOT_ACHIEVED = re.compile(
    r"\b(?:target|limit|threshold|goal|expected|required|peak|max|maximum|up to|projected|planned)\b",
    re.IGNORECASE,
)
_THREADS = re.compile(
    r"\b(?:threads?|workers?|concurren\w*|in[- ]flight|connections?|parallel\w*|tasks?)\b", re.IGNORECASE
)
_USERS = re.compile(r"\b(?:users?|vus?|virtual users?|clients?)\b", re.IGNORECASE)
_SETTING = re.compile(
    r"\b(?:num_)?(?:concurrent\w*|concurrency|threads|workers)\s*[=:]\s*(\d{1,6})\b", re.IGNORECASE
)
_OPERATIONS = re.compile(
    r"\b(?:operations?|requests?|ops|calls|transactions|iterations|sims|simulations|records)\b", re.IGNORECASE
)


@dataclass
class Run:
    """What is told of one run. `line` is where its rate stands; times in ms, rates per second."""

    name: str
    lines: list[Line] = field(default_factory=list)
    times: dict[str, Quantity] = field(default_factory=dict)
    rate: Quantity | None = None
    rate_line: Line | None = None
    in_flight: Quantity | int | None = None
    in_flight_kind: Kind = "threads"
    count: int | None = None
    duration: Quantity | None = None


def runs(report: Report) -> list[Run]:
    """Runs told in lines that follow each other, and in the rows of tables."""
    return [*_from_groups(report), *(run for table in report.tables for run in _from_table(table))]


def key(name: str) -> str:
    """A name by which two places can speak of one thing: its words, without numbers, brackets and plural."""
    bare = re.sub(r"[\W\d_]+", " ", re.sub(r"\([^)]*\)", " ", name.lower()))
    return " ".join(
        word.rstrip("s")
        for word in bare.split()
        if word not in ("the", "a", "of", "and", "test", "tests", "load")
    )


def settings(report: Report) -> dict[str, int]:
    """How many threads the code of a section sets, by the key of the section's name."""
    found: dict[str, int] = {}
    for script in report.scripts:
        one = _SETTING.search(script.text)
        if one and script.section:
            found.setdefault(key(script.section[-1]), int(one[1]))
    return found


def _from_groups(report: Report) -> Iterator[Run]:
    prose = [line for line in report.lines if line.kind in ("item", "text", "code")]
    for _, lines in groupby(prose, key=lambda line: (line.section, line.group)):
        by_subject: dict[str, Run] = {}
        for line in lines:
            name = line.section[-1] if line.section else ""
            _take(by_subject.setdefault(_subject(line.text), Run(name)), line, line.text)
        yield from (run for run in by_subject.values() if run.lines)


def _take(run: Run, line: Line, text: str) -> None:
    """The numbers of one line; a second rate or a second time of one statistic is another run's and is left."""
    before = len(run.times) + (run.rate is not None) + (run.in_flight is not None)
    for one in line.quantities:
        around = _around(text, one)
        if (
            one.dimension == RATE
            and run.rate is None
            and _RATE_WORDS.search(text)
            and not _NOT_ACHIEVED.search(around)
        ):
            run.rate, run.rate_line = one, line
        elif (
            one.dimension == TIME
            and _TIME_WORDS.search(text)
            and not re.search(r"target|limit|<|≤", around, re.I)
        ):
            stat = _stat_beside(text, one)
            if stat:
                run.times.setdefault(stat, one)
        elif one.dimension == COUNT and run.in_flight is None:
            _in_flight(run, one, text)
    for parts in line.fractions:
        _count(run, parts, text)
    if len(run.times) + (run.rate is not None) + (run.in_flight is not None) > before:
        run.lines.append(line)


def _subject(text: str) -> str:
    """Whom the number of a line is about: `p95 of search` is no statistic of orders."""
    starts = [one.start for one in quantities(text)] + [one.start for one in fractions(text)]
    first = min(starts, default=len(text))
    return " ".join(re.findall(r"\w+", _STATISTIC.sub(" ", text[:first].lower())))


def _around(text: str, one: Quantity) -> str:
    """The words that go with a number: those of its own clause."""
    start = max((text.rfind(mark, 0, one.start) for mark in ",;(|"), default=-1) + 1
    ends = [at for mark in ",;()|" if (at := text.find(mark, one.end)) >= 0]
    return text[start : min(ends, default=len(text))]


def _stat_beside(text: str, one: Quantity) -> str:
    """The statistic that a number is: the one named last before it in its clause, else the one right behind it."""
    start = max((text.rfind(mark, 0, one.start) for mark in ",;(|"), default=-1) + 1
    clause = text[start : one.start]
    before = [(found.start(), stat) for stat, pattern in _STATS.items() for found in pattern.finditer(clause)]
    if before:
        return max(before)[1]
    behind = re.split(r"[,;()|]", text[one.end : one.end + 14])[0]
    return next(iter(_stats(behind)), "")


def _stats(clause: str) -> list[str]:
    return [stat for stat, pattern in _STATS.items() if pattern.search(clause)]


def _in_flight(run: Run, one: Quantity, text: str) -> None:
    after = masked(text)[one.end : one.end + 30]
    label = text[: one.start]
    for kind, pattern in (("users", _USERS), ("threads", _THREADS)):
        near = re.match(r"\s?\w*\s?", after)
        if pattern.search(near[0] if near else "") or (label.endswith((": ", ":")) and pattern.search(label)):
            run.in_flight, run.in_flight_kind = one, "users" if kind == "users" else "threads"
            return


def _count(run: Run, parts: Parts, text: str) -> None:
    if run.count is None and _OPERATIONS.search(text) and parts.whole.denominator == 1:
        run.count = int(parts.whole)


def _from_table(table: Table) -> Iterator[Run]:
    columns = list(table.columns)
    for row in table.rows:
        run = Run(_row_name(row), [row])
        for i, name in enumerate(columns):
            number = _columns.number(row, i)
            if number is not None and not _NOT_ACHIEVED.search(re.sub(r"max(?:imum)?", "", name, flags=re.I)):
                _take_cell(run, row, name, number)
        if run.times or run.rate:
            yield run


def _take_cell(run: Run, row: Line, name: str, number: Quantity) -> None:
    stats = _stats(name)
    if number.dimension == COUNT and re.search(
        r"ops/sec|ops/s|req(?:uests)?/s(?:ec)?|\brps\b|\btps\b|\bqps\b|throughput", name, re.I
    ):
        number = number._replace(dimension=RATE)
    if number.dimension == RATE and run.rate is None:
        run.rate, run.rate_line = number, row
    elif number.dimension == TIME and len(stats) == 1:
        run.times.setdefault(stats[0], number)
    elif number.dimension == TIME and re.search(r"duration|elapsed", name, re.I):
        run.duration = number
    elif number.dimension == COUNT and _USERS.search(name):
        run.in_flight, run.in_flight_kind = number, "users"
    elif number.dimension == COUNT and _THREADS.search(name):
        run.in_flight, run.in_flight_kind = number, "threads"
    elif number.dimension == COUNT and re.fullmatch(
        r"\W*(?:total )?(?:requests|operations|ops|calls)\W*", name, re.I
    ):
        run.count = int(number.low) if number.is_plain else None


def _row_name(row: Line) -> str:
    return next((cell for cell in row.cells if re.search(r"[A-Za-z]{3}", cell)), "")


def joined(all_runs: Sequence[Run]) -> list[Run]:
    """Runs that have a rate, with the times of a row elsewhere whose name begins with the same two words."""
    timed: dict[tuple[str, ...], Run] = {}
    for run in all_runs:
        if run.times and run.rate is None:
            timed.setdefault(_first_words(run.name), run)
    timed.pop((), None)
    return [_with_times(run, timed.get(_first_words(run.name))) for run in all_runs]


def _first_words(name: str) -> tuple[str, ...]:
    words = key(name).split()
    return tuple(words[:2]) if len(words) > 1 else ()


def _with_times(run: Run, other: Run | None) -> Run:
    if run.rate is None or run.times or other is None:
        return run
    return replace(run, lines=[*run.lines, *other.lines], times=other.times)
