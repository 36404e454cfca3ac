"""What is known of the samples of a part of an expression: their values, their labels, and whether there are any."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import inf, isfinite, isnan

from readiness.readers.promql_labels import ANY, BARE, Labels

# No measurement is as large: a limit beyond it is meant never to be reached.
BEYOND = 1e30
_SIGNS: Mapping[str, Callable[[float, float], bool]] = {
    "==": lambda first, second: first == second,
    "!=": lambda first, second: first != second,
    ">": lambda first, second: first > second,
    "<": lambda first, second: first < second,
    ">=": lambda first, second: first >= second,
    "<=": lambda first, second: first <= second,
}
FLIPPED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "==", "!=": "!="}
COMPARING = _SIGNS.keys()


@dataclass(frozen=True)
class Span:
    """What can come of a part: values from `low` to `high`, and perhaps NaN.

    `empty` says why nothing can come, and `sure` that something always does. `filters` says whether it can leave
    samples out, `base` is the text of what it leaves them out of, and `absent` the text of what must be absent.
    `is_count` says that it is there, and so at least 1, as soon as anything is, and `may_be_huge` that it may be
    infinite or NaN.
    """

    low: float = -inf
    high: float = inf
    labels: Labels = ANY
    empty: str = ""
    sure: bool = False
    filters: bool = False
    base: str = ""
    absent: str = ""
    is_count: bool = False
    is_scalar: bool = False
    may_be_huge: bool = False

    def of(self, low: float, high: float) -> Span:
        """The same samples with other values."""
        return replace(self, low=low, high=high, base="", absent="", is_count=False)

    @property
    def value(self) -> float | None:
        """The one value that it has."""
        return self.low if self.low == self.high else None


def number(value: float) -> Span:
    """A number; NaN is neither more nor less than anything."""
    return Span(value, value, BARE, sure=True, is_scalar=True, may_be_huge=abs(value) >= BEYOND)


def compared(first: Span, op: str, second: Span) -> Span:
    """The samples of `first` that are `op` what is `second`."""
    never = _never(first, op, second)
    if never:
        return replace(first, empty=never, filters=True, sure=False)
    low, high = first.low, first.high
    if op in (">", ">=", "==") and not isnan(second.low):
        low = max(low, second.low)
    if op in ("<", "<=", "==") and not isnan(second.high):
        high = min(high, second.high)
    holds = _always(first, op, second)
    is_cut = not holds or first.filters or not (first.is_scalar or second.is_scalar)
    return replace(first, low=low, high=high, filters=is_cut, sure=holds and first.sure and second.sure)


def _never(first: Span, op: str, second: Span) -> str:
    if isnan(second.low) or isnan(first.low):
        return f"nothing can be {op} nan" if op != "!=" else ""
    if op == "!=":
        is_same = first.value is not None and first.value == second.value and first.sure and second.sure
        return f"{first.low:g} is not != {second.low:g}" if is_same else ""
    if beyond := _beyond(first, op, second):
        return beyond
    checks = {">": (first.high, second.low), ">=": (first.high, second.low)}
    checks |= {"<": (first.low, second.high), "<=": (first.low, second.high)}
    if _SIGNS[op](*checks[op]) if op in checks else _meets(first, second):
        return ""
    if first.value is not None and second.value is not None:
        return f"{first.low:g} is not {op} {second.low:g}"
    return f"what is {_told(first)} is not {op} {_shown(second)}"


def _beyond(first: Span, op: str, second: Span) -> str:
    """Why no measurement can be there; infinity may come of a division, and be looked for."""
    if first.may_be_huge or first.low >= BEYOND or first.high <= -BEYOND:
        return ""
    if op in (">", ">=", "==") and second.low >= BEYOND and (isfinite(second.low) or op == ">"):
        return f"nothing can be {op} {second.low:g}"
    if op in ("<", "<=", "==") and second.high <= -BEYOND and (isfinite(second.high) or op == "<"):
        return f"nothing can be {op} {second.high:g}"
    return ""


def _meets(first: Span, second: Span) -> bool:
    return first.low <= second.high and second.low <= first.high


def _always(first: Span, op: str, second: Span) -> bool:
    """Whether every sample holds; not said of counts, whose being there is the news."""
    if first.may_be_huge:
        return False
    if first.is_count or op in ("==", "!="):
        value = first.value
        return value is not None and second.value is not None and _SIGNS[op](value, second.value)
    pairs = {">": (first.low, second.high), ">=": (first.low, second.high)}
    pairs |= {"<": (first.high, second.low), "<=": (first.high, second.low)}
    return all(map(isfinite, pairs[op])) and _SIGNS[op](*pairs[op])


def _told(one: Span) -> str:
    if isfinite(one.low) and isfinite(one.high):
        return f"from {one.low:g} to {one.high:g}"
    return f"at least {one.low:g}" if isfinite(one.low) else f"at most {one.high + 0.0:g}"


def _shown(one: Span) -> str:
    return f"{one.low:g}" if one.value is not None else f"({_told(one)})"
