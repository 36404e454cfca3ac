"""The parts of Prometheus' API: https://prometheus.io/docs/prometheus/latest/querying/api/."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.prometheus import LiveRule, Target
from readiness.evidence.written import Place
from readiness.readers.durations import seconds
from readiness.readers.prometheus._ask import Said
from readiness.readers.promql import expression
from readiness.readers.strict_json import shape
from readiness.units import parse_instant

MAX_TARGETS = 5_000
MAX_NAMES = 60_000
_SECRET = re.compile(r"(?<=://)[^/@\s\"]+(?=@)|(?<=\?)[^\s\"]+")  # what a URL in an error may hold
_NEVER = "0001-01-01"  # Go's zero time


class _Target(msgspec.Struct):
    labels: dict[str, str]
    health: str
    lastError: str = ""  # noqa: N815 - Prometheus' own names
    lastScrape: str = ""  # noqa: N815
    scrapeInterval: str = ""  # noqa: N815


class _Targets(msgspec.Struct):
    activeTargets: list[_Target]  # noqa: N815


class _Rule(msgspec.Struct):
    name: str
    type: str
    health: str
    lastError: str = ""  # noqa: N815
    state: str = ""
    query: str = ""
    lastEvaluation: str = ""  # noqa: N815


class _Group(msgspec.Struct):
    name: str
    rules: list[_Rule]


class _Rules(msgspec.Struct):
    groups: list[_Group]


class _Dropped(msgspec.Struct):
    droppedTargetCounts: dict[str, int] | None = None  # noqa: N815


class _Alertmanagers(msgspec.Struct):
    activeAlertmanagers: list[Any] | None = None  # noqa: N815


def whole(said: Said) -> Said:
    """The same; Unproven (insufficient) when Prometheus warns that something is missing."""
    if said.warnings:
        raise Unproven(Reason.INSUFFICIENT, f"Prometheus warns: {said.warnings[0][:300]}", "ask for less")
    return said


def targets_of(answers: Sequence[Any]) -> tuple[Target, ...]:
    """The active targets of several answers, each once by its labels: of two alike, the one that is worse off."""
    found: dict[tuple[tuple[str, str], ...], _Target] = {}
    for data in answers:
        for one in shape(data, _Targets, "list of targets").activeTargets:
            key = tuple(sorted(one.labels.items()))
            if key not in found or found[key].health == "up":
                found[key] = one
    if len(found) > MAX_TARGETS:
        raise Unproven(
            Reason.MALFORMED, f"it has {len(found):,} targets; {MAX_TARGETS:,} are read", "name fewer `pools`"
        )
    return tuple(map(_target, found.values()))


def _target(one: _Target) -> Target:
    health: Literal["up", "down", "unknown"] = "unknown"
    if one.health in ("up", "down"):
        health = one.health  # type: ignore[assignment]
    return Target(
        job=one.labels.get("job", "")[:200],
        instance=one.labels.get("instance", "")[:200],
        health=health,
        error=_SECRET.sub("***", one.lastError)[:200],
        scraped_at=_instant(one.lastScrape),
        interval_s=seconds(one.scrapeInterval),
    )


def pools_of(data: Any) -> Mapping[str, int]:
    """Each scrape pool with the number of targets that relabelling dropped; empty for old servers."""
    return shape(data, _Dropped, "list of dropped targets").droppedTargetCounts or {}


def names_of(data: Any) -> tuple[str, ...]:
    """The names of metrics, sorted."""
    found = shape(data, list[str], "list of names")
    if len(found) > MAX_NAMES:
        message = f"it has {len(found):,} metrics; {MAX_NAMES:,} are read"
        raise Unproven(Reason.MALFORMED, message, "select fewer with `series`")
    return tuple(sorted(set(found)))


def rules_of(data: Any) -> tuple[LiveRule, ...]:
    """Every rule that the server evaluates."""
    found = shape(data, _Rules, "list of rules")
    return tuple(_rule(one, group.name) for group in found.groups for one in group.rules)


def _rule(one: _Rule, group: str) -> LiveRule:
    return LiveRule(
        sort="alert" if one.type == "alerting" else "record",
        name=one.name[:200],
        group=group[:200],
        health=one.health[:20],
        error=one.lastError[:200],
        state=one.state[:20],
        expression=_normal(one.query),
        evaluated_at=_instant(one.lastEvaluation),
    )


def _normal(query: str) -> str:
    """A query as expressions are compared; empty where it cannot be parsed."""
    try:
        return expression(query, Place("", 1), "a rule").normal
    except Unproven:
        return ""


def alertmanagers_of(data: Any) -> int:
    """How many Alertmanagers the server tells of what fires."""
    return len(shape(data, _Alertmanagers, "list of Alertmanagers").activeAlertmanagers or ())


def _instant(text: str) -> datetime | None:
    if not text or text.startswith(_NEVER):
        return None
    try:
        return parse_instant(text)
    except ValueError:
        raise Unproven(Reason.MALFORMED, f"{text[:40]!r} is no time") from None
