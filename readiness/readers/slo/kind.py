"""The kind `slo`: several files add up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from readiness.evidence.model import Facts
from readiness.evidence.slo import Slos
from readiness.readers.base import FileSpec
from readiness.readers.files import FileKind
from readiness.readers.slo._objectives import unique


class SloKind(FileKind[Slos]):
    """Definitions of objectives."""

    facts: ClassVar[type[Facts]] = Slos
    tracked: ClassVar[bool] = True

    def combine(self, parts: Sequence[Slos], spec: FileSpec) -> Slos:  # noqa: ARG002
        """All objectives; Unproven (malformed) when one stands there twice."""
        return unique([one for part in parts for one in part.objectives])
