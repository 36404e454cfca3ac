"""The values that arithmetic, functions and aggregations of Prometheus can give.

https://prometheus.io/docs/prometheus/latest/querying/functions/ and .../operators/
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import ceil, floor, inf, isfinite, isnan

from readiness.readers.promql_labels import BARE, Labels
from readiness.readers.promql_span import Span

_POSITIVE = frozenset({"rate", "irate", "increase", "resets", "changes", "abs", "sqrt", "exp"})
_POSITIVE |= {"stddev_over_time", "stdvar_over_time", "mad_over_time", "timestamp"}
_SAME = frozenset({"min_over_time", "max_over_time", "avg_over_time", "last_over_time", "first_over_time"})
_SAME |= {"sort", "sort_desc", "sort_by_label", "sort_by_label_desc"}
_KEEPING = (
    _POSITIVE
    | _SAME
    | {
        "sum_over_time",
        "count_over_time",
        "present_over_time",
        "quantile_over_time",
        "ceil",
        "floor",
        "round",
    }
    | {
        "clamp",
        "clamp_min",
        "clamp_max",
        "sgn",
        "delta",
        "idelta",
        "deriv",
        "predict_linear",
        "ln",
        "log2",
        "log10",
    }
)
_HUGE = frozenset(
    {"quantile_over_time", "histogram_quantile", "predict_linear", "ln", "log2", "log10", "exp"}
)
_CALENDAR = {"minute": (0, 59), "hour": (0, 23), "day_of_week": (0, 6), "day_of_month": (1, 31)}
_CALENDAR |= {"day_of_year": (1, 366), "days_in_month": (28, 31), "month": (1, 12)}
_SAME_AGGREGATES = frozenset({"min", "max", "avg", "topk", "bottomk", "limitk", "limit_ratio"})
_CHOOSING = frozenset({"topk", "bottomk", "limitk"})


def called(name: str, args: Sequence[Span]) -> Span:
    """What a function gives."""
    first = next((one for one in args if not one.is_scalar), Span(labels=BARE, sure=True))
    if name in ("vector", "scalar", "time", "pi"):
        return _made(name, args)
    if name in ("absent", "absent_over_time"):
        return _absent(first)
    if lost := next((one.empty for one in args if one.empty), ""):
        return Span(empty=lost, filters=True)
    made = first.of(*_values(name, args, first))
    if name == "clamp" and args[1].low > args[2].high:
        return Span(empty="no number is within the limits of its clamp", filters=True)
    is_count = name in ("count_over_time", "present_over_time")
    base = first.base if name in ("sort", "sort_desc") else ""
    labels = first.labels if name in _KEEPING or name in _CALENDAR else Labels()
    is_huge = first.may_be_huge or name in _HUGE
    return replace(made, labels=labels, base=base, is_count=is_count, may_be_huge=is_huge)


def _made(name: str, args: Sequence[Span]) -> Span:
    if name in ("time", "pi"):
        return Span(0.0, inf, BARE, sure=True, is_scalar=True)
    if name == "scalar":  # NaN where there is not one sample
        return Span(labels=BARE, sure=True, is_scalar=True, may_be_huge=True)
    return replace(args[0], is_scalar=False)


def _absent(one: Span) -> Span:
    if one.sure:
        return Span(1.0, 1.0, empty="what it asks for is always there", filters=True)
    return Span(1.0, 1.0, filters=not one.empty, sure=bool(one.empty), absent="" if one.filters else one.base)


def _values(name: str, args: Sequence[Span], first: Span) -> tuple[float, float]:
    if name in _CALENDAR:
        return _CALENDAR[name]
    if name in _SAME:
        return first.low, first.high
    if name in _POSITIVE:
        return 0.0, inf
    if name in ("count_over_time", "present_over_time"):
        return 1.0, inf if name == "count_over_time" else 1.0
    if name == "sum_over_time":
        return summed(first)
    if name == "sgn":
        return -1.0, 1.0
    if name in ("ceil", "floor") or (name == "round" and len(args) == 1):
        low = floor(first.low) if isfinite(first.low) else first.low
        return low, ceil(first.high) if isfinite(first.high) else first.high
    if name.startswith("clamp"):
        return _clamped(name, args, first)
    return -inf, inf


def _clamped(name: str, args: Sequence[Span], first: Span) -> tuple[float, float]:
    limits = [one.value for one in args[1:]]
    if None in limits or any(isnan(one) for one in limits if one is not None):
        return -inf, inf
    low, high = first.low, first.high
    least = limits[0] if name in ("clamp", "clamp_min") else None
    most = limits[-1] if name in ("clamp", "clamp_max") else None
    if least is not None:
        low, high = max(low, least), max(high, least)
    if most is not None:
        low, high = min(low, most), min(high, most)
    return low, high


def summed(one: Span) -> tuple[float, float]:
    """The values of a sum of at least one sample."""
    return one.low if one.low >= 0 else -inf, one.high if one.high <= 0 else inf


def aggregated(op: str, one: Span, param: Span | None, labels: Labels) -> Span:
    """What an aggregation gives, with the labels that it leaves."""
    if one.empty:
        return Span(empty=one.empty, filters=True)
    if op in _CHOOSING and param is not None and param.high < 1:
        return Span(empty=f"{op} of {param.high:g} takes nothing", filters=True)
    values = {"count": (1.0, inf), "count_values": (1.0, inf), "group": (1.0, 1.0), "sum": summed(one)}
    values |= {"stddev": (0.0, inf), "stdvar": (0.0, inf)}
    values |= dict.fromkeys(_SAME_AGGREGATES, (one.low, one.high))
    made = one.of(*values.get(op, (-inf, inf)))
    labels = one.labels if op in _SAME_AGGREGATES - {"min", "max", "avg"} else labels
    labels = Labels() if op == "count_values" else labels
    is_huge = one.may_be_huge or op == "quantile"
    return replace(
        made, labels=labels, is_count=op in ("count", "count_values", "group"), may_be_huge=is_huge
    )
