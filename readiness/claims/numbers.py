"""Numbers in text: quantities with unit and comparator, ranges, and fractions such as `18/24`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import islice
from typing import Literal, NamedTuple

from readiness.claims.units import COUNT, FACTOR, PATTERN, Unit, shown, unit_of

MOST_NUMBERS = 60
Bound = Literal["=", "<", "<=", ">", ">=", "~"]
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d{1,12})?|\d{1,3},\d{1,2}(?=\s?%)|\d{1,15}(?:\.\d{1,12})?)"
_BEFORE = (
    r"(?:<=|>=|=<|=>|[<>≤≥≈~=]|\b(?:not more than|no more than|at most|up to|less than|fewer than|below|under|within"
    r"|no less than|not less than|at least|more than|greater than|above|approx\.?|about|around|roughly)\b)"
)
_QUANTITY = re.compile(
    rf"(?P<bound>{_BEFORE})?\s{{0,2}}(?<![\w.,/#:-])(?<!\d-)(?P<sign>[-\u2212+](?=[$€£]?\d))?[$€£]?(?P<low>{_NUMBER})(?P<thousands>[kKM](?![\w/]))?"
    rf"(?P<more>\+)?\s?(?P<unit>{PATTERN})?"
    rf"(?:\s{{0,2}}(?P<to>-|\u2013|—|→|->|\.\.|\bto\b)\s{{0,2}}(?P<high>{_NUMBER})(?P<thousands2>[kKM](?![\w/]))?"
    rf"(?P<more2>\+)?\s?(?P<unit2>{PATTERN})?(?![\w]))?"
)
_FRACTION = re.compile(
    rf"(?<![\w./:,-])(?P<part>{_NUMBER})\s?(?:/|\b(?:out\s)?of\b)\s?(?P<whole>{_NUMBER})(?P<plus>\+)?"
    r"(?![\w/.]{0,1}\d)(?!\s?/)(?![A-Za-z_-])"
)
_MASKED = re.compile(
    r"https?://\S{1,500}"
    r"|(?<![\w.])v?\d{1,5}\.\d{1,5}\.\d{1,5}[\w.+-]{0,60}"
    r"|\b\d{4}-\d{2}-\d{2}(?:[T ]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?Z?)?"
    r"|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b\d{1,2}:\d{2}(?::\d{2})?\b"
    r"|\b(?:TLS|SSL|HTTP|HTTPS|SHA|Python|Java|Go|Node|ISO|RFC|CVE|Phase|Week|Step|Section|Port|ID|Q|Sprint|Day|Stage|Line)"
    r"[\s/-]?v?\d[\d.]*(?:\s?(?:-|\u2013|and|or|,)\s?\d[\d.]*)*\b"
    r"|\b(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\.?\s\d{1,2}(?:st|nd|rd|th)?(?:\s?[-\u2013]\s?\d{1,2})?(?:,?\s\d{4})?\b"
    r"|\b\d{1,2}(?:st|nd|rd|th)?\s(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,7}(?:\s\d{4})?\b"
    r"|\b\d+\s?(?:d|days?|h|hrs?|hours?|m|mins?|minutes?)(?:,|\sand)?\s?\d+\s?"
    r"(?:h|hrs?|hours?|m|mins?|minutes?|s|secs?|seconds?)\b(?!\s?\d)"
    r"|\b24/7\b|\b(?:AES|ML-KEM|ML-DSA|RSA|EC|SHA|Curve)-?\d{3,4}\b",
    re.IGNORECASE,
)
_COMPOUND = re.compile(
    rf"(?P<bound>{_BEFORE})?\s{{0,2}}(?<![\w.,:/-])(?P<first>\d{{1,4}})\s?(?P<unit1>d|days?|h|hrs?|hours?|m|mins?|minutes?)"
    r"(?:,|\sand)?\s?(?P<second>\d{1,2})\s?(?P<unit2>h|hrs?|hours?|mins?|minutes?|secs?|seconds?|s|m(?=\W|$))(?![\w.:/]|\s?\d)",
    re.IGNORECASE,
)
_BOUNDS: dict[str, Bound] = {
    "<": "<", "below": "<", "under": "<", "less than": "<", "fewer than": "<",
    "≤": "<=", "<=": "<=", "=<": "<=", "at most": "<=", "up to": "<=", "no more than": "<=", "not more than": "<=",
    "within": "<=", ">": ">", "above": ">", "more than": ">", "greater than": ">",
    "≥": ">=", ">=": ">=", "=>": ">=", "at least": ">=", "no less than": ">=", "not less than": ">=",
    "≈": "~", "~": "~", "approx": "~", "approx.": "~", "about": "~", "around": "~", "roughly": "~",
}  # fmt: skip


_FROM = re.compile(r"\bfrom\s*$", re.IGNORECASE)


class Quantity(NamedTuple):
    """A number or a range, in base units, as it is shown; `step` is one unit of its last digit."""

    low: Fraction
    high: Fraction
    step: Fraction
    bound: Bound
    dimension: str
    text: str
    start: int
    end: int
    last: Fraction | None = None

    @property
    def after(self) -> Quantity:
        """What it became, where it tells of a change (`480 → 190 ms`, `from 480 to 190 ms`); itself otherwise."""
        return self if self.last is None else self._replace(low=self.last, high=self.last, last=None)

    @property
    def is_range(self) -> bool:
        """Whether it has two ends."""
        return self.low != self.high

    @property
    def is_upper(self) -> bool:
        """Whether it says `at most`."""
        return self.bound in ("<", "<=")

    @property
    def is_lower(self) -> bool:
        """Whether it says `at least`."""
        return self.bound in (">", ">=")

    @property
    def is_plain(self) -> bool:
        """Whether it says one number, and means it."""
        return self.bound == "=" and not self.is_range

    def could_be(self, value: Fraction) -> bool:
        """Whether the value, rounded to the digits shown or cut off behind them, reads like this."""
        half = self.step / 2
        if self.is_range:
            return self.low - half <= value <= self.high + half
        return self.low - half <= value <= self.high + half or self.low <= value < self.low + self.step


class Parts(NamedTuple):
    """`part` of `whole`, as in `18/24`, and where it stands in its text."""

    part: Fraction
    whole: Fraction
    text: str
    start: int
    end: int

    @property
    def percent(self) -> Fraction | None:
        """The share in percent; None for a fraction of nothing."""
        return self.part / self.whole * 100 if self.whole else None


@lru_cache(maxsize=20_000)
def masked(text: str) -> str:
    """The same text, of the same length, without numbers that count nothing: versions, dates, addresses."""
    return _MASKED.sub(lambda found: "\x1f" * len(found[0]), text)


@lru_cache(maxsize=20_000)
def quantities(text: str) -> tuple[Quantity, ...]:
    """The numbers of the text with their units, except the two of a fraction; at most MOST_NUMBERS."""
    plain = masked(text)
    plain = _FRACTION.sub(lambda found: "\x1f" * len(found[0]), plain)
    told = [_quantity(found, text) for found in islice(_QUANTITY.finditer(plain), MOST_NUMBERS)]
    told += [_duration(found) for found in islice(_COMPOUND.finditer(text), MOST_NUMBERS)]
    return tuple(sorted(told, key=lambda one: one.start)[:MOST_NUMBERS])


def _duration(found: re.Match[str]) -> Quantity:
    """`6m 10s`, as one time."""
    small = unit_of(_long(found["unit2"]))
    value = int(found["first"]) * unit_of(_long(found["unit1"])).scale + int(found["second"]) * small.scale
    return Quantity(
        value,
        value,
        small.scale,
        _bound(found),
        small.dimension,
        found[0].strip(),
        found.start(),
        found.end(),
    )


def _long(unit: str) -> str:
    """`m` is minutes in front of seconds."""
    return "min" if unit.lower() == "m" else unit


@lru_cache(maxsize=20_000)
def fractions(text: str) -> tuple[Parts, ...]:
    """The `n/m` and `n of m` of the text; at most MOST_NUMBERS."""
    return tuple(islice(_fractions(masked(text)), MOST_NUMBERS))


def _fractions(plain: str) -> Iterator[Parts]:
    for found in _FRACTION.finditer(plain):
        yield Parts(_value(found["part"]), _value(found["whole"]), found[0], found.start(), found.end())


def _quantity(found: re.Match[str], text: str) -> Quantity:
    unit = _unit(found["unit2"] or found["unit"], text, found.end())
    first = _unit(found["unit"], text, found.end()) if found["unit"] and found["unit2"] else unit
    low = (
        _value(found["low"])
        * (-1 if found["sign"] in ("-", "\u2212") else 1)
        * _thousands(found["thousands"])
    )
    high = _value(found["high"]) * _thousands(found["thousands2"]) if found["high"] else None
    ends = sorted((low * first.scale, low * first.scale if high is None else high * unit.scale))
    step = (
        _step(found["high"] or found["low"])
        * unit.scale
        * _thousands(found["thousands2"] or found["thousands"])
    )
    return Quantity(
        ends[0], ends[1], step, _bound(found), unit.dimension, found[0].strip(), found.start(), found.end(),
        high * unit.scale if high is not None and _is_change(found, text) else None,
    )  # fmt: skip


def _is_change(found: re.Match[str], text: str) -> bool:
    """Whether two numbers are before and after, and not the ends of a range."""
    before = text[max(0, found.start() - 12) : found.start("low")]
    return found["to"] in ("→", "->") or (found["to"] == "to" and bool(_FROM.search(before)))


def _bound(found: re.Match[str]) -> Bound:
    groups = found.groupdict()
    written = " ".join((groups["bound"] or "").lower().split())
    if written in _BOUNDS:
        return _BOUNDS[written]
    return ">=" if groups.get("more") or groups.get("more2") else "="


def _unit(written: str | None, text: str, end: int) -> Unit:
    if written:
        return unit_of(written)
    if re.match(r"[x\u00d7](?!\w)", text[end:]):
        return Unit(FACTOR)
    glued = re.match(r"[A-Za-z]{1,12}", text[end:])
    return Unit(f"in {glued[0]}") if glued and text[end - 1 : end].isdigit() else Unit(COUNT)


def _value(written: str) -> Fraction:
    decimal = re.fullmatch(r"(\d{1,3}),(\d{1,2})", written)
    return Fraction(f"{decimal[1]}.{decimal[2]}") if decimal else Fraction(written.replace(",", ""))


def _step(written: str) -> Fraction:
    decimal = re.fullmatch(r"\d{1,3},(\d{1,2})", written)
    behind = decimal[1] if decimal else written.partition(".")[2]
    return Fraction(1, 10 ** len(behind))


def _thousands(suffix: str | None) -> int:
    return {"k": 1000, "K": 1000, "M": 10**6}[suffix] if suffix else 1


def say(quantity: Quantity) -> str:
    """The quantity in base units, as the arithmetic shows it."""
    bound = "" if quantity.bound == "=" else f"{quantity.bound} "
    if not quantity.is_range:
        return bound + shown(quantity.low, quantity.dimension)
    return f"{bound}{shown(quantity.low, quantity.dimension)} to {shown(quantity.high, quantity.dimension)}"
