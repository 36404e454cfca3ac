"""radon's JSON of cyclomatic complexity (`radon cc -j`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

from readiness.evidence.scan import Scan, ScanFinding
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, finding, is_object_with, refuse, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_RANKS = ((5, "A"), (10, "B"), (20, "C"), (30, "D"), (40, "E"))
"""The greatest complexity of each rank (radon, `cc_rank`); more is F."""


class _Block(msgspec.Struct):
    """A class is the mean of its methods, which are listed as well."""

    type: Literal["function", "method", "class"]
    rank: str
    name: str
    lineno: int
    complexity: Annotated[int, msgspec.Meta(ge=0)]
    classname: str | None = None
    closures: list[_Block] = []


class _Error(msgspec.Struct):
    error: str


class Radon(Reader[Scan]):
    """Every function and method is a finding with its complexity as its value; so are functions within functions."""

    def recognises(self, source: Source) -> bool:
        """By its first file, which holds blocks with a rank, or an error."""
        if not is_object_with(source):
            return False
        data = source.json
        first = next((one for one in data.values() if one), None)
        if isinstance(first, dict):
            return first.keys() == {"error"}
        block = first[0] if isinstance(first, list) else None
        return isinstance(block, dict) and {"complexity", "rank", "lineno"} <= block.keys()

    def read(self, source: Source) -> Reading[Scan]:
        """The complexity of each function. A file that could not be parsed is an error of the run."""
        files = shape(source.json, dict[str, list[_Block] | _Error], "report of radon")
        errors = [f"{path}: {one.error}" for path, one in files.items() if isinstance(one, _Error)]
        listed = [
            found
            for path, blocks in files.items()
            if isinstance(blocks, list)
            for found in _findings(path, blocks)
        ]
        made = run(
            "radon",
            listed,
            purposes=("complexity",),
            scanned=len(listed),
            unit="functions",
            errors=errors,
        )
        return Reading(bounded([made]))


def _findings(path: str, blocks: list[_Block]) -> Iterator[ScanFinding]:
    for block in blocks:
        yield from _findings(path, block.closures)
        if block.type == "class":
            continue
        if block.rank != _rank(block.complexity):
            told = f"a complexity of {block.complexity} has not the rank {block.rank[:3]!r}"
            raise refuse(f"{path}:{block.lineno}: {told}")
        name = f"{block.classname}.{block.name}" if block.classname else block.name
        yield finding(
            "cyclomatic-complexity",
            severity_of("radon", block.rank),
            f"{name} has a complexity of {block.complexity}",
            level=block.rank,
            file=path,
            line=block.lineno,
            value=block.complexity,
        )


def _rank(complexity: int) -> str:
    return next((rank for most, rank in _RANKS if complexity <= most), "F")
