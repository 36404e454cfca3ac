"""What `locust --csv PREFIX` writes: the statistics of `PREFIX_stats.csv`, of each endpoint and of all together.

Made by locust/stats.py (StatsCSV) of Locust 1 to 2. Times are in milliseconds; min, max and average are
exact, while percentiles are rounded to two digits, as bucket_response_time does. Failures are among the
requests. The file is written every second, and may lack the last requests: `--json-file` holds them all. The
other files that Locust writes beside it are recognised, to say that they are not evidence by themselves.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from readiness.evidence.load_test import Latency, LoadTest, Operation
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._vet import AGAIN, contradiction, vetted, whole
from readiness.readers.load_test.locust import rounded_from
from readiness.readers.source import Source

_JSON = "let Locust write every latency: locust --headless --json-file load"
_STATS = ("Type", "Name", "Request Count", "Failure Count")
_COLUMNS = (*_STATS, "Average Response Time", "Min Response Time", "Max Response Time", "Requests/s")
_HISTORY = ("Timestamp", "User Count", "Type", "Name")
_FAILURES = ("Method", "Name", "Error", "Occurrences")
_EXCEPTIONS = ("Count", "Message", "Traceback", "Nodes")
_WHY_NOT = {
    _HISTORY: "the history of Locust, whose percentiles are of the last ten seconds",
    _FAILURES: "Locust's list of failures, without the requests that they are of",
    _EXCEPTIONS: "Locust's list of exceptions of the test itself",
}
_MOST_REQUESTS = 10**12

Row = Mapping[str, str]


class LocustCsv(Reader[LoadTest]):
    """The row `Aggregated` is the run; the others come to it. The content has no time of its own."""

    def recognises(self, source: Source) -> bool:
        """A first line with the columns of one of Locust's files."""
        start = _first(source)
        return start == _STATS or start in _WHY_NOT

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run; Unproven for Locust's other files."""
        if (start := _first(source)) in _WHY_NOT:
            remedy = "name the file that ends in _stats.csv, or better the one of --json-file"
            raise Unproven(Reason.MALFORMED, f"it is {_WHY_NOT[start]}", remedy)
        rows = _rows(source)
        total = [row for row in rows if (row["Type"], row["Name"]) == ("", "Aggregated")]
        if len(total) != 1 or rows[-1] is not total[0]:
            raise Unproven(Reason.MALFORMED, "it does not end with the row Aggregated: it was cut", _JSON)
        return Reading(vetted(_facts(rows[:-1], total[0])))


def _first(source: Source) -> tuple[str, ...]:
    line = source.head.partition(b"\n")[0].removeprefix(b"\xef\xbb\xbf").rstrip(b"\r")
    try:
        return tuple(next(csv.reader([line.decode()]), ())[:4])
    except (csv.Error, UnicodeDecodeError):
        return ()


def _rows(source: Source) -> list[Row]:
    try:
        header, *lines = list(csv.reader(io.StringIO(source.text, newline=""), strict=True)) or [[]]
    except csv.Error as error:
        raise Unproven(Reason.MALFORMED, f"it is no CSV: {error}", AGAIN) from None
    missing = [name for name in _COLUMNS if name not in header]
    if missing or len(set(header)) != len(header):
        what = f"it lacks the column {missing[0]}" if missing else "a column stands twice"
        raise Unproven(Reason.MALFORMED, what, AGAIN)
    for number, line in enumerate(lines, 2):
        if len(line) != len(header):
            raise Unproven(Reason.MALFORMED, f"row {number} has {len(line)} of {len(header)} columns", AGAIN)
    if not lines:
        raise Unproven(Reason.MISSING, "it has no rows: nothing was requested yet", _JSON)
    return [dict(zip(header, line, strict=True)) for line in lines]


def _facts(rows: Sequence[Row], total: Row) -> LoadTest:
    operations = [_operation(row) for row in rows]
    names = [one.name for one in operations]
    if len(set(names)) != len(names):
        raise contradiction("an endpoint stands twice")
    requests, errors = _count(total, "Request Count"), _count(total, "Failure Count")
    counted = sum(one.requests for one in operations), sum(one.errors or 0 for one in operations)
    if counted != (requests, errors):
        raise contradiction(
            f"{requests} requests with {errors} failures are {counted[0]} with {counted[1]} by the rows"
        )
    rate = _number(total, "Requests/s")
    return LoadTest(
        tool="locust",
        requests=requests,
        errors=errors,
        duration_s=requests / rate if rate else None,
        latency=_latency(total),
        operations=tuple(sorted((one for one in operations if one.requests), key=lambda one: one.name)),
        loop="closed",
        corrected=False,
        more_detail=_JSON,
    )


def _operation(row: Row) -> Operation:
    return Operation(
        name=f"{row['Type']} {row['Name']}" if row["Type"] else row["Name"],
        requests=_count(row, "Request Count"),
        errors=_count(row, "Failure Count"),
        latency=_latency(row),
    )


def _latency(row: Row) -> Latency | None:
    """Of all requests, failed ones too; its percentiles are rounded, and so bound nothing."""
    requests, errors = _count(row, "Request Count"), _count(row, "Failure Count")
    if not requests or errors >= requests:
        return None
    low, high = _number(row, "Min Response Time"), _number(row, "Max Response Time")
    told = {name.removesuffix("%"): value for name, value in row.items() if name.endswith("%")}
    return Latency(
        count=requests,
        of="all" if errors else "successful",
        source="sketch",
        min_ms=low,
        mean_ms=_number(row, "Average Response Time"),
        max_ms=high,
        percentiles_ms={
            key: shown
            for key, value in told.items()
            if (shown := _shown(key, value, low, high)) is not None and key != "100"
        },
    )


def _shown(key: str, value: str, low: float, high: float) -> float | None:
    """A percentile as Locust shows it, within min and max, which are exact; the 100% is the max itself."""
    if value == "N/A":
        return None
    if not (value.isascii() and value.isdigit() and len(value) < 12 and _is_percentile(key)):
        raise Unproven(Reason.MALFORMED, f"{value[:50]!r} is no {key[:20]}% in ms", AGAIN)
    least, most = rounded_from(int(value))
    if least > high or most < low or (key == "100" and not least <= high <= most):
        raise contradiction(f"{key}% is {value} ms, and min is {low:g} and max {high:g} ms")
    return min(max(float(value), low), high)


def _is_percentile(key: str) -> bool:
    return key.replace(".", "", 1).isdigit() and key.isascii() and 0 < float(key) <= 100


def _count(row: Row, name: str) -> int:
    return whole(_number(row, name), name)


def _number(row: Row, name: str) -> float:
    text = row[name]
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < _MOST_REQUESTS or "_" in text:
        raise Unproven(Reason.MALFORMED, f"{name} is {text[:50]!r}, which is no number", AGAIN)
    return number
