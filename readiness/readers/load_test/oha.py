"""What `oha --output-format json` (1.x; `-j` before 1.9) writes: seconds, and since 1.15 milliseconds beside them.

src/printer.rs and src/result_data.rs: `successRate` counts every answer as a success, also one of 500, and leaves out
what was `aborted due to deadline`; statuses and errors are counted apart. Latencies are of answers, whatever their
status; with --stats-success-breakdown those of 2xx have percentiles of their own. Each percentile is the value of
one request, null where there is none. `rps` is of seconds without their time, and so no course.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from readiness.evidence.load_test import Latency, LoadTest
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._bounded import Many, Measured
from readiness.readers.load_test._shapes import counted
from readiness.readers.load_test._vet import AGAIN, contradiction, vetted
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_DEADLINE = "aborted due to deadline"
_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d{1,6})?)", re.ASCII)
_WAIT = "let oha wait for the requests that are under way when its time is up: oha -w"
_APART = "let oha tell the latencies of successful requests apart: oha --stats-success-breakdown"
_MORE = (
    "oha writes no single requests with their outcome: measure with a tool that does, such as vegeta encode --to json "
    "or k6 run --out json=points.json"
)

Percentiles = Mapping[str, float | None]


class _Summary(msgspec.Struct, rename="camel"):
    success_rate: Measured | None
    total: Measured
    slowest: Measured | None
    fastest: Measured | None
    average: Measured | None
    requests_per_sec: Measured


class _Metrics(msgspec.Struct):
    latency_ms: dict[str, Measured | None]


class _Output(msgspec.Struct, rename="camel"):
    summary: _Summary
    latency_percentiles: dict[str, Measured | None]
    status_code_distribution: dict[str, Many]
    error_distribution: dict[str, Many]
    metrics: _Metrics | None = None
    latency_percentiles_successful: dict[str, Measured | None] | None = None
    response_time_histogram_successful: dict[str, Many] | None = None


class Oha(Reader[LoadTest]):
    """Requests that were aborted at the end of the time count as dropped: they may have been slow."""

    def recognises(self, source: Source) -> bool:
        """An object with oha's summary and percentiles."""
        if source.head[:1] != b"{":
            return False
        data = source.json
        return (
            isinstance(data, dict)
            and {"latencyPercentiles", "statusCodeDistribution"} <= data.keys()
            and isinstance(data.get("summary"), dict)
            and "successRate" in data["summary"]
        )

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run; the content has no time of its own, nor the number of connections."""
        return Reading(vetted(_facts(shape(source.json, _Output, "output of oha"))))


def _facts(told: _Output) -> LoadTest:
    codes = {counted(code): many for code, many in told.status_code_distribution.items()}
    answered = sum(codes.values())
    good = sum(many for code, many in codes.items() if 200 <= code < 400)
    kinds = _kinds(told.error_distribution) | ({"status": answered - good} if answered > good else {})
    aborted = told.error_distribution.get(_DEADLINE, 0)
    requests = good + sum(kinds.values())
    _vet(told, answered, requests, aborted)
    is_successful = all(200 <= code < 300 for code in codes if 200 <= code < 400)
    own = told.latency_percentiles_successful
    latency = None
    if good and good < answered and is_successful and own is not None:
        latency = _of_successful(own, told.response_time_histogram_successful or {}, good)
    elif good:
        latency = _of_answers(told, answered, good)
    return LoadTest(
        tool="oha",
        requests=requests,
        errors=requests - good,
        duration_s=told.summary.total or None,
        latency=latency,
        dropped=aborted,
        errors_by=kinds,
        corrected=None,
        more_detail=_more(latency, aborted),
    )


def _kinds(errors: Mapping[str, int]) -> dict[str, int]:
    """Requests without an answer; `timeout` is oha's own text for its -t."""
    kinds: dict[str, int] = {}
    for text, many in errors.items():
        if text != _DEADLINE and many:
            kind = "timeout" if "timeout" in text.lower() or "timed out" in text.lower() else "connection"
            kinds[kind] = kinds.get(kind, 0) + many
    return kinds


def _more(latency: Latency | None, aborted: int) -> str:
    if aborted:
        return _WAIT
    return _APART if latency is not None and latency.of == "all" else _MORE


def _vet(told: _Output, answered: int, requests: int, aborted: int) -> None:
    """The rate and the share of answers, computed again; the two sets of units against each other."""
    summary = told.summary
    expected = summary.requests_per_sec * summary.total
    if abs(expected - requests - aborted) > 0.5:
        raise contradiction(
            f"{requests + aborted} requests are counted, and the rate comes to {expected:.1f}"
        )
    share = summary.success_rate
    if requests and (share is None or abs(share - answered / requests) > 1e-6):
        raise contradiction(f"{answered} of {requests} requests were answered, and successRate is {share}")
    if told.metrics is None:
        return
    seconds: dict[str, Any] = {
        "min": summary.fastest,
        "mean": summary.average,
        "max": summary.slowest,
        **told.latency_percentiles,
    }
    for name, ms in told.metrics.latency_ms.items():
        value = seconds.get(name)
        if ms is not None and value is not None and abs(value * 1000 - ms) > 0.001 + 1e-9 * ms:
            raise contradiction(f"{name} is {value:g} s, and {ms:g} ms in metrics")


def _of_answers(told: _Output, answered: int, good: int) -> Latency:
    summary = told.summary
    if summary.fastest is None or summary.average is None or summary.slowest is None:
        raise contradiction(f"{answered} requests were answered, and their latencies are null")
    return Latency(
        count=answered,
        of="all" if good < answered else "successful",
        source="tool",
        min_ms=summary.fastest * 1000,
        mean_ms=summary.average * 1000,
        max_ms=summary.slowest * 1000,
        percentiles_ms=_percentiles(told.latency_percentiles),
    )


def _of_successful(own: Percentiles, histogram: Mapping[str, int], good: int) -> Latency:
    """The first edge of their histogram is the least latency, the last one the greatest (src/histogram.rs)."""
    if sum(histogram.values()) != good:
        raise contradiction(f"{good} requests succeeded, and their histogram has {sum(histogram.values())}")
    edges = sorted(_edge(text) for text in histogram)
    return Latency(
        count=good,
        of="successful",
        source="tool",
        min_ms=edges[0],
        max_ms=edges[-1],
        percentiles_ms=_percentiles(own),
    )


def _edge(text: str) -> float:
    if re.fullmatch(r"\d{1,9}(?:\.\d{1,25})?(?:e-\d{1,2})?", text, re.ASCII) is None:
        raise Unproven(Reason.MALFORMED, f"{text[:50]!r} is no edge of a histogram in seconds", AGAIN)
    return float(text) * 1000


def _percentiles(told: Percentiles) -> dict[str, float]:
    found = {}
    for name, seconds in told.items():
        match = _PERCENTILE.fullmatch(name)
        if match is None or seconds is None:
            raise Unproven(Reason.MALFORMED, f"the percentile {name[:20]} is no number of seconds", AGAIN)
        found[match[1]] = seconds * 1000
    return found
