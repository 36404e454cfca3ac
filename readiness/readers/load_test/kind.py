"""Load tests, as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Facts, Reason, Unproven
from readiness.readers.base import Binding, FileSpec
from readiness.readers.files import FileKind


class LoadTestKind(FileKind[LoadTest]):
    """Each file is one run; several files are several runs, and are not pooled."""

    facts: ClassVar[type[Facts]] = LoadTest
    binds: ClassVar[Binding | None] = "commit"

    def combine(self, parts: Sequence[LoadTest], spec: FileSpec) -> LoadTest:
        """The one run. Raises Unproven for several: percentiles of runs cannot be averaged."""
        if len(parts) == 1:
            return parts[0]
        message = f"{len(parts)} files are {len(parts)} runs, and runs are judged apart, not as one"
        raise Unproven(Reason.MALFORMED, message, "name one file, or use a check that judges every run")
