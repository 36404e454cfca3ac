"""dclint's JSON (`dclint -f json`), for Compose files."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import msgspec

from readiness.evidence.scan import Scan
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, entries, finding, is_list_of, refuse, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_Count = Annotated[int, msgspec.Meta(ge=0)]
_UNREAD = {"invalid-yaml", "invalid-schema"}
"""Rules that say that a file could not be read."""


class _Message(msgspec.Struct):
    rule: str
    type: str
    severity: str
    message: str
    line: int
    fixable: bool = False


class _File(msgspec.Struct, rename="camel"):
    file_path: str
    messages: list[_Message]
    error_count: _Count
    warning_count: _Count


class Dclint(Reader[Scan]):
    """Every file that was looked at is listed."""

    def recognises(self, source: Source) -> bool:
        """By the keys of its first entry, without those that only ESLint has."""
        keys = ("filePath", "messages", "errorCount", "warningCount")
        own = ("fatalErrorCount", "suppressedMessages", "usedDeprecatedRules")
        return is_list_of(source, *keys, without=own)

    def read(self, source: Source) -> Reading[Scan]:
        """What was found; the counts of each file must be those of its messages."""
        files = shape(entries(source, "report of dclint"), list[_File], "report of dclint")
        for file in files:
            found = Counter(one.type for one in file.messages)
            if (found["error"], found["warning"]) != (file.error_count, file.warning_count):
                told = f"{file.error_count} errors and {file.warning_count} warnings"
                raise refuse(
                    f"{file.file_path}: it says {told}, and lists {found['error']} and {found['warning']}"
                )
        said = [(file.file_path, one) for file in files for one in file.messages]
        errors = [f"{path}:{one.line}: {one.message}" for path, one in said if one.rule in _UNREAD]
        listed = [
            finding(
                one.rule,
                severity_of("dclint", one.severity),
                one.message,
                level=f"{one.type}, {one.severity}",
                file=path,
                line=one.line,
                fix=one.fixable,
            )
            for path, one in said
            if one.rule not in _UNREAD
        ]
        broken = len({path for path, one in said if one.rule in _UNREAD})
        return Reading(bounded([run("dclint", listed, scanned=len(files) - broken, errors=errors)]))
