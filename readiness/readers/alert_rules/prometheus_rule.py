"""PrometheusRule objects of the Prometheus Operator.

https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusRule
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.evidence.alert_rules import AlertRules, RuleGroup
from readiness.evidence.model import Reason, Unproven
from readiness.readers.alert_rules._groups import bounded, groups_of, text_of_kind
from readiness.readers.base import Reader, Reading
from readiness.readers.configured import needed, only, text_of
from readiness.readers.nodes import Node, documents_of
from readiness.readers.source import Source

_KIND = re.compile(r"\bPrometheusRule\b")
_SPEC = frozenset({"groups"})


class PrometheusRule(Reader[AlertRules]):
    """The objects of a file, which may hold others beside them; lists are opened."""

    def recognises(self, source: Source) -> bool:
        """At least one object of that kind."""
        return bool(_KIND.search(source.text)) and any(True for _ in _objects(documents_of(source)))

    def read(self, source: Source) -> Reading[AlertRules]:
        """The groups of every object. Unproven (missing) when there is no rule."""
        groups: list[RuleGroup] = []
        for one in _objects(documents_of(source)):
            spec = needed(one, "spec", "the PrometheusRule")
            only(spec, _SPEC, "the spec of a PrometheusRule")
            listed = spec.get("groups")
            groups.extend(groups_of(listed, _name(one)) if listed is not None else ())
        if not any(group.rules for group in groups):
            raise Unproven(Reason.MISSING, "there is no rule in it", "name the file that holds the rules")
        return Reading(bounded(AlertRules(groups=tuple(groups))))


def _objects(nodes: list[Node]) -> Iterator[Node]:
    for node in nodes:
        kind = text_of_kind(node)
        items = node.get("items") if kind in ("List", "PrometheusRuleList") else None
        if items is not None:
            yield from _objects(list(items.items()))
        elif kind == "PrometheusRule":
            yield node


def _name(node: Node) -> str:
    metadata = node.get("metadata")
    if metadata is None:
        return "PrometheusRule"
    parts = ("PrometheusRule", text_of(metadata, "namespace"), text_of(metadata, "name"))
    return "/".join(part for part in parts if part)
