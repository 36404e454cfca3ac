"""A sample of an audit log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Literal

from readiness.evidence.model import Facts, Value

Field = Literal["time", "actor", "action", "outcome"]
FIELDS: tuple[Field, ...] = ("time", "actor", "action", "outcome")


class Flaw(Value, frozen=True):
    """Lines with one flaw: how many, the first of them, and what is wrong there."""

    count: int
    line: int
    what: str = ""


class AuditLog(Facts, frozen=True, kw_only=True):
    """The lines of one sample, counted; no line itself is kept.

    `entries` could be read, and `unreadable` not. `missing` are those without a field, `bad_times` those whose time is
    none, or has no zone, `unordered` those earlier than the line before by more than a minute. `actions` maps each
    action to how often it stands there, as many as fit; `outcomes` likewise. `secrets` are lines with one, by its sort.
    `copies` are entries that are the same as one before, letter by letter.
    """

    kind: ClassVar[str] = "audit-log"
    path: str
    entries: int
    first_at: datetime | None
    last_at: datetime | None
    actions: Mapping[str, int]
    actors: int
    outcomes: Mapping[str, int]
    names: Mapping[Field, str]
    unreadable: Flaw | None = None
    missing: Mapping[Field, Flaw] = {}
    bad_times: Flaw | None = None
    unordered: Flaw | None = None
    secrets: tuple[Flaw, ...] = ()
    copies: int = 0

    def summary(self) -> Mapping[str, object]:
        """How many lines, actors and actions, and from when to when."""
        return {
            "entries": self.entries,
            "unreadable": self.unreadable.count if self.unreadable else 0,
            "actors": self.actors,
            "actions": len(self.actions),
            "outcomes": dict(list(self.outcomes.items())[:20]),
            "first_at": self.first_at.isoformat() if self.first_at else None,
            "last_at": self.last_at.isoformat() if self.last_at else None,
        }
