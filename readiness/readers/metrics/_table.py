"""CSV whose first column is a time: its header, its rows, its times.

A last line without an end is left out: its last number may have been cut.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from readiness.evidence.model import Unproven
from readiness.readers.metrics._gathered import MAX_POINTS, malformed
from readiness.readers.source import MAX_LINE, Source

_HEADER = re.compile(r'"?([Tt]ime|[Tt]imestamp|[Dd]atetime|ts)"?([,;\t])', re.ASCII)
_OTHERS = frozenset({"User Count", "elapsed"})  # of Locust's history and of JMeter
_EXCEL = re.compile(r"sep=[,;\t]\r?", re.ASCII)
_BOM = "\ufeff"
_SINCE_1970 = re.compile(r"(\d{9,16})(\.\d{1,9})?", re.ASCII)
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)
_NAMES = frozenset({"name", "metric", "series"})
_MS_FROM, _MS_TO = 10**11, 10**14
_WRITE_TIMES = "write times as 2026-11-21T03:00:00Z, or as seconds or milliseconds since 1970"
_WITH_ZONE = f"{_WRITE_TIMES}; in Grafana switch off `Formatted data`"


class Table(NamedTuple):
    """The columns of a header, the time first, and what separates them; `line` is the number of its line."""

    delimiter: str
    columns: tuple[str, ...]
    line: int = 1

    @property
    def long(self) -> tuple[int, int] | None:
        """The places of the name and the value where each row is one point; None where each column is a series."""
        low = [name.strip().lower() for name in self.columns]
        names = [place for place, name in enumerate(low) if name in _NAMES]
        if not names or low.count("value") != 1:
            return None
        return names[0], low.index("value")


class Row(NamedTuple):
    """The number of its line, its time in seconds since 1970, and all its cells."""

    line: int
    when: float
    cells: Sequence[str]


def table_of(source: Source) -> Table | None:
    """The header of a file; None when it is no such table."""
    first, _, rest = source.opening.partition(b"\n")
    line, number = first.decode("utf-8", "replace").removeprefix(_BOM), 1
    if _EXCEL.fullmatch(line):
        line, number = rest.partition(b"\n")[0].decode("utf-8", "replace"), 2
    found = _HEADER.match(line)
    if found is None:
        return None
    try:
        columns = _split(line.removesuffix("\r"), found[2])
    except csv.Error:
        return None
    if len(columns) < 2 or _OTHERS & set(columns):
        return None
    return Table(found[2], tuple(columns), number)


def rows(source: Source, table: Table) -> Iterator[Row]:
    """Every row; Unproven (malformed) for one that has another number of cells, or no time."""
    ended = 0
    for number, text in _lines(source):
        if number <= table.line:
            continue
        if not text.strip():
            ended = ended or number
            continue
        try:
            yield _row(number, text, table, ended)
        except Unproven as error:
            raise at(number, error) from None


def at(line: int, error: Unproven) -> Unproven:
    """The same with the line that it is about."""
    return Unproven(error.reason, f"line {line:,}: {error.message}", error.remedy)


def _row(number: int, text: str, table: Table, ended: int) -> Row:
    if ended:
        message = f"the table ended with the empty line {ended:,}, and another one begins"
        raise malformed(
            message, "write one table; in Grafana take the transformation `Join by field`, by time"
        )
    if number - table.line > MAX_POINTS:
        raise malformed(
            f"it has more than {MAX_POINTS:,} rows", "export fewer: a larger step, a shorter time"
        )
    try:
        cells = _split(text, table.delimiter)
    except csv.Error as error:
        raise malformed(f"it is no CSV: {error}") from None
    if len(cells) != len(table.columns):
        raise malformed(f"{len(cells)} cells, where the header has {len(table.columns)}")
    return Row(number, _moment(cells[0].strip()), cells)


def _lines(source: Source) -> Iterator[tuple[int, str]]:
    number, rest = 0, b""
    for block in source.unpacked():
        *whole, rest = (rest + block).split(b"\n")
        for line in whole:
            number += 1
            try:
                yield number, line.decode().removesuffix("\r")
            except UnicodeDecodeError:
                raise malformed(f"line {number:,} is not UTF-8 text") from None
        if len(rest) > MAX_LINE:
            raise malformed(f"a line is longer than {MAX_LINE:,} bytes")


def _split(line: str, delimiter: str) -> list[str]:
    if '"' not in line:
        return line.split(delimiter)
    return next(csv.reader([line], delimiter=delimiter, strict=True))


def _moment(text: str) -> float:
    """In seconds since 1970. Their magnitudes tell seconds from milliseconds: each has years of its own."""
    if found := _SINCE_1970.fullmatch(text):
        whole = int(found[1])
        if whole >= _MS_TO:
            raise malformed(f"the time {text} is neither in seconds nor in milliseconds", _WRITE_TIMES)
        return float(text) / 1000 if whole >= _MS_FROM else float(text)
    if not _ISO.fullmatch(text):
        raise malformed(f"{text[:60]!r} is no time", _WITH_ZONE)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise malformed(f"{text[:60]!r} is no time", _WITH_ZONE) from None
    if moment.tzinfo is None:
        raise malformed(
            f"the time {text} has no zone, so that no load test can be held against it", _WITH_ZONE
        )
    return moment.timestamp()
