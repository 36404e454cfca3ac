"""One observation of a live Prometheus: its parts, then the queries, within one deadline."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from readiness.evidence.model import Unproven
from readiness.evidence.prometheus import Prometheus, Target, Trouble
from readiness.readers.base import Context
from readiness.readers.network.deadline import Deadline
from readiness.readers.network.redaction import redact_url
from readiness.readers.prometheus import _parts as parts
from readiness.readers.prometheus._ask import Asking
from readiness.readers.prometheus._queries import answer_to
from readiness.readers.prometheus._spec import PrometheusSpec


def observe(spec: PrometheusSpec, context: Context) -> Prometheus:
    """Everything that the policy asks for; Unproven when nothing of it came."""
    now = datetime.now(UTC)
    with Deadline(spec.deadline.total_seconds()) as deadline:
        asking = Asking(spec, context, deadline)
        facts = _Observation(spec, asking, now).parts()
        answers = {name: answer_to(asking, one, now) for name, one in spec.asked.items()}
    facts = facts.but(answers=answers)
    failed = [*facts.troubles.values(), *(one.trouble for one in answers.values() if one.trouble)]
    if len(failed) == len(spec.read) + len(answers):
        raise Unproven(failed[0].reason, failed[0].message, failed[0].next)
    return facts


class _Observation:
    def __init__(self, spec: PrometheusSpec, asking: Asking, now: datetime) -> None:
        self._spec, self._asking, self._now = spec, asking, now

    def parts(self) -> Prometheus:
        """Each part that is asked for, or why it did not come."""
        readers: dict[str, Callable[[], Any]] = {
            "targets": self._targets,
            "metrics": self._metrics,
            "rules": lambda: parts.rules_of(parts.whole(self._asking.ask("rules")).data),
            "alertmanagers": lambda: parts.alertmanagers_of(self._asking.ask("alertmanagers").data),
        }
        found: dict[str, Any] = {}
        troubles: dict[str, Trouble] = {}
        for part in dict.fromkeys(self._spec.read):
            try:
                found[part] = readers[part]()
            except Unproven as error:
                troubles[part] = Trouble(error.reason, error.message, error.remedy)
        pools = self._pools() if "targets" in found else {}
        return Prometheus(
            url=redact_url(self._spec.url), asked_at=self._now, pools=pools, troubles=troubles, **found
        )

    def _targets(self) -> tuple[Target, ...]:
        found: list[Any] = []
        for pool in dict.fromkeys(self._spec.pools) or ("",):
            chosen = [("scrapePool", pool)] if pool else []
            found.append(parts.whole(self._asking.ask("targets", ("state", "active"), *chosen)).data)
        return parts.targets_of(found)

    def _pools(self) -> dict[str, int]:
        """What relabelling drops only explains why a job has no target: without it nothing is lost."""
        try:
            return dict(parts.pools_of(self._asking.ask("targets", ("state", "dropped")).data))
        except Unproven:
            return {}

    def _metrics(self) -> tuple[str, ...]:
        end = self._now.timestamp()
        start = end - self._spec.lookback.total_seconds()
        pairs = [("match[]", one) for one in self._spec.series]
        pairs += [("start", f"{start:.3f}"), ("end", f"{end:.3f}")]
        return parts.names_of(parts.whole(self._asking.ask("label/__name__/values", *pairs)).data)
