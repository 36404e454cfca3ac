"""Where Alertmanager sends an alert: https://prometheus.io/docs/alerting/latest/configuration/#route."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from readiness.evidence.alertmanager import Alertmanager, Inhibition, Period, Route
from readiness.evidence.promql import LabelMatch

WEEK = 7 * 1_440
Labels = Mapping[str, str]


def reached(route: Route, labels: Labels) -> Iterator[Route]:
    """The routes that an alert ends at: of each that matches the deepest, and the next ones after `continue`."""
    if not matches(route.matches, labels):
        return
    found = False
    for one in route.routes:
        ends = list(reached(one, labels))
        yield from ends
        found = found or bool(ends)
        if ends and not one.goes_on:
            break
    if not found:
        yield route


def matches(matchers: Sequence[LabelMatch], labels: Labels) -> bool:
    """Whether all of them let an alert through; a label that it has not is empty."""
    return all(_fits(one, labels.get(one.name, "")) for one in matchers)


def _fits(one: LabelMatch, value: str) -> bool:
    if one.op in ("=", "!="):
        return (one.value == value) == (one.op == "=")
    return (re.fullmatch(one.value, value) is not None) == (one.op == "=~")


def open_minutes(route: Route, config: Alertmanager) -> int:
    """For how many minutes of a week it surely tells somebody.

    Where a period counts on some dates only, the worse is taken: it mutes always, and is never an active one.
    """
    muted = _minutes(route, config, is_mute=True)
    if not route.active:
        return WEEK - len(muted)
    return len(_minutes(route, config, is_mute=False) - muted)


def _minutes(route: Route, config: Alertmanager, *, is_mute: bool) -> set[int]:
    named = route.muted if is_mute else route.active
    periods = [one for name in named for one in config.intervals.get(name.text, ())]
    return {minute for one in periods if is_mute or not one.is_dated for minute in _of(one)}


def _of(period: Period) -> Iterator[int]:
    for start, end in period.minutes:
        yield from range(max(0, start), min(end, WEEK))


def silencing(config: Alertmanager, labels: Labels, constant: Sequence[str]) -> Iterator[Inhibition]:
    """Inhibitions that may keep such an alert silent for ever: their source is any alert, or one that always fires."""
    for one in config.inhibitions:
        if not matches(one.target, labels):
            continue
        if not one.source or any(matches(one.source, {"alertname": name}) for name in constant):
            yield one
