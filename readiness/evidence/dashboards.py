"""Dashboards, as Grafana exports them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from readiness.evidence.model import Facts, Value
from readiness.evidence.promql import Expression

_SILENT = frozenset(
    {"text", "news", "dashlist", "alertlist", "annolist", "welcome", "gettingstarted", "pluginlist", "row"}
)


class PanelQuery(Value, frozen=True, kw_only=True):
    """One query of a panel. `expression` is None where it is of no Prometheus, or cannot be told."""

    source: str
    expression: Expression | None = None
    is_hidden: bool = False
    doubt: str = ""

    @property
    def is_of_something(self) -> bool:
        """Whether it asks for what is measured, as far as that can be told."""
        one = self.expression
        return not self.is_hidden and (one is None or not one.is_parsed or bool(one.selections))


class Panel(Value, frozen=True, kw_only=True):
    """One panel that is no row; `library` names the library panel that it stands for, whose queries are elsewhere."""

    title: str
    sort: str
    queries: tuple[PanelQuery, ...] = ()
    library: str = ""

    @property
    def asks(self) -> bool:
        """Whether it shows a query; texts, lists and news only keep those that they had as another sort of panel."""
        return self.sort not in _SILENT and any(query.is_of_something for query in self.queries)


class Dashboard(Value, frozen=True, kw_only=True):
    """One dashboard."""

    uid: str
    title: str
    file: str
    panels: tuple[Panel, ...] = ()
    variables: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class Dashboards(Facts, frozen=True, kw_only=True):
    """Those of one file, or of several."""

    kind: ClassVar[str] = "dashboards"
    dashboards: tuple[Dashboard, ...]

    def summary(self) -> Mapping[str, object]:
        """Title, panels and queries of each."""
        return {
            "dashboards": [
                {
                    "uid": one.uid,
                    "title": one.title,
                    "panels": len(one.panels),
                    "queries": sum(len(panel.queries) for panel in one.panels),
                }
                for one in self.dashboards[:100]
            ]
        }

    def objects(self) -> frozenset[str]:
        """The dashboards, as `Dashboard/<title>`."""
        return frozenset(f"Dashboard/{one.title}" for one in self.dashboards)
