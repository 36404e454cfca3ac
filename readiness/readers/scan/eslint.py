"""ESLint's JSON (`eslint -f json`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec

from readiness.evidence.scan import Scan, ScanFinding, Severity
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._complexity import complexity_in
from readiness.readers.scan._made import bounded, entries, finding, is_list_of, refuse, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_Count = Annotated[int, msgspec.Meta(ge=0)]
_IGNORED = "File ignored"
"""How the message begins that stands for a file which was named and is ignored by the configuration."""


class _Suppression(msgspec.Struct):
    kind: str
    justification: str = ""


class _Message(msgspec.Struct, rename="camel"):
    rule_id: str | None
    severity: int
    message: str
    line: int | None = None
    fatal: bool = False
    fix: dict[str, Any] | None = None
    suppressions: list[_Suppression] = []


class _File(msgspec.Struct, rename="camel"):
    """`fatalErrorCount` is told since ESLint 7.32, `suppressedMessages` since 8.8."""

    file_path: str
    messages: list[_Message]
    error_count: _Count
    warning_count: _Count
    fatal_error_count: _Count | None = None
    suppressed_messages: list[_Message] = []


class Eslint(Reader[Scan]):
    """Every file that was looked at is listed, and counted, unless it could not be parsed or is ignored."""

    def recognises(self, source: Source) -> bool:
        """By the keys of its first entry, which those of dclint resemble."""
        keys = ("filePath", "messages", "errorCount", "warningCount")
        own = ("fatalErrorCount", "suppressedMessages", "usedDeprecatedRules")
        return any(is_list_of(source, *keys, key) for key in own)

    def read(self, source: Source) -> Reading[Scan]:
        """What was found; the counts of each file must be those of its messages."""
        files = shape(entries(source, "report of ESLint"), list[_File], "report of ESLint")
        for file in files:
            _recount(file)
        said = [(file, message) for file in files for message in file.messages]
        errors = [f"{file.file_path}:{one.line or 0}: {one.message}" for file, one in said if one.fatal]
        ignored = [file.file_path for file, one in said if _is_ignored(one)]
        listed = [found for file in files for found in _findings(file)]
        unread = {file.file_path for file, one in said if one.fatal or _is_ignored(one)}
        scanned = len({file.file_path for file in files} - unread)
        return Reading(bounded([run("eslint", listed, scanned=scanned, errors=errors, skipped=ignored)]))


def _recount(file: _File) -> None:
    found = [sum(one.severity == wanted for one in file.messages) for wanted in (2, 1)]
    if found != [file.error_count, file.warning_count]:
        told = f"{file.error_count} errors and {file.warning_count} warnings"
        raise refuse(f"{file.file_path}: it says {told}, and lists {found[0]} and {found[1]}")
    fatal = sum(one.fatal for one in file.messages)
    if file.fatal_error_count not in (None, fatal):
        raise refuse(f"{file.file_path}: it says {file.fatal_error_count} fatal errors, and lists {fatal}")


def _findings(file: _File) -> Iterator[ScanFinding]:
    for one in file.messages:
        if not (one.fatal or _is_ignored(one)):
            yield _finding(file, one, None)
    for one in file.suppressed_messages:
        why = "; ".join(said.justification or said.kind for said in one.suppressions)
        yield _finding(file, one, why or "suppressed")


def _finding(file: _File, one: _Message, suppressed: str | None) -> ScanFinding:
    severity: Severity = severity_of("eslint", str(one.severity))
    return finding(
        one.rule_id,
        severity,
        one.message,
        level={2: "error", 1: "warning"}.get(one.severity, str(one.severity)),
        file=file.file_path,
        line=one.line,
        fix=one.fix is not None,
        value=complexity_in(one.rule_id, one.message),
        suppressed=suppressed,
    )


def _is_ignored(one: _Message) -> bool:
    return one.rule_id is None and not one.fatal and one.message.startswith(_IGNORED)
