"""The history of Locust: a row for all requests so far every second, and with --csv-full-history one for each endpoint.

By locust/stats.py (_stats_history_data_rows) counts, mean, min and max are of the whole run so far. Percentiles are
of the last ten seconds with --csv-full-history, and else of the whole run so far: those tell nothing of a time. 0
stands for one that is not known. Times are cut to the second: how long the run was is not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import NamedTuple

from readiness.evidence.course import Window
from readiness.evidence.load_test import LoadTest, Operation
from readiness.evidence.model import Reason, Unproven
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
    shown_percentile,
)
from readiness.readers.load_test._vet import contradiction
from readiness.readers.load_test._windows import Part, course_of
from readiness.readers.source import Source

_COLUMNS = (
    "Timestamp",
    "User Count",
    "Type",
    "Name",
    *(f"Total {name}" for name in (REQUESTS, FAILURES, *TIMES)),
)
_WHOLE = "leave --reset-stats out, and keep each run in files of its own"
_WINDOW_S = 10


class _Tick(NamedTuple):
    """What there was at a time."""

    at: int
    users: int
    requests: int
    failures: int
    row: Row


def history_of(source: Source) -> LoadTest:
    """The run as its last row tells it; raises Unproven where rows contradict each other."""
    rows = rows_of(source, _COLUMNS)
    if not _is_total(rows[-1]):
        raise Unproven(Reason.MALFORMED, "it does not end with a row Aggregated: it was cut", JSON)
    ticks = _busy([_tick(row) for row in rows if _is_total(row)])
    last = ticks[-1]
    operations = _operations(rows, last)
    return LoadTest(
        tool="locust",
        requests=last.requests,
        errors=last.failures,
        duration_s=None,
        latency=latency_of(_totals(last.row), "the run"),
        operations=tuple(sorted((one for one in operations if one.requests), key=lambda one: one.name)),
        started_at=_moment(ticks[0].at),
        ended_at=_moment(last.at),
        loop="closed",
        corrected=False,
        course=course_of([Part(window) for window in _windows(ticks, is_full=bool(operations))]),
        more_detail=JSON,
    )


def _totals(row: Row) -> Row:
    """What is of the whole run so far, as the statistics name it."""
    return {name: row[f"Total {name}"] for name in (REQUESTS, FAILURES, *TIMES)}


def _is_total(row: Row) -> bool:
    return (row["Type"], row["Name"]) == ("", "Aggregated")


def _tick(row: Row) -> _Tick:
    counts = (f"Total {REQUESTS}", f"Total {FAILURES}")
    at, users, requests, failures = (count_in(row, name) for name in ("Timestamp", "User Count", *counts))
    return _Tick(at, users, requests, failures, row)


def _busy(ticks: Sequence[_Tick]) -> Sequence[_Tick]:
    """From the last one before the run to the last one with users, or with more requests than the one before."""
    for before, after in pairwise(ticks):
        if after.at < before.at:
            raise contradiction(f"its rows go back from {before.at} to {after.at}")
        if after.requests < before.requests or after.failures < before.failures:
            what = f"{before.requests:,} requests became {after.requests:,}"
            raise Unproven(Reason.MALFORMED, f"its counts fall: {what} at {after.at}", _WHOLE)
    first = next((at for at, one in enumerate(ticks) if one.users or one.requests), len(ticks) - 1)
    last = len(ticks) - 1
    while last > first and not ticks[last].users and ticks[last - 1].requests == ticks[last].requests:
        last -= 1
    return ticks[max(0, first - 1) : last + 1]


def _operations(rows: Sequence[Row], last: _Tick) -> list[Operation]:
    """The endpoints of the last row, which come to it; none without --csv-full-history."""
    at = rows.index(last.row)
    start = next((place for place in range(at - 1, -1, -1) if _is_total(rows[place])), -1)
    told = [
        operation_of({**_totals(row), "Type": row["Type"], "Name": row["Name"]})
        for row in rows[start + 1 : at]
    ]
    counted = sum(one.requests for one in told), sum(one.errors or 0 for one in told)
    if told and counted != (last.requests, last.failures):
        raise contradiction(
            f"{last.requests} requests with {last.failures} failures are {counted[0]} with {counted[1]} by the rows"
        )
    return told


def _windows(ticks: Sequence[_Tick], *, is_full: bool) -> Iterator[Window]:
    """Of ten seconds each, so that the percentiles of the last ten seconds are of the whole window."""
    begun, users = ticks[0], 0
    for one in ticks[1:]:
        users = max(users, one.users)
        if one.at - begun.at < _WINDOW_S and one is not ticks[-1]:
            continue
        if one.at > begun.at or one.requests > begun.requests:
            failures = one.failures - begun.failures
            yield Window(
                from_s=float(begun.at - ticks[0].at),
                to_s=float(one.at - ticks[0].at),
                requests=one.requests - begun.requests,
                errors=failures,
                users=users,
                percentiles_ms=_percentiles(one, begun) if is_full and not failures else {},
            )
        begun, users = one, 0


def _percentiles(one: _Tick, begun: _Tick) -> dict[str, float]:
    """Those of a window of ten seconds, at most; those of another would be of other requests too."""
    if one.at - begun.at not in (_WINDOW_S, _WINDOW_S + 1):
        return {}
    most = number_in(one.row, "Total Max Response Time")
    told = {name.removesuffix("%"): value for name, value in one.row.items() if name.endswith("%")}
    shown = {key: shown_percentile(key, value) for key, value in told.items() if key != "100"}
    return {key: min(each.high, most) for key, each in shown.items() if each is not None and each.told}


def _moment(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise Unproven(Reason.MALFORMED, f"{seconds} is not a time in seconds since 1970") from None
