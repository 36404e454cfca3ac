"""Load tests, as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Facts, Reason, Unproven
from readiness.readers.base import Binding, FileSpec, Spec
from readiness.readers.files import FileKind


class LoadTestSpec(FileSpec):
    """Load tests in files: each a run of its own, unless they are called shards."""

    merge: Literal["shards"] | None = None
    """`shards`: the files are one run, by several load generators at the same time, and are pooled by their counts."""


class LoadTestKind(FileKind[LoadTest]):
    """Each file is one run, and several files are several runs; under `merge: shards` they are one."""

    spec: ClassVar[type[Spec]] = LoadTestSpec
    facts: ClassVar[type[Facts]] = LoadTest
    binds: ClassVar[Binding | None] = "commit"

    def pools(self, spec: LoadTestSpec) -> bool:
        """Under `merge: shards`."""
        return spec.merge == "shards"

    def combine(self, parts: Sequence[LoadTest], spec: LoadTestSpec) -> LoadTest:
        """The one run, or its shards pooled. Raises Unproven for several runs: their percentiles cannot be averaged."""
        if len(parts) == 1 or self.pools(spec):
            from readiness.readers.load_test._pooling import pooled  # costly, and needed by few

            return pooled(parts)
        message = f"{len(parts)} files are {len(parts)} runs, and runs are judged apart, not as one"
        remedy = (
            "name one file, or use a check that judges every run; if they are parts of one run, by several load "
            "generators at the same time, set `merge: shards`"
        )
        raise Unproven(Reason.MALFORMED, message, remedy)
