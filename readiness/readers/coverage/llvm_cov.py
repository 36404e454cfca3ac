"""LLVM's JSON (`llvm-cov export`, `cargo llvm-cov --json`), with or without `--summary-only`.

Fields: llvm/tools/llvm-cov/CoverageExporterJson.cpp, versions 2 and 3 of the export.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec

from readiness.evidence.coverage import Coverage, Covered
from readiness.readers.base import Reader, Reading
from readiness.readers.coverage._tally import REWRITE, make_coverage, refuse, total
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_Number = Annotated[int, msgspec.Meta(ge=0, le=10**12)]
_TYPE = "llvm.coverage.json.export"
_METRICS = {"line": "lines", "function": "functions", "branch": "branches"}


class _Counts(msgspec.Struct):
    count: _Number
    covered: _Number


class _Summary(msgspec.Struct):
    lines: _Counts
    functions: _Counts
    branches: _Counts | None = None


class _File(msgspec.Struct):
    filename: str
    summary: _Summary


class _Data(msgspec.Struct):
    files: list[_File]
    totals: _Summary


class _Report(msgspec.Struct):
    data: list[_Data]


class LlvmCov(Reader[Coverage]):
    """Lines, functions and branches by file, which must come to the totals. Regions are no metric here.

    Functions are counted once, however often they were instantiated. The format has no time.
    """

    def recognises(self, source: Source) -> bool:
        """By its `type`."""
        if not source.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return False
        data = source.json
        return isinstance(data, dict) and data.get("type") == _TYPE

    def read(self, source: Source) -> Reading[Coverage]:
        """The counts by file."""
        report = shape(source.json, _Report, "export of llvm-cov")
        if len(report.data) != 1:
            raise refuse(f"it holds {len(report.data)} exports, where one is meant", REWRITE)
        (data,) = report.data
        paths = [file.filename for file in data.files]
        if not paths:
            raise refuse("it tells of no source file", "run the tests with coverage before the gate")
        if len(set(paths)) != len(paths):
            raise refuse("a source file is in it twice", REWRITE)
        metrics = {name: _by_file(data.files, key) for name, key in _METRICS.items()}
        for name, key in _METRICS.items():
            said, found = _counts("totals", data.totals, key), total(metrics[name])
            if said != found:
                message = f"totals says {said.covered} of {said.total} {key}"
                raise refuse(f"{message}, and its files come to {found.covered} of {found.total}", REWRITE)
        return Reading(
            make_coverage({name: one for name, one in metrics.items() if name == "line" or total(one).total})
        )


def _by_file(files: Sequence[_File], key: str) -> dict[str, Covered]:
    return {file.filename: _counts(file.filename, file.summary, key) for file in files}


def _counts(where: str, summary: _Summary, key: str) -> Covered:
    one: _Counts | None = getattr(summary, key)
    if one is None:
        return Covered(0, 0)
    if one.covered > one.count:
        raise refuse(f"{where}: {one.covered} of {one.count} {key} are covered", REWRITE)
    return Covered(one.covered, one.count)
