"""Numbers with units, as texts of any program write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

_FAMILIES: tuple[Mapping[str, Fraction], ...] = (
    {
        **dict.fromkeys(("us", "\u00b5s", "\u03bcs"), Fraction(1, 1_000_000)),
        "ns": Fraction(1, 1_000_000_000),
        "ms": Fraction(1, 1000),
        "s": Fraction(1),
        "m": Fraction(60),
        "min": Fraction(60),
        "h": Fraction(3600),
        "d": Fraction(86400),
    },
    {
        "B": Fraction(1),
        "kB": Fraction(10**3),
        "MB": Fraction(10**6),
        "GB": Fraction(10**9),
        "TB": Fraction(10**12),
        "KiB": Fraction(2**10),
        "MiB": Fraction(2**20),
        "GiB": Fraction(2**30),
        "TiB": Fraction(2**40),
    },
    {"/s": Fraction(1), "/min": Fraction(1, 60), "/h": Fraction(1, 3600)},
)
_TEXT = re.compile(r"\s*(-?\d{1,18}(?:\.\d{1,18})?)\s*([^\s\d.,+-]\S{0,20})\s*")


def in_unit(text: str, unit: str) -> Fraction | None:
    """The number of a text such as `180ms` in another unit of its family, exactly; None when it is no such text."""
    found = _TEXT.fullmatch(text)
    if found is None:
        return None
    number, own = Fraction(found[1]), found[2]
    if own == unit:
        return number
    for family in _FAMILIES:
        if own in family and unit in family:
            return number * family[own] / family[unit]
    return None
