"""What somebody states, and stands for with a name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar

from readiness.evidence.model import Facts


class Statement(Facts, frozen=True, kw_only=True):
    """One statement. `subject` is a short name of what it is about; `stated_at` the earliest moment of its day.

    `valid_for` is what its author says; a policy may allow less.
    """

    kind: ClassVar[str] = "statement"
    path: str
    subject: str
    text: str
    name: str
    role: str
    date: str
    stated_at: datetime
    valid_for: timedelta

    def summary(self) -> Mapping[str, object]:
        """Who stated what, and when."""
        return {"subject": self.subject, "name": self.name, "role": self.role, "date": self.date}
