"""Istanbul's summary (`coverage-summary.json`, reporter `json-summary` of jest, vitest, nyc and c8).

Counts by file and in total: https://github.com/istanbuljs/istanbuljs/tree/master/packages/istanbul-lib-coverage.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec

from readiness.evidence.coverage import Coverage, Covered
from readiness.readers.base import Reader, Reading
from readiness.readers.coverage._tally import REWRITE, make_coverage, refuse, total
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_Number = Annotated[int, msgspec.Meta(ge=0, le=10**12)]
_METRICS = {"line": "lines", "statement": "statements", "function": "functions", "branch": "branches"}
_NEAR = 0.02
_TOTAL = "total"


class _Counts(msgspec.Struct):
    total: _Number
    covered: _Number
    pct: float | str
    skipped: _Number = 0


class _Summary(msgspec.Struct):
    lines: _Counts
    statements: _Counts
    functions: _Counts
    branches: _Counts


class IstanbulSummary(Reader[Coverage]):
    """The files are added up again, and the total must be theirs.

    Percentages are rounded, and must be those of their counts all the same: `100` or `Unknown` for 0 of 0. The format
    has no time.
    """

    def recognises(self, source: Source) -> bool:
        """By its `total`, which has `lines` and `statements`."""
        if not source.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return False
        data = source.json
        return isinstance(data, dict) and isinstance(data.get(_TOTAL), dict) and "lines" in data[_TOTAL]

    def read(self, source: Source) -> Reading[Coverage]:
        """The counts by file."""
        data = shape(source.json, dict[str, _Summary], "summary of Istanbul")
        if _TOTAL not in data:
            raise refuse("it has no total", REWRITE)
        counts = {path: _checked(path, summary) for path, summary in data.items()}
        said = counts.pop(_TOTAL)
        metrics = {name: {path: one[name] for path, one in counts.items()} for name in _METRICS}
        for name, found in metrics.items():
            if said[name] != (sums := total(found)):
                message = f"total says {said[name].covered} of {said[name].total} {_METRICS[name]}"
                raise refuse(f"{message}, and its files come to {sums.covered} of {sums.total}", REWRITE)
        if not counts:
            raise refuse("it tells of no source file", "run the tests with coverage before the gate")
        return Reading(make_coverage(metrics))


def _checked(path: str, summary: _Summary) -> Mapping[str, Covered]:
    made = {}
    for name, key in _METRICS.items():
        one: _Counts = getattr(summary, key)
        if one.covered > one.total:
            raise refuse(f"{path}: {one.covered} of {one.total} {key} are covered", REWRITE)
        exact = 100 * one.covered / one.total if one.total else 100.0
        is_known = isinstance(one.pct, float) or one.total > 0
        if is_known and not (isinstance(one.pct, float) and abs(one.pct - exact) <= _NEAR):
            raise refuse(f"{path}: {one.covered} of {one.total} {key} are not {str(one.pct)[:20]}%", REWRITE)
        made[name] = Covered(one.covered, one.total)
    return made
