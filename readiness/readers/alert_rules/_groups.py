"""Groups of rules, wherever they stand.

https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/ and .../alerting_rules/. Keys that Thanos,
Mimir and Loki add to a group are taken; any other key is refused, as Prometheus does it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from readiness.evidence.alert_rules import AlertRules, Rule, RuleGroup
from readiness.evidence.written import Place
from readiness.readers import configured
from readiness.readers.alert_rules._templates import template_flaw
from readiness.readers.configured import duration_of, needed, number_of, only, text_of, texts_of
from readiness.readers.nodes import Node, malformed
from readiness.readers.promql import expression

_GROUP = frozenset(
    {"name", "interval", "query_offset", "limit", "rules", "labels"}
    | {"queryOffset", "partialResponseStrategy"}  # as PrometheusRule writes them
    | {"partial_response_strategy", "source_tenants", "evaluation_delay", "align_evaluation_time_on_interval"}
)
_RULE = frozenset({"record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations"})
_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*", re.ASCII)


def groups_of(node: Node, source: str = "") -> tuple[RuleGroup, ...]:
    """The groups of a list; Unproven (malformed) where Prometheus would refuse it."""
    made = tuple(_group(one, source) for one in node.items())
    seen: dict[str, Place] = {}
    for group in made:
        first = seen.setdefault(group.name, group.place)
        if first is not group.place:
            raise malformed(group.place, f"the group {group.name!r} stands in line {first.line} already")
    return made


def bounded(facts: AlertRules) -> AlertRules:
    """The same; Unproven when they are too many."""
    return configured.bounded(facts, "rules")


def _group(node: Node, source: str) -> RuleGroup:
    name = needed(node, "name", "a group").text()
    only(node, _GROUP, f"the group {name!r}")
    labels, every_s = texts_of(node, "labels"), duration_of(node, "interval")
    rules = node.get("rules")
    return RuleGroup(
        name=name,
        place=node.place,
        interval_s=every_s,
        limit=number_of(node, "limit"),
        source=source,
        rules=tuple(_rule(one, name, labels).but(every_s=every_s) for one in rules.items()) if rules else (),
    )


def _rule(node: Node, group: str, labels: Mapping[str, str]) -> Rule:
    only(node, _RULE, "a rule")
    alert, record = node.get("alert"), node.get("record")
    if (alert is None) == (record is None):
        raise malformed(node.place, "a rule is either an `alert` or a `record`")
    name = (alert or record or node).text()
    what = f"the {'alert' if alert else 'record'} {name[:80]}"
    if not name.strip() or (record and not _METRIC.fullmatch(name)):
        raise malformed(node.place, f"{name[:80]!r} is no name of a rule")
    if record and any(key in node.value for key in ("for", "keep_firing_for", "annotations")):
        raise malformed(node.place, f"{what} has `for`, `keep_firing_for` or `annotations`, as alerts have")
    for key, text in (*texts_of(node, "labels").items(), *texts_of(node, "annotations").items()):
        if wrong := template_flaw(text):
            raise malformed(node.place, f"{key[:60]} of {what} is a template that {wrong}")
    written = needed(node, "expr", what)
    notes = node.get("annotations")
    return Rule(
        sort="alert" if alert else "record",
        name=name,
        expression=expression(written.text(), written.place, what),
        place=node.place,
        group=group,
        for_s=duration_of(node, "for") or 0.0,
        keep_firing_for_s=duration_of(node, "keep_firing_for") or 0.0,
        labels={**labels, **texts_of(node, "labels")},
        annotations=texts_of(node, "annotations"),
        annotation_lines={key: one.place.line for key, one in notes.pairs()} if notes is not None else {},
    )


def group_or_none(node: Node) -> Node | None:
    """The list of groups of a rule file, when it is one."""
    found = node.value.get("groups") if node.is_map else None
    return node.get("groups") if isinstance(found, list) and not text_of_kind(node) else None


def text_of_kind(node: Node) -> str:
    """The kind of a Kubernetes object; empty for anything else."""
    kind = node.value.get("kind") if node.is_map else None
    return kind if isinstance(kind, str) and text_of(node, "apiVersion") else ""
