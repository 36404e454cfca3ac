"""Limits of numbers in time: sizes, shares, times, processor cores, or plain counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Annotated

from pydantic import PlainValidator, TypeAdapter, WithJsonSchema

from readiness.units import Duration, Share, Size, parse_duration, parse_share, parse_size

_CORES = re.compile(r"(\d{1,6}(?:\.\d{1,6})?) cores?", re.ASCII)
_MOST_PLAIN = 10**15
MEASURED = ("bytes", "ratio", "seconds", "cores")
"""The units that a limit has to name."""


@dataclass(frozen=True)
class Amount:
    """A limit in one of the `MEASURED` units, or a plain number; those of one unit can be compared."""

    value: Fraction
    unit: str
    written: str

    def __le__(self, other: Amount) -> bool:
        return self.value <= other.value if self.unit == other.unit else NotImplemented

    def __ge__(self, other: Amount) -> bool:
        return self.value >= other.value if self.unit == other.unit else NotImplemented

    def __str__(self) -> str:
        return self.written

    def fits(self, unit: str) -> bool:
        """Whether a series of that unit can be held against it; a plain number only against what is no measure."""
        return self.unit == unit if self.unit else unit not in MEASURED


def parse_amount(value: object) -> Amount:
    """`512MiB`, `80%`, `30s`, `1.5 cores` or a plain number; ValueError for anything else."""
    if isinstance(value, Amount):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _MOST_PLAIN:
        return Amount(Fraction(value), "", f"{value:,.15g}")
    for unit, parse in _PARSERS.items() if isinstance(value, str) else ():
        try:
            return Amount(parse(value), unit, str(value))
        except ValueError:
            continue
    raise ValueError("is no limit; write 512MiB, 80%, 30s, 1.5 cores, or a plain number for a count")


def shown(value: float, unit: str) -> str:
    """A value of a series for people."""
    if unit == "bytes":
        for name, size in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
            if value >= size:
                return f"{value / size:,.4g} {name}"
        return f"{value:,.4g} B"
    if unit == "ratio":
        return f"{100 * value:,.4g}%"
    return f"{value:,.6g} {unit}".rstrip()


def _cores(value: object) -> Fraction:
    found = _CORES.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("no number of cores")
    return Fraction(found[1])


def _seconds(value: object) -> Fraction:
    return Fraction(parse_duration(value) // timedelta(microseconds=1), 10**6)


_PARSERS: Mapping[str, Callable[[object], Fraction]] = {
    "bytes": lambda value: Fraction(parse_size(value)),
    "ratio": parse_share,
    "seconds": _seconds,
    "cores": _cores,
}
_SCHEMAS = [TypeAdapter(type_).json_schema() for type_ in (Size, Share, Duration)]

Limit = Annotated[
    Amount,
    PlainValidator(parse_amount),
    WithJsonSchema(
        {
            "anyOf": [
                *_SCHEMAS,
                {"type": "string", "pattern": f"^{_CORES.pattern}$", "examples": ["1.5 cores"]},
                {"type": "number", "minimum": 0},
            ]
        }
    ),
]
