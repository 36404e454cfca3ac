"""Types and times that several formats share."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from readiness.evidence.model import Reason, Unproven
from readiness.readers.load_test._vet import AGAIN
from readiness.units import parse_instant

Count = Annotated[int, msgspec.Meta(ge=0, le=10**18)]
"""A number of requests, of bytes or of nanoseconds; no number that no run can have."""

ProtoCount = int | str
"""The same as proto3 writes it in JSON, where a number of 64 bits is a string."""

Number = Annotated[float, msgspec.Meta(ge=0)]
"""A time, a rate or a size, none of which can be negative."""


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
