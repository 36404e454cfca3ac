"""The scorecard: the result model, and the only input of every report. Fields are added, never renamed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal

from readiness.check import Finding, Outcome, Release
from readiness.evidence.model import ObservedFrom, Reason, Value

DecisionWord = Literal["go", "conditional", "no-go"]
SCHEMA: Final = "readiness/scorecard/1"


class Blocker(Value, frozen=True, kw_only=True):
    """One cause that stands in the way, with every check that it stops. `reason` is None for what is proven bad."""

    cause: str
    reason: Reason | None
    detail: str
    checks: tuple[str, ...]
    next: str


class ParentShown(Value, frozen=True):
    """A document that the policy extends."""

    name: str
    path: str


class OverrideShown(Value, frozen=True):
    """A change to what a parent set."""

    path: str
    parent: str
    old: Any
    new: Any


class PolicyShown(Value, frozen=True, kw_only=True):
    """The policy; `sha256` is of the resolved documents, before variables were put in."""

    name: str
    path: str
    sha256: str
    parents: tuple[ParentShown, ...]
    overrides: tuple[OverrideShown, ...]
    decision: Mapping[str, Any]
    notes: tuple[str, ...] = ()


class PluginShown(Value, frozen=True):
    """A package that brings checks or evidence; `error` when it does not load."""

    name: str
    distribution: str
    version: str
    error: str | None = None


class Run(Value, frozen=True, kw_only=True):
    """When, where and with what was judged."""

    id: str
    judged_at: datetime
    readiness_version: str
    plugins: tuple[PluginShown, ...]
    ci: Mapping[str, str]
    root: str


class CategoryScore(Value, frozen=True, kw_only=True):
    """Shares in percent, rounded down; None when no weight counts. `floor` is None when there is none."""

    name: str
    score: float | None
    proven: float | None
    weight: int
    floor: float | None


class WaiverShown(Value, frozen=True, kw_only=True):
    """A waiver, and whether it changed something."""

    check: str
    object: str | None
    covers: Reason | None
    reason: str
    owner: str
    expires: datetime
    state: Literal["in-force", "unused", "expired"]


class ResultShown(Value, frozen=True, kw_only=True, rename={"with_": "with"}):
    """One check as the policy uses it. `waiver` is the waiver that takes its weight out of the score."""

    id: str
    check: str
    title: str
    category: str
    enforce: Literal["required", "scored", "advisory"]
    weight: int
    with_: Mapping[str, Any]
    outcome: Outcome
    reason: Reason | None
    waiver: WaiverShown | None
    summary: str
    evidence: tuple[str, ...]
    remediation: str
    findings: tuple[Finding, ...]


class ItemShown(Value, frozen=True, kw_only=True):
    """One file or endpoint."""

    format: str
    source: str
    sha256: str
    bytes: int
    observed_at: datetime | None
    observed_from: ObservedFrom | None
    commit: str | None
    reason: Reason | None
    message: str
    facts: Mapping[str, Any]


class EvidenceShown(Value, frozen=True, kw_only=True):
    """One named evidence; `max_age` None means that its age is not limited."""

    name: str
    kind: str
    role: str | None
    bind: str | None
    max_age: str | None
    facts: Mapping[str, Any]
    items: tuple[ItemShown, ...]


class Scorecard(Value, frozen=True, kw_only=True):
    """Everything that a report may say. Scores and `proven` are percent, rounded down to two digits.

    `proven_bad` is False for a NO-GO that rests on what is not shown only. `partial` says which part of the policy
    was judged, when not all of it was: such a scorecard decides nothing.
    """

    schema: Literal["readiness/scorecard/1"]
    decision: DecisionWord
    score: float | None
    score_if_no_waivers: float | None
    proven: float | None
    reasons: tuple[str, ...]
    blockers: tuple[Blocker, ...]
    release: Release
    policy: PolicyShown
    run: Run
    categories: tuple[CategoryScore, ...]
    results: tuple[ResultShown, ...]
    waivers: tuple[WaiverShown, ...]
    sign_offs: tuple[Any, ...]
    valid_until: datetime | None
    evidence: tuple[EvidenceShown, ...]
    proven_bad: bool
    notes: tuple[str, ...] = ()
    partial: str | None = None
