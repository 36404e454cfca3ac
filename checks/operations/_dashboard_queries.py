"""What the queries of a dashboard show."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.check import Finding
from readiness.evidence.dashboards import Dashboard
from readiness.evidence.model import Reason

from ._metrics_known import Known
from ._monitored import unparsed, unshown


def doubts(one: Dashboard, object_: str) -> Iterator[Finding]:
    """A finding for each query of which it cannot be told what it shows."""
    for panel in one.panels:
        for query in panel.queries:
            if query.doubt and not query.is_hidden:
                message = f"the panel {panel.title!r} of {one.title}: {query.doubt}"
                yield unshown(Reason.INSUFFICIENT, message, "name its data source by type", object_=object_)


def metrics(one: Dashboard, known: Known, object_: str) -> Iterator[Finding]:
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
