"""What `locust --json` and `--json-file` write: one entry for each name and method.

By locust/stats.py `num_reqs_per_sec` and `num_fail_per_sec` count what ended in each second since 1970.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Literal

import msgspec

from readiness.evidence.course import Course
from readiness.evidence.load_test import Bucket, Latency, LoadTest, Operation
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._samples import percentiles
from readiness.readers.load_test._vet import AGAIN, contradiction, vetted
from readiness.readers.load_test._windows import adding_up, by_second
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_KEYS = {"name", "num_requests", "num_failures", "response_times"}
_MORE = (
    "Locust rounds latencies to two digits and has no option against it: measure with a tool that writes every "
    "request, such as k6 run --out json=points.json"
)
_SLACK = 1e-6
_SECOND = re.compile(r"[1-9]\d{0,10}", re.ASCII)


class _Entry(msgspec.Struct):
    name: str
    method: str | None
    num_requests: int
    num_failures: int
    num_none_requests: int
    start_time: float
    last_request_timestamp: float | None
    total_response_time: float
    min_response_time: float | None
    max_response_time: float
    response_times: dict[str, int]
    num_reqs_per_sec: dict[str, int]
    num_fail_per_sec: dict[str, int]

    @property
    def label(self) -> str:
        return f"{self.method} {self.name}" if self.method else self.name


class Locust(Reader[LoadTest]):
    """Latencies are rounded to two digits in the file, and include those of requests that failed.

    Every bucket carries the interval that its rounding stands for; min, max and mean are exact.
    """

    def recognises(self, source: Source) -> bool:
        """A list of objects with Locust's names for its counts."""
        if source.head[:1] != b"[":
            return False
        data = source.json
        return bool(data) and all(isinstance(one, dict) and one.keys() >= _KEYS for one in data)

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run, which ends with its last request."""
        entries = shape(source.json, list[_Entry], "Locust statistics")
        labels = Counter(one.label for one in entries)
        if twice := [label for label, count in labels.items() if count > 1]:
            raise contradiction(f"{twice[0]} stands twice")
        for one in entries:
            _vet(one)
        asked = [one for one in entries if one.num_requests or one.num_failures]
        test = adding_up(vetted(_facts(asked)))
        return Reading(test, test.ended_at)


def rounded_from(shown: int) -> tuple[float, float]:
    """The latencies that Locust shows as this number of milliseconds. Unproven when it shows none as it.

    locust.stats.bucket_response_time: to 1 ms below 100, to 10 below 1 000, to 100 below 10 000, else to 1 000.
    """
    for start, step in ((10_000, 1_000), (1_000, 100), (100, 10), (0, 1)):
        if shown < start:
            continue
        if shown % step:
            message = f"{shown} ms is not how Locust rounds: the run had a rounding of its own"
            raise Unproven(Reason.MALFORMED, message, "run with Locust's own bucket_response_time")
        finer = max(1, step // 10) if shown == start else step
        return max(0.0, shown - finer / 2), shown + step / 2
    raise Unproven(Reason.MALFORMED, f"a latency of {shown} ms", AGAIN)


def _facts(entries: list[_Entry]) -> LoadTest:
    ends = [_moment(one.last_request_timestamp) for one in entries if one.last_request_timestamp is not None]
    started = min((_moment(one.start_time) for one in entries), default=None)
    ended = max(ends, default=None)
    if started and ended and ended < started:
        raise contradiction("the last request is before the start")
    return LoadTest(
        tool="locust",
        requests=sum(one.num_requests for one in entries),
        errors=sum(one.num_failures for one in entries),
        duration_s=(ended - started).total_seconds() if started and ended and ended > started else None,
        latency=_latency(entries),
        operations=tuple(_operation(one) for one in sorted(entries, key=lambda one: one.label)),
        started_at=started,
        ended_at=ended,
        loop="closed",
        corrected=False,
        more_detail=_MORE,
        course=_course(entries, started.timestamp(), ended.timestamp()) if started and ended else None,
    )


def _course(entries: list[_Entry], first: float, last: float) -> Course | None:
    """Requests and failures by the second; latencies are not told by their time."""
    requests, failures = Counter[str](), Counter[str]()
    for one in entries:
        requests.update(one.num_reqs_per_sec)
        failures.update(one.num_fail_per_sec)
    told = [*requests.items(), *failures.items()]
    if not all(_SECOND.fullmatch(second) and many >= 0 for second, many in told):
        return None
    return by_second(_by_second(requests), _by_second(failures), first, last)


def _by_second(counts: Mapping[str, int]) -> dict[int, int]:
    return {int(second): many for second, many in counts.items() if many}


def _operation(entry: _Entry) -> Operation:
    return Operation(
        name=entry.label, requests=entry.num_requests, errors=entry.num_failures, latency=_latency([entry])
    )


def _latency(entries: list[_Entry]) -> Latency | None:
    count = sum(one.num_requests - one.num_none_requests for one in entries)
    if not count:
        return None
    lows = [one.min_response_time for one in entries if one.min_response_time is not None]
    low, high = min(lows), max(one.max_response_time for one in entries)
    times: Counter[int] = Counter()
    for one in entries:
        times.update({int(shown): many for shown, many in one.response_times.items() if many})
    buckets = tuple(_clipped(times, low, high))
    of: Literal["successful", "all"] = "all" if any(one.num_failures for one in entries) else "successful"
    return Latency(
        count=count,
        of=of,
        source="histogram",
        min_ms=low,
        mean_ms=sum(one.total_response_time for one in entries) / count,
        max_ms=high,
        percentiles_ms=percentiles(buckets),
        buckets=buckets,
    )


def _clipped(times: Mapping[int, int], low: float, high: float) -> Iterable[Bucket]:
    """The buckets within min and max, which are exact. Unproven when one lies outside of them."""
    for shown in sorted(times):
        least, most = rounded_from(shown)
        if least > high or most < low:
            raise contradiction(
                f"there are latencies of {shown} ms, outside of min {low:g} and max {high:g} ms"
            )
        yield Bucket(max(least, low), min(most, high), times[shown])


def _vet(entry: _Entry) -> None:
    """Counts recounted, and the sum of all latencies within what the histogram allows."""
    counts = [entry.num_requests, entry.num_failures, entry.num_none_requests, *entry.response_times.values()]
    if min(counts) < 0:
        raise contradiction(f"{entry.label} has a negative count")
    if any(not (key.isascii() and key.isdigit() and len(key) < 12) for key in entry.response_times):
        raise Unproven(Reason.MALFORMED, f"{entry.label} has a response time that is no number of ms", AGAIN)
    timed = sum(entry.response_times.values())
    if timed + entry.num_none_requests != entry.num_requests:
        raise contradiction(f"{entry.label} has {entry.num_requests} requests and {timed} response times")
    _vet_seconds(entry.label, "requests", entry.num_requests, entry.num_reqs_per_sec)
    _vet_seconds(entry.label, "failures", entry.num_failures, entry.num_fail_per_sec)
    if timed:
        _vet_sum(entry)


def _vet_seconds(label: str, what: str, count: int, by_second: Mapping[str, int]) -> None:
    if sum(by_second.values()) != count:
        raise contradiction(f"{label} has {count} {what}, and {sum(by_second.values())} by the second")


def _vet_sum(entry: _Entry) -> None:
    if entry.min_response_time is None:
        raise contradiction(f"{entry.label} has response times and no least one")
    edges = [(*rounded_from(int(shown)), many) for shown, many in entry.response_times.items()]
    least, most = sum(low * many for low, _, many in edges), sum(high * many for _, high, many in edges)
    total = entry.total_response_time
    if not least * (1 - _SLACK) <= total <= most * (1 + _SLACK):
        raise contradiction(
            f"the response times of {entry.label} come to {total:g} ms, not {least:g} to {most:g} ms"
        )


def _moment(seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise Unproven(Reason.MALFORMED, f"{seconds:g} is not a time in seconds since 1970", AGAIN) from None
