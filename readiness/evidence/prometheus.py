"""What a live Prometheus tells: its targets, the names of its metrics, its rules, and answers to queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Literal

from readiness.evidence.model import Facts, Reason, Value

Part = Literal["targets", "metrics", "rules", "alertmanagers"]


class Trouble(Value, frozen=True):
    """Why a part, or a query, shows nothing."""

    reason: Reason
    message: str
    next: str = ""


class Target(Value, frozen=True, kw_only=True):
    """One target that is scraped; `health` is `unknown` before the first scrape."""

    job: str
    instance: str
    health: Literal["up", "down", "unknown"]
    error: str = ""
    scraped_at: datetime | None = None
    interval_s: float | None = None


class LiveRule(Value, frozen=True, kw_only=True):
    """One rule that the server evaluates; `state` is that of an alert, `health` that of the evaluation.

    `expression` is as `Expression.normal` has it, and empty where it was not told or could not be parsed.
    """

    sort: Literal["alert", "record"]
    name: str
    group: str
    health: str
    error: str = ""
    state: str = ""
    expression: str = ""
    evaluated_at: datetime | None = None


class LiveSeries(Value, frozen=True):
    """One series of an answer: points of a time in seconds since 1970 and a value as Prometheus writes it."""

    labels: Mapping[str, str]
    points: tuple[tuple[float, str], ...]

    @property
    def title(self) -> str:
        """Name and labels, as Prometheus writes them."""
        told = ", ".join(
            f'{key}="{value}"' for key, value in sorted(self.labels.items()) if key != "__name__"
        )
        name = self.labels.get("__name__", "")
        return f"{name}{{{told}}}" if told else name or "{}"


class Answer(Value, frozen=True, kw_only=True):
    """What came of one query. `asked_at` and the points are in seconds since 1970.

    For a range `start`, `end` and `step` are what was asked for, in seconds; for a moment they are None.
    """

    query: str
    asked_at: float
    elapsed_ms: float = 0.0
    series: tuple[LiveSeries, ...] = ()
    start: float | None = None
    end: float | None = None
    step: float | None = None
    warnings: tuple[str, ...] = ()
    infos: tuple[str, ...] = ()
    trouble: Trouble | None = None

    @property
    def is_range(self) -> bool:
        """Whether it is of a stretch of time."""
        return self.step is not None


class Prometheus(Facts, frozen=True, kw_only=True):
    """One observation. A part that was not asked for, or did not come, is None, and `troubles` may say why.

    `pools` are the scrape pools with the number of targets that relabelling dropped. `metrics` are the names of what
    was stored lately, sorted.
    """

    kind: ClassVar[str] = "prometheus"
    url: str
    asked_at: datetime
    targets: tuple[Target, ...] | None = None
    pools: Mapping[str, int] = {}
    metrics: tuple[str, ...] | None = None
    rules: tuple[LiveRule, ...] | None = None
    alertmanagers: int | None = None
    answers: Mapping[str, Answer] = {}
    troubles: Mapping[str, Trouble] = {}

    def summary(self) -> Mapping[str, object]:
        """How much there is of each, and what each query gave."""
        health = Counter(one.health for one in self.targets or ())
        return {
            "url": self.url,
            "targets": dict(sorted(health.items())) if self.targets is not None else None,
            "metrics": len(self.metrics) if self.metrics is not None else None,
            "rules": len(self.rules) if self.rules is not None else None,
            "alertmanagers": self.alertmanagers,
            "queries": {name: len(one.series) for name, one in self.answers.items()},
            "troubles": {name: one.message for name, one in self.troubles.items()},
        }

    def objects(self) -> frozenset[str]:
        """The jobs, as `Job/<name>`."""
        return frozenset(f"Job/{one.job}" for one in self.targets or ())
