"""The answer of Prometheus to a range query, as saved by `curl .../api/v1/query_range`.

Fields: prometheus.io/docs/prometheus/latest/querying/api ("Range queries", "Range vectors"). Thanos, Mimir and
VictoriaMetrics answer alike; VictoriaMetrics tells by `isPartial` that a part of its stores did not answer.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.series import Metrics
from readiness.readers.base import Reader, Reading
from readiness.readers.metrics._gathered import Gathered, malformed, number
from readiness.readers.metrics._naming import UNNAMED, Title
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_BEGINS = re.compile(rb"\s*\{")
_RANGE = "ask for a range: curl -G URL/api/v1/query_range -d query=... -d start=... -d end=... -d step=15s"
_ASK_AGAIN = "ask again, and save the answer when it is whole"


class _Data(msgspec.Struct):
    resultType: str  # noqa: N815 - Prometheus' own name
    result: Any


class _Answer(msgspec.Struct):
    status: str
    data: _Data | None = None
    errorType: str = ""  # noqa: N815
    error: str = ""
    warnings: list[str] = []
    isPartial: bool = False  # noqa: N815


class _One(msgspec.Struct):
    metric: dict[str, str]
    values: list[tuple[float, str]] = []
    histograms: list[Any] = []


class PrometheusRange(Reader[Metrics]):
    """Each series of a `matrix`. Whatever else the answer is shows nothing, and says what to ask instead."""

    def recognises(self, source: Source) -> bool:
        """An object with `status`, and a result or an error."""
        if not _BEGINS.match(source.head) or not (b'"status"' in source.head or b'"result"' in source.head):
            return False
        answer = source.json
        if not isinstance(answer, dict) or answer.get("status") not in ("success", "error"):
            return False
        data = answer.get("data")
        return "errorType" in answer or (isinstance(data, dict) and "resultType" in data)

    def read(self, source: Source) -> Reading[Metrics]:
        """The series, dated by their last point."""
        answer = shape(source.json, _Answer, "answer of Prometheus")
        made = Gathered()
        for one in shape(_result(answer), list[_One], "matrix of Prometheus"):
            _put(made, one)
        return made.reading()


def _result(answer: _Answer) -> Any:
    if answer.status != "success" or answer.data is None:
        said = f"{answer.errorType}: {answer.error}"[:300] if answer.error else answer.status[:100]
        raise Unproven(Reason.MISSING, f"Prometheus did not answer the query: {said}", "mend the query")
    if answer.warnings:
        message = f"Prometheus warns that its answer may lack something: {answer.warnings[0][:300]}"
        raise Unproven(Reason.INSUFFICIENT, message, _ASK_AGAIN)
    if answer.isPartial:
        raise Unproven(Reason.INSUFFICIENT, "the answer is partial: a store did not answer", _ASK_AGAIN)
    if answer.data.resultType != "matrix":
        message = f"it is a {answer.data.resultType[:20]}, which is of one moment"
        raise Unproven(Reason.INSUFFICIENT, message, _RANGE)
    return answer.data.result


def _put(made: Gathered, one: _One) -> None:
    labels = {key: value for key, value in one.metric.items() if key != "__name__"}
    points = made.series(Title(one.metric.get("__name__", UNNAMED), labels))
    if one.histograms:
        message = f"{points.named} is a histogram"
        raise malformed(message, "ask for a number: histogram_quantile(0.95, ...), or histogram_avg(...)")
    for when, told in one.values:
        if told in ("NaN", "+Inf", "-Inf"):
            message = f"{points.named} is {told} at {when:.14g}: the query divides by nothing"
            raise malformed(message, "ask for what is known at every moment, or for the time in which it is")
        made.put(points, when, number(told))
