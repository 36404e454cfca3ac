"""Go's cover profile (`go test -coverprofile=cover.out`).

Lines: https://pkg.go.dev/golang.org/x/tools/cover: `file:line.column,line.column statements count`.
"""

from __future__ import annotations

import re

from readiness.evidence.coverage import Coverage, Covered
from readiness.readers.base import Reader, Reading
from readiness.readers.coverage._tally import REWRITE, make_coverage, refuse
from readiness.readers.source import Source

_MODE = re.compile(r"mode: (set|count|atomic)", re.ASCII)
_BLOCK = re.compile(
    r"(.+):([0-9]{1,9}\.[0-9]{1,9},[0-9]{1,9}\.[0-9]{1,9}) ([0-9]{1,9}) ([0-9]{1,19})", re.ASCII
)


class GoProfile(Reader[Coverage]):
    """Statements by file. A block that several packages tell of is one block, covered when any of them ran it.

    Go has statements and no lines. The format has no time, no sums and no end: a profile that was cut behind a line
    looks whole.
    """

    def recognises(self, source: Source) -> bool:
        """By its first line, the mode."""
        first = source.head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0].strip()
        return first.startswith(b"mode:")

    def read(self, source: Source) -> Reading[Coverage]:
        """The counts by file."""
        text = source.text
        if not text.endswith("\n"):
            raise refuse("its last line has no end: it ends too early", REWRITE)
        lines = text.split("\n")
        mode = _MODE.fullmatch(lines[0].strip())
        if not mode:
            raise refuse(f"line 1: {lines[0][:40]!r} is no mode of go's: set, count or atomic", REWRITE)
        blocks: dict[tuple[str, str], tuple[int, bool]] = {}
        for number, line in enumerate(lines[1:], 2):
            if line.strip():
                _take(blocks, line.strip(), number, mode[0])
        files: dict[str, Covered] = {}
        for (path, _), (statements, reached) in blocks.items():
            files[path] = files.get(path, Covered(0, 0)) + Covered(statements if reached else 0, statements)
        if not files:
            raise refuse("it tells of no source file", "let -coverpkg name the packages whose code is tested")
        return Reading(make_coverage({"statement": files}, "statement"))


def _take(blocks: dict[tuple[str, str], tuple[int, bool]], line: str, number: int, mode: str) -> None:
    if line.startswith("mode:"):
        if line != mode:
            raise refuse(
                f"line {number}: {line[:40]!r} in a profile of {mode!r}", "merge profiles of one mode"
            )
        return
    found = _BLOCK.fullmatch(line)
    if not found:
        raise refuse(f"line {number}: {line[:80]!r} is not as go writes a block", REWRITE)
    key, statements, times = (found[1], found[2]), int(found[3]), int(found[4])
    if mode.endswith("set") and times > 1:
        raise refuse(f"line {number}: a count of {times} in a profile of {mode!r}", REWRITE)
    known = blocks.setdefault(key, (statements, False))
    if known[0] != statements:
        message = f"line {number}: a block of {statements} statements, which has {known[0]} before"
        raise refuse(message, "let all profiles be of the same sources")
    blocks[key] = (statements, known[1] or times > 0)
