"""The check operations/dashboards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import Field

from readiness.check import Check, Finding, Measure, Outcome, Params, Stricter
from readiness.evidence.dashboards import Dashboard
from readiness.evidence.dashboards import Dashboards as Facts
from readiness.evidence.endpoint import Endpoint
from readiness.evidence.model import Reason
from readiness.evidence.prometheus import Prometheus
from readiness.units import Duration, show_duration

from ._metrics_known import Known
from ._monitored import bad, counted, note, unparsed, unshown

Text = Annotated[str, Field(min_length=1, max_length=300)]
_MILLISECOND = timedelta(milliseconds=1)


class DashboardsParams(Params):
    """Which dashboards must be there, and what they must have."""

    required: tuple[Text, ...] = Field(default=(), strict=False)
    """Dashboards by uid, title, or glob of a title, each of which must be there."""
    min_panels: Annotated[int, Field(ge=1), Stricter.HIGHER] = 1
    """The least number of panels with a query, on each dashboard."""
    absent_metrics: tuple[Text, ...] = Field(default=(), strict=False)
    """Metrics, by name or glob, that need not exist yet: those that only appear with the first error."""
    max_load_time: Annotated[Duration | None, Stricter.LOWER] = None
    """The longest that Grafana may take to give a dashboard, on every try; with it the endpoints are needed."""


class Dashboards(Check[DashboardsParams]):
    """The dashboards that are required exist, and show what is measured.

    Panels are counted in rows and collapsed rows too; one counts when it has a query that is not hidden. Given a live
    Prometheus, every metric of its queries must exist there: Grafana's variables are filled in first, and what a
    variable names is not looked up. Given endpoints, as `https://grafana/api/dashboards/uid/UID`, each must answer with
    a dashboard, in time.

    ## Why it matters
    A dashboard is opened in an incident, by somebody who has ten minutes. Panels without data, because a metric was
    renamed, look just like a service without traffic.

    ## How to fix it
    Open the dashboard and look for panels that say "No data"; correct their queries, or take them out. Keep the JSON
    beside the code, and let Grafana be provisioned from there. Where it is slow, aggregate with recording rules.

    ## References
    - Grafana, dashboard JSON model:
      https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
    - Grafana, provisioning: https://grafana.com/docs/grafana/latest/administration/provisioning/#dashboards
    """

    def judge(
        self, dashboards: Facts, prometheus: Prometheus | None = None, endpoint: tuple[Endpoint, ...] = ()
    ) -> Iterator[Finding]:
        """What is required first, then each dashboard, then how fast they come."""
        for wanted in self.params.required:
            if not any(_is_called(one, wanted) for one in dashboards.dashboards):
                titles = ", ".join(one.title for one in dashboards.dashboards)
                message = f"there is no dashboard {wanted}"
                yield bad(message, "write it, or name its file", observed=titles[:200], expected=wanted)
        known = Known(prometheus, (), self.params.absent_metrics) if prometheus is not None else None
        trouble = known.trouble() if known is not None else None
        if trouble is not None:
            yield trouble
        good = 0
        for one in dashboards.dashboards:
            findings = list(self._dashboard(one, known if trouble is None else None))
            yield from findings
            good += all(finding.note for finding in findings)
        if good:
            message = f"{counted(good, 'dashboard')} with panels that show something"
            yield Finding(outcome=Outcome.PASS, message=message, count=good)
        yield from self._speed(endpoint)

    def _dashboard(self, one: Dashboard, known: Known | None) -> Iterator[Finding]:
        object_ = f"Dashboard/{one.title}"
        asking = [panel for panel in one.panels if any(not query.is_hidden for query in panel.queries)]
        least = self.params.min_panels
        if len(asking) < least:
            told = counted(len(asking), "panel") + " with a query"
            message = f"the dashboard {one.title} has {told} of {len(one.panels)}, and {least} is the least"
            yield bad(
                message, "add panels", object_=object_, observed=str(len(asking)), expected=f">= {least}"
            )
        libraries = [panel.library for panel in one.panels if panel.library and not panel.queries]
        if libraries:
            yield note(
                f"{one.title}: the queries of library panels are not in it: {', '.join(libraries)[:200]}"
            )
        yield from _doubts(one, object_)
        if known is not None:
            yield from _metrics(one, known, object_)

    def _speed(self, endpoints: tuple[Endpoint, ...]) -> Iterator[Finding]:
        most = self.params.max_load_time
        if most is not None and not endpoints:
            message = "how fast the dashboards come was not measured"
            yield unshown(Reason.MISSING, message, "give endpoints: `from: {endpoint: ...}`")
        good = [one for one in endpoints if one.http and not one.failures]
        for one in endpoints:
            findings = list(_answers(one, most))
            yield from findings
            good = [other for other in good if other is not one or not findings]
        if good:
            slowest = max(answer.elapsed_ms for one in good for answer in one.http)
            message = f"{counted(len(good), 'dashboard')} came from Grafana, the slowest in {slowest:.0f} ms"
            yield Finding(outcome=Outcome.PASS, message=message, count=len(good))


def _is_called(one: Dashboard, wanted: str) -> bool:
    return one.uid == wanted or fnmatchcase(one.title, wanted)


def _doubts(one: Dashboard, object_: str) -> Iterator[Finding]:
    for panel in one.panels:
        for query in panel.queries:
            if query.doubt and not query.is_hidden:
                message = f"the panel {panel.title!r} of {one.title}: {query.doubt}"
                yield unshown(Reason.INSUFFICIENT, message, "name its data source by type", object_=object_)


def _metrics(one: Dashboard, known: Known, object_: str) -> Iterator[Finding]:
    """A finding for each query whose metrics are not there; one more when none could be looked up."""
    told = False
    for panel in one.panels:
        for query in panel.queries:
            expression = query.expression
            if expression is None or query.is_hidden:
                continue
            what = f"the panel {panel.title!r} of {one.title}"
            if not expression.is_parsed:
                yield unparsed(expression, what, object_)
            elif expression.metrics:
                told = True
                yield from known.judge(expression, what, object_)
    if not told and any(query.expression is not None for panel in one.panels for query in panel.queries):
        message = f"no query of {one.title} names a metric that could be looked up"
        yield unshown(Reason.INSUFFICIENT, message, "write out what a variable stands for", object_=object_)


def _answers(one: Endpoint, most: timedelta | None) -> Iterator[Finding]:
    for failure in one.failures:
        yield unshown(failure.reason, f"{one.url}: {failure.message}", failure.remedy)
    if not one.http and not one.failures:
        yield unshown(Reason.MISSING, f"{one.url}: it was not asked over HTTP", "name a URL of https")
    for answer in one.http:
        is_one = isinstance(answer.json, dict) and isinstance(answer.json.get("dashboard"), dict)
        if answer.status != 200 or not is_one:
            message = f"{one.url} answers {answer.status}, and no dashboard"
            next_ = "ask /api/dashboards/uid/UID, with a token that may read it"
            yield unshown(Reason.INSUFFICIENT, message, next_, observed=str(answer.status), expected="200")
        elif most is not None and answer.elapsed_ms > most / _MILLISECOND:
            limit = most / _MILLISECOND
            yield bad(
                f"{one.url} took {answer.elapsed_ms:.0f} ms, and {show_duration(most)} is the most",
                "lighten it, or give Grafana more",
                observed=f"{answer.elapsed_ms:.0f} ms",
                expected=f"<= {show_duration(most)}",
                measure=Measure(answer.elapsed_ms, limit, "ms"),
            )
