"""What the audit says: each claim with its label, and each label with its reasons, lines and arithmetic."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal, NamedTuple

from readiness.claims.report import Line
from readiness.evidence.model import Value

SCHEMA: Final = "readiness/claims/1"


class Label(StrEnum):
    """What became of a claim; from worst to best."""

    CONTRADICTED = "contradicted"
    SELF_INCONSISTENT = "self-inconsistent"
    UNSUPPORTED = "unsupported"
    PROVEN = "proven"
    NOT_COMPARED = "not-compared"


class Contradiction(NamedTuple):
    """A statement that the report itself, or another one, refutes. `others` are the lines that refute it."""

    line: Line
    rule: str
    message: str
    arithmetic: str = ""
    others: tuple[Line, ...] = ()


class Place(Value, frozen=True):
    """A line of a report; `text` is what stands there."""

    report: str
    line: int
    text: str


class Reason(Value, frozen=True, kw_only=True):
    """Why a claim has its label. `rule` is a section of docs/claims.md; `lines` are the places beside the claim."""

    label: Label
    rule: str
    message: str
    arithmetic: str = ""
    lines: tuple[Place, ...] = ()


class Claim(Value, frozen=True, kw_only=True):
    """One statement of a report."""

    report: str
    line: int
    text: str
    label: Label
    reasons: tuple[Reason, ...] = ()


class ReportRead(Value, frozen=True, kw_only=True):
    """A report that was read; `notes` say what of it was not."""

    name: str
    sha256: str
    title: str
    notes: tuple[str, ...] = ()


class CardRead(Value, frozen=True, kw_only=True):
    """The scorecard that the claims were compared with; `stale` says why it can prove nothing any more."""

    path: str
    decision: str
    release: str
    judged_at: str
    notes: tuple[str, ...] = ()
    stale: str = ""


class Audit(Value, frozen=True, kw_only=True):
    """The whole audit. `scorecard` is None when there was none: then nothing can be proven."""

    schema: Literal["readiness/claims/1"]
    reports: tuple[ReportRead, ...]
    scorecard: CardRead | None
    claims: tuple[Claim, ...]

    def count(self, label: Label) -> int:
        """How many claims have the label."""
        return sum(claim.label is label for claim in self.claims)

    @property
    def is_refuted(self) -> bool:
        """Whether anything is contradicted, by the scorecard or by the reports themselves."""
        return any(claim.label in (Label.CONTRADICTED, Label.SELF_INCONSISTENT) for claim in self.claims)

    @property
    def shows_nothing(self) -> bool:
        """Whether there was no claim, or a scorecard that proves none of them."""
        return not self.claims or (self.scorecard is not None and not self.count(Label.PROVEN))
