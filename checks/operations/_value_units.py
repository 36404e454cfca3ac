"""Numbers with units, as texts of any program write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise

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
        **dict.fromkeys(("KiB", "Ki"), Fraction(2**10)),
        **dict.fromkeys(("MiB", "Mi"), Fraction(2**20)),
        **dict.fromkeys(("GiB", "Gi"), Fraction(2**30)),
        **dict.fromkeys(("TiB", "Ti"), Fraction(2**40)),
    },
    {"/s": Fraction(1), "/min": Fraction(1, 60), "/h": Fraction(1, 3600)},
)
_PART = re.compile(r"(\d{1,18}(?:\.\d{1,18})?)(ns|us|\u00b5s|\u03bcs|ms|min|[smhd])")
_TEXT = re.compile(r"\s*(-?\d{1,18}(?:\.\d{1,18})?)\s*([^\s\d.,+-]\S{0,20})\s*")


def in_unit(text: str, unit: str) -> Fraction | None:
    """The number of a text such as `180ms` or `1m30s` in another unit of its family, exactly; None for any other."""
    found = _TEXT.fullmatch(text)
    if found is None:
        return None
    number, own = Fraction(found[1]), found[2]
    if own == unit:
        return number
    for family in _FAMILIES:
        if own in family and unit in family:
            return number * family[own] / family[unit]
    return _of_parts(text, unit)


def _of_parts(text: str, unit: str) -> Fraction | None:
    """`1h2m3.5s`, as Go writes durations: parts in falling units."""
    times = _FAMILIES[0]
    parts = _PART.findall(text)
    if unit not in times or "".join(number + own for number, own in parts) != text.strip():
        return None
    sizes = [times[own] for _, own in parts]
    if not parts or any(later >= sooner for sooner, later in pairwise(sizes)):
        return None
    return sum((Fraction(number) * times[own] for number, own in parts), Fraction(0)) / times[unit]
