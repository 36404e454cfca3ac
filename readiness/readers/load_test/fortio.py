"""What `fortio load -json FILE` writes, and the form of it that Nighthawk's output transformer makes.

Fortio (periodic/periodic.go, stats/stats.go, fhttp/httprunner.go; read at 1.75): durations of the histogram
in seconds, `ActualDuration` in nanoseconds. A bucket counts what took more than `Start` and at most `End`;
the first begins with the least duration, the last ends with the greatest. Percentiles are interpolated within
buckets: they are not read. Failed requests are among the others in `DurationHistogram`; `RetCodes` has "-1"
for sockets. Nighthawk's form has only the answers of 2xx in `RetCodes`, whose number need not be that of the
latencies, which leave the warm-up out; its whole numbers may be strings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from readiness.evidence.load_test import Bucket, Latency, LoadTest
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._bounded import Took
from readiness.readers.load_test._document import document
from readiness.readers.load_test._samples import percentiles
from readiness.readers.load_test._shapes import Count, Number, ProtoCount, counted, instant, later
from readiness.readers.load_test._vet import AGAIN, contradiction, vetted
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_FROM_NIGHTHAWK = "let Nighthawk write its own form, which tells what failed: --output-format json"
_FINER = (
    "let Fortio count in narrower buckets: fortio load -r 0.0001 -json result.json (it writes no single requests, "
    "as k6 run --out json=points.json does)"
)
_GO_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_GO_PART = re.compile(r"(\d+(?:\.\d+)?)(h|ms|us|µs|ns|m|s)", re.ASCII)
_MOST = 0.9
_SLACK = 1e-9
_LONGEST_NS = 10**18


class _Bucket(msgspec.Struct, rename="pascal"):
    start: Number
    end: Number
    count: ProtoCount


class _Histogram(msgspec.Struct, rename="pascal"):
    count: ProtoCount
    min: Number = 0
    max: Number = 0
    avg: Number = 0
    data: list[_Bucket] | None = None


class _Result(msgspec.Struct, rename="pascal"):
    actual_duration: Took
    duration_histogram: _Histogram
    actual_qps: Number = msgspec.field(name="ActualQPS")
    requested_qps: str | float = msgspec.field(name="RequestedQPS", default="max")
    ret_codes: dict[str, ProtoCount] | None = None
    errors_duration_histogram: _Histogram | None = None
    run_type: str = "HTTP"
    labels: str = ""
    start_time: str | None = None
    requested_duration: str = ""
    num_threads: Count | None = None
    error: bool = msgspec.field(name="error", default=False)
    message: str = msgspec.field(name="message", default="")

    @property
    def is_nighthawk(self) -> bool:
        """By the word that it adds to the labels, or by numbers as strings, as proto3 writes them."""
        return isinstance(self.duration_histogram.count, str) or self.labels.split(" ")[-1] == "Nighthawk"


class Fortio(Reader[LoadTest]):
    """Over HTTP a request succeeds with 2xx; else as Fortio itself judges it."""

    def recognises(self, source: Source) -> bool:
        """An object with a duration histogram and the rate that was reached."""
        data = document(source)
        return isinstance(data.get("DurationHistogram"), dict) and "ActualQPS" in data

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run, dated by its start and duration."""
        result = shape(source.json, _Result, "Fortio result")
        if result.error:
            raise Unproven(
                Reason.MISSING, f"Fortio made no run: {result.message or 'it says no more'}", AGAIN
            )
        test = vetted(_facts(result))
        return Reading(test, test.ended_at)


def _facts(run: _Result) -> LoadTest:
    timed, codes = counted(run.duration_histogram.count), _codes(run)
    requests = max(timed, sum(codes.values())) if run.is_nighthawk else timed
    errors = None if run.is_nighthawk else _errors(run, timed, codes)
    seconds = min(run.actual_duration, _LONGEST_NS) / 1e9
    if abs(run.actual_qps * seconds - requests) > max(1.0, 0.01 * requests):
        raise contradiction(f"{requests} requests in {seconds:g} s are not {run.actual_qps:g}/s")
    started = instant(run.start_time) if run.start_time else None
    return LoadTest(
        tool="nighthawk" if run.is_nighthawk else "fortio",
        requests=requests,
        errors=errors,
        duration_s=seconds or None,
        latency=_latency(run.duration_histogram, timed, errors) if timed and errors != requests else None,
        started_at=started,
        ended_at=later(started, seconds) if started else None,
        offered_per_s=_offered(run),
        errors_by=_errors_by(codes) if errors is not None and run.run_type == "HTTP" else {},
        concurrency=run.num_threads or None,
        loop="unknown" if run.is_nighthawk else "closed",
        corrected=False,
        complete=_is_complete(run, timed, seconds),
        more_detail=_FROM_NIGHTHAWK if run.is_nighthawk else _FINER,
    )


def _codes(run: _Result) -> dict[str, int]:
    return {code: counted(many) for code, many in (run.ret_codes or {}).items()}


def _errors(run: _Result, requests: int, codes: Mapping[str, int]) -> int | None:
    own = run.errors_duration_histogram
    told = None if own is None else counted(own.count)
    if run.run_type != "HTTP":
        good = codes.get("SERVING", 0) + codes.get("OK", 0)
        return told if told is not None else max(0, requests - good) if codes else None
    if sum(codes.values()) != requests:
        raise contradiction(f"{requests} requests have {sum(codes.values())} status codes")
    failed = requests - sum(many for code, many in codes.items() if re.fullmatch(r"2\d\d", code, re.ASCII))
    # Fortio takes 418 for a success.
    if told is not None and told != failed - codes.get("418", 0):
        raise contradiction(
            f"{failed} requests failed by their status codes, and {told} by ErrorsDurationHistogram"
        )
    return failed


def _errors_by(codes: Mapping[str, int]) -> dict[str, int]:
    bad = sum(many for code, many in codes.items() if not re.fullmatch(r"2\d\d|-1", code, re.ASCII))
    return {"connection": codes.get("-1", 0), "status": bad}


def _latency(told: _Histogram, count: int, errors: int | None) -> Latency:
    buckets = tuple(_buckets(told))
    if sum(one.count for one in buckets) != count:
        raise contradiction(f"the buckets hold {sum(one.count for one in buckets)} of {count} durations")
    return Latency(
        count=count,
        of="successful" if errors == 0 else "all",
        source="histogram",
        min_ms=told.min * 1000,
        mean_ms=told.avg * 1000,
        max_ms=told.max * 1000,
        percentiles_ms=percentiles(buckets),
        buckets=buckets,
    )


def _buckets(told: _Histogram) -> Iterator[Bucket]:
    """Ascending. A value may lie past the edge of its bucket by as little as Fortio's own slack."""
    least, slack = told.min, _SLACK * (told.max + 1)
    for one in told.data or []:
        if one.start > one.end + slack or one.start < least - slack or one.end > told.max + slack:
            raise contradiction(f"a bucket from {one.start:g} to {one.end:g} s does not fit the others")
        least = one.end
        if many := counted(one.count):
            yield Bucket(min(one.start, one.end) * 1000, min(max(one.start, one.end), told.max) * 1000, many)


def _offered(run: _Result) -> float | None:
    try:
        rate = float(run.requested_qps)
    except ValueError:
        return None
    return rate if 0 < rate < float("inf") else None


def _is_complete(run: _Result, calls: int, seconds: float) -> bool:
    """Whether it went on for as long, or made as many calls, as it was meant to; Fortio marks the latter itself."""
    if "interrupted" in run.requested_duration:
        return False
    parts = _GO_PART.findall(run.requested_duration)
    if "".join(number + unit for number, unit in parts) != run.requested_duration:
        return True
    meant = sum(float(number) * _GO_UNITS[unit] for number, unit in parts)
    rate = _offered(run)
    return seconds >= _MOST * meant or (rate is not None and calls >= _MOST * rate * meant)
