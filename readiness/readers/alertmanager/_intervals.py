"""Named intervals of time: https://prometheus.io/docs/alerting/latest/configuration/#time_interval."""

from __future__ import annotations

import re
from collections.abc import Mapping

from readiness.evidence.alertmanager import Period
from readiness.readers.configured import needed, only
from readiness.readers.nodes import Node, malformed

DAY = 1_440
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_PERIOD = frozenset({"times", "weekdays", "days_of_month", "months", "years", "location"})
_DATED = {"days_of_month": ("1:31", "1:-1"), "months": ("1:12", "january:december"), "years": ()}
_TIME = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])", re.ASCII)


def intervals_of(root: Node) -> Mapping[str, tuple[Period, ...]]:
    """Every interval by its name, from both keys under which they may stand."""
    made: dict[str, tuple[Period, ...]] = {}
    for key in ("time_intervals", "mute_time_intervals"):
        found = root.get(key)
        for one in found.items() if found is not None else ():
            name = needed(one, "name", "an interval").text()
            if name in made:
                raise malformed(one.place, f"the interval {name!r} stands there twice")
            listed = one.get("time_intervals")
            made[name] = tuple(map(_period, listed.items())) if listed is not None else ()
    return made


def _period(node: Node) -> Period:
    only(node, _PERIOD, "a period")
    days, times = _days(node.get("weekdays")), _times(node.get("times"))
    minutes = tuple((day * DAY + start, day * DAY + end) for day in days for start, end in times)
    return Period(minutes=minutes, is_dated=any(_is_dated(node, key, _DATED[key]) for key in _DATED))


def _is_dated(node: Node, key: str, whole: tuple[str, ...]) -> bool:
    found = node.get(key)
    if found is None or not found.value:
        return False
    if found.is_list and any(one.is_map for one in found.items()):  # days of the month in AlertmanagerConfig
        return True
    return not any(one.text.lower() in whole for one in found.texts())


def _days(node: Node | None) -> tuple[int, ...]:
    if node is None or not node.value:
        return tuple(range(7))
    found: set[int] = set()
    for one in node.texts():
        first, _, last = one.text.lower().partition(":")
        if first not in _DAYS or (last or first) not in _DAYS:
            raise malformed(node.place, f"{one.text[:40]!r} names no day of the week")
        start, end = _DAYS.index(first), _DAYS.index(last or first)
        if start > end:
            raise malformed(node.place, f"{one.text[:40]!r} begins after its end")
        found.update(range(start, end + 1))
    return tuple(sorted(found))


def _times(node: Node | None) -> tuple[tuple[int, int], ...]:
    if node is None or not node.value:
        return ((0, DAY),)
    return tuple(map(_range, node.items()))


def _range(node: Node) -> tuple[int, int]:
    start, end = _minute(node, "start_time"), _minute(node, "end_time")
    if start >= end:
        remedy = "write one range until '24:00', and one from '00:00'"
        raise malformed(node.place, "a range of times ends before it begins, or with it", remedy)
    return start, end


def _minute(node: Node, key: str) -> int:
    written = needed(node, key, "a range of times")
    found = _TIME.fullmatch(written.text())
    if found is None or (minute := int(found[1]) * 60 + int(found[2])) > DAY:
        raise malformed(
            written.place, f"{written.text()[:40]!r} is no time; write it in quotes, as in '09:00'"
        )
    return minute
