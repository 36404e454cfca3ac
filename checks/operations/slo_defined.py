"""The check operations/slo-defined."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fnmatch import fnmatchcase
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from readiness.check import Check, Finding, Measure, Outcome, Params, Stricter
from readiness.evidence.prometheus import Prometheus
from readiness.evidence.slo import Objective, Slos
from readiness.units import Duration, Share, show_duration, show_share

from ._metrics_known import Known
from ._monitored import bad, counted

Text = Annotated[str, Field(min_length=1, max_length=300)]


class SloDefinedParams(Params):
    """Which objectives must be defined, and how."""

    services: tuple[Text, ...] = Field(default=(), strict=False)
    """Services, by name or glob, each of which needs an objective."""
    min_objective: Annotated[Share, Stricter.HIGHER] = Fraction(1, 2)
    """The least share that an objective may promise, as in `99.5%`: 0.999 of a hundred is a typing error."""
    min_window: Annotated[Duration, Stricter.HIGHER] = timedelta(days=1)
    """The shortest window over which it may be measured; a month counts as 28 days."""
    alerting: Literal["pages", "alerts", "none"] = "alerts"
    """Whether a breach must wake somebody, must tell somebody, or neither."""
    absent_metrics: tuple[Text, ...] = Field(default=(), strict=False)
    """Metrics, by name or glob, that need not exist yet in the live Prometheus."""


class SloDefined(Check[SloDefinedParams]):
    """Each service has an objective with a share, a window, and an alert.

    Read from OpenSLO or Sloth. An objective of 100% leaves no budget, and is none; nor is one whose indicator is not
    there, or reads no metric. Given a live Prometheus, the metrics of every indicator must exist there.

    ## Why it matters
    Without an objective every incident is argued about, and every release is good. With one that nobody is told of it
    is missed in silence. The error budget only decides when it is measured, over a time that is stated.

    ## How to fix it
    Define it beside the code of the service. With Sloth:

        version: prometheus/v1
        service: checkout
        slos:
          - name: availability
            objective: 99.9
            sli: {events: {error_query: ..., total_query: ...}}
            alerting: {name: CheckoutBudget, page_alert: {labels: {severity: critical}}}

    In OpenSLO name an alert policy of the same file in `alertPolicies`, with conditions and notification targets.

    ## References
    - OpenSLO: https://openslo.com/
    - Sloth, specification: https://sloth.dev/specs/default/v1/
    - Google, Site Reliability Workbook, chapter 2 (Implementing SLOs): https://sre.google/workbook/implementing-slos/
    """

    def judge(self, slo: Slos, prometheus: Prometheus | None = None) -> Iterator[Finding]:
        """Services without an objective, then each objective."""
        for pattern in self.params.services:
            if not any(fnmatchcase(one.service, pattern) for one in slo.objectives):
                known = ", ".join(dict.fromkeys(one.service for one in slo.objectives))
                message = f"the service {pattern} has no objective"
                yield bad(message, "define one", observed=f"objectives of {known[:200]}", expected=pattern)
        known_metrics = Known(prometheus, (), self.params.absent_metrics) if prometheus is not None else None
        trouble = known_metrics.trouble() if known_metrics is not None else None
        if trouble is not None:
            yield trouble
        good = 0
        for one in slo.objectives:
            findings = list(self._objective(one))
            if known_metrics is not None and trouble is None:
                for expression in one.expressions:
                    findings += known_metrics.judge(expression, f"the objective {one.name}", _object(one))
            yield from findings
            good += not findings
        if good:
            message = f"{counted(good, 'objective')} with share, window and alert"
            yield Finding(outcome=Outcome.PASS, message=message, count=good)

    def _objective(self, one: Objective) -> Iterator[Finding]:
        object_, named = _object(one), f"the objective {one.name} of {one.service}"
        share, least = Fraction(one.percent) / 100, self.params.min_objective
        if share >= 1:
            message = f"{named} is 100%: it leaves no budget, so nothing is left to alert on"
            yield bad(message, "promise less, as in 99.9%", object_=object_, place=one.place, observed="100%")
        elif share < least:
            yield bad(
                f"{named} is {one.percent}%, and {show_share(least, 4)} is the least",
                "promise more, or lower `min-objective`",
                object_=object_,
                place=one.place,
                observed=f"{one.percent}%",
                expected=f">= {show_share(least, 4)}",
                measure=Measure(float(one.percent), float(least * 100), "%", better="higher"),
            )
        yield from self._window(one, named, object_)
        yield from _measured(one, named, object_)
        is_told = one.pages if self.params.alerting == "pages" else one.alerts
        if self.params.alerting != "none" and not is_told:
            message = f"nobody is told when {named} is missed: {one.silence or 'it has no alert that pages'}"
            yield bad(message, "add its alerting", object_=object_, place=one.place)

    def _window(self, one: Objective, named: str, object_: str) -> Iterator[Finding]:
        least = self.params.min_window
        if one.window_s is None:
            told = f"a window that is no duration: {one.window[:40]}" if one.window else "no window"
            yield bad(f"{named} has {told}", "state one, as in 28d", object_=object_, place=one.place)
        elif one.window_s < least.total_seconds():
            shown = show_duration(least)
            message = f"{named} is measured over {one.window}, and {shown} is the least"
            yield bad(
                message,
                "measure it over a longer time",
                object_=object_,
                place=one.place,
                observed=one.window,
                expected=f">= {shown}",
            )


def _measured(one: Objective, named: str, object_: str) -> Iterator[Finding]:
    """What is wrong with the indicator: there is none, or it is the same whatever happens."""
    wrong = one.unmeasured
    for expression in one.expressions:
        if expression.is_parsed and not expression.selections:
            wrong = f"`{expression.text.strip()[:80]}` reads no metric"
        elif expression.never:
            wrong = f"a query of it can never give a sample: {expression.never}"
    texts = [expression.text for expression in one.expressions]
    if len(texts) != len(set(texts)):
        wrong = "its two queries are the same"
    if wrong:
        message = f"nothing is measured for {named}: {wrong}"
        yield bad(message, "write its indicator, and try it in Prometheus", object_=object_, place=one.place)


def _object(one: Objective) -> str:
    return f"SLO/{one.service}/{one.name}"
