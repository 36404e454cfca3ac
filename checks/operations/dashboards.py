"""The check operations/dashboards."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import Field

from readiness.check import Check, Finding, Outcome, Params, Stricter
from readiness.evidence.dashboards import Dashboard
from readiness.evidence.dashboards import Dashboards as Facts
from readiness.evidence.endpoint import Endpoint
from readiness.evidence.model import Reason
from readiness.evidence.prometheus import Prometheus
from readiness.units import Duration

from ._dashboard_queries import doubts, metrics
from ._dashboard_speed import judge_speed
from ._metrics_known import Known
from ._monitored import bad, counted, note, unshown

Text = Annotated[str, Field(min_length=1, max_length=300)]


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

    Panels are counted in rows and collapsed rows too; one counts when it has a query that is not hidden and asks for
    what is measured. Given a live Prometheus, every metric of its queries must exist there: Grafana's variables are
    filled in first, and what a variable names is not looked up. Given endpoints, as
    `https://grafana/api/dashboards/uid/UID`, each must answer with a dashboard, in time.

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
        yield from judge_speed(endpoint, self.params.max_load_time)

    def _dashboard(self, one: Dashboard, known: Known | None) -> Iterator[Finding]:
        object_ = f"Dashboard/{one.title}"
        asking = [panel for panel in one.panels if panel.asks]
        libraries = [panel.library for panel in one.panels if panel.library and not panel.queries]
        least = self.params.min_panels
        if len(asking) < least <= len(asking) + len(libraries):
            message = f"{one.title}: whether its library panels have queries is not told"
            yield unshown(
                Reason.INSUFFICIENT, message, "export it for sharing: then they are in it", object_=object_
            )
        elif len(asking) < least:
            told = counted(len(asking), "panel") + " with a query"
            message = f"the dashboard {one.title} has {told} of {len(one.panels)}, and {least} is the least"
            yield bad(
                message, "add panels", object_=object_, observed=str(len(asking)), expected=f">= {least}"
            )
        if libraries:
            yield note(
                f"{one.title}: the queries of library panels are not in it: {', '.join(libraries)[:200]}"
            )
        yield from doubts(one, object_)
        if known is not None:
            yield from metrics(one, known, object_)


def _is_called(one: Dashboard, wanted: str) -> bool:
    return one.uid == wanted or fnmatchcase(one.title, wanted)
