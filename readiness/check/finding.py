"""What a check says: findings, each one measured statement."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from math import isfinite
from typing import Literal

from readiness.evidence.model import Reason, Value


class Outcome(StrEnum):
    """What a finding, and from its findings a check, concluded; from best to worst."""

    NOT_APPLICABLE = "not-applicable"
    PASS = "pass"  # noqa: S105 - an outcome, not a password
    WARN = "warn"
    UNPROVEN = "unproven"
    FAIL = "fail"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for the best."""
        return list(Outcome).index(self)

    @property
    def is_good(self) -> bool:
        """Whether it does not stand in the way of a release."""
        return self in (Outcome.PASS, Outcome.WARN, Outcome.NOT_APPLICABLE)


class Location(Value, frozen=True):
    """A place in a file; lines count from 1."""

    file: str
    line: int


class Measure(Value, frozen=True):
    """A number against its limit, with the interval that the evidence supports; finite numbers only."""

    value: float
    limit: float
    unit: str
    better: Literal["lower", "higher"] = "lower"
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        if not all(isfinite(n) for n in (self.value, self.limit, self.low, self.high) if n is not None):
            raise ValueError("a measure holds finite numbers only")


class Finding(Value, frozen=True, kw_only=True):
    """One measured statement.

    Whatever is not good gets a finding of its own; the good share one with their `count`. `until` is the moment
    at which the finding would change by the mere passing of time. `next` is what to do about it. For
    `not-applicable`, `count` is how many things were searched. A `note` is worth knowing, such as where a tail comes
    from: it is a pass in form, never counts, and a check that has nothing but notes has shown nothing.
    """

    outcome: Outcome
    message: str
    reason: Reason | None = None
    observed: str = ""
    expected: str = ""
    object: str | None = None
    location: Location | None = None
    count: int = 1
    measure: Measure | None = None
    until: datetime | None = None
    next: str = ""
    evidence: str | None = None
    note: bool = False

    def __post_init__(self) -> None:
        if self.outcome is Outcome.ERROR:
            raise ValueError("a check does not conclude that it broke")
        if (self.outcome is Outcome.UNPROVEN) != (self.reason is not None):
            raise ValueError("a reason belongs to unproven, and to nothing else")
        if self.count < 1:
            raise ValueError("nothing was looked at, which is no finding")
        if self.note and self.outcome is not Outcome.PASS:
            raise ValueError("a note is a pass in form: what is not good is a finding")
        if self.until is not None and self.until.tzinfo is None:
            raise ValueError("`until` needs a time zone")


def unproven(reason: Reason, message: str, next_: str = "", expected: str = "") -> Finding:
    """A finding that shows nothing either way, why, and what to do about it."""
    return Finding(outcome=Outcome.UNPROVEN, reason=reason, message=message, expected=expected, next=next_)
