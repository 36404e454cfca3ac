"""mypy's JSON (`mypy -O json`): one object a line."""

from __future__ import annotations

import msgspec

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.scan import Scan
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, finding, refuse, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.source import Source
from readiness.readers.strict_json import parse_json, shape

_UNREAD = "syntax"
_MAX_LINES = 1_000_000
_TEXT = "keep mypy's own text instead, whose last line counts the files: mypy src > reports/mypy.txt"


class _Line(msgspec.Struct):
    file: str
    line: int
    column: int
    message: str
    hint: str | None
    code: str | None
    severity: str


class Mypy(Reader[Scan]):
    """Only what was found is told: a run that found nothing leaves an empty file, and so does one that never began."""

    def recognises(self, source: Source) -> bool:
        """By the keys of its first line."""
        first = source.opening.partition(b"\n")[0].lstrip(b"\xef\xbb\xbf \t")
        if not first.startswith(b"{") or b'"severity"' not in first:
            return False
        try:
            data = parse_json(first.decode())
        except (Unproven, UnicodeDecodeError):
            return False
        return isinstance(data, dict) and {"file", "line", "column", "hint", "severity"} <= data.keys()

    def read(self, source: Source) -> Reading[Scan]:
        """What was found. Unproven for an empty file, whoever names the format."""
        lines = [line for line in source.text.splitlines() if line.strip()]
        if not lines:
            message = (
                "it is empty: mypy writes that when it finds nothing, and so does a run that never began"
            )
            raise Unproven(Reason.INSUFFICIENT, message, _TEXT)
        if len(lines) > _MAX_LINES:
            raise refuse(f"it has {len(lines):,} lines; at most {_MAX_LINES:,} are read", _TEXT)
        found = [
            shape(_parsed(number, line), _Line, f"message of mypy in line {number}")
            for number, line in enumerate(lines, 1)
        ]
        listed = [
            finding(
                one.code or "",
                severity_of("mypy", one.severity),
                one.message,
                level=one.severity,
                file=one.file,
                line=one.line,
            )
            for one in found
            if one.code != _UNREAD
        ]
        errors = [f"{one.file}:{one.line}: {one.message}" for one in found if one.code == _UNREAD]
        return Reading(bounded([run("mypy", listed, errors=errors)]))


def _parsed(number: int, line: str) -> object:
    try:
        return parse_json(line)
    except Unproven as error:
        raise refuse(f"line {number}: {error.message}") from None
