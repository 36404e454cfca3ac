"""Units as people write them in reports, made comparable: milliseconds, percent, events per second, bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

TIME, SHARE, RATE, SIZE, COUNT, FACTOR = "time", "share", "rate", "size", "count", "factor"


class Unit(NamedTuple):
    """What is measured, and how many base units (ms, %, 1/s, bytes) one of these is."""

    dimension: str
    scale: Fraction = Fraction(1)


_TIMES = {
    "ns": Fraction(1, 10**6),
    "us": Fraction(1, 1000),
    "ms": Fraction(1),
    "s": Fraction(1000),
    "min": Fraction(60_000),
    "h": Fraction(3_600_000),
    "d": Fraction(86_400_000),
}
_NAMES = {
    "µs": "us", "μs": "us", "msec": "ms", "msecs": "ms", "millis": "ms", "millisecond": "ms", "milliseconds": "ms",
    "sec": "s", "secs": "s", "second": "s", "seconds": "s", "mins": "min", "minute": "min", "minutes": "min",
    "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "day": "d", "days": "d",
}  # fmt: skip
_SIZES = {"kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12,
          "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40, "Mi": 2**20, "Gi": 2**30}  # fmt: skip
_PER_SECOND = {"rps", "qps", "tps"}
_SLASHED = re.compile(
    r"(?:[a-z]{1,15}\s?)?(?:/\s?|per\s)(s|secs?|seconds?|m|mins?|minutes?|h|hr|hours?)", re.IGNORECASE
)
_PER = {"s": Fraction(1), "m": Fraction(1, 60), "h": Fraction(1, 3600)}
_WORDS = sorted([*_TIMES, *_NAMES, *_SIZES, *_PER_SECOND], key=len, reverse=True)
PATTERN = (
    r"%|percent\b|(?:[A-Za-z]{1,15}\s?)?(?:/\s?|\bper\s)(?:secs?|seconds?|s|mins?|minutes?|m|hours?|hr|h)\b|(?:"
    + "|".join(map(re.escape, _WORDS))
    + r")(?![\w/])"
)


def unit_of(written: str) -> Unit:
    """The unit of what PATTERN found; a count for anything else."""
    word = " ".join(written.split())
    if word in ("%", "percent"):
        return Unit(SHARE)
    if word.lower() in _PER_SECOND:
        return Unit(RATE)
    if found := _SLASHED.fullmatch(word):
        return _rate(word, found[1])
    if word in _SIZES:
        return Unit(SIZE, Fraction(_SIZES[word]))
    name = _NAMES.get(word.lower(), word.lower())
    return Unit(TIME, _TIMES[name]) if name in _TIMES else Unit(COUNT)


def _rate(word: str, per: str) -> Unit:
    """Bytes per second and requests per second are never compared."""
    what = re.split(r"[/\s]", word)[0]
    dimension = f"{RATE} of {what}" if what in _SIZES else RATE
    return Unit(dimension, _PER[per[0].lower()])


def shown(value: Fraction, dimension: str) -> str:
    """A number in base units for people, as in `3,200 ms` or `41 d`, exact to four digits behind the point."""
    suffix = _SUFFIXES.get(dimension, "")
    for scale, name in _LARGE.get(dimension, ()):
        if abs(value) >= scale and (value / scale * 100).denominator == 1:
            value, suffix = value / scale, name
            break
    return f"{float(value):,.4f}".rstrip("0").rstrip(".") + suffix


# Larger units, taken where the number stays exact with two digits behind the point.
_LARGE: Mapping[str, tuple[tuple[int, str], ...]] = {
    TIME: ((86_400_000, " d"), (3_600_000, " h"), (60_000, " min")),
    SIZE: ((2**30, " GiB"), (10**9, " GB"), (2**20, " MiB"), (10**6, " MB")),
}
_SUFFIXES: Mapping[str, str] = {TIME: " ms", SHARE: "%", RATE: "/s", SIZE: " bytes", FACTOR: "x"}
