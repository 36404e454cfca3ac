"""LCOV tracefiles (`lcov.info`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from readiness.evidence.coverage import Coverage, Covered
from readiness.evidence.model import Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.coverage._tally import REWRITE, Points, make_coverage, refuse
from readiness.readers.coverage._tracefile import Section
from readiness.readers.source import Source

_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s|#[^\n]*\n)*(?:TN|SF):")
_END = "end_of_record"
_METRICS = ("line", "branch", "function")


class Lcov(Reader[Coverage]):
    """`DA`, `BRDA` and `FNDA` are counted; sums (`LF`, `LH`, ...) may be absent, and must be right when they are not.

    Sections of one file are merged by line: a point is covered when any of them says so. A branch `-` was not taken.
    The format has no time, and no count of its sections: one that was cut between two of them looks whole.
    """

    def recognises(self, source: Source) -> bool:
        """By its first record, `TN` or `SF`."""
        return _BEGINS.match(source.head) is not None

    def read(self, source: Source) -> Reading[Coverage]:
        """The counts of lines, and of branches and functions where it has them."""
        files: dict[str, dict[str, Points]] = {}
        measured = {"line"}
        for section in _sections(source.text):
            section.check()
            told = {"line": section.lines, "branch": section.branches, "function": section.functions}
            measured |= {name for name, points in told.items() if points.reached}
            _merge(files.setdefault(section.path, {name: Points() for name in told}), told)
        if not files:
            raise refuse("it tells of no source file", "run the tests with coverage before the gate")
        return Reading(make_coverage(_counts(files, measured)))


def _merge(known: Mapping[str, Points], told: Mapping[str, Points]) -> None:
    for name, points in told.items():
        if known[name].reached and points.reached and known[name].reached.keys() != points.reached.keys():
            message = f"two sections of one file differ in their {name}s: they are of different files"
            raise refuse(message, "let the paths tell the files of different packages apart")
        for key, covered in points.reached.items():
            known[name].add(key, covered)


def _counts(
    files: Mapping[str, Mapping[str, Points]], measured: set[str]
) -> Mapping[str, Mapping[str, Covered]]:
    return {
        name: {path: points[name].counts for path, points in files.items()}
        for name in _METRICS
        if name in measured
    }


def _sections(text: str) -> Iterator[Section]:
    """Each section when it ends; Unproven for whatever stands outside of one, and for one without an end."""
    section: Section | None = None
    for number, line in enumerate(text.split("\n"), 1):
        record = line.rstrip("\r")
        if not record.strip() or record.startswith("#"):
            continue
        if record.strip() == _END and section is not None:
            yield section
            section = None
        elif section is None:
            section = _begun(record, number)
        elif record.startswith("SF:"):
            raise _unended(section)
        else:
            key, _, rest = record.partition(":")
            section.add(key, rest, number)
    if section is not None:
        raise _unended(section)


def _begun(record: str, number: int) -> Section | None:
    key, colon, rest = record.partition(":")
    if colon and key == "SF" and rest:
        return Section(rest, number)
    if colon and key == "TN":
        return None
    raise refuse(f"line {number}: {record[:40]!r} stands outside of a section", REWRITE)


def _unended(section: Section) -> Unproven:
    message = (
        f"the section of {section.path}, from line {section.line}, has no end_of_record: it ends too early"
    )
    return refuse(message, "write it again: its writer was stopped, or it was cut")
