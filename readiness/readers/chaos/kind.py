"""The kind `chaos`: one result, or those of several experiments together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from readiness.evidence.chaos import Chaos
from readiness.evidence.model import Facts
from readiness.readers.base import FileSpec
from readiness.readers.chaos._made import chaos_of
from readiness.readers.files import FileKind


class ChaosKind(FileKind[Chaos]):
    """What tools of chaos engineering tell. Several files are several experiments."""

    facts: ClassVar[type[Facts]] = Chaos

    def combine(self, parts: Sequence[Chaos], spec: FileSpec) -> Chaos:  # noqa: ARG002 - its keys say nothing of it
        """All experiments."""
        return chaos_of([one for part in parts for one in part.experiments])
