"""What `bombardier --format json` prints: counts by class of status, and latencies in microseconds.

Made by templates.go and internal/test_info.go of bombardier 1.1 to 2.0. Every request has a latency, those
that failed too; `others` are requests without a status, most of which are in `errors` by their text.
Percentiles are there with `--latencies` only. Texts are quoted as Go does, which is not always JSON.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from readiness.evidence.load_test import Latency, LoadTest
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._document import document
from readiness.readers.load_test._printed import Printed, latency_told, truncated
from readiness.readers.load_test._shapes import Count, Number
from readiness.readers.load_test._vet import contradiction, vetted
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_NO_PERCENTILES = "run bombardier with --latencies (-l), which adds p50 to p99"
_MORE = (
    "bombardier writes no single requests: measure with a tool that does, such as k6 run --out json=points.json "
    "or vegeta encode --to json"
)
_US = 1e3
_SHARE_OF_TIME = 0.99


class _Spec(msgspec.Struct, rename="camel"):
    number_of_connections: Count
    test_type: Literal["timed", "number-of-requests"] = "number-of-requests"
    test_duration_seconds: Number | None = None
    number_of_requests: Count | None = None
    rate: Number | None = None


class _Error(msgspec.Struct):
    description: str
    count: Count


class _Latency(msgspec.Struct):
    mean: Number
    max: Number
    percentiles: dict[str, Number] = {}


class _Result(msgspec.Struct):
    taken: Number = msgspec.field(name="timeTakenSeconds")
    req1xx: Count
    req2xx: Count
    req3xx: Count
    req4xx: Count
    req5xx: Count
    others: Count
    errors: list[_Error] = []
    latency: _Latency | None = None


class _Report(msgspec.Struct):
    spec: _Spec
    result: _Result


class Bombardier(Reader[LoadTest]):
    """A request succeeds with a status of 2xx or 3xx. The content has no time of its own."""

    def recognises(self, source: Source) -> bool:
        """An object with a `spec` and a `result` that has bombardier's names for its counts."""
        data = document(source)
        spec, result = data.get("spec"), data.get("result")
        if not isinstance(spec, dict) or not isinstance(result, dict):
            return False
        return "numberOfConnections" in spec and {"timeTakenSeconds", "req2xx"} <= result.keys()

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run."""
        report = shape(source.json, _Report, "bombardier result")
        return Reading(vetted(_facts(report)))


def _facts(report: _Report) -> LoadTest:
    spec, result = report.spec, report.result
    status = result.req1xx + result.req4xx + result.req5xx
    good = result.req2xx + result.req3xx
    requests = good + status + result.others
    told = sum(one.count for one in result.errors)
    if told > requests:
        raise contradiction(f"{requests} requests have {told} errors")
    timeout = sum(one.count for one in result.errors if "timeout" in one.description.lower())
    errors = min(requests, status + max(result.others, told))
    return LoadTest(
        tool="bombardier",
        requests=requests,
        errors=errors,
        duration_s=result.taken or None,
        latency=_latency(result.latency, requests, errors) if errors < requests else None,
        offered_per_s=spec.rate or None,
        errors_by={
            "connection": max(0, told - timeout),
            "timeout": timeout,
            "status": status,
            "other": max(0, result.others - told),
        },
        concurrency=spec.number_of_connections,
        loop="closed",
        corrected=False,
        complete=_is_complete(spec, result, requests),
        more_detail=_MORE if result.latency and result.latency.percentiles else _NO_PERCENTILES,
    )


def _is_complete(spec: _Spec, result: _Result, requests: int) -> bool:
    """Whether the test went on for as long, or made as many requests, as it was meant to."""
    if spec.test_type == "timed":
        return result.taken >= (spec.test_duration_seconds or 0) * _SHARE_OF_TIME
    return requests >= (spec.number_of_requests or 0)


def _latency(told: _Latency | None, requests: int, errors: int) -> Latency | None:
    if told is None:
        return None
    return latency_told(
        requests,
        "all" if errors else "successful",
        mean=_ms(told.mean),
        most=_ms(told.max),
        percentiles={
            key.strip(): _ms(value) for key, value in told.percentiles.items() if _is_percentile(key)
        },
    )


def _ms(us: float) -> Printed:
    return truncated(us / _US, 1 / _US)


def _is_percentile(key: str) -> bool:
    text = key.strip()
    return text.isascii() and text.isdigit() and 0 < int(text) < 100
