"""What an alert watches: a metric, itself or through what rules record of it, of given labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

from readiness.evidence.alert_rules import Rule
from readiness.evidence.promql import Selection


def watches(rule: Rule, metric: str, labels: Mapping[str, str], records: Sequence[Rule]) -> bool:
    """Whether its expression reads the metric (a name, or a glob) where it has these labels; each name once."""
    by_name: dict[str, list[Rule]] = {}
    for one in records:
        by_name.setdefault(one.name, []).append(one)
    waiting, seen = [rule], set[str]()
    while waiting:
        for selection in waiting.pop().expression.selections:
            if selection.takes_away or selection.metric in seen or not _takes_all(selection, labels):
                continue
            if selection.metric and fnmatchcase(selection.metric, metric):
                return True
            seen.add(selection.metric)
            waiting += by_name.get(selection.metric, ())
    return False


def _takes_all(selection: Selection, labels: Mapping[str, str]) -> bool:
    return all(one.lets(labels[one.name]) for one in selection.labels if one.name in labels)
