"""The points of a file as they are read: ascending, finite, not too many."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from math import isfinite

import msgspec

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.series import Metrics, Series
from readiness.readers.base import Reading
from readiness.readers.metrics._naming import UNNAMED, Measured, Title, measured

MAX_POINTS = 100_000
MAX_SERIES = 1_000
MAX_TITLE = 2_000
_MAX_BYTES = 4_000_000
_FIRST, _LAST = 946_684_800, 4_102_444_800  # the years 2000 to 2099
_NUMBER = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?", re.ASCII)
LESS = "export less: a larger `step`, fewer series, or the time of the run alone"
EXPORT_AGAIN = "export it again, and keep the file as it was written"


class Points:
    """One series as it grows. Times are in seconds since 1970 and kept to the millisecond."""

    def __init__(self, title: Title, told: Measured) -> None:
        self.title, self.told = title, told
        self.points: list[tuple[float, float]] = []

    def put(self, when: float, value: float) -> None:
        """Add a point; Unproven (malformed) when it is no number, or not later than the one before."""
        at = round(when, 3) if isfinite(when) else when
        if not _FIRST <= at < _LAST:
            raise malformed(f"{when:.15g} is no time in seconds since 1970")
        if self.points and at <= self.points[-1][0]:
            raise malformed(
                f"the times of {self.named} do not ascend: {at:.14g} after {self.points[-1][0]:.14g}"
            )
        found = self.told.value(value)
        if not isfinite(found):
            raise malformed(f"{value} is no number that {self.named} can have")
        self.points.append((at, found + 0.0))

    @property
    def named(self) -> str:
        """What messages call it."""
        return self.series().title[:200]

    def series(self) -> Series:
        """What was read of it."""
        return Series(
            name=self.told.name, labels=self.title.labels, unit=self.told.unit, points=tuple(self.points)
        )


class Gathered:
    """All series of one file; each title once."""

    def __init__(self) -> None:
        self._by_title: dict[str, Points] = {}
        self._many = 0

    def series(self, title: Title) -> Points:
        """A new series; Unproven (malformed) when there is one of that title, or when there are too many."""
        points = Points(title, measured(title.name))
        known = points.series().title
        if not points.told.name or len(known) > MAX_TITLE:
            raise malformed(
                f"a series is called {known[:100]!r}: a name of at most {MAX_TITLE:,} letters is meant"
            )
        if known in self._by_title:
            raise malformed(f"the series {known[:200]} stands twice")
        if len(self._by_title) >= MAX_SERIES:
            raise Unproven(Reason.INSUFFICIENT, f"it has more than {MAX_SERIES:,} series", LESS)
        self._by_title[known] = points
        return points

    def put(self, points: Points, when: float, value: float) -> None:
        """Add a point; Unproven when it does not fit, or when there are too many."""
        self._many += 1
        if self._many > MAX_POINTS:
            raise Unproven(Reason.INSUFFICIENT, f"it has more than {MAX_POINTS:,} points", LESS)
        points.put(when, value)

    def reading(self) -> Reading[Metrics]:
        """The facts, dated by the last point; Unproven (missing) when there is none."""
        facts = Metrics(series=tuple(one.series() for one in self._by_title.values()))
        last = [one.points[-1][0] for one in facts.series if one.points]
        if not last:
            what = "no series" if not facts.series else f"{len(facts.series)} series without a single number"
            remedy = "correct the query, or its times: an export of nothing shows nothing"
            raise Unproven(Reason.MISSING, f"it has {what}", remedy)
        return Reading(bounded(facts), datetime.fromtimestamp(max(last), UTC))


def bounded(facts: Metrics) -> Metrics:
    """The same; Unproven (insufficient) when they are more than facts may be."""
    many = sum(len(one.points) for one in facts.series)
    if many > MAX_POINTS or len(facts.series) > MAX_SERIES:
        message = (
            f"{many:,} points of {len(facts.series):,} series are more than the {MAX_POINTS:,} that are kept"
        )
        raise Unproven(Reason.INSUFFICIENT, message, LESS)
    if (size := len(msgspec.json.encode(facts))) > _MAX_BYTES:
        raise Unproven(Reason.INSUFFICIENT, f"its points take {size:,} bytes; {_MAX_BYTES:,} are kept", LESS)
    return facts


def renamed(facts: Metrics, name: str) -> Metrics:
    """With a name, and so perhaps a unit, for the series that have none; Unproven when that makes two alike."""
    made = Gathered()
    for one in facts.series:
        points = made.series(Title(name if one.name == UNNAMED else one.name, one.labels))
        if one.name != UNNAMED:
            points.told = Measured(one.name, one.unit)
        for when, value in one.points:
            made.put(points, when, value)
    return made.reading().facts


def number(text: str) -> float:
    """A finite decimal number; Unproven (malformed) for anything else."""
    if not _NUMBER.fullmatch(text) or not isfinite(float(text)):
        raise malformed(f"{text[:60]!r} is no number")
    return float(text)


def malformed(message: str, remedy: str = EXPORT_AGAIN) -> Unproven:
    """A file that is not what it claims to be."""
    return Unproven(Reason.MALFORMED, message, remedy)
