"""Records of changes, as evidence."""

from __future__ import annotations

from typing import ClassVar

from acme_gate.change import Change
from readiness.evidence.model import Facts
from readiness.readers.files import FileKind


class ChangeRecord(FileKind[Change]):
    """One file is one change."""

    facts: ClassVar[type[Facts]] = Change
