"""TypeScript's own text (`tsc --noEmit --pretty false --listFiles > FILE`)."""

from __future__ import annotations

import re

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.scan import Scan, ScanFinding
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, finding, refuse, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.source import Source

_FAULT = re.compile(
    r"(?:(?P<file>[^\n]+?)\((?P<line>[0-9]{1,9}),[0-9]{1,9}\): )?"
    r"(?P<level>error|warning) (?P<rule>TS[0-9]{1,6}): (?P<message>.*)",
    re.ASCII,
)
_FILE = re.compile(r"\S.*\.(?:[cm]?[jt]sx?|json|vue|svelte)")
_LIBRARY = re.compile(r"(?:^|[/\\])node_modules[/\\]|(?:^|[/\\])lib\.[\w.]*d\.ts$")
_SYNTAX = range(1000, 2000)
"""Codes of text that is no TypeScript: what stands in such a file was not checked."""
_PROGRAM = range(5000, 7000)
"""Codes of options and of files that are not there; 18002 and 18003 say that no file is given at all."""
_NO_INPUT = {18002, 18003}
_WHOLE = "list the files, and keep all of the text: tsc --noEmit --pretty false --listFiles > reports/tsc.txt"


class Tsc(Reader[Scan]):
    """The files that `--listFiles` lists are counted, without the libraries: a clean run says nothing else."""

    def recognises(self, source: Source) -> bool:
        """By its first line: a fault, or the path of a library of TypeScript."""
        if source.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[", b"<")):
            return False
        first = source.opening.partition(b"\n")[0].decode("utf-8", "replace").strip("\ufeff \r")
        is_listed = _FILE.fullmatch(first) is not None and _LIBRARY.search(first) is not None
        return is_listed or _FAULT.fullmatch(first) is not None

    def read(self, source: Source) -> Reading[Scan]:
        """What was found. A file that is no TypeScript, and options that are wrong, are errors of the run."""
        text = source.text
        if not text.strip():
            message = "it is empty: tsc writes that when it finds nothing, and so does a run that never began"
            raise Unproven(Reason.INSUFFICIENT, message, _WHOLE)
        if not text.endswith("\n"):
            raise refuse("its last line has no end: it may have been cut", _WHOLE)
        listed: list[str] = []
        faults: list[re.Match[str]] = []
        for number, line in enumerate(text.split("\n"), 1):
            _take(line.rstrip("\r"), number, listed, faults)
        unread = [one for one in faults if _is_unread(one)]
        own = {name for name in listed if not _LIBRARY.search(name)}
        broken = {one["file"] for one in unread}
        made = run(
            "tsc",
            [_finding(one) for one in faults if not _is_unread(one)],
            scanned=max(0, len(own) - len(broken)) if listed else None,
            errors=[f"{one['file'] or 'tsc'}:{one['line'] or 0}: {one['message']}" for one in unread],
        )
        return Reading(bounded([made]))


def _take(line: str, number: int, listed: list[str], faults: list[re.Match[str]]) -> None:
    """A fault, a file, or a line that goes on about the fault before it, which is indented."""
    if not line.strip() or (line.startswith(" ") and faults):
        return
    if fault := _FAULT.fullmatch(line):
        faults.append(fault)
    elif _FILE.fullmatch(line):
        listed.append(line)
    else:
        raise refuse(f"line {number}: {line[:80]!r} is no line of tsc", _WHOLE)


def _is_unread(fault: re.Match[str]) -> bool:
    code = int(fault["rule"][2:])
    return code in _SYNTAX or code in _NO_INPUT or (code in _PROGRAM and not fault["file"])


def _finding(fault: re.Match[str]) -> ScanFinding:
    return finding(
        fault["rule"],
        severity_of("tsc", fault["level"]),
        fault["message"],
        level=fault["level"],
        file=fault["file"] or "",
        line=int(fault["line"]) if fault["line"] else None,
    )
