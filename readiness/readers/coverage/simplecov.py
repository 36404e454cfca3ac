"""SimpleCov's result set (`coverage/.resultset.json`), Ruby's coverage by command.

Lines and branches as Ruby's `Coverage` gives them: https://docs.ruby-lang.org/en/master/Coverage.html.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec

from readiness.evidence.coverage import Coverage, Covered
from readiness.readers.base import Reader, Reading
from readiness.readers.coverage._tally import REWRITE, Points, make_coverage, refuse, total
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_Number = Annotated[int, msgspec.Meta(ge=0)]
_Line = _Number | str | None
_IGNORED = "ignored"


class _File(msgspec.Struct):
    lines: list[_Line]
    branches: dict[str, dict[str, _Number]] = {}


class _Command(msgspec.Struct):
    coverage: dict[str, _File]
    timestamp: Annotated[int, msgspec.Meta(ge=10**8, le=10**11)]


class SimpleCov(Reader[Coverage]):
    """Lines and branches by file; of several commands, a line is covered when any of them ran it.

    What is null is no code, and what is `ignored` was taken out. The time is that of the command that began first,
    since the others may be kept from an earlier run.
    """

    def recognises(self, source: Source) -> bool:
        """By its commands, each of which has `coverage` and a `timestamp`."""
        if not source.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return False
        data: Any = source.json
        return (
            isinstance(data, dict)
            and bool(data)
            and all(
                isinstance(one, dict) and {"coverage", "timestamp"} <= one.keys() for one in data.values()
            )
        )

    def read(self, source: Source) -> Reading[Coverage]:
        """The counts by file."""
        commands = shape(source.json, dict[str, _Command], "result set of SimpleCov")
        lines: dict[str, Points] = {}
        branches: dict[str, Points] = {}
        lengths: dict[str, int] = {}
        for command in commands.values():
            for path, file in command.coverage.items():
                if lengths.setdefault(path, len(file.lines)) != len(file.lines):
                    message = (
                        f"{path}: it has {lengths[path]} lines, and {len(file.lines)} in another command"
                    )
                    raise refuse(message, "let all commands be of the same sources")
                _take(path, file, lines.setdefault(path, Points()), branches.setdefault(path, Points()))
        if not lines:
            raise refuse("it tells of no source file", "run the tests with coverage before the gate")
        metrics = {"line": _counts(lines), "branch": _counts(branches)}
        measured = {name: one for name, one in metrics.items() if name == "line" or total(one).total}
        begun = min(command.timestamp for command in commands.values())
        return Reading(make_coverage(measured), datetime.fromtimestamp(begun, UTC))


def _take(path: str, file: _File, lines: Points, branches: Points) -> None:
    for number, hits in enumerate(file.lines, 1):
        if isinstance(hits, int):
            lines.add(number, hits > 0)
        elif hits not in (None, _IGNORED):
            raise refuse(f"{path}: line {number} was run {str(hits)[:20]!r} times", REWRITE)
    for condition, arms in file.branches.items():
        for arm, hits in arms.items():
            branches.add((condition, arm), hits > 0)


def _counts(points: dict[str, Points]) -> dict[str, Covered]:
    return {path: one.counts for path, one in points.items()}
