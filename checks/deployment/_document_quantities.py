"""Durations, thresholds, versions and days, as people write them into documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from typing import NamedTuple

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
_ONES = dict(
    zip(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], range(1, 10), strict=True)
)
_TEENS = dict(
    zip(
        [
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ],
        range(10, 20),
        strict=True,
    )
)
_TENS = dict(
    zip(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"],
        range(20, 100, 10),
        strict=True,
    )
)
_WORDS = {
    "half an": Fraction(1, 2),
    "half a": Fraction(1, 2),
    "a": Fraction(1),
    "an": Fraction(1),
    **{word: Fraction(number) for word, number in {**_ONES, **_TEENS, **_TENS}.items()},
    **{
        f"{tens}{between}{ones}": Fraction(ten + one)
        for tens, ten in _TENS.items()
        for ones, one in _ONES.items()
        for between in "- "
    },
}
_UNIT = "|".join(unit for unit, _ in _SECONDS)
_DIGITS = r"\d{1,9}(?:[.,]\d{1,6})?"
_SPELT = "|".join(sorted(_WORDS, key=len, reverse=True))
_PART = re.compile(
    rf"(?:({_DIGITS})\s?(?:-|\u2013|to|or)\s?)?({_DIGITS})[\s-]?({_UNIT})(?![A-Za-z])"
    rf"|(?<![\w-])({_SPELT})[\s-]({_UNIT})\b",
    re.IGNORECASE | re.ASCII,
)
_ISO = re.compile(
    r"\bP(?=[\dT])(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?\b", re.ASCII
)
_JOINED = re.compile(r"\s?(?:,|and)?\s?", re.IGNORECASE)
_COUNTED = (
    r"%|percent\b|per ?cent\b|pct\b|percentage points\b|/\s?s\b|/\s?min\b|per (?:second|minute|hour)\b|rps\b|qps\b"
    r"|req/s\b|[kMGT]i?B\b|x\b"
    r"|(?:[a-z0-9]{1,20}\s)?(?:requests?|errors?|failures?|5xx|users?|customers?|orders?|payments?"
    r"|checkouts?|logins?"
    r"|tickets?|complaints?|reports?|alerts?|pages|pods?|replicas?|restarts?|crash(?:es)?|messages?|jobs?|events?"
    r"|times|points|timeouts?|retries|checks?|probes?)\b"
)
_QUANTITY = re.compile(rf"(?<![\w.,])({_DIGITS})\s?(?:{_COUNTED})", re.IGNORECASE | re.ASCII)
_NO_NUMBER_OF = re.compile(r"\b(?:https?|status|code|version|step|port|release|p)\s*$", re.IGNORECASE)
_COMPARED = re.compile(
    r"(?:[<>≥≤]|=|\babove|\bover|\bexceed\w*|\b(?:more|less|fewer|greater|higher|lower|longer|slower|worse) than"
    r"|\bbelow|\bunder|\bbeyond|\bat (?:least|most)|\breach\w*|\bpast"
    r"|\b(?:rise|rose|drop|fall|climb|increase|grow|decrease|go|goe|stay|remain)\w* (?:to|at|by)"
    r"|\bthreshold|\blimit|\bmaximum|\bmax|\bminimum)"
    r":?\s?(?:(?:a|an|the|about|around|roughly|of|is|~)\s?){0,2}$",
    re.IGNORECASE,
)
_COMPARED_AFTER = re.compile(
    r"\s?(?:or|and) (?:more|higher|above|less|lower|longer|fewer|below)\b", re.IGNORECASE
)
_WINDOW = re.compile(
    r"\b(?:for|within|in|over|during|per|every|window|duration|last|past|first)\b:?"
    r"(?:\s(?:the|any|a|an|last|past|first|at least|more than|of|longer than|about)){0,3}\s*[<>≥≤=~]*\s?$",
    re.IGNORECASE,
)
_OVER = re.compile(r"\bover\s(?:(?:the|any|a|an|last)\s){0,2}$", re.IGNORECASE)
_LASTS = re.compile(
    r"\b(?:latenc\w+|p\d{2,3}|response|durations?|lag|age|delay\w*|time to|stale|slow\w*|down\b|downtime|outage"
    r"|un(?:available|reachable|healthy|ready)|not ready|fail(?:s|ing)\b|pending|stuck|ttfb|lcp|stall\w*"
    r"|(?:does not|doesn't) (?:answer|respond|start|recover))",
    re.IGNORECASE,
)
_REPEATED = re.compile(r"\b(?:every|each)\s$", re.IGNORECASE)
_AGO = re.compile(r"\s?(?:ago|later)\b", re.IGNORECASE)
_OPEN = re.compile(
    r"(?<!office )(?<!business )(?<!working )(?<!after )(?<!rush )(?<!\()(?<!\(in )\b(?:minutes|hours|days"
    r"|weeks|months)\b"
    r"|\b(?:soon|overnight|a while|ages|forever|all (?:day|night)|eventually)\b"
    r"|(?<!no )(?<!not )(?<!never )(?<!n't take )(?<!not take )(?<!never take )\b(?:much|often|sometimes"
    r"|far|even|lots?|take"
    r"|takes|usually|or|bit)\s(?:a |bit |much |far )?longer\b(?! than)",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"(?:\b(?:cannot|not|never)|n't)\b(?![^,;.]{0,20}\b(?:more|longer|later|exceed\w*|over|above"
    r"|beyond)\b)[^,;.]{0,30}$",
    re.IGNORECASE,
)
_TIMES = re.compile(r"\b\d+\s?(?:x|\u00d7|times)\s?$", re.IGNORECASE)
_PER = re.compile(r"\s(?:per|each|for (?:each|every))\b", re.IGNORECASE)


class Span(NamedTuple):
    """A duration, and where it stands in its text."""

    start: int
    end: int
    value: timedelta


def durations(text: str) -> list[Span]:
    """`10 minutes`, `15 min`, `1 h 30 min`, `PT15M`, `10-15 min` (the longer), `an hour`; in order of the text."""
    spans = [*_joined(text), *_iso(text)]
    return sorted(span for span in spans if not _is_rhythm(text, span))


def has_open_length(text: str) -> bool:
    """Whether it tells a time without an end: a few hours, soon, often longer, 5 minutes per pod, not 10 minutes."""
    at, rest = 0, []
    for span in durations(text):
        before = _before(text, span.start)
        if _DENIED.search(before) or _TIMES.search(before) or _PER.match(text, span.end):
            return True
        rest.append(text[at : span.start])
        at = span.end
    return bool(_OPEN.search(" # ".join([*rest, text[at:]])))


def is_threshold(text: str, *, window_suffices: bool = True) -> bool:
    """Whether it compares a number that has a unit: `error rate > 2 % for 5 min`, `p95 above 800 ms`.

    A window alone is no threshold, and a time is one only of something that lasts: `error rate > 5 min` is none.
    """
    times = durations(text)
    window = window_suffices and any(_WINDOW.search(_before(text, span.start)) for span in times)
    for found in _QUANTITY.finditer(text):
        if _NO_NUMBER_OF.search(_before(text, found.start())):
            continue
        if window or _is_compared(text, found.start(), found.end()):
            return True
    return bool(_LASTS.search(text)) and any(_is_time_limit(text, span) for span in times)


def _is_time_limit(text: str, span: Span) -> bool:
    if span.value >= timedelta(minutes=1) and _OVER.search(_before(text, span.start)):
        return False
    return _is_compared(text, span.start, span.end)


def _is_compared(text: str, start: int, end: int) -> bool:
    return bool(_COMPARED.search(_before(text, start)) or _COMPARED_AFTER.match(text, end))


def _before(text: str, position: int) -> str:
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


def _stands_alone(text: str, start: int, before: Span | None) -> bool:
    """The `5 s` of `1.2.5 s` is no duration; the `30m` of `1h30m` is a part of one."""
    if before and before.end == start:
        return True
    return start == 0 or not (text[start - 1].isalnum() or text[start - 1] in "_.,")


def _length(found: re.Match[str], size: Fraction) -> timedelta:
    numbers = [_number(digits) for digits in (found[1], found[2]) if digits]
    seconds = max(numbers or [_WORDS[(found[4] or "").lower()]]) * size
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
    return bool(_REPEATED.search(_before(text, span.start)) or _AGO.match(text, span.end))
