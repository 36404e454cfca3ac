"""Istanbul's full report (`coverage-final.json`, reporter `json` of jest, vitest, nyc and c8).

Maps and counters: https://github.com/istanbuljs/istanbuljs/blob/master/docs/raw-output.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec

from readiness.evidence.coverage import Coverage, Covered
from readiness.readers.base import Reader, Reading
from readiness.readers.coverage._tally import REWRITE, Points, make_coverage, refuse, total
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_Number = Annotated[int, msgspec.Meta(ge=0)]


class _Point(msgspec.Struct):
    line: _Number | None = None


class _Place(msgspec.Struct):
    start: _Point


class _Branch(msgspec.Struct):
    locations: list[object]


class _File(msgspec.Struct):
    statementMap: dict[str, _Place]  # noqa: N815 - theirs
    fnMap: dict[str, object]  # noqa: N815 - theirs
    branchMap: dict[str, _Branch]  # noqa: N815 - theirs
    s: dict[str, _Number]
    f: dict[str, _Number]
    b: dict[str, list[_Number]]
    path: str | None = None


class Istanbul(Reader[Coverage]):
    """Counted from the maps: each statement, function and arm of a branch.

    A line is one where a statement begins, and is covered when one of them was run, as Istanbul itself counts. The
    format has no sums and no time.
    """

    def recognises(self, source: Source) -> bool:
        """By its files, each of which has a `statementMap`."""
        if not source.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return False
        data = source.json
        return (
            isinstance(data, dict)
            and bool(data)
            and all(isinstance(one, dict) and "statementMap" in one for one in data.values())
        )

    def read(self, source: Source) -> Reading[Coverage]:
        """The counts by file."""
        files = shape(source.json, dict[str, _File], "report of Istanbul")
        if not files:
            raise refuse("it tells of no source file", "run the tests with coverage before the gate")
        for path, file in files.items():
            _check(path, file)
        metrics = {
            "line": {path: _lines(file) for path, file in files.items()},
            "statement": {path: _counts(file.s.values()) for path, file in files.items()},
            "function": {path: _counts(file.f.values()) for path, file in files.items()},
            "branch": {
                path: _counts(n for arms in file.b.values() for n in arms) for path, file in files.items()
            },
        }
        return Reading(
            make_coverage({name: one for name, one in metrics.items() if name == "line" or total(one).total})
        )


def _check(path: str, file: _File) -> None:
    """Each place has a counter, and each counter a place."""
    if file.path is not None and file.path != path:
        raise refuse(f"{path}: it calls itself {file.path[:120]}", REWRITE)
    for places, counters, what in (
        (file.statementMap.keys(), file.s.keys(), "statements"),
        (file.fnMap.keys(), file.f.keys(), "functions"),
        (file.branchMap.keys(), file.b.keys(), "branches"),
    ):
        if places != counters:
            message = f"{path}: {len(places)} {what} have places, and {len(counters)} are counted"
            raise refuse(f"{message}, or they are others", REWRITE)
    for key, branch in file.branchMap.items():
        if len(branch.locations) != len(file.b[key]):
            message = f"{path}: branch {key[:20]} has {len(branch.locations)} arms, and {len(file.b[key])} are counted"
            raise refuse(message, REWRITE)


def _lines(file: _File) -> Covered:
    points = Points()
    for key, place in file.statementMap.items():
        if place.start.line:
            points.add(place.start.line, file.s[key] > 0)
    return points.counts


def _counts(numbers: Iterable[int]) -> Covered:
    kept = [number > 0 for number in numbers]
    return Covered(sum(kept), len(kept))
