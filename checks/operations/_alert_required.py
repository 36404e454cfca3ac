"""Alerts that a policy requires, by their names or by what they watch."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Annotated, Self

from pydantic import Field, model_validator

from readiness.check import Finding, Params
from readiness.evidence.alert_rules import AlertRules, Rule
from readiness.evidence.model import Reason

from ._alert_watching import watches
from ._monitored import INSTALL, bad, counted, unshown

Text = Annotated[str, Field(min_length=1, max_length=300)]


class RequiredAlert(Params):
    """An alert that must be there, by its name, by what it watches, or by both."""

    alert: Text | None = None
    """Its name, or a glob, as in `Checkout*`."""
    metric: Text | None = None
    """A metric that it reads, or a glob; through recording rules too."""
    labels: dict[Text, str] = Field(default={})
    """Labels of what it watches, as in `{job: checkout}`: its selectors must not leave them out."""
    severity: Text | None = None
    """The severity that it must have."""

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if self.alert is None and self.metric is None:
            raise ValueError("name the `alert`, or the `metric` that it watches")
        return self

    def __str__(self) -> str:
        said = [self.alert or "", f"on {self.metric}" if self.metric else ""]
        said += [f"{key}={value}" for key, value in self.labels.items()]
        said += [f"of severity {self.severity}"] if self.severity else []
        return " ".join(filter(None, said))


def in_full(one: str | RequiredAlert) -> RequiredAlert:
    """A name stands for an alert of that name."""
    return RequiredAlert(alert=one) if isinstance(one, str) else one


def found(wanted: RequiredAlert, alerts: AlertRules, severity_label: str) -> Iterator[Rule]:
    """The alerts that are what is required."""
    for one in alerts.alerts:
        fits = wanted.alert is None or fnmatchcase(one.name, wanted.alert)
        severe = wanted.severity in (None, one.labels.get(severity_label))
        reads = wanted.metric is None and not wanted.labels
        if fits and severe and (reads or watches(one, wanted.metric or "*", wanted.labels, alerts.records)):
            yield one


def absent(required: RequiredAlert, alerts: AlertRules) -> Finding:
    """There is none; or that cannot be told without the parser."""
    unread = [one for one in alerts.alerts if not one.expression.is_parsed]
    if required.metric and unread:
        message = f"whether there is an alert {required} cannot be told: promql-parser is not installed"
        return unshown(Reason.INSUFFICIENT, message, INSTALL)
    return bad(
        f"there is no alert {required}",
        "write it, or name the file that holds it",
        observed=f"{counted(len(alerts.alerts), 'alert')}, none of them this",
        expected=str(required),
    )
