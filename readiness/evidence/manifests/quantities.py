"""Kubernetes quantities: `500m`, `1.5Gi`, `2e3`."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

_UNITS = {
    "n": Fraction(1, 10**9),
    "u": Fraction(1, 10**6),
    "m": Fraction(1, 1000),
    "": Fraction(1),
    **{unit: Fraction(1000**power) for power, unit in enumerate(("k", "M", "G", "T", "P", "E"), 1)},
    **{unit: Fraction(1024**power) for power, unit in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"), 1)},
}
_QUANTITY = re.compile(
    r"([+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30}))(?:[eE]([+-]?[0-9]{1,2})|([A-Za-z]{0,2}))"
)


@lru_cache(maxsize=4096, typed=True)  # few amounts, and each of them many times
def parse_quantity(value: str | float) -> Fraction:
    """A quantity as an exact number of its base unit (cores, bytes); ValueError when it is none.

    The grammar is that of `resource.Quantity` in k8s.io/apimachinery.
    """
    found = _QUANTITY.fullmatch(str(value))
    if found is None or (found[3] or "") not in _UNITS:
        raise ValueError(f"{value!r} is no quantity; write it as in 500m or 256Mi")
    number = Fraction(found[1].rstrip("."))
    return number * Fraction(10) ** int(found[2]) if found[2] else number * _UNITS[found[3] or ""]
