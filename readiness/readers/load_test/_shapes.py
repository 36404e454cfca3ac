"""Types and times that several formats share."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated

import msgspec

from readiness.evidence.model import Reason, Unproven
from readiness.readers.load_test._vet import AGAIN
from readiness.units import parse_instant

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Count = Annotated[int, msgspec.Meta(ge=0, le=10**15)]
"""A number of requests or bytes, or a time in milliseconds; no number that no run can have."""

ProtoCount = int | str
"""The same as proto3 writes it in JSON, where a number of 64 bits is a string."""

Number = Annotated[float, msgspec.Meta(ge=0, le=1e15)]
"""A time, a rate or a size, none of which can be negative or without end."""


def instant(text: str) -> datetime:
    """An ISO 8601 moment, in UTC; Unproven (malformed) when it is none."""
    try:
        return parse_instant(text)
    except ValueError:
        raise Unproven(Reason.MALFORMED, f"{text[:100]!r} is not a time", AGAIN) from None


def later(moment: datetime, seconds: float) -> datetime:
    """A moment some seconds on; Unproven (malformed) when the calendar ends before."""
    try:
        return moment + timedelta(seconds=seconds)
    except OverflowError:
        raise Unproven(Reason.MALFORMED, f"a run of {seconds:g} s has no end", AGAIN) from None


def counted(number: int | str) -> int:
    """A count that may be a string of digits; Unproven (malformed) when it is none."""
    text = str(number)
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Unproven(Reason.MALFORMED, f"{text[:50]!r} is no count", AGAIN)
    return int(text)


def nanoseconds(text: str) -> int:
    """Since 1970, of a time as Go writes it (RFC 3339, to the nanosecond); Unproven (malformed) when it is none."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise Unproven(Reason.MALFORMED, f"{text[:50]!r} is not a time")
    return _seconds(found[1] + found[3]) * 10**9 + int((found[2] or "").ljust(9, "0"))


@lru_cache(maxsize=64)
def _seconds(text: str) -> int:
    """Since 1970, of a time without its fraction: many requests are sent in the same second."""
    try:
        since = datetime.fromisoformat(text) - _EPOCH
    except ValueError:
        raise Unproven(Reason.MALFORMED, f"{text!r} is not a time") from None
    if since < timedelta(0):
        raise Unproven(Reason.MALFORMED, f"{text!r} is not a time since 1970")
    return since.days * 86_400 + since.seconds
