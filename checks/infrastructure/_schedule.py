"""Schedules of CronJobs, as the library of the CronJob controller reads them.

The grammar is that of `ParseStandard` of github.com/robfig/cron/v3: five fields, or a descriptor such as `@daily`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_DAYS = {"sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6}
_NAMED = frozenset({"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"})
_EVERY = re.compile(r"@every (?:[0-9]+(?:\.[0-9]+)?(?:ns|us|ms|s|m|h))+", re.ASCII)
_LONGEST = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


class _Field(NamedTuple):
    name: str
    low: int
    high: int
    names: dict[str, int]


_FIELDS = (
    _Field("minute", 0, 59, {}),
    _Field("hour", 0, 23, {}),
    _Field("day of the month", 1, 31, {}),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 6, _DAYS),
)


def schedule_flaw(written: str) -> str:
    """Why a schedule never runs; empty when it does."""
    if written.startswith(("TZ=", "CRON_TZ=")):
        return "the API server takes no time zone in it: write `timeZone`"
    if written.startswith("@"):
        return "" if written in _NAMED or _EVERY.fullmatch(written) else f"{written!r} is no descriptor"
    parts = written.split()
    if len(parts) != len(_FIELDS):
        return f"it has {len(parts)} fields instead of {len(_FIELDS)}"
    try:
        _, _, days, months, _ = (_values(*pair) for pair in zip(parts, _FIELDS, strict=True))
    except ValueError as error:
        return str(error)
    any_week_day = parts[4].startswith(("*", "?"))
    if any_week_day and not any(min(days) <= _LONGEST.get(month, 31) for month in months):
        return "no month that it names has such a day"
    return ""


def _values(text: str, field: _Field) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        found.update(_range(part, field))
    return frozenset(found)


def _range(part: str, field: _Field) -> range:
    span, slash, step = part.partition("/")
    first, dash, last = span.partition("-")
    if first in ("*", "?") and not dash:
        low, high = field.low, field.high
    else:
        low = _number(first, field)
        high = _number(last, field) if dash else (field.high if slash else low)
    width = int(step) if step.isascii() and step.isdigit() else 0
    if (slash and not width) or not field.low <= low <= high <= field.high:
        raise ValueError(f"{part!r} is no {field.name}: {field.low} to {field.high}")
    return range(low, high + 1, width or 1)


def _number(text: str, field: _Field) -> int:
    if text.lower() in field.names:
        return field.names[text.lower()]
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise ValueError(f"{text!r} is no {field.name}")
    return int(text)
