"""Whether a report of coverage tells of all the code, and not of a part."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.check import Finding, Measure, Outcome
from readiness.evidence.coverage import Coverage
from readiness.evidence.model import Reason
from readiness.evidence.python_source import PythonSource

from ._source_paths import unreported

_NAMED = 3
_MEASURE_ALL = "let the tool measure what no test imports too, as `coverage run --source=src` does"
_SPLIT = "keep a report for each part of the code, and judge each apart"


def few(coverage: Coverage, least: int | None) -> Iterator[Finding]:
    """A finding when fewer source files than `least` have something to cover."""
    told = sum(1 for one in coverage.files.values() if one.total)
    if least is None or told >= least:
        return
    if not coverage.files:
        yield _untold()
        return
    some = "1 file" if told == 1 else f"{told:,} files"
    message = f"the report tells of {some} with something to cover, where at least {least:,} are expected"
    measure = Measure(told, least, "files", "higher")
    yield _unseen(message, _MEASURE_ALL, some, f">= {least:,}").but(measure=measure)


def whole(coverage: Coverage, python: PythonSource) -> Iterator[Finding]:
    """Whether every file of the tree that has code is one of the report."""
    count, where = len(python.coded), f"with code in {python.path}"
    if not count:
        yield _unseen(
            f"there is no file {where}", "name the folder that holds the code, or correct `exclude`"
        )
    elif not coverage.files:
        yield _untold()
    elif lacking := unreported(python, coverage.files):
        named = ", ".join(lacking[:_NAMED]) + (", ..." if len(lacking) > _NAMED else "")
        message = f"{len(lacking):,} of {count:,} files {where} are not in the report: {named}"
        advice = f"{_MEASURE_ALL}; what needs no test belongs under `exclude` of the evidence `python`"
        yield _unseen(message, advice, f"{count - len(lacking):,} of {count:,} files", "all of them")
    else:
        excluded = sum(python.excluded.values())
        but = f", and {excluded:,} are excluded" if excluded else ""
        message = f"every file {where} is in the report: {count:,}{but}"
        yield Finding(outcome=Outcome.PASS, message=message, count=count)


def _untold() -> Finding:
    message = "the report does not tell its files, of which there are too many, or none"
    return _unseen(message, _SPLIT)


def _unseen(message: str, advice: str, observed: str = "", expected: str = "") -> Finding:
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.INSUFFICIENT,
        message=message,
        observed=observed,
        expected=expected,
        next=advice,
    )
