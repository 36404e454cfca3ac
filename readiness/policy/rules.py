"""A resolved policy: nothing left to look up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any

from readiness.check import Check, Release
from readiness.evidence.model import Reason, Value
from readiness.readers.base import AnyKind, Spec


class Enforce(StrEnum):
    """What a check that is not proven good does; from mild to strict."""

    ADVISORY = "advisory"
    SCORED = "scored"
    REQUIRED = "required"

    @property
    def rank(self) -> int:
        """0 for the mildest."""
        return list(Enforce).index(self)


class Rule(Value, frozen=True, kw_only=True):
    """A check as the policy uses it, with the evidence that fills each of its slots.

    `off` says why `when:` switches it off; `note` says that it is advisory until a date, which is `starts`.
    """

    id: str
    use: str
    check: Check[Any]
    category: str
    enforce: Enforce
    weight: int
    feeds: Mapping[str, tuple[str, ...]]
    written: Mapping[str, Any]
    off: str | None = None
    note: str | None = None
    starts: datetime | None = None


class Feed(Value, frozen=True, kw_only=True):
    """One evidence of the policy: its kind, what is said about it, and what ties it to the release."""

    name: str
    label: str
    kind: AnyKind
    spec: Spec
    max_age: timedelta | None
    bind: str | None


class Waiver(Value, frozen=True, kw_only=True):
    """A known shortcoming that somebody answers for, up to a moment.

    `covers` is a reason of unproven, or None for a fail; `place` is where the policy says it.
    """

    check: str
    object: str | None
    covers: Reason | None
    reason: str
    owner: str
    until: datetime
    place: str = ""


class Thresholds(Value, frozen=True):
    """The limits of a decision, as shares of one."""

    go: Fraction
    conditional: Fraction
    floors: Mapping[str, Fraction]
    max_waived: Fraction


class Stake(Value, frozen=True):
    """What one rule means to one layer of the policy, and in which category it counts there."""

    enforce: Enforce
    weight: int
    category: str


class Layer(Value, frozen=True):
    """The policy as it stands after one of its documents.

    A decision is made for every layer, and the worst counts.
    """

    name: str
    thresholds: Thresholds
    stakes: Mapping[str, Stake]


class Override(Value, frozen=True):
    """A change to something that a parent set, and did not leave open."""

    path: str
    parent: str
    old: Any
    new: Any


class Origin(Value, frozen=True):
    """Where a document of the policy came from."""

    name: str
    path: str


class Policy(Value, frozen=True, kw_only=True):
    """A policy that can be judged. `sha256` is of the merged documents, before variables are put in.

    `layers` begins with the first parent and ends with the policy itself.
    """

    name: str
    path: str
    sha256: str
    release: Release
    evidence: Mapping[str, Feed]
    rules: tuple[Rule, ...]
    waivers: tuple[Waiver, ...]
    layers: tuple[Layer, ...]
    parents: tuple[Origin, ...] = ()
    overrides: tuple[Override, ...] = ()
    notes: tuple[str, ...] = ()
