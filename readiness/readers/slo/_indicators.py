"""Indicators of OpenSLO, inline or named: what is measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from readiness.evidence.promql import Expression
from readiness.readers.configured import text_of
from readiness.readers.nodes import Node, malformed
from readiness.readers.slo._objectives import indicator


def expressions_of(spec: Node, indicators: Mapping[str, Node], name: str) -> Iterator[Expression]:
    """The queries of Prometheus in the indicator, inline or named."""
    found = indicator_of(spec, indicators)
    for source in _sources(found) if found is not None else ():
        if text_of(source, "type").lower() == "prometheus":
            query = (source.get("spec") or source).get("query")
            yield from indicator(query, f"the SLO {name[:80]}")


def indicator_of(spec: Node, indicators: Mapping[str, Node]) -> Node | None:
    """The indicator of an SLO, inline or named; malformed where the name leads nowhere."""
    inline, reference = spec.get("indicator"), text_of(spec, "indicatorRef")
    found = inline.get("spec") if inline is not None else indicators.get(reference)
    if inline is None and reference and found is None:
        raise malformed(spec.place, f"its indicator {reference[:60]!r} is not in the file")
    return found


def is_measured(node: Node | None) -> bool:
    """Whether anything below it is a query, or a source of metrics with what to ask it: also as v1alpha has it."""
    if node is None or not node.is_map:
        return False
    for key, one in node.pairs():
        if key == "query" and isinstance(one.value, str) and one.value.strip():
            return True
        if (key == "spec" and one.is_map and bool(one.value) and "type" in node.value) or is_measured(one):
            return True
    return False


def _sources(node: Node) -> Iterator[Node]:
    """Every `metricSource` below a node."""
    for key, one in node.pairs():
        if key == "metricSource" and one.is_map:
            yield one
        elif one.is_map:
            yield from _sources(one)
