"""What `vegeta encode --to csv` of Vegeta 12 writes: a row for each request, without a header.

By the help of `vegeta encode` and lib/results.go: time in ns since 1970, status, latency in ns, bytes out and in,
error, body in base64, attack, number, and since 12.8 method, URL, headers in base64. So a row has 9, 11 or 12 columns.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._rows import bad_row, ended_lines
from readiness.readers.load_test._vegeta import Results
from readiness.readers.source import Source

_START = re.compile(rb"\d{18,19},\d{1,3},\d{1,18},\d{1,18},\d{1,18},")
_WIDTHS = (9, 11, 12)
_NUMBER = re.compile(r"\d{1,19}", re.ASCII)


class VegetaCsv(Reader[LoadTest]):
    """Every request is there, with its endpoint: method and URL."""

    def recognises(self, source: Source) -> bool:
        """A first line that begins with five numbers, the first of which is a time in nanoseconds."""
        return _START.match(source.head) is not None

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run, which ends with its last answer."""
        results, width = Results(), 0
        for number, line in ended_lines(source):
            try:
                row = _row(line)
                width = width or len(row)
                _add(results, row, width)
            except Unproven as error:
                raise bad_row(number, error.message) from None
        test = results.facts()
        return Reading(test, test.ended_at)


def _row(line: bytes) -> Sequence[str]:
    try:
        text = line.decode()
        return next(csv.reader([text], strict=True), []) if '"' in text else text.split(",")
    except UnicodeDecodeError:
        raise Unproven(Reason.MALFORMED, "it is not UTF-8 text") from None
    except csv.Error as error:
        raise Unproven(Reason.MALFORMED, f"it is no row of CSV: {error}") from None


def _add(results: Results, row: Sequence[str], width: int) -> None:
    if len(row) != width or width not in _WIDTHS:
        meant = width if width in _WIDTHS else "9, 11 or 12"
        raise Unproven(Reason.MALFORMED, f"it has {len(row)} columns, where {meant} are meant")
    start, code, latency, _, _, error, _, attack, seq, *endpoint = row
    if int(_digits(code)) > 999:
        raise Unproven(Reason.MALFORMED, f"the status is {code}")
    results.add(
        attack=attack,
        seq=int(_digits(seq)),
        code=int(code),
        start_ns=int(_digits(start)),
        latency_ns=int(_digits(latency)),
        error=error,
        name=" ".join(endpoint[:2]).strip(),
    )


def _digits(text: str) -> str:
    if _NUMBER.fullmatch(text) is None:
        raise Unproven(Reason.MALFORMED, f"{text[:50]!r} is no whole number")
    return text
