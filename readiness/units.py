"""Values with units, as policies write them. A bare number where a unit belongs is refused as ambiguous."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from fractions import Fraction
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

_MICROSECONDS = {"ms": 10**3, "s": 10**6, "m": 60 * 10**6, "h": 3600 * 10**6, "d": 86400 * 10**6}
_BYTES = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "kB": 10**3, "MB": 10**6, "GB": 10**9}
_NUMBER = r"(\d{1,12}(?:\.\d{1,9})?)"
_DURATION = f"{_NUMBER}(ms|s|m|h|d)"
_SHARE = f"{_NUMBER}%"
_SIZE = f"{_NUMBER}(B|KiB|MiB|GiB|kB|MB|GB)"
_RATE = f"{_NUMBER}/s"
EARLIEST_ZONE = timezone(timedelta(hours=14))


def parse_duration(value: object) -> timedelta:
    """`200ms`, `1.5s`, `24h` or `7d`; ValueError for anything else."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str) and (found := re.fullmatch(_DURATION, value, re.ASCII)):
        whole = Fraction(found[1]) * _MICROSECONDS[found[2]]
        if whole.denominator == 1 and whole < timedelta.max // timedelta(microseconds=1):
            return timedelta(microseconds=int(whole))
    raise ValueError("is no duration; write a number and its unit, as in 200ms, 1.5s, 24h or 7d")


def parse_share(value: object) -> Fraction:
    """`99.9%` as an exact fraction of one, from 0 to 1; ValueError for anything else."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, str) and (found := re.fullmatch(_SHARE, value, re.ASCII)):
        share = Fraction(found[1]) / 100
        if share <= 1:
            return share
        raise ValueError("is more than 100%")
    raise ValueError("is no share; write it in percent, as in 1% or 99.9%")


def parse_size(value: object) -> int:
    """`500MiB` in bytes; ValueError for anything else."""
    if isinstance(value, str) and (found := re.fullmatch(_SIZE, value, re.ASCII)):
        return int(Fraction(found[1]) * _BYTES[found[2]])
    raise ValueError("is no size; write a number and its unit, as in 500MiB or 2GB")


def parse_rate(value: object) -> Fraction:
    """`500/s` as an exact number per second; ValueError for anything else."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, str) and (found := re.fullmatch(_RATE, value, re.ASCII)):
        return Fraction(found[1])
    raise ValueError("is no rate; write a number per second, as in 500/s")


def parse_instant(text: str) -> datetime:
    """An ISO 8601 moment, in UTC; ValueError when it is none.

    A time without an offset counts as the earliest instant that it can mean (UTC+14): so it is never taken
    for fresher than it is.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=EARLIEST_ZONE)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text} is out of range") from None


def end_of_day(day: date) -> datetime:
    """The moment at which a day is over, in UTC."""
    return datetime.combine(day, time(), UTC) + timedelta(days=1)


def show_duration(value: timedelta) -> str:
    """The shortest exact form that a policy could hold, as in `200ms` or `7d`."""
    micros = value // timedelta(microseconds=1)
    for unit in ("d", "h", "m", "s"):
        if micros and micros % _MICROSECONDS[unit] == 0:
            return f"{micros // _MICROSECONDS[unit]}{unit}"
    return f"{micros / 1000:g}ms"


def show_age(value: timedelta) -> str:
    """An age for people, rounded down to its two largest units, as in `3d 4h`."""
    seconds = max(0, value // timedelta(seconds=1))
    parts = []
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts[:2]) or "0s"


def show_share(value: Fraction, digits: int = 2) -> str:
    """A share in percent, rounded down, without trailing zeros, as in `99.9%`."""
    scaled = value * 100 * 10**digits // 1
    text = f"{scaled // 10**digits}.{scaled % 10**digits:0{digits}d}" if digits else str(scaled)
    return (text.rstrip("0").rstrip(".") if digits else text) + "%"


def _schema(pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$", "examples": [example]})


Duration = Annotated[timedelta, PlainValidator(parse_duration), _schema(_DURATION, "200ms")]
Share = Annotated[Fraction, PlainValidator(parse_share), _schema(_SHARE, "99.9%")]
Size = Annotated[int, PlainValidator(parse_size), _schema(_SIZE, "500MiB")]
Rate = Annotated[Fraction, PlainValidator(parse_rate), _schema(_RATE, "500/s")]
