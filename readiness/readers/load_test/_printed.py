"""Numbers as tools print them for people: with few digits, and a unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

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
    """A number that was rounded when it was printed: it lies from `low` to `high`, and `told` is what was printed."""

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
