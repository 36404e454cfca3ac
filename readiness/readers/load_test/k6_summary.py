"""The data that k6 hands to handleSummary(), written as JSON."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from readiness.evidence.load_test import LoadTest
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._k6 import Metric, load_test, metrics_of
from readiness.readers.load_test._vet import contradiction
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

Loop = Literal["open", "closed", "unknown"]


class _Verdict(msgspec.Struct):
    ok: bool


class _Metric(msgspec.Struct):
    type: str
    values: dict[str, Any]
    thresholds: dict[str, _Verdict] = {}


class _State(msgspec.Struct, rename="camel"):
    test_run_duration_ms: float | None = None


class _Scenario(msgspec.Struct):
    executor: str


class _Options(msgspec.Struct):
    scenarios: dict[str, _Scenario] | None = None


class _Document(msgspec.Struct):
    metrics: dict[str, _Metric]
    state: _State | None = None
    options: _Options | None = None


class K6Summary(Reader[LoadTest]):
    """Times are in milliseconds whatever `summaryTimeUnit` says, which is for the text that people read.

    The content has no time of its own. A run that was interrupted, or ended by `abortOnFail`, has a summary like
    any other.
    """

    def recognises(self, source: Source) -> bool:
        """An object with `metrics`, whose numbers stand under `values`."""
        metrics = metrics_of(source)[1]
        return any("values" in one and "type" in one for one in metrics.values())

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run."""
        document = shape(source.json, _Document, "k6 summary")
        metrics = {name: _metric(name, one) for name, one in document.metrics.items()}
        return Reading(load_test(metrics, _duration(document.state), _loop(document.options)))


def _metric(name: str, metric: _Metric) -> Metric:
    # Metrics of the script's own may be empty, which JSON writes as null: only requests are read.
    counted = name.startswith(("http_req", "dropped_iterations"))
    values = shape(metric.values, dict[str, float], f"k6 metric {name}") if counted else {}
    return Metric(values, {text: verdict.ok for text, verdict in metric.thresholds.items()})


def _duration(state: _State | None) -> float | None:
    if state is None or state.test_run_duration_ms is None:
        return None
    if state.test_run_duration_ms <= 0:
        raise contradiction(f"testRunDurationMs is {state.test_run_duration_ms:g}")
    return state.test_run_duration_ms / 1000


def _loop(options: _Options | None) -> Loop:
    """By the executors, where the script put its scenarios beside the rest."""
    executors = [one.executor for one in ((options and options.scenarios) or {}).values()]
    if executors and all(name.endswith("-arrival-rate") for name in executors):
        return "open"
    if executors and all(name.endswith(("-vus", "-iterations")) for name in executors):
        return "closed"
    return "unknown"
