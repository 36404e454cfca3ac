"""What `k6 run --summary-export=FILE` writes."""

from __future__ import annotations

from typing import Any

import msgspec

from readiness.evidence.load_test import LoadTest
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._k6 import Metric, load_test, metrics_of
from readiness.readers.source import Source
from readiness.readers.strict_json import shape


class _Document(msgspec.Struct):
    metrics: dict[str, dict[str, Any]]


class K6SummaryExport(Reader[LoadTest]):
    """The booleans of thresholds are turned round: true says that the threshold was crossed.

    So does internal/js/summary-wrapper.js of k6. It has no duration, which count and rate of the requests tell, and
    no time of its own.
    """

    def recognises(self, source: Source) -> bool:
        """An object with `metrics` and `root_group`, whose numbers stand directly in each metric."""
        document, metrics = metrics_of(source)
        return "root_group" in document and not any("values" in one for one in metrics.values())

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run."""
        document = shape(source.json, _Document, "k6 summary export")
        metrics = {name: _metric(name, one) for name, one in document.metrics.items()}
        return Reading(load_test(metrics, None, "unknown"))


def _metric(name: str, metric: dict[str, Any]) -> Metric:
    what = f"k6 metric {name}"
    numbers = {key: value for key, value in metric.items() if key != "thresholds"}
    crossed = shape(metric.get("thresholds", {}), dict[str, bool], what)
    counted = name.startswith(("http_req", "dropped_iterations"))
    values = shape(numbers, dict[str, float], what) if counted else {}
    return Metric(values, {text: not bad for text, bad in crossed.items()})
