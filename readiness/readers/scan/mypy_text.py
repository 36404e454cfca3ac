"""mypy's own text (`mypy src > FILE`), whose last line counts the files."""

from __future__ import annotations

import re

from readiness.evidence.scan import Scan, ScanFinding
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, finding, refuse, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.source import Source

_CLEAN = re.compile(r"Success: no issues found in (\d{1,9}) source files?")
_FOUND = re.compile(
    r"Found (\d{1,9}) errors? in \d{1,9} files? "
    r"\((?:checked (\d{1,9}) source files?|errors prevented further checking)\)"
)
_LINE = re.compile(
    r"(?P<file>[^\n]+?):(?P<line>\d{1,9}):(?:(?P<column>\d{1,9}):)?(?:\d{1,9}:\d{1,9}:)? "
    r"(?P<severity>error|note|warning): (?P<message>.*?)(?:  \[(?P<code>[\w-]+)\])?"
)
_WHOLE = (
    "keep all of mypy's text, with its summary and without --pretty: mypy --no-pretty src > reports/mypy.txt"
)


class MypyText(Reader[Scan]):
    """The last line is the proof: without it nothing tells whether mypy came to its end."""

    def recognises(self, source: Source) -> bool:
        """By its last line, or by its first one where the last is gone."""
        if source.size > len(source.head):
            lines = source.opening.splitlines()[:1]
        else:
            lines = source.opening.strip().splitlines()
        ends = [line.decode("utf-8", "replace").strip() for line in (lines[-1:] + lines[:1])]
        return any(_CLEAN.fullmatch(one) or _FOUND.fullmatch(one) or _LINE.fullmatch(one) for one in ends)

    def read(self, source: Source) -> Reading[Scan]:
        """What was found; the summary must count the errors that are listed."""
        lines = [line.rstrip() for line in source.text.splitlines() if line.strip()]
        if not lines:
            raise refuse("it is empty: not even mypy's summary is in it", _WHOLE)
        found = [_finding(line) for line in lines[:-1]]
        errors = sum(one.level == "error" for one in found)
        if clean := _CLEAN.fullmatch(lines[-1]):
            told, scanned, unread = 0, int(clean[1]), False
        elif summary := _FOUND.fullmatch(lines[-1]):
            told, unread = int(summary[1]), summary[2] is None
            scanned = 0 if unread else int(summary[2])
        else:
            raise refuse("its last line is no summary of mypy: it may have been cut", _WHOLE)
        if told != errors:
            raise refuse(f"it says {told} errors, and lists {errors}", _WHOLE)
        problems = (
            [f"{one.file}:{one.line}: {one.message}" for one in found if one.level == "error"]
            if unread
            else []
        )
        return Reading(bounded([run("mypy", [] if unread else found, scanned=scanned, errors=problems)]))


def _finding(line: str) -> ScanFinding:
    parts = _LINE.fullmatch(line)
    if parts is None:
        raise refuse(f"{line[:80]!r} is no line of mypy", _WHOLE)
    return finding(
        parts["code"],
        severity_of("mypy", parts["severity"]),
        parts["message"],
        level=parts["severity"],
        file=parts["file"],
        line=int(parts["line"]),
    )
