"""Whether one alert can fire, waits long enough, and says how bad it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from readiness.check import Finding, Measure
from readiness.evidence.alert_rules import Rule
from readiness.evidence.model import Reason
from readiness.units import show_duration

from ._monitored import bad, unparsed, unshown

_PLACEHOLDER = re.compile(r"(todo|tbd|fixme|changeme|unknown|n/?a|null|[-?.~]+|<.*>)?", re.IGNORECASE)


@dataclass(frozen=True)
class Form:
    """What every alert must have."""

    severity_label: str
    severities: Collection[str]
    min_for: timedelta
    max_for: timedelta | None


def judge_form(alert: Rule, form: Form, records: Sequence[Rule], object_: str) -> Iterator[Finding]:
    """A finding for each thing that it lacks."""
    yield from _expression(alert, records, object_)
    yield from _severity(alert, form, object_)
    yield from _waiting(alert, form, object_)


def _expression(alert: Rule, records: Sequence[Rule], object_: str) -> Iterator[Finding]:
    one, name = alert.expression, f"the alert {alert.name}"
    if not one.is_parsed:
        yield unparsed(one, name, object_)
    elif not one.selections or _is_constant(alert, records):
        message = f"{name} reads no metric: `{one.text.strip()[:80]}` is the same whatever happens"
        yield bad(message, "let it watch something, or name it in `except`", object_=object_, place=one.place)
    elif one.never:
        message = f"{name} can never fire: {one.never}"
        yield bad(message, "correct its expression", object_=object_, place=one.place)
    elif one.always:
        message = f"{name} always fires: part of it gives a sample whatever the metrics are"
        yield bad(message, "take that side out", object_=object_, place=one.place)
    elif not one.filters and not _is_filtered(alert, records):
        message = f"{name} compares nothing: it fires as soon as there is a sample, whatever it says"
        yield bad(message, "compare it with a limit, as in `> 0.01`", object_=object_, place=one.place)


def _is_constant(alert: Rule, records: Sequence[Rule]) -> bool:
    """Whether all that it reads is recorded by these rules from no metric at all."""
    live = {one.name for one in records if one.expression.selections or not one.expression.is_parsed}
    constant = {one.name for one in records} - live
    return bool(alert.expression.metrics) and all(
        one.metric in constant for one in alert.expression.selections
    )


def _is_filtered(alert: Rule, records: Sequence[Rule]) -> bool:
    read = set(alert.expression.metrics)
    return any(one.name in read and one.expression.filters for one in records)


def _severity(alert: Rule, form: Form, object_: str) -> Iterator[Finding]:
    label = form.severity_label
    told = alert.labels.get(label, "").strip()
    if "{{" in told:
        message = f"the {label} of {alert.name} is known when it fires: {told[:80]}"
        yield unshown(
            Reason.INSUFFICIENT, message, "write one alert for each", object_=object_, place=alert.place
        )
    elif _PLACEHOLDER.fullmatch(told):
        message = f"the alert {alert.name} has no {label}"
        yield bad(
            message,
            f"give it the label `{label}`, by which it is routed",
            object_=object_,
            place=alert.place,
            observed=told or "nothing",
        )
    elif form.severities and told not in form.severities:
        expected = ", ".join(sorted(form.severities))
        message = f"the {label} of {alert.name} is {told[:60]}, which is none of {expected}"
        yield bad(
            message,
            "use one of them",
            object_=object_,
            place=alert.place,
            observed=told[:60],
            expected=expected,
        )


def _waiting(alert: Rule, form: Form, object_: str) -> Iterator[Finding]:
    least, most = form.min_for.total_seconds(), form.max_for
    if alert.for_s < least:
        shown = show_duration(form.min_for)
        message = f"the alert {alert.name} fires after {alert.for_s:g} s, and {shown} is the least"
        yield bad(
            message,
            f"write `for: {shown}` or more, so that one bad sample wakes nobody",
            object_=object_,
            place=alert.place,
            observed=f"{alert.for_s:g} s",
            expected=f">= {shown}",
            measure=Measure(alert.for_s, least, "s", better="higher"),
        )
    elif most is not None and (waits := alert.for_s + (alert.every_s or 0)) > most.total_seconds():
        shown = show_duration(most)
        with_ = ", with the `interval` of its group," if alert.every_s else ""
        message = f"the alert {alert.name}{with_} waits {waits:g} s, and {shown} is the most"
        yield bad(
            message,
            "let it fire earlier",
            object_=object_,
            place=alert.place,
            observed=f"{waits:g} s",
            expected=f"<= {shown}",
            measure=Measure(waits, most.total_seconds(), "s"),
        )
