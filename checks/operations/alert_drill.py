"""The check operations/alert-drill."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import Field

from readiness.check import Check, Finding, Measure, Outcome, Params, Stricter
from readiness.evidence.alert_drill import AlertDrills, Drill
from readiness.evidence.model import Reason
from readiness.units import Duration, show_age, show_duration

from ._monitored import bad, counted, unshown

Text = Annotated[str, Field(min_length=1, max_length=300)]
_SKEW = timedelta(minutes=5)


class AlertDrillParams(Params):
    """Which alerts must have been drilled, how lately, and how fast they must come."""

    alerts: tuple[Text, ...] = Field(default=(), strict=False)
    """Alerts, by name or glob, each of which must have been drilled; without them any one."""
    max_age: Annotated[Duration, Stricter.LOWER] = timedelta(days=90)
    """How long ago a drill may be that counts."""
    max_firing: Annotated[Duration | None, Stricter.LOWER] = None
    """The longest time from the fault until the alert fires."""
    max_delivery: Annotated[Duration | None, Stricter.LOWER] = None
    """The longest time from then until somebody is told."""
    max_total: Annotated[Duration, Stricter.LOWER] = timedelta(minutes=10)
    """The longest time from the fault until somebody is told."""


class AlertDrill(Check[AlertDrillParams]):
    """In a drill the alerts fired, and somebody was told in time.

    Each drill that is young enough counts, and the worst decides. A file may be given in the form
    `readiness/alert-drill/1`, which docs/monitoring.md describes.

    ## Why it matters
    Rules, routes and receivers are each right, and yet nobody is told: the scrape interval, `for`, `group_wait`, and a
    gateway for messages add up, or the key of the receiver is that of last year. Only a fault shows how long
    it takes until a telephone rings.

    ## How to fix it
    Make the fault where it harms nobody, as by scaling the service to 0 in staging, and write down when it was made,
    when the alert was firing, and when somebody was told. When it takes too long, look at which leg does: shorten
    `for` and the scrape interval for the first, `group_wait` for the second. Drill again after each change.

    ## References
    - Google, Site Reliability Engineering, chapter 28 (drills): https://sre.google/sre-book/accelerating-sre-on-call/
    - Prometheus, alerting rules: https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
    - Alertmanager, group_wait: https://prometheus.io/docs/alerting/latest/configuration/#route
    """

    def judge(self, drills: AlertDrills, now: datetime) -> Iterator[Finding]:
        """What lacks a drill, then each drill that counts."""
        dated = [one for one in drills.drills if _last(one) > now + _SKEW]
        for one in dated:
            message = f"the drill of {one.alert} is dated {_last(one):%Y-%m-%d %H:%M} UTC, in the future"
            yield unshown(Reason.MALFORMED, message, "check the clocks", object_=f"Alert/{one.alert}")
        young = [
            one for one in drills.drills if one not in dated and now - one.fault_at <= self.params.max_age
        ]
        for pattern in self.params.alerts or ("*",):
            if not any(fnmatchcase(one.alert, pattern) for one in young):
                yield self._undrilled(pattern, drills, now)
        good: list[Drill] = []
        for one in young:
            findings = list(self._drill(one))
            yield from findings
            if not findings:
                good.append(one)
        if good:
            yield self._summary(good)

    def _undrilled(self, pattern: str, drills: AlertDrills, now: datetime) -> Finding:
        most = show_duration(self.params.max_age)
        old = [one for one in drills.drills if fnmatchcase(one.alert, pattern) and one.fault_at <= now]
        next_ = "make the fault, and write down when the alert came"
        if not old:
            message = "no alert was drilled" if pattern == "*" else f"the alert {pattern} was not drilled"
            return unshown(Reason.MISSING, message, next_)
        last = max(old, key=lambda one: one.fault_at)
        message = (
            f"the last drill of {last.alert} is {show_age(now - last.fault_at)} ago; at most {most} counts"
        )
        return unshown(Reason.STALE, message, next_, object_=f"Alert/{last.alert}", expected=f"<= {most}")

    def _drill(self, one: Drill) -> Iterator[Finding]:
        object_, params = f"Alert/{one.alert}", self.params
        if one.firing_at is None or one.delivered_at is None:
            what = "did not fire" if one.firing_at is None else "fired, and nobody was told"
            until = f" until {one.waited_until:%Y-%m-%d %H:%M} UTC" if one.waited_until is not None else ""
            message = f"the alert {one.alert} {what}{until}, after: {one.fault[:120]}"
            yield bad(message, "find out where it was lost, and drill again", object_=object_)
            return
        if one.delivered_at == one.fault_at:
            message = f"the alert {one.alert} was drilled, and all its times are one: they were not taken"
            next_ = "write down when the fault was made, and when somebody was told"
            yield unshown(Reason.INSUFFICIENT, message, next_, object_=object_)
            return
        legs = (
            ("from the fault until it fired", one.firing_at - one.fault_at, params.max_firing),
            ("from firing until somebody was told", one.delivered_at - one.firing_at, params.max_delivery),
            ("from the fault until somebody was told", one.delivered_at - one.fault_at, params.max_total),
        )
        for leg, took, most in legs:
            if most is not None and took > most:
                shown = show_duration(most)
                message = f"the alert {one.alert} took {show_age(took)} {leg}, and {shown} is the most"
                yield bad(
                    message,
                    "shorten this leg, and drill again",
                    object_=object_,
                    observed=show_age(took),
                    expected=f"<= {shown}",
                    measure=Measure(took.total_seconds(), most.total_seconds(), "s"),
                )

    def _summary(self, good: list[Drill]) -> Finding:
        totals = [one.delivered_at - one.fault_at for one in good if one.delivered_at is not None]
        slowest, most = max(totals), self.params.max_total
        return Finding(
            outcome=Outcome.PASS,
            message=f"{counted(len(good), 'drill')}: somebody was told within {show_age(slowest)}",
            count=len(good),
            measure=Measure(slowest.total_seconds(), most.total_seconds(), "s"),
            until=min(one.fault_at for one in good) + self.params.max_age,
        )


def _last(one: Drill) -> datetime:
    told = (one.fault_at, one.firing_at, one.delivered_at, one.waited_until)
    return max(moment for moment in told if moment is not None)
