"""Past tides, and which of them were like today."""

from __future__ import annotations

from collections.abc import Mapping


def alike(level_cm: float, past: Mapping[str, float], count: int = 3) -> tuple[str, ...]:
    """The days whose tides came closest to a level, the closest first."""

    def distance(day: str) -> float:
        return abs(past[day] - level_cm)

    return tuple(sorted(past, key=distance)[:count])
