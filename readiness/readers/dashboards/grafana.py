"""Dashboards of Grafana as JSON, also as its API gives them.

https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from readiness.evidence.dashboards import Dashboard, Dashboards
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.configured import bounded
from readiness.readers.dashboards._panels import maps, panels_of
from readiness.readers.source import Source

_MARKS = ("schemaVersion", "panels", "rows", "templating", "dashboard", "timepicker")
_AGAIN = "export it again: Share, Export, Save to file; or GET /api/dashboards/uid/UID"
_V2 = "export it in the classic model, with `panels` (of the new one nothing is read)"


class Grafana(Reader[Dashboards]):
    """One dashboard."""

    def recognises(self, source: Source) -> bool:
        """An object with a title, and panels or what else only dashboards have."""
        head = source.head.lstrip(b"\xef\xbb\xbf \t\r\n")
        if not head.startswith(b"{") or not any(mark.encode() in source.content for mark in _MARKS):
            return False
        data = _model(source.json)
        return data is not None and ("title" in data or "elements" in data)

    def read(self, source: Source) -> Reading[Dashboards]:
        """The dashboard with all its panels."""
        data = _model(source.json)
        if data is None:
            raise Unproven(Reason.MALFORMED, "it is no dashboard", _AGAIN)
        if "elements" in data:
            raise Unproven(Reason.MALFORMED, "it is a dashboard of schema v2", _V2)
        title, uid = data.get("title"), data.get("uid")
        if not isinstance(title, str) or not title.strip():
            raise Unproven(Reason.MALFORMED, "it has no title", _AGAIN)
        templating = data.get("templating")
        variables = maps(templating, "list") if isinstance(templating, Mapping) else ()
        made = Dashboard(
            uid=uid[:100] if isinstance(uid, str) else "",
            title=title[:300],
            file=source.name,
            panels=panels_of(data, source.name),
            variables=tuple(str(one.get("name"))[:100] for one in variables),
            tags=tuple(str(one)[:100] for one in data.get("tags") or () if isinstance(one, str)),
        )
        return Reading(bounded(Dashboards(dashboards=(made,)), "dashboards"))


def _model(data: Any) -> Mapping[str, Any] | None:
    """The dashboard itself: at the top, under `dashboard` (the API), or under `spec` (an object of Kubernetes)."""
    for key in ("dashboard", "spec"):
        inner = data.get(key) if isinstance(data, dict) else None
        if isinstance(inner, dict) and ("title" in inner or "elements" in inner):
            data = inner
    is_one = isinstance(data, dict) and any(
        key in data for key in ("schemaVersion", "panels", "rows", "templating", "elements")
    )
    return data if is_one else None
