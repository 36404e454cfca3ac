"""Where Alertmanager sends an alert: https://prometheus.io/docs/alerting/latest/configuration/#route."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from readiness.evidence.alertmanager import Alertmanager, Inhibition, Period, Route
from readiness.evidence.promql import LabelMatch

WEEK = 7 * 1_440
Labels = Mapping[str, str]
_ORDER = (
    "none",
    "debug",
    "info notice low",
    "warning warn medium minor",
    "error high major",
    "critical crit page emergency disaster",
)
_RANKS = {name: rank for rank, names in enumerate(_ORDER) for name in names.split()}


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
    return all(one.lets(labels.get(one.name, "")) for one in matchers)


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


def named(labels: Labels) -> Labels:
    """The labels of an alert, which always has a name: one that no matcher is likely to mean, unless it is told."""
    return {"alertname": "AnyAlertOfTheRelease", **labels}


def silencing(
    config: Alertmanager, labels: Labels, constant: Sequence[str]
) -> Iterator[tuple[Inhibition, str]]:
    """Inhibitions that may keep such an alert silent, each with why that is wrong.

    Their source is any alert, one that always fires, or one that is less severe.
    """
    forever = [{"alertname": name, "severity": one} for name in constant for one in ("", "none", "info")]
    for one in config.inhibitions:
        if not matches(one.target, labels):
            continue
        is_any = all(match.name == "namespace" for match in one.source)
        if is_any or any(matches(one.source, told) for told in forever):
            yield one, "an inhibition whose source always fires"
        elif lower := _lower(one, labels):
            yield one, f"an inhibition whose source is of severity {lower}"


def _lower(one: Inhibition, labels: Labels) -> str:
    """A severity below that of the alert which keeps it silent, where the source takes no worse one; else empty."""
    said = [match for match in one.source if match.name == "severity"]
    own = _RANKS.get(labels.get("severity", "").lower(), 0)
    taken = [name for name in _RANKS if said and matches(said, {"severity": name})]
    ranks = [_RANKS[name] for name in taken]
    return taken[-1] if ranks and max(ranks) < own else ""
