"""What a series is called, and the unit that its name tells.

Names and labels as Prometheus writes them: prometheus.io/docs/concepts/data_model. Units in names:
prometheus.io/docs/practices/naming (base units, as a suffix). A unit in brackets is how people head their columns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

UNNAMED = "unnamed"
"""The name of a series that has none, as `sum(rate(...))` leaves it; the policy may give it one."""

_KIB = 1024
_SIZES = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_TITLE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)?\s*\{(.*)\}", re.ASCII | re.DOTALL)
_LABEL = re.compile(r'\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)', re.ASCII | re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_BRACKETS = re.compile(r"(.*\S)\s*[(\[]([^()\[\]]{1,40})[)\]]", re.DOTALL)
_PERCENT = re.compile(r"(.*[^\s%])\s*%", re.DOTALL)
_SUFFIX = re.compile(r".+_([A-Za-z]+)", re.ASCII)
_BYTES = re.compile(r"([kmgt])(i?)b", re.IGNORECASE | re.ASCII)


class Title(NamedTuple):
    """A name and what tells it from others of that name."""

    name: str
    labels: Mapping[str, str]


class Measured(NamedTuple):
    """A name without its unit in brackets, the unit, and what a number in the file is multiplied by."""

    name: str
    unit: str
    scale: Fraction = Fraction(1)

    def value(self, told: float) -> float:
        """A number of the file in the unit; rounded once where it is a whole number of hundredths."""
        return told * self.scale.numerator / self.scale.denominator


def title_of(text: str) -> Title:
    """`memory_bytes{pod="a"}` taken apart; whatever is not written so is a name."""
    found = _TITLE.fullmatch(text.strip())
    labels = labels_of(found[2]) if found else None
    if found is None or labels is None:
        return Title(text.strip(), {})
    name = found[1] or labels.get("__name__") or UNNAMED
    return Title(name, {key: value for key, value in labels.items() if key != "__name__"})


def labels_of(text: str) -> dict[str, str] | None:
    """What stands between the braces; None when it is not written as labels are, or has one twice."""
    labels: dict[str, str] = {}
    at = 0
    while text[at:].strip():
        found = _LABEL.match(text, at)
        if found is None or found[1] in labels:
            return None
        labels[found[1]] = _ESCAPE.sub(lambda one: "\n" if one[1] == "n" else one[1], found[2])
        at = found.end()
    return labels


def measured(name: str) -> Measured:
    """The unit that a name tells: in brackets, as a percent sign, or as a suffix. Empty when it tells none.

    `kB`, `MB` and `GB` count 1024: so Linux and its tools write them, and a limit that the larger reading keeps is
    kept by the smaller one too.
    """
    if found := _BRACKETS.fullmatch(name):
        unit, scale = _known(found[2].strip()) or (found[2].strip(), Fraction(1))
        return Measured(found[1], unit, scale)
    if found := _PERCENT.fullmatch(name):
        return Measured(found[1], "ratio", Fraction(1, 100))
    if found := _SUFFIX.fullmatch(name.removesuffix("_total")):
        known = _known(found[1].lower()) if len(found[1]) > 1 else None
        return Measured(name, *known) if known else Measured(name, "")
    return Measured(name, "")


def _known(unit: str) -> tuple[str, Fraction] | None:
    if unit in _UNITS:
        return _UNITS[unit]
    # Kb and Mb are bits where somebody wrote them with care.
    if (found := _BYTES.fullmatch(unit)) and (unit[-1] == "B" or unit.islower()):
        return "bytes", Fraction(_KIB ** _SIZES[found[1].lower()])
    return None


_UNITS: Mapping[str, tuple[str, Fraction]] = {
    **dict.fromkeys(("B", "byte", "bytes"), ("bytes", Fraction(1))),
    **dict.fromkeys(("%", "percent", "pct"), ("ratio", Fraction(1, 100))),
    "ratio": ("ratio", Fraction(1)),
    **dict.fromkeys(("s", "sec", "seconds"), ("seconds", Fraction(1))),
    **dict.fromkeys(("ms", "milliseconds"), ("seconds", Fraction(1, 1000))),
    **dict.fromkeys(("core", "cores"), ("cores", Fraction(1))),
    "millicores": ("cores", Fraction(1, 1000)),
}
