"""Rules of Prometheus: alerts, and what is recorded for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from readiness.evidence.model import Facts, Value
from readiness.evidence.promql import Expression
from readiness.evidence.written import Place


class Rule(Value, frozen=True, kw_only=True):
    """One rule. `for_s` and `keep_firing_for_s` are in seconds; its labels include those of its group.

    `every_s` is how far apart its evaluations are; None where the server's own interval counts.
    """

    sort: Literal["alert", "record"]
    name: str
    expression: Expression
    place: Place
    group: str
    every_s: float | None = None
    for_s: float = 0.0
    keep_firing_for_s: float = 0.0
    labels: Mapping[str, str] = {}
    annotations: Mapping[str, str] = {}
    annotation_lines: Mapping[str, int] = {}


class RuleGroup(Value, frozen=True, kw_only=True):
    """One group. `interval_s` is None where the server's own counts; `source` is the object that it stands in."""

    name: str
    place: Place
    interval_s: float | None = None
    limit: int = 0
    source: str = ""
    rules: tuple[Rule, ...] = ()


class AlertRules(Facts, frozen=True, kw_only=True):
    """The groups of one file, or of several."""

    kind: ClassVar[str] = "alert-rules"
    groups: tuple[RuleGroup, ...]

    @property
    def alerts(self) -> tuple[Rule, ...]:
        """Every alert, in the order of the files."""
        return tuple(rule for group in self.groups for rule in group.rules if rule.sort == "alert")

    @property
    def records(self) -> tuple[Rule, ...]:
        """Every recording rule."""
        return tuple(rule for group in self.groups for rule in group.rules if rule.sort == "record")

    def summary(self) -> Mapping[str, object]:
        """How many of each, and the names of the first hundred alerts."""
        names = list(dict.fromkeys(one.name for one in self.alerts))
        return {
            "groups": len(self.groups),
            "alerts": len(self.alerts),
            "records": len(self.records),
            "names": names[:100],
        }

    def objects(self) -> frozenset[str]:
        """The alerts, as `Alert/<name>`."""
        return frozenset(f"Alert/{one.name}" for one in self.alerts)
