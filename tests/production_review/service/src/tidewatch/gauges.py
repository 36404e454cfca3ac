"""What the gauges say, and what is odd about it."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, pstdev
from typing import NamedTuple


class Reading(NamedTuple):
    """One gauge at one moment; the level is in centimetres above chart datum."""

    gauge: str
    level_cm: float


def is_odd(reading: Reading, history: Sequence[float], limit: float = 3.0) -> bool:
    """Whether a reading is further from its history than some standard deviations."""
    if len(history) < 2:
        return False
    spread = pstdev(history)
    return spread > 0 and abs(reading.level_cm - fmean(history)) > limit * spread


def highest(readings: Sequence[Reading]) -> Reading:
    """The reading that gates are closed by; ValueError when there is none."""
    if not readings:
        raise ValueError("no gauge answered")
    return max(readings, key=_level)


def _level(reading: Reading) -> float:
    return reading.level_cm
