"""Whether the metrics of an expression exist."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

from readiness.check import Finding
from readiness.evidence.alert_rules import Rule
from readiness.evidence.model import Reason
from readiness.evidence.prometheus import Prometheus
from readiness.evidence.promql import Expression

from ._monitored import bad, unparsed, unshown

_OWN = frozenset({"ALERTS", "ALERTS_FOR_STATE"})
_MAX_COMPARED = 5_000


class Known:
    """The metrics that are there, and what rules would record from them."""

    def __init__(
        self, prometheus: Prometheus, records: Sequence[Rule] = (), absent: Sequence[str] = ()
    ) -> None:
        self._prometheus, self._absent = prometheus, absent
        self._names = frozenset(prometheus.metrics or ())
        self._records = records
        self._made: frozenset[str] | None = None

    def trouble(self) -> Finding | None:
        """Why nothing can be looked up."""
        if self._prometheus.metrics:
            return None
        told = self._prometheus.troubles.get("metrics")
        if told is not None:
            message = f"the names of metrics did not come from {self._prometheus.url}: {told.message}"
            return unshown(told.reason, message, told.next)
        message = f"{self._prometheus.url} tells no name of a metric"
        return unshown(Reason.MISSING, message, "let the evidence `read` metrics, of a server that scrapes")

    def judge(self, one: Expression, what: str, object_: str | None = None) -> Iterator[Finding]:
        """A finding for each metric that is not there, or for an expression whose metrics cannot be told."""
        if not one.is_parsed:
            yield unparsed(one, what, object_)
            return
        if one.selections and not one.metrics:
            yield unshown(
                Reason.INSUFFICIENT,
                f"{what} selects its metrics by a pattern or a variable: whether they exist cannot be told",
                "name the metrics, or take the expression out",
                object_=object_,
                place=one.place,
            )
        for name in one.metrics:
            if not self._is_there(name):
                yield self._lacking(name, one, what, object_)

    def _is_there(self, name: str) -> bool:
        return self._is_named(name) or name in self._recorded()

    def _is_named(self, name: str) -> bool:
        return name in self._names or name in _OWN or any(fnmatchcase(name, one) for one in self._absent)

    def _recorded(self) -> frozenset[str]:
        """What is recorded of metrics that are there, through other records too; found once."""
        if self._made is None:
            made: set[str] = set()
            waiting = [one for one in self._records if one.expression.is_parsed and one.expression.metrics]
            while fed := {one.name for one in waiting if self._is_fed(one, made)} - made:
                made |= fed
                waiting = [one for one in waiting if one.name not in fed]
            self._made = frozenset(made)
        return self._made

    def _is_fed(self, rule: Rule, made: Collection[str]) -> bool:
        return all(one in made or self._is_named(one) for one in rule.expression.metrics)

    def _lacking(self, name: str, one: Expression, what: str, object_: str | None) -> Finding:
        pool = sorted(self._names)[:_MAX_COMPARED]
        close = get_close_matches(name, pool, 1, 0.8)
        help_ = f"did you mean {close[0]}?" if close else "correct the name, or let the service export it"
        return bad(
            f"{what} reads {name[:120]}, of which {self._prometheus.url} has nothing",
            f"{help_}; a metric that only appears with the first error goes into `absent-metrics`",
            object_=object_,
            place=one.place,
            observed="no such metric",
            expected=name[:200],
        )
