"""How long an alert may wait on its way, and when nobody is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from fractions import Fraction

from readiness.check import Finding, Measure
from readiness.evidence.alertmanager import Alertmanager, Route
from readiness.units import show_duration, show_share

from ._alert_paths import WEEK, open_minutes
from ._monitored import bad


def late(real: Sequence[Route], shown: str, most: timedelta) -> Iterator[Finding]:
    """Alerts that are gathered for too long, on the way that gathers least."""
    best = min(real, key=lambda route: max(route.wait_s, route.next_wait_s))
    for key, wait_s in (("group_wait", best.wait_s), ("group_interval", best.next_wait_s)):
        if wait_s > most.total_seconds():
            told, limit = show_duration(timedelta(seconds=wait_s)), show_duration(most)
            yield bad(
                f"{shown} may wait {told} for its `{key}`, and {limit} is the most",
                f"shorten `{key}` on this route",
                place=best.place,
                observed=told,
                expected=f"<= {limit}",
                measure=Measure(wait_s, most.total_seconds(), "s"),
            )


def muted(config: Alertmanager, real: Sequence[Route], shown: str, least: Fraction) -> Iterator[Finding]:
    """Too much of the week in which the way that is muted least tells nobody."""
    best = max(real, key=lambda route: open_minutes(route, config))
    share = Fraction(open_minutes(best, config), WEEK)
    if share >= least:
        return
    told, limit = show_share(share), show_share(least)
    message = f"{shown} is muted: it reaches {best.receiver} for {told} of the week, and {limit} is the least"
    yield bad(
        message,
        "take the intervals off this route, or send it to a receiver that is not muted too",
        place=best.place,
        observed=told,
        expected=f">= {limit}",
        measure=Measure(float(share * 100), float(least * 100), "%", better="higher"),
    )
