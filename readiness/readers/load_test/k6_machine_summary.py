"""The machine-readable summary 1.x of k6, which `--new-machine-readable-summary` asks for since k6 1.5.

It is what `--summary-export` then writes and what handleSummary() is given
(internal/lib/summary/machine_readable.go): metrics in a list, times in milliseconds, the duration in seconds.
A rate counts its matches: those of http_req_failed are requests that failed. A trend has no other percentiles
than p90, p95 and the median, whatever `--summary-trend-stats` says; thresholds have no verdicts in it, though
they make submetrics.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._document import document
from readiness.readers.load_test._k6 import POINTS, Metric, load_test
from readiness.readers.load_test._shapes import instant
from readiness.readers.load_test._vet import contradiction
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_NAMES = {"p90": "p(90)", "p95": "p(95)"}
_SNAKED = {"k6Version": "k6_version", "generatedAt": "generated_at"}
_WHAT = "machine-readable summary of k6"
_READ = ("http_req", "dropped_iterations")


class _Config(msgspec.Struct):
    duration: float


class _Metadata(msgspec.Struct):
    generated_at: str
    k6_version: str


class _Metric(msgspec.Struct):
    name: str
    type: str
    values: dict[str, Any]


class _Results(msgspec.Struct):
    metrics: list[_Metric]


class _Summary(msgspec.Struct):
    version: str
    config: _Config
    metadata: _Metadata
    results: _Results


class K6MachineSummary(Reader[LoadTest]):
    """One run, dated by when the summary was made, which is its end."""

    def recognises(self, source: Source) -> bool:
        """An object whose metadata names a version of k6, with results."""
        data = document(source)
        metadata = data.get("metadata")
        if not isinstance(metadata, dict) or not isinstance(data.get("results"), dict):
            return False
        return "k6_version" in _snaked(metadata)

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run; Unproven for a version of the summary other than 1."""
        whole = shape(source.json, dict[str, Any], _WHAT)
        metadata = shape(whole.get("metadata", {}), dict[str, Any], _WHAT)
        summary = shape(whole | {"metadata": _snaked(metadata)}, _Summary, _WHAT)
        if summary.version.split(".")[0] != "1":
            message = f"its version is {summary.version[:50]}, and 1 is known"
            raise Unproven(Reason.MALFORMED, message, POINTS)
        if summary.config.duration <= 0:
            raise contradiction(f"the run lasted {summary.config.duration:g} s")
        metrics: dict[str, Metric] = {}
        for one in summary.results.metrics:
            if one.name in metrics:
                raise contradiction(f"{one.name} stands twice")
            metrics[one.name] = Metric(_values(one), {})
        test = load_test(metrics, summary.config.duration, "unknown")
        return Reading(test, instant(summary.metadata.generated_at))


def _snaked(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """With the names of k6 1; k6 2 writes k6Version and generatedAt."""
    return {_SNAKED.get(name, name): value for name, value in metadata.items()}


def _values(metric: _Metric) -> Mapping[str, float]:
    """As the older summaries name them."""
    if not metric.name.startswith(_READ):
        return {}
    values = shape(metric.values, dict[str, float], f"k6 metric {metric.name}")
    if metric.type == "rate" and values.keys() >= {"matches", "total"}:
        failed = {"passes": values["matches"], "fails": values["total"] - values["matches"]}
        return failed | ({"rate": values["rate"]} if "rate" in values else {})
    return {_NAMES.get(name, name): value for name, value in values.items()}
