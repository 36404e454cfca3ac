"""A number as it changes in time: memory, processor time, a queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from readiness.evidence.model import Facts, Value


class Series(Value, frozen=True, kw_only=True):
    """`points` are pairs of a time in seconds since 1970 and a finite value, ascending in time.

    `name` is what the file calls it, and `labels` tell it from others of that name. `unit` is `bytes`, `seconds`,
    `ratio` (1 is everything), `cores`, or whatever else the file says; empty when it does not.
    """

    name: str
    labels: Mapping[str, str] = {}
    unit: str = ""
    points: tuple[tuple[float, float], ...]

    @property
    def title(self) -> str:
        """Name and labels, as Prometheus writes them: `process_resident_memory_bytes{pod="a"}`."""
        told = ", ".join(f'{key}="{value}"' for key, value in sorted(self.labels.items()))
        return f"{self.name}{{{told}}}" if told else self.name


class Metrics(Facts, frozen=True, kw_only=True):
    """The series of one export, each name with its labels once."""

    kind: ClassVar[str] = "metrics"
    series: tuple[Series, ...]

    def summary(self) -> Mapping[str, object]:
        """For each series the number of its points, its first and last moment, and its extremes."""
        return {
            one.title: {
                "points": len(one.points),
                "from": one.points[0][0],
                "to": one.points[-1][0],
                "min": min(value for _, value in one.points),
                "max": max(value for _, value in one.points),
                "unit": one.unit,
            }
            for one in self.series
            if one.points
        }

    def objects(self) -> frozenset[str]:
        """The series, as `Series/<title>`."""
        return frozenset(f"Series/{one.title}" for one in self.series)
