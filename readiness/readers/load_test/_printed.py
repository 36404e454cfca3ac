"""Numbers as tools tell them: with few digits and a unit, and the one rule by which they are taken.

They are taken against the release. A percentile and a max are the greatest number that the told one can stand for, a
min is the least, and a mean counts only where rounding is worth 5% of it at most. A tool that rounds to the nearest is
off by half a unit (`printed`), one that cuts off the rest by a whole one (`truncated`); so is one of which it is not
known. `latency_told` makes the facts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import inf, isfinite
from typing import Literal

from readiness.evidence.load_test import Latency
from readiness.evidence.model import Reason, Unproven
from readiness.readers.load_test._vet import AGAIN, contradiction
from readiness.readers.source import Source

TIME = r"(\d{1,12}(?:\.\d{1,9})?)(us|ms|s|m|h)"
NUMBER = r"(\d{1,15}(?:\.\d{1,9})?)"
COUNT = r"(\d{1,15})"
_MS = {
    "us": Fraction(1, 1000),
    "ms": Fraction(1),
    "s": Fraction(1000),
    "m": Fraction(60_000),
    "h": Fraction(3_600_000),
}
_PRECISE = 0.05


@dataclass(frozen=True, slots=True)
class Printed:
    """A number that was rounded when it was told: it lies from `low` to `high`, and `told` is what was printed."""

    told: float
    low: float
    high: float

    @property
    def precise(self) -> float | None:
        """The number where rounding is worth 5% of it at most."""
        return self.told if self.high - self.told <= _PRECISE * self.told else None


def printed(digits: str, unit: str | None = None) -> Printed:
    """Digits as a tool printed them; in milliseconds where they have a unit of time."""
    scale = Fraction(1) if unit is None else _MS[unit]
    value, half = Fraction(digits), Fraction(1, 2 * 10 ** len(digits.partition(".")[2]))
    return Printed(
        float(value * scale), float(max(Fraction(0), value - half) * scale), float((value + half) * scale)
    )


def truncated(told: float, unit: float) -> Printed:
    """A number of which what is below a unit was cut off, or may have been; in milliseconds, as is the unit."""
    return Printed(told, told, told + unit)


def latency_told(
    count: int,
    of: Literal["successful", "all"],
    *,
    least: Printed | None = None,
    mean: Printed | None = None,
    most: Printed | None = None,
    percentiles: Mapping[str, Printed],
    source: Literal["tool", "sketch"] = "tool",
    name: str = "the run",
) -> Latency:
    """Latencies against the release, in milliseconds; the mean and percentiles within min and max.

    Raises Unproven (malformed) when one lies outside of them, whatever it was rounded from, or when the max is 0.
    """
    if most is not None and most.told == 0:
        raise contradiction(f"every latency of {name} is 0")
    low, high = least.low if least else None, most.high if most else None
    for label, one in (("min", least), ("max", most)):
        if one is not None:
            _vet_within(f"{label} of {name}", one, 0.0, inf)
    if low is not None and high is not None and low > high:
        raise contradiction(f"min of {name} is {low:g} ms, and max is {high:g} ms")
    for label, one in (("the mean", mean), *((f"p{key}", one) for key, one in percentiles.items())):
        if one is not None:
            _vet_within(f"{label} of {name}", one, 0.0 if low is None else low, inf if high is None else high)
    precise = mean.precise if mean else None
    return Latency(
        count=count,
        of=of,
        source=source,
        min_ms=low,
        mean_ms=None if precise is None else _within(precise, low, high),
        max_ms=high,
        percentiles_ms={key: _within(one.high, low, high) for key, one in percentiles.items()},
    )


def _vet_within(what: str, one: Printed, low: float, high: float) -> None:
    if not (one.told >= 0 and one.low <= high and one.high >= low and isfinite(one.high)):
        span = f", outside of min {low:g} to max {high:g} ms" if one.told >= 0 and isfinite(one.high) else ""
        raise contradiction(f"{what} is {one.told:g} ms{span}")


def _within(value: float, low: float | None, high: float | None) -> float:
    return max(value if high is None else min(value, high), low or 0.0)


def seconds_of(digits: str, unit: str) -> Printed:
    """A time with a unit, in seconds."""
    ms = printed(digits, unit)
    return Printed(ms.told / 1000, ms.low / 1000, ms.high / 1000)


def vet_rate(requests: int, seconds: Printed, rate: Printed) -> None:
    """Unproven (malformed) unless the tool's own rate and duration come to the requests."""
    least, most = seconds.low * rate.low, seconds.high * rate.high
    if not least * (1 - 1e-9) <= requests <= most * (1 + 1e-9):
        sent = rate.told * seconds.told
        raise contradiction(
            f"{requests:,} requests are counted, and {rate.told:g}/s in {seconds.told:g} s are {sent:,.1f}"
        )


class Report:
    """The lines of a report in text; one that has no end was cut, and is left out."""

    def __init__(self, source: Source, tool: str) -> None:
        self.tool = tool
        text = source.text.replace("\r\n", "\n")
        self.text = text[: text.rfind("\n") + 1]

    def one(self, pattern: str, what: str) -> re.Match[str]:
        """The only line that is wholly of a pattern. Unproven (malformed) when there is none, or more than one."""
        found = self.at_most_one(pattern, what)
        if found is None:
            message = f"it has no line of {self.tool} that tells {what}: it was cut, or the run did not end"
            raise Unproven(Reason.MALFORMED, message, AGAIN)
        return found

    def at_most_one(self, pattern: str, what: str) -> re.Match[str] | None:
        """The same, and None when there is none."""
        found = self.all(pattern)
        if len(found) > 1:
            message = f"{what} stands in it {len(found)} times"
            raise Unproven(Reason.MALFORMED, message, "keep each run in a file of its own")
        return found[0] if found else None

    def all(self, pattern: str) -> list[re.Match[str]]:
        """Every line that is wholly of a pattern."""
        return list(re.finditer(rf"^{pattern}[ \t]*\n", self.text, re.MULTILINE | re.ASCII))
