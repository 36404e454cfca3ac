"""The series of `readiness/load/1`: memory, and whatever else the tester measured while it ran."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from math import isfinite

import msgspec

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.series import Series
from readiness.readers.load_test._shapes import Count
from readiness.readers.load_test._vet import contradiction

MAX_POINTS = 20_000
_LONGEST_TEXT = 200
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class OwnMemory(msgspec.Struct, forbid_unknown_fields=True):
    """How much memory was in use at a time."""

    at: datetime
    bytes: Count


class OwnPoint(msgspec.Struct, forbid_unknown_fields=True):
    """A value at a time."""

    at: datetime
    value: float


class OwnSeries(msgspec.Struct, forbid_unknown_fields=True):
    """A number in time."""

    name: str
    points: list[OwnPoint]
    unit: str = ""
    labels: dict[str, str] = {}


def series_of(
    memory: Sequence[OwnMemory], others: Sequence[OwnSeries], began: datetime, ended: datetime
) -> tuple[Series, ...]:
    """All of them, `memory` first. Raises Unproven (malformed) when one cannot be of this run."""
    told = [OwnSeries("memory", [OwnPoint(one.at, one.bytes) for one in memory], "bytes")] if memory else []
    told += others
    if (points := sum(len(one.points) for one in told)) > MAX_POINTS:
        message = f"its series have {points:,} points; at most {MAX_POINTS:,} are kept"
        raise Unproven(Reason.MALFORMED, message, "measure less often, or keep series in a file of their own")
    made = tuple(_series(one, began, ended) for one in told)
    for title, count in Counter(one.title for one in made).items():
        if count > 1:
            raise contradiction(f"the series {title} stands twice")
    return made


def _series(told: OwnSeries, began: datetime, ended: datetime) -> Series:
    texts = (told.name, told.unit, *told.labels, *told.labels.values())
    if not told.name or any(len(text) > _LONGEST_TEXT for text in texts):
        message = f"a name, unit or label of a series is empty, or longer than {_LONGEST_TEXT} characters"
        raise Unproven(Reason.MALFORMED, message, "name it in a few words")
    times = [one.at for one in told.points]
    if not times:
        raise contradiction(f"the series {told.name} has no points")
    if any(after <= before for before, after in pairwise(times)):
        raise contradiction(f"the times of the series {told.name} do not ascend")
    if times[0] < began or times[-1] > ended:
        raise contradiction(f"the series {told.name} has points before or after the run")
    if not all(isfinite(one.value) for one in told.points):
        raise contradiction(f"the series {told.name} has a value that is no finite number")
    points = tuple(((one.at - _EPOCH).total_seconds(), float(one.value)) for one in told.points)
    return Series(name=told.name, labels=told.labels, unit=told.unit, points=points)
