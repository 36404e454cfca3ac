"""What `locust --csv PREFIX` writes: `PREFIX_stats.csv`, and `PREFIX_stats_history.csv`.

The first has the statistics of each endpoint and of all together, the second what there was so far at every second.
Made by locust/stats.py (StatsCSV) of Locust 1 to 2. Times are in milliseconds; min, max and average are
exact, while percentiles are rounded to two digits, as bucket_response_time does. Failures are among the
requests. The files are written every second, and may lack the last requests: `--json-file` holds them all. The
other files that Locust writes beside it are recognised, to say that they are not evidence by themselves.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._locust_history import history_of
from readiness.readers.load_test._locust_table import (
    FAILURES,
    JSON,
    REQUESTS,
    TIMES,
    Row,
    count_in,
    latency_of,
    number_in,
    operation_of,
    rows_of,
)
from readiness.readers.load_test._vet import contradiction, vetted
from readiness.readers.load_test._windows import adding_up
from readiness.readers.source import Source

_STATS = ("Type", "Name", REQUESTS, FAILURES)
_COLUMNS = (*_STATS, *TIMES, "Requests/s")
_HISTORY = ("Timestamp", "User Count", "Type", "Name")
_FAILURES = ("Method", "Name", "Error", "Occurrences")
_EXCEPTIONS = ("Count", "Message", "Traceback", "Nodes")
_WHY_NOT = {
    _FAILURES: "Locust's list of failures, without the requests that they are of",
    _EXCEPTIONS: "Locust's list of exceptions of the test itself",
}


class LocustCsv(Reader[LoadTest]):
    """The row `Aggregated` is the run; the others come to it. Only the history has a time of its own."""

    def recognises(self, source: Source) -> bool:
        """A first line with the columns of one of Locust's files."""
        start = _first(source)
        return start in (_STATS, _HISTORY) or start in _WHY_NOT

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run; Unproven for Locust's other files."""
        if (start := _first(source)) in _WHY_NOT:
            remedy = "name the file that ends in _stats.csv, or better the one of --json-file"
            raise Unproven(Reason.MALFORMED, f"it is {_WHY_NOT[start]}", remedy)
        if start == _HISTORY:
            run = adding_up(vetted(history_of(source)))
            return Reading(run, run.ended_at)
        rows = rows_of(source, _COLUMNS)
        total = [row for row in rows if (row["Type"], row["Name"]) == ("", "Aggregated")]
        if len(total) != 1 or rows[-1] is not total[0]:
            raise Unproven(Reason.MALFORMED, "it does not end with the row Aggregated: it was cut", JSON)
        return Reading(vetted(_facts(rows[:-1], total[0])))


def _first(source: Source) -> tuple[str, ...]:
    line = source.head.partition(b"\n")[0].removeprefix(b"\xef\xbb\xbf").rstrip(b"\r")
    try:
        return tuple(next(csv.reader([line.decode()]), ())[:4])
    except (csv.Error, UnicodeDecodeError):
        return ()


def _facts(rows: Sequence[Row], total: Row) -> LoadTest:
    operations = [operation_of(row) for row in rows]
    names = [one.name for one in operations]
    if len(set(names)) != len(names):
        raise contradiction("an endpoint stands twice")
    requests, errors = count_in(total, REQUESTS), count_in(total, FAILURES)
    counted = sum(one.requests for one in operations), sum(one.errors or 0 for one in operations)
    if counted != (requests, errors):
        raise contradiction(
            f"{requests} requests with {errors} failures are {counted[0]} with {counted[1]} by the rows"
        )
    rate = number_in(total, "Requests/s")
    return LoadTest(
        tool="locust",
        requests=requests,
        errors=errors,
        duration_s=requests / rate if rate else None,
        latency=latency_of(total, "the run"),
        operations=tuple(sorted((one for one in operations if one.requests), key=lambda one: one.name)),
        loop="closed",
        corrected=False,
        more_detail=JSON,
    )
