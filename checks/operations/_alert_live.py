"""What a live Prometheus tells of alerts: whether it has them, evaluates them, and tells somebody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from readiness.check import Finding
from readiness.evidence.alert_rules import Rule
from readiness.evidence.model import Reason
from readiness.evidence.prometheus import LiveRule, Prometheus
from readiness.units import show_age

from ._monitored import bad, unshown

_LATE = timedelta(minutes=10)


def judge_live(alerts: Sequence[Rule], prometheus: Prometheus, *, must_be_loaded: bool) -> Iterator[Finding]:
    """Alerts whose evaluation fails on the server, or that it does not have, or tells nobody of."""
    if prometheus.alertmanagers == 0:
        message = f"{prometheus.url} tells no Alertmanager of what fires"
        yield bad(message, "let it find one")
    if prometheus.rules is None:
        if must_be_loaded:
            told = prometheus.troubles.get("rules")
            message = (
                f"the rules of {prometheus.url} did not come: {told.message if told else 'not asked for'}"
            )
            yield unshown(told.reason if told else Reason.MISSING, message, "let the evidence `read` rules")
        return
    live: dict[str, list[LiveRule]] = {}
    for one in prometheus.rules:
        if one.sort == "alert":
            live.setdefault(one.name, []).append(one)
    for rule in alerts:
        found = live.get(rule.name, [])
        failing = next((one for one in found if one.health not in ("ok", "unknown")), None)
        if failing is not None:
            message = f"{prometheus.url} cannot evaluate {rule.name}: {failing.error or failing.health}"
            yield bad(message, "mend its expression, or what it reads", object_=f"Alert/{rule.name}")
        elif must_be_loaded:
            yield from _loaded(rule, found, prometheus)


def _loaded(rule: Rule, found: Sequence[LiveRule], prometheus: Prometheus) -> Iterator[Finding]:
    object_, there = f"Alert/{rule.name}", prometheus.url
    if not found:
        yield bad(f"{there} does not have the alert {rule.name}", "load the rules", object_=object_)
        return
    same = [one for one in found if one.expression in ("", rule.expression.normal)]
    if rule.expression.normal and not same:
        message = f"{there} has the alert {rule.name} with another expression: {found[0].expression[:120]}"
        yield bad(message, "load the rules anew", object_=object_, expected=rule.expression.normal[:120])
        return
    one = next((one for one in same or found if one.health == "ok"), None)
    if one is None:
        yield bad(f"{there} has not evaluated the alert {rule.name}", "wait, and ask again", object_=object_)
        return
    age = prometheus.asked_at - one.evaluated_at if one.evaluated_at is not None else None
    if age is not None and abs(age) > max(_LATE, timedelta(seconds=3 * (rule.every_s or 0))):
        message = f"{there} evaluated the alert {rule.name} {show_age(abs(age))} ago"
        yield unshown(Reason.STALE, message, "look why its rules are not evaluated", object_=object_)
