"""What an alert watches: a metric, itself or through what rules record of it, of given labels."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

from readiness.evidence.alert_rules import Rule
from readiness.evidence.promql import Expression, LabelMatch, Selection

_PLAIN = re.compile(r"(?:[\w /:@,|.-]|\\[./|+*?()-]|[*+?](?![*+?])|\[[\w-]+\])*")


def watches(
    rule: Rule, metric: str, labels: Mapping[str, str], records: Sequence[Rule], depth: int = 10
) -> bool:
    """Whether its expression reads the metric (a name, or a glob) where it has these labels."""
    by_name = {one.name: one for one in records}
    return _reads(rule.expression, metric, labels, by_name, depth)


def _reads(
    one: Expression, metric: str, labels: Mapping[str, str], records: Mapping[str, Rule], depth: int
) -> bool:
    for selection in one.selections:
        if selection.takes_away or not _takes_all(selection, labels):
            continue
        if selection.metric and fnmatchcase(selection.metric, metric):
            return True
        rule = records.get(selection.metric)
        if depth and rule is not None and _reads(rule.expression, metric, labels, records, depth - 1):
            return True
    return False


def _takes_all(selection: Selection, labels: Mapping[str, str]) -> bool:
    return all(_takes(one, labels[one.name]) for one in selection.labels if one.name in labels)


def _takes(one: LabelMatch, value: str) -> bool:
    """Whether a matcher lets a value through; what cannot be told does not."""
    if one.op == "=":
        return one.value == value
    if one.op == "!=":
        return one.value != value
    if not _PLAIN.fullmatch(one.value):
        return False
    return (re.fullmatch(one.value, value) is not None) == (one.op == "=~")
