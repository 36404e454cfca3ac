"""The check operations/alert-routing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from fnmatch import fnmatchcase
from fractions import Fraction
from typing import Annotated

from pydantic import Field

from readiness.check import Check, Finding, Outcome, Params, Stricter
from readiness.evidence.alertmanager import Alertmanager, Receiver, Route
from readiness.units import Duration, Share

from ._alert_delays import late, muted
from ._alert_paths import Labels, named, reached, silencing
from ._monitored import bad, note

Text = Annotated[str, Field(min_length=1, max_length=300)]


class Way(Params):
    """An alert, and whom it must reach."""

    labels: Annotated[dict[Text, str], Field(min_length=1)]
    """Its labels, as in `{severity: critical, team: shop}`; those that are left out are empty, but for its name."""
    receivers: tuple[Text, ...] = Field(default=(), strict=False)
    """Receivers, by name or glob, each of which it must reach."""
    integrations: tuple[Text, ...] = Field(default=(), strict=False)
    """Integrations one of which must tell of it, as in `[pagerduty, opsgenie]`."""


class AlertRoutingParams(Params):
    """Which alerts must reach whom."""

    ways: Annotated[tuple[Way, ...], Field(min_length=1, strict=False)] = (
        Way(labels={"severity": "critical"}),
    )
    """The alerts, each with whom it must reach."""
    min_open: Annotated[Share, Stricter.HIGHER] = Fraction(1)
    """The least share of the week in which it is not muted; periods of some dates only count as if they were always."""
    max_wait: Annotated[Duration, Stricter.LOWER] = timedelta(hours=1)
    """How long Alertmanager may gather before it tells: its `group_wait`, and `group_interval` for those that join."""
    constant: tuple[Text, ...] = Field(default=("Watchdog", "DeadMansSwitch"), strict=False)
    """Alerts that always fire: what they inhibit is never told."""


class AlertRouting(Check[AlertRoutingParams]):
    """What is critical reaches somebody, at any time.

    The tree of routes is walked as Alertmanager does: the first child that matches takes the alert, `continue` lets the
    next ones see it too, and where no child matches the route itself takes it. The receiver at the end needs an
    integration that is complete and leads somewhere; a receiver without one is the null receiver. Nothing may mute the
    alert, keep it silent because something less severe fires, or gather it for too long.

    ## Why it matters
    The way of an alert is only walked when it fires. A typing error in a label, a route that is muted at night, a
    receiver that was emptied while somebody tried something, or an inhibition by an alert that always fires: each of
    them is found by customers.

    ## How to fix it
    Try the labels: `amtool config routes test --config.file=alertmanager.yml severity=critical`. Give the receiver that
    it names an integration, with its key from a file or a secret. Take mute intervals off the routes of what is
    critical, or state with `min-open` for how much of the week they may hold.

    ## References
    - Alertmanager, configuration: https://prometheus.io/docs/alerting/latest/configuration/
    - Alertmanager, alert routing: https://prometheus.io/docs/alerting/latest/alertmanager/
    """

    def judge(self, alertmanager: Alertmanager) -> Iterator[Finding]:
        """Each way apart."""
        good: list[str] = []
        for way in self.params.ways:
            findings = list(self._way(alertmanager, way))
            yield from findings
            if all(one.note for one in findings):
                good.append(_shown(way))
        if good:
            message = f"{'; '.join(good)[:300]}: it reaches somebody"
            yield Finding(outcome=Outcome.PASS, message=message, count=len(good))

    def _way(self, config: Alertmanager, way: Way) -> Iterator[Finding]:
        shown = _shown(way)
        by_name = {one.name: one for one in config.receivers}
        labels = named(way.labels)
        ends = list(reached(config.route, labels))
        real = [route for route in ends if _is_real(by_name.get(route.receiver), way.integrations)]
        if not real:
            yield _unheard(ends, by_name, way, shown)
        for pattern in way.receivers:
            if not any(fnmatchcase(route.receiver, pattern) for route in real):
                told = ", ".join(dict.fromkeys(route.receiver for route in ends)) or "nobody"
                message = f"{shown} does not reach {pattern}, but {told}"
                yield bad(message, "add a route, with `continue: true` on those before it", observed=told)
        if real:
            yield from muted(config, real, shown, self.params.min_open)
            yield from late(real, shown, self.params.max_wait)
        yield from self._silenced(config, labels, shown)
        if any(route is config.route for route in real):
            yield note(f"{shown} has no route of its own: the first route takes it", config.route.place)

    def _silenced(self, config: Alertmanager, labels: Labels, shown: str) -> Iterator[Finding]:
        for one, why in silencing(config, labels, self.params.constant):
            message = f"{shown} is kept silent by {why}"
            yield bad(message, "name in `source_matchers` what is worse, and `equal`", place=one.place)


def _shown(way: Way) -> str:
    return ", ".join(f"{key}={value}" for key, value in way.labels.items())


def _is_real(receiver: Receiver | None, wanted: Sequence[str]) -> bool:
    return receiver is not None and any(
        not one.flaw and (not wanted or one.sort in wanted) for one in receiver.integrations
    )


def _unheard(ends: Sequence[Route], by_name: dict[str, Receiver], way: Way, shown: str) -> Finding:
    names = list(dict.fromkeys(route.receiver for route in ends))
    flaws = [
        f"{one.sort}: {one.flaw or 'not among those that are asked for'}"
        for name in names
        if name in by_name
        for one in by_name[name].integrations
    ]
    why = "; ".join(flaws)[:300] or "it has no integration"
    wanted = f" by {' or '.join(way.integrations)}" if way.integrations else ""
    receiver = names[0] if len(names) == 1 else None
    return bad(
        f"{shown} reaches nobody{wanted}: it ends at {', '.join(names)[:200] or 'no route'}, and {why}",
        "give that receiver an integration, or route this alert to another one",
        object_=f"Receiver/{receiver}" if receiver else None,
        place=ends[0].place if ends else None,
        observed=", ".join(names)[:200],
    )
