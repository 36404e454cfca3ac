"""The kind `promtool`: several files add up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from readiness.evidence.model import Facts
from readiness.evidence.promtool import Promtool
from readiness.readers.base import Binding, FileSpec
from readiness.readers.files import FileKind


class PromtoolKind(FileKind[Promtool]):
    """What promtool said of rules."""

    facts: ClassVar[type[Facts]] = Promtool
    binds: ClassVar[Binding | None] = "commit"

    def combine(self, parts: Sequence[Promtool], spec: FileSpec) -> Promtool:  # noqa: ARG002
        """All suites and files."""
        return Promtool(
            suites=tuple(one for part in parts for one in part.suites),
            checked=tuple(one for part in parts for one in part.checked),
        )
