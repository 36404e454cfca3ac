"""What the tests of monitoring share: facts from short texts, and a live Prometheus without a network."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from readiness.evidence.document import Document
from readiness.evidence.prometheus import Answer, LiveSeries, Prometheus, Target
from readiness.judge import Judgement
from readiness.testing import NOON, judge_check, read_evidence

NOON_S = NOON.timestamp()
HIDDEN = "please report"


def facts(kind: str, text: str, folder: Path, name: str = "content", **keys: Any) -> Any:
    """The facts of a text that is good."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    item = read_evidence(kind, folder, path=name, **keys).whole
    assert item.facts is not None, item.message
    return item.facts


def document(text: str, folder: Path, name: str) -> Document:
    """A document at a path."""
    made = facts("document", text, folder, name)
    assert isinstance(made, Document)
    return made


def live(*metrics: str, **more: Any) -> Prometheus:
    """A Prometheus with these metrics."""
    return Prometheus(url="http://prom", asked_at=NOON, metrics=metrics or None, **more)


def target(job: str = "checkout", health: str = "up", *, ago_s: float | None = 10, name: str = "a") -> Target:
    """One target."""
    at = NOON - timedelta(seconds=ago_s) if ago_s is not None else None
    return Target(job=job, instance=name, health=health, scraped_at=at)  # type: ignore[arg-type]


def answer(*series: LiveSeries, **more: Any) -> Answer:
    """An answer at noon."""
    return Answer(query="q", asked_at=NOON_S, series=series, **more)


def value(text: str, **labels: str) -> LiveSeries:
    """A series with one value, at noon."""
    return LiveSeries(labels, ((NOON_S, text),))


def judged(check: str, params: dict[str, Any], **slots: Any) -> Judgement:
    """What a check of operations concludes."""
    return judge_check(f"operations/{check}", params, **slots)


def said(judgement: Judgement) -> str:
    """All messages, one a line."""
    return "\n".join(one.message for one in judgement.findings)
