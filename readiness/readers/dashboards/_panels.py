"""The panels of a dashboard, wherever they are nested, and their queries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence.dashboards import Panel, PanelQuery
from readiness.evidence.model import Reason, Unproven
from readiness.evidence.written import Place
from readiness.readers.dashboards._variables import filled

MAX_PANELS = 2_000
MAX_DEPTH = 8
_PROMETHEUS = frozenset(
    {"prometheus", "grafana-amazonprometheus-datasource", "grafana-azureprometheus-datasource"}
)
_MIXED = frozenset({"-- Mixed --", "mixed", "datasource"})
# What only stands for queries: another panel's, and data that Grafana makes up.
_REUSED, _OWN = "-- Dashboard --", frozenset({"-- grafana --", "grafana"})
_MADE_UP = frozenset({"testdata", "grafana-testdata-datasource"})
_FRAME = frozenset({"refId", "datasource", "hide", "key", "legendFormat", "format", "interval"})
Sources = Mapping[str, str]


def panels_of(data: Mapping[str, Any], file: str) -> tuple[Panel, ...]:
    """Every panel that is no row: at the top, in rows, and in collapsed rows."""
    sources, elements = _named_sources(data), _elements(data)
    made = tuple(_panel(_whole(one, elements), file, sources) for one in _walk(data, 0))
    if len(made) > MAX_PANELS:
        raise Unproven(Reason.MALFORMED, f"it has {len(made):,} panels; at most {MAX_PANELS:,} are read")
    return made


def _walk(node: Mapping[str, Any], depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > MAX_DEPTH:
        raise Unproven(Reason.MALFORMED, f"its rows are nested more than {MAX_DEPTH} deep")
    for row in maps(node, "rows"):
        yield from _walk(row, depth + 1)
    for panel in maps(node, "panels"):
        if panel.get("type") == "row":
            yield from _walk(panel, depth + 1)
        else:
            yield panel


def _elements(data: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """The models of library panels by their uid, as an export for sharing has them."""
    found = data.get("__elements")
    listed = found.items() if isinstance(found, Mapping) else ()
    return {
        uid: one["model"]
        for uid, one in listed
        if isinstance(one, dict) and isinstance(one.get("model"), dict)
    }


def _whole(panel: Mapping[str, Any], elements: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """A panel with the queries of the library panel that it stands for, where they are in the file."""
    library = panel.get("libraryPanel")
    uid = library.get("uid") if isinstance(library, Mapping) else None
    model = elements.get(uid) if isinstance(uid, str) else None
    return {**model, **{key: value for key, value in panel.items() if value is not None}} if model else panel


def _named_sources(data: Mapping[str, Any]) -> Sources:
    """The types of data sources that variables stand for."""
    templating = data.get("templating")
    listed = maps(templating, "list") if isinstance(templating, Mapping) else ()
    inputs = (one for one in maps(data, "__inputs") if one.get("type") == "datasource")
    made = {str(one.get("name")): str(one.get("pluginId")) for one in inputs}
    return made | {
        str(one.get("name")): str(one.get("query")) for one in listed if one.get("type") == "datasource"
    }


def _panel(node: Mapping[str, Any], file: str, sources: Sources) -> Panel:
    title = str(node.get("title") or "")[:200]
    library = node.get("libraryPanel")
    queries = [_query(one, node, title, file, sources) for one in maps(node, "targets")]
    return Panel(
        title=title,
        sort=str(node.get("type") or "")[:60],
        queries=tuple(queries),
        library=str(library.get("name") or library.get("uid") or "?")[:200]
        if isinstance(library, Mapping)
        else "",
    )


def _query(
    node: Mapping[str, Any], panel: Mapping[str, Any], title: str, file: str, sources: Sources
) -> PanelQuery:
    source = _type(node.get("datasource"), sources) or _type(panel.get("datasource"), sources)
    text, hidden = node.get("expr"), node.get("hide") is True
    if source not in _PROMETHEUS and source:
        return PanelQuery(source=source, is_hidden=hidden, doubt=_emptiness(source, node))
    if not isinstance(text, str) or not text.strip():
        return PanelQuery(source=source, is_hidden=hidden, doubt="it has no expression")
    try:
        made = filled(text, Place(file, 1), f"the panel {title!r}")
    except Unproven as error:
        if source:
            raise Unproven(error.reason, error.message.removeprefix("line 1: "), error.remedy) from None
        doubt = "nothing tells its kind of data source, and it is no PromQL"
        return PanelQuery(source="", is_hidden=hidden, doubt=doubt)
    return PanelQuery(source=source or "prometheus", expression=made, is_hidden=hidden)


def _emptiness(source: str, node: Mapping[str, Any]) -> str:
    """Why a query of another data source than Prometheus shows nothing that is measured."""
    if source in _MADE_UP or (source in _OWN and node.get("queryType", "randomWalk") == "randomWalk"):
        return "its data is made up for tests"
    if "expr" in node and not str(node["expr"] or "").strip():
        return "its query is empty"
    says = any(value not in (None, "", [], {}, False) for key, value in node.items() if key not in _FRAME)
    return "" if says else "its query is empty"


def _type(source: Any, sources: Sources) -> str:
    """The type of a data source in small letters; empty where nothing tells it."""
    if isinstance(source, Mapping):
        told = source.get("type")
        if isinstance(told, str) and told and told not in _MIXED:
            return told.lower()[:60]
        source = source.get("uid")
    if not isinstance(source, str) or source in _MIXED:
        return ""
    if source == _REUSED or source.lower() in _OWN:
        return source.lower()
    name = source.strip("${}").partition(":")[0]
    return sources.get(name, "prometheus" if source.lower() == "prometheus" else "").lower()


def maps(node: Mapping[str, Any], key: str) -> tuple[Mapping[str, Any], ...]:
    """A list of objects; Unproven (malformed) for anything else that is there."""
    found = node.get(key)
    if found is None:
        return ()
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Unproven(Reason.MALFORMED, f"its `{key}` is no list of objects", "export the dashboard again")
    return tuple(found)
