"""Scans: what linters, type checkers and scanners wrote, one file or several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from readiness.evidence.model import Facts, Reason, Unproven
from readiness.evidence.scan import Scan
from readiness.readers.base import AnyReader, Binding, FileSpec
from readiness.readers.files import FileKind
from readiness.readers.scan._made import bounded
from readiness.readers.source import Source


class ScanKind(FileKind[Scan]):
    """What scanners found. Several files add up: each of them is one run or more."""

    facts: ClassVar[type[Facts]] = Scan
    binds: ClassVar[Binding | None] = "commit"

    def combine(self, parts: Sequence[Scan], spec: FileSpec) -> Scan:  # noqa: ARG002 - its keys say nothing of it
        """All runs. Unproven when they are too many."""
        return parts[0] if len(parts) == 1 else bounded([run for part in parts for run in part.runs])

    def detect(
        self, source: Source, format_: str | None, plugins: Mapping[str, str]
    ) -> tuple[str, AnyReader]:
        """The reader of the file's format, by content; `format:` chooses one only where the content is of any.

        Several tools write an empty list when they find nothing. Unproven where nothing tells which of them did, and
        where the content is not of the format that is named.
        """
        bare = b"".join(source.head.split()) if source.size < _SHORT else b"..."
        if format_ is None and bare == b"[]":
            message = "it is an empty list, as several tools write it: nothing in it tells which of them ran"
            raise Unproven(Reason.MALFORMED, message, "name the tool with `format:`, or let it write SARIF")
        name, reader = super().detect(source, format_, plugins)
        if format_ is not None and bare not in _OF_ANY and not reader.recognises(source):
            message = f"it is not of the format {format_}"
            raise Unproven(Reason.MALFORMED, message, "correct `format:`, or leave it out")
        return name, reader


_SHORT = 1_000
_OF_ANY = {b"", b"[]", b"{}"}
