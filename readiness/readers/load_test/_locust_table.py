"""Rows of the CSV files of Locust, and the numbers in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from readiness.evidence.load_test import Latency, Operation
from readiness.evidence.model import Reason, Unproven
from readiness.readers.load_test._printed import Printed, latency_told
from readiness.readers.load_test._vet import AGAIN, contradiction, whole
from readiness.readers.load_test.locust import rounded_from
from readiness.readers.source import Source

JSON = "let Locust write every latency: locust --headless --json-file load"
REQUESTS, FAILURES = "Request Count", "Failure Count"
TIMES = ("Average Response Time", "Min Response Time", "Max Response Time")
_MOST_REQUESTS = 10**12

Row = Mapping[str, str]


def rows_of(source: Source, columns: Sequence[str]) -> list[Row]:
    """All rows, at least one, with some columns; Unproven (malformed) when the file is no such table."""
    try:
        header, *lines = list(csv.reader(io.StringIO(source.text, newline=""), strict=True)) or [[]]
    except csv.Error as error:
        raise Unproven(Reason.MALFORMED, f"it is no CSV: {error}", AGAIN) from None
    missing = [name for name in columns if name not in header]
    if missing or len(set(header)) != len(header):
        what = f"it lacks the column {missing[0]}" if missing else "a column stands twice"
        raise Unproven(Reason.MALFORMED, what, AGAIN)
    for number, line in enumerate(lines, 2):
        if len(line) != len(header):
            raise Unproven(Reason.MALFORMED, f"row {number} has {len(line)} of {len(header)} columns", AGAIN)
    if not lines:
        raise Unproven(Reason.MISSING, "it has no rows: nothing was requested yet", JSON)
    return [dict(zip(header, line, strict=True)) for line in lines]


def operation_of(row: Row) -> Operation:
    """The endpoint of a row."""
    return Operation(
        name=f"{row['Type']} {row['Name']}" if row["Type"] else row["Name"],
        requests=count_in(row, REQUESTS),
        errors=count_in(row, FAILURES),
        latency=latency_of(row, row["Name"]),
    )


def latency_of(row: Row, name: str) -> Latency | None:
    """Of all requests, failed ones too; its percentiles are rounded, and so bound nothing."""
    requests, errors = count_in(row, REQUESTS), count_in(row, FAILURES)
    if not requests or errors >= requests:
        return None
    told = {name.removesuffix("%"): value for name, value in row.items() if name.endswith("%")}
    shown = {key: one for key, value in told.items() if (one := shown_percentile(key, value)) is not None}
    most = _exact(row, "Max Response Time")
    if "100" in shown and not shown["100"].low <= most.told <= shown["100"].high:
        raise contradiction(f"100% is {shown['100'].told:g} ms, and max is {most.told:g} ms")
    return latency_told(
        requests,
        "all" if errors else "successful",
        least=_exact(row, "Min Response Time"),
        mean=_exact(row, "Average Response Time"),
        most=most,
        percentiles={key: one for key, one in shown.items() if key != "100"},
        source="sketch",
        name=name,
    )


def _exact(row: Row, name: str) -> Printed:
    value = number_in(row, name)
    return Printed(value, value, value)


def shown_percentile(key: str, value: str) -> Printed | None:
    """A percentile as Locust shows it, with the latencies that it stands for; None for `N/A`."""
    if value == "N/A":
        return None
    if not (value.isascii() and value.isdigit() and len(value) < 12 and _is_percentile(key)):
        raise Unproven(Reason.MALFORMED, f"{value[:50]!r} is no {key[:20]}% in ms", AGAIN)
    least, most = rounded_from(int(value))
    return Printed(float(value), least, most)


def _is_percentile(key: str) -> bool:
    return key.replace(".", "", 1).isdigit() and key.isascii() and 0 < float(key) <= 100


def count_in(row: Row, name: str) -> int:
    """A whole number in a column."""
    return whole(number_in(row, name), name)


def number_in(row: Row, name: str) -> float:
    """A number in a column, from 0 on; Unproven (malformed) when there is none."""
    text = row[name]
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < _MOST_REQUESTS or "_" in text:
        raise Unproven(Reason.MALFORMED, f"{name} is {text[:50]!r}, which is no number", AGAIN)
    return number
