"""What is known of a change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from readiness.evidence.model import Facts


class Change(Facts, frozen=True, kw_only=True):
    """One change; `approvers` are the people who approved it, each once."""

    kind: ClassVar[str] = "acme:change-record"
    ticket: str
    state: str
    approvers: tuple[str, ...]

    def summary(self) -> Mapping[str, object]:
        """The ticket, its state, and how many approved it."""
        return {"ticket": self.ticket, "state": self.state, "approvals": len(self.approvers)}
