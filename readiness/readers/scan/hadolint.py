"""hadolint's JSON (`hadolint -f json`)."""

from __future__ import annotations

import msgspec

from readiness.evidence.scan import Scan
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, entries, finding, is_list_of, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_UNREAD = "DL1000"
"""The code of a Dockerfile that could not be parsed."""


class _Entry(msgspec.Struct):
    code: str
    file: str
    level: str
    line: int
    column: int
    message: str


class Hadolint(Reader[Scan]):
    """Findings only: nothing tells which Dockerfiles were looked at."""

    def recognises(self, source: Source) -> bool:
        """By the keys of its first entry, to which ShellCheck adds where it ends."""
        keys = ("code", "file", "level", "line", "column", "message")
        return is_list_of(source, *keys, without=("endLine",))

    def read(self, source: Source) -> Reading[Scan]:
        """What was found. A file that could not be parsed is an error of the run."""
        found = shape(entries(source, "report of hadolint"), list[_Entry], "report of hadolint")
        errors = [f"{one.file}:{one.line}: {one.message}" for one in found if one.code == _UNREAD]
        listed = [
            finding(
                one.code,
                severity_of("hadolint", one.level),
                one.message,
                level=one.level,
                file=one.file,
                line=one.line,
            )
            for one in found
            if one.code != _UNREAD
        ]
        return Reading(bounded([run("hadolint", listed, errors=errors)]))
