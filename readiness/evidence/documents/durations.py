"""Durations, as people write them into documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from typing import NamedTuple

from readiness.evidence.documents.spelt_numbers import SPELT

_SECONDS: tuple[tuple[str, Fraction], ...] = (
    ("ms|msecs?|milliseconds?", Fraction(1, 1000)),
    ("s|secs?|seconds?", Fraction(1)),
    ("m|mins?|minutes?", Fraction(60)),
    ("h|hrs?|hours?", Fraction(3600)),
    ("d|days?", Fraction(86400)),
    ("w|wks?|weeks?", Fraction(7 * 86400)),
    ("months?", Fraction(30 * 86400)),
    ("quarters?", Fraction(91 * 86400)),
    ("years?", Fraction(365 * 86400)),
)
_UNIT = "|".join(unit for unit, _ in _SECONDS)
DIGITS = r"\d{1,9}(?:[.,]\d{1,6})?"
"""A number as people write it: `10`, `1.5`, `1,5`."""
_SPELT = "|".join(sorted(SPELT, key=len, reverse=True))
_PART = re.compile(
    rf"(?:({DIGITS})\s?(?:-|\u2013|to|or)\s?)?({DIGITS})[\s-]?({_UNIT})(?![A-Za-z])"
    rf"|(?<![\w-])({_SPELT})[\s-]({_UNIT})\b",
    re.IGNORECASE | re.ASCII,
)
_ISO = re.compile(
    r"\bP(?=[\dT])(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?\b", re.ASCII
)
_DAY = timedelta(days=1)
_RHYTHMS: tuple[tuple[str, timedelta], ...] = (
    ("continuous(?:ly)?|synchronous(?:ly)?|streaming", timedelta(0)),
    ("every minute|each minute", timedelta(minutes=1)),
    ("hourly|(?:every|each) hour", timedelta(hours=1)),
    ("daily|nightly|(?:every|each) (?:day|night|morning|evening)", _DAY),
    ("weekly|(?:every|each) (?:week|(?:mon|tues|wednes|thurs|fri|satur|sun)day)", 7 * _DAY),
    ("monthly|(?:every|each) month", 31 * _DAY),
)
_JOINED = re.compile(r"\s?(?:,|and)?\s?", re.IGNORECASE)
_REPEATED = re.compile(r"\b(?:every|each)\s$", re.IGNORECASE)
_AGO = re.compile(r"\s?(?:ago|later)\b", re.IGNORECASE)


class Span(NamedTuple):
    """A duration, and where it stands in its text."""

    start: int
    end: int
    value: timedelta


def durations(text: str) -> list[Span]:
    """`10 minutes`, `15 min`, `1 h 30 min`, `PT15M`, `10-15 min` (the longer), `an hour`; in order of the text."""
    spans = [*_joined(text), *_iso(text)]
    return sorted(span for span in spans if not _is_rhythm(text, span))


def rhythms(text: str) -> list[timedelta]:
    """`every 15 minutes`, `hourly`, `nightly`, `each day`; zero for what is continuous."""
    found = [span.value for span in _joined(text) if _REPEATED.search(before(text, span.start))]
    found += [value for word, value in _RHYTHMS for _ in re.finditer(rf"(?i)(?<!not )\b(?:{word})\b", text)]
    return found


def before(text: str, position: int) -> str:
    """The sixty characters before a position: as much as can belong to what stands there."""
    return text[max(0, position - 60) : position]


def _joined(text: str) -> Iterator[Span]:
    """Parts that follow each other in falling units are one duration."""
    open_: Span | None = None
    unit = Fraction(0)
    for found in _PART.finditer(text):
        if not _stands_alone(text, found.start(), open_):
            continue
        size = _unit(found[3] or found[5])
        part = Span(found.start(), found.end(), _length(found, size))
        if open_ and size < unit and _JOINED.fullmatch(text, open_.end, part.start):
            open_ = Span(open_.start, part.end, _sum(open_.value, part.value))
        else:
            if open_:
                yield open_
            open_ = part
        unit = size
    if open_:
        yield open_


def _stands_alone(text: str, start: int, open_: Span | None) -> bool:
    """The `5 s` of `1.2.5 s` is no duration; the `30m` of `1h30m` is a part of one."""
    if open_ and open_.end == start:
        return True
    return start == 0 or not (text[start - 1].isalnum() or text[start - 1] in "_.,")


def _length(found: re.Match[str], size: Fraction) -> timedelta:
    numbers = [_number(digits) for digits in (found[1], found[2]) if digits]
    seconds = max(numbers or [SPELT[(found[4] or "").lower()]]) * size
    return _timedelta(seconds)


def _timedelta(seconds: Fraction) -> timedelta:
    return timedelta(seconds=float(min(seconds, Fraction(10**10))))


def _sum(one: timedelta, other: timedelta) -> timedelta:
    return min(one, timedelta(days=10**6)) + min(other, timedelta(days=10**6))


def _number(digits: str) -> Fraction:
    """A comma before three digits parts thousands, any other is a decimal one."""
    whole, comma, rest = digits.partition(",")
    return (
        Fraction(whole + rest if len(rest) == 3 else digits.replace(",", ".")) if comma else Fraction(digits)
    )


def _unit(word: str) -> Fraction:
    return next(size for unit, size in _SECONDS if re.fullmatch(unit, word, re.IGNORECASE))


def _iso(text: str) -> Iterator[Span]:
    for found in _ISO.finditer(text):
        if any(found.groups()):
            days, hours, minutes, seconds = (int(group or 0) for group in found.groups())
            value = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
            yield Span(found.start(), found.end(), value)


def _is_rhythm(text: str, span: Span) -> bool:
    """`every 90 days` and `3 weeks ago` tell no length."""
    return bool(_REPEATED.search(before(text, span.start)) or _AGO.match(text, span.end))
