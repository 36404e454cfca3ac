"""What a selector of metrics can give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from readiness.readers.promql_labels import Labels
from readiness.readers.promql_span import Span

_MATCH = {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}
# Metrics whose values Prometheus itself makes: https://prometheus.io/docs/concepts/jobs_instances/.
_KNOWN: Mapping[str, tuple[float, float]] = {"up": (0.0, 1.0)}


def selected(node: Any) -> Span:
    """What a selector gives; nothing where its matchers contradict each other."""
    known: dict[str, str | None] = {}
    unlike: set[tuple[str, str]] = set()
    metric = node.name or ""
    for one in node.matchers.matchers:
        op = _MATCH[str(one.op).rpartition(".")[2]]
        if one.name == "__name__":
            metric = one.value if op == "=" else metric
        elif op == "=":
            if known.setdefault(one.name, one.value) not in (one.value, None):
                return Span(empty=f'{one.name} cannot be "{known[one.name]}" and "{one.value}" at once')
            known[one.name] = one.value
        elif (op, one.value) in (("!=", ""), ("=~", ".+")):
            known.setdefault(one.name, None)
        if op == "!=":
            unlike.add((one.name, one.value))
    for name, value in unlike:
        if known.get(name, "") == value and name in known:
            return Span(empty=f'{name} cannot be "{value}" and something else at once')
    if metric == "up":
        known = {**dict.fromkeys(("job", "instance")), **known}
    low, high = _KNOWN.get(metric, (Span().low, Span().high))
    return Span(low, high, Labels(known), base=node.prettify())
