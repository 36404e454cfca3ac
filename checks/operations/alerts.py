"""The check operations/alerts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import Field

from readiness.check import Check, Finding, Outcome, Params, Stricter
from readiness.evidence.alert_rules import AlertRules, Rule
from readiness.evidence.document import Document
from readiness.evidence.prometheus import Prometheus
from readiness.evidence.prometheus_config import PrometheusConfig
from readiness.evidence.promtool import Promtool
from readiness.units import Duration

from ._alert_context import judge_config, judge_tests
from ._alert_form import Form, judge_form
from ._alert_live import judge_live
from ._alert_required import RequiredAlert, Text, absent, found, in_full
from ._alert_runbooks import Runbooks
from ._alert_set import few, twice
from ._metrics_known import Known
from ._monitored import counted, note


class AlertsParams(Params):
    """What alerts must be there, and what each of them must have."""

    required: tuple[Text | RequiredAlert, ...] = Field(default=(), strict=False)
    """Alerts that must be there: names or globs, or maps as in `{metric: up, labels: {job: checkout}}`."""
    except_: tuple[Text, ...] = Field(default=(), strict=False)
    """Alerts, by name or glob, that need not have all this, as `Watchdog`; none that is required."""
    min_alerts: Annotated[int, Field(ge=1), Stricter.HIGHER] = 1
    """The least number of alerts."""
    severity_label: Text = "severity"
    """The label that says how bad it is."""
    severities: tuple[Text, ...] = Field(default=(), strict=False)
    """The values that it may have; without them any."""
    min_for: Annotated[Duration, Stricter.HIGHER] = timedelta(seconds=1)
    """How long an alert must wait at least before it fires: its `for`."""
    max_for: Annotated[Duration | None, Stricter.LOWER] = timedelta(days=1)
    """How long it may wait at most, with the `interval` of its group, where that has one."""
    runbook: Literal["resolves", "present", "none"] = "resolves"
    """Whether the link to the runbook must lead to one of the documents, be there, or neither."""
    runbook_prefixes: dict[Text, str] = Field(default={})
    """Beginnings of URLs and the folders that they stand for, as in `{"https://wiki.acme.io/run/": docs/runbooks/}`."""
    absent_metrics: tuple[Text, ...] = Field(default=(), strict=False)
    """Metrics, by name or glob, that need not exist yet: those that only appear with the first error."""
    min_tests: Annotated[int, Field(ge=0), Stricter.HIGHER] = 1
    """The least number of unit tests that passed, where promtool's output is given."""
    loaded: bool = False
    """Whether the live Prometheus, where one is given, must have each of the alerts and evaluate it."""


class Alerts(Check[AlertsParams]):
    """The alerts that are required exist, and each can fire, says how bad it is, and leads to a runbook.

    Each alert has an expression that reads a metric and compares it, a severity, a `for`, and a link to a runbook. The
    link is a path from the root, or a URL whose beginning is mapped to a folder; the document and the heading that
    it names must be among the documents of `runbook`. Given a live Prometheus, every metric must exist there, or be
    recorded from those that do; given promtool's output, the unit tests must have passed; given the configuration of
    Prometheus, the files must be loaded and an Alertmanager be told.

    ## Why it matters
    An alert that watches a metric which was renamed is silent for ever, and looks just as one that has nothing to
    tell. One without a severity is routed to whatever comes last. One without a runbook wakes somebody who then
    begins to search.

    ## How to fix it
    Open the line that the finding names. A good alert:

        - alert: CheckoutErrors
          expr: job:checkout_errors:ratio_rate5m > 0.01
          for: 5m
          labels: {severity: critical}
          annotations:
            runbook_url: docs/runbooks/checkout.md#errors

    Then `promtool check rules FILE`, and a unit test for `promtool test rules --junit=FILE`.

    ## References
    - Prometheus, alerting rules: https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
    - Prometheus, unit testing for rules: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/
    - Google, Site Reliability Workbook, chapter 5 (Alerting on SLOs): https://sre.google/workbook/alerting-on-slos/
    """

    def judge(
        self,
        alerts: AlertRules,
        runbook: tuple[Document, ...] = (),
        prometheus: Prometheus | None = None,
        promtool: Promtool | None = None,
        config: PrometheusConfig | None = None,
    ) -> Iterator[Finding]:
        """What is required first, then each alert, then what stands around them."""
        needed: list[Rule] = []
        for required in map(in_full, self.params.required):
            matches = list(found(required, alerts, self.params.severity_label))
            needed += matches
            if not matches:
                yield absent(required, alerts)
        kept = {id(one) for one in needed}
        chosen = [one for one in alerts.alerts if id(one) in kept or not self._is_excepted(one)]
        yield from few(chosen, self.params.min_alerts)
        known = Known(prometheus, alerts.records, self.params.absent_metrics) if prometheus else None
        trouble = known.trouble() if known is not None else None
        if trouble is not None:
            yield trouble
        good = 0
        for one in chosen:
            findings = list(self._alert(one, alerts, runbook))
            if known is not None and trouble is None:
                findings += known.judge(one.expression, f"the alert {one.name}", f"Alert/{one.name}")
            yield from findings
            good += not findings
        yield from twice(chosen)
        yield from self._around(alerts, chosen, prometheus, promtool, config)
        if good:
            yield Finding(
                outcome=Outcome.PASS, message=f"{counted(good, 'alert')} can fire and lead on", count=good
            )
        if left := len(alerts.alerts) - len(chosen):
            yield note(f"{counted(left, 'alert')} of `except` {'is' if left == 1 else 'are'} not judged")

    def _is_excepted(self, one: Rule) -> bool:
        return any(fnmatchcase(one.name, pattern) for pattern in self.params.except_)

    def _alert(self, one: Rule, alerts: AlertRules, runbook: tuple[Document, ...]) -> Iterator[Finding]:
        params, object_ = self.params, f"Alert/{one.name}"
        form = Form(params.severity_label, params.severities, params.min_for, params.max_for)
        yield from judge_form(one, form, alerts.records, object_)
        if params.runbook != "none":
            books = Runbooks(runbook, params.runbook_prefixes)
            wrong = books.judge(one, object_, resolves=params.runbook == "resolves")
            if wrong is not None:
                yield wrong

    def _around(
        self,
        alerts: AlertRules,
        chosen: list[Rule],
        prometheus: Prometheus | None,
        promtool: Promtool | None,
        config: PrometheusConfig | None,
    ) -> Iterator[Finding]:
        if promtool is not None:
            yield from judge_tests(promtool, self.params.min_tests)
        if config is not None:
            yield from judge_config(alerts, config, self.params.severity_label)
        if prometheus is not None:
            yield from judge_live(chosen, prometheus, must_be_loaded=self.params.loaded)
