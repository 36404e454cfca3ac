"""Durations as Prometheus writes them: `90s`, `1h30m`, `4w`.

https://prometheus.io/docs/prometheus/latest/configuration/configuration/ ("<duration>")
"""

from __future__ import annotations

import re

_UNITS = (("y", 31_536_000.0), ("w", 604_800.0), ("d", 86_400.0), ("h", 3_600.0), ("m", 60.0), ("s", 1.0))
_FORM = re.compile(
    "".join(rf"(?:([0-9]{{1,6}}){unit})?" for unit, _ in _UNITS) + r"(?:([0-9]{1,9})ms)?", re.ASCII
)


def seconds(text: str) -> float | None:
    """The seconds; None where it is no duration. A bare `0` is one."""
    found = _FORM.fullmatch(text)
    if text == "0":
        return 0.0
    if not text or found is None:
        return None
    *whole, milli = found.groups()
    return (
        sum(int(count or 0) * size for count, (_, size) in zip(whole, _UNITS, strict=True))
        + int(milli or 0) / 1000
    )
