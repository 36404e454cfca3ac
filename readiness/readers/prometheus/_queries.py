"""Queries and their answers: https://prometheus.io/docs/prometheus/latest/querying/api/#expression-queries."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import pairwise
from typing import Any

import msgspec

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.prometheus import Answer, LiveSeries, Trouble
from readiness.readers.prometheus._ask import Asking
from readiness.readers.prometheus._spec import QuerySpec
from readiness.readers.strict_json import shape

MAX_SERIES = 1_000
MAX_ALL_POINTS = 50_000
_VALUE = re.compile(r"NaN|[+-]?Inf|[+-]?[0-9]{1,40}(\.[0-9]{1,40})?(e[+-]?[0-9]{1,3})?", re.ASCII | re.I)
_NUMBER = "ask for a number for each series: a histogram needs histogram_quantile(...) or histogram_avg(...)"


class _Series(msgspec.Struct):
    metric: dict[str, str]
    value: tuple[float, str] | None = None
    values: list[tuple[float, str]] = []
    histogram: Any = None
    histograms: list[Any] = []


class _Data(msgspec.Struct):
    resultType: str  # noqa: N815 - Prometheus' own name
    result: Any


def answer_to(asking: Asking, one: QuerySpec, now: datetime) -> Answer:
    """The answer to one query, or why there is none."""
    end = round(now.timestamp(), 3)
    empty = Answer(query=one.query, asked_at=end)
    if one.range is not None:
        start = round(end - one.range.total_seconds(), 3)
        empty = empty.but(start=start, end=end, step=one.step.total_seconds())
    try:
        return _answered(asking, empty)
    except Unproven as error:
        return empty.but(trouble=Trouble(error.reason, error.message, error.remedy))


def _answered(asking: Asking, empty: Answer) -> Answer:
    query = ("query", empty.query)
    if empty.start is None or empty.end is None or empty.step is None:
        said = asking.ask("query", query, ("time", f"{empty.asked_at:.3f}"))
    else:
        times = (("start", f"{empty.start:.3f}"), ("end", f"{empty.end:.3f}"), ("step", f"{empty.step:g}"))
        said = asking.ask("query_range", query, *times)
    series = _series(shape(said.data, _Data, "answer to a query"), is_range=empty.is_range)
    many = sum(len(one.points) for one in series)
    if len(series) > MAX_SERIES or many > MAX_ALL_POINTS:
        message = f"it gives {len(series):,} series with {many:,} points"
        raise Unproven(
            Reason.MALFORMED, message, "aggregate, as in max by (job) (...), or take a larger `step`"
        )
    return empty.but(
        series=series,
        elapsed_ms=said.elapsed_ms,
        warnings=tuple(text[:300] for text in said.warnings),
        infos=tuple(text[:300] for text in said.infos),
    )


def _series(data: _Data, *, is_range: bool) -> tuple[LiveSeries, ...]:
    if data.resultType == "scalar" and not is_range:
        return (LiveSeries({}, (_point(shape(data.result, tuple[float, str], "scalar")),)),)
    if data.resultType != ("matrix" if is_range else "vector"):
        message = f"it gives a {data.resultType[:20]}, and no number for each series"
        raise Unproven(Reason.MALFORMED, message, _NUMBER)
    made = tuple(map(_one, shape(data.result, list[_Series], "list of series")))
    if len({tuple(sorted(one.labels.items())) for one in made}) != len(made):
        raise Unproven(
            Reason.MALFORMED, "its answer has a series twice", "ask the server itself, with no proxy"
        )
    return made


def _one(series: _Series) -> LiveSeries:
    if series.histogram is not None or series.histograms:
        raise Unproven(Reason.MALFORMED, "it gives histograms", _NUMBER)
    points = [series.value] if series.value is not None else series.values
    if not points:
        raise Unproven(Reason.MALFORMED, "a series of its answer has no point")
    if any(first[0] >= second[0] for first, second in pairwise(points)):
        raise Unproven(Reason.MALFORMED, "the times of a series of its answer do not ascend")
    return LiveSeries(series.metric, tuple(map(_point, points)))


def _point(pair: tuple[float, str]) -> tuple[float, str]:
    if not _VALUE.fullmatch(pair[1]):
        raise Unproven(Reason.MALFORMED, f"{pair[1][:40]!r} is no value of Prometheus")
    return pair
