"""The values that arithmetic can give: https://prometheus.io/docs/prometheus/latest/querying/operators/."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isnan

from readiness.readers.promql_span import Span


def reckoned(op: str, first: Span, second: Span, *, is_same: bool) -> tuple[float, float]:
    """The values of arithmetic; `is_same` says that both sides are the same text."""
    if is_same and op == "-":
        return 0.0, 0.0
    if op == "-":
        second, op = second.of(-second.high, -second.low), "+"
    if op == "+":
        made = (first.low + second.low, first.high + second.high)
    elif op == "*" or (op == "/" and second.value not in (None, 0.0)):
        ends = (second.low, second.high) if op == "*" else (1 / second.low,) * 2
        made = _extremes([_product(one, two) for one in (first.low, first.high) for two in ends])
    elif op == "/" and min(first.low, second.low) >= 0:
        made = (0.0, inf)
    elif op == "%" and second.value is not None:
        most = abs(second.value)
        made = (0.0 if first.low >= 0 else -most, most)
    else:
        made = (-inf, inf)
    return made if not any(map(isnan, made)) else (-inf, inf)


def _product(one: float, two: float) -> float:
    return 0.0 if 0.0 in (one, two) else one * two


def _extremes(values: Sequence[float]) -> tuple[float, float]:
    return min(values), max(values)
