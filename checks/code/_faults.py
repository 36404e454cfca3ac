"""Linters and type checkers: errors, warnings and notes against their limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from readiness.check import Finding, Location, Measure, Outcome, Params, Stricter
from readiness.check.scans import doubts, looked, place, suppressed, thin
from readiness.evidence.scan import Purpose, Scan, Severity
from readiness.evidence.scan_selection import Selection, amount, select, sentence

_SHOWN = 20
_ERRORS = (Severity.CRITICAL, Severity.HIGH, Severity.UNKNOWN)


class FaultParams(Params):
    """Limits on what a tool reports."""

    max_errors: Annotated[int, Field(ge=0), Stricter.LOWER] = 0
    """The greatest number of errors; what is of a severity that the tool does not tell counts as one."""
    max_warnings: Annotated[int | None, Field(ge=0), Stricter.LOWER] = None
    """The greatest number of warnings; without it they are counted and not limited."""
    max_notes: Annotated[int | None, Field(ge=0), Stricter.LOWER] = None
    """The greatest number of notes, conventions and other remarks; without it they are counted and not limited."""
    max_suppressed: Annotated[int | None, Field(ge=0), Stricter.LOWER] = None
    """The greatest number of findings that are suppressed, in the code or by the tool; without it no limit."""
    tools: tuple[str, ...] = ()
    """Tools that must have run, by the names in their reports; a tool that is not known here has to be named."""
    min_scanned: Annotated[int, Field(ge=1), Stricter.HIGHER] = 1
    """The least number of files, or of what else its tool counts, that each report tells it looked at."""
    uncounted: Literal["warn", "unproven"] | None = None
    """What comes of a report that does not tell how much was looked at: `warn` at best, or `unproven`; unless it is
    set, a warning, and unproven where `min-scanned` asks for more than one."""

    @property
    def of_uncounted(self) -> Literal["warn", "unproven"]:
        """What comes of a report without a count; a number that was asked for is not shown by one that has none."""
        return self.uncounted or ("warn" if self.min_scanned == 1 else "unproven")


def judge_faults(scan: Scan, purpose: Purpose, params: FaultParams) -> Iterator[Finding]:
    """Judge the runs of a purpose: doubts, what is over its limit, and what was looked at."""
    selection = select(scan, purpose, params.tools)
    problems = [*doubts(selection), *thin(selection, params.min_scanned), *_over(selection, params)]
    yield from problems
    yield from suppressed(selection, params.max_suppressed)
    if selection.runs and not problems:
        yield looked(selection, _counted(selection), params.of_uncounted)


def _over(selection: Selection, params: FaultParams) -> Iterator[Finding]:
    limits = (
        ("errors", _ERRORS, params.max_errors),
        ("warnings", (Severity.MEDIUM,), params.max_warnings),
        ("notes", (Severity.LOW,), params.max_notes),
    )
    for word, severities, most in limits:
        total = _total(selection, severities)
        if most is not None and total > most:
            yield from _each(selection, severities, total, most, word)


def _each(
    selection: Selection, severities: tuple[Severity, ...], total: int, most: int, word: str
) -> Iterator[Finding]:
    listed = [one for one in selection.listed if one.severity in severities]
    for one in listed[:_SHOWN]:
        yield _fault(sentence(one), total, most, word, 1, place(one))
    if rest := total - min(len(listed), _SHOWN):
        more = f"{rest} more {word}" if listed else f"{amount(rest, word)}, which the report does not list"
        yield _fault(more, total, most, word, rest, None)


def _fault(message: str, total: int, most: int, word: str, count: int, at: Location | None) -> Finding:
    return Finding(
        outcome=Outcome.FAIL,
        message=message,
        observed=f"{amount(total, word)} in all",
        expected=f"<= {most}",
        location=at,
        count=count,
        measure=Measure(total, most, word),
        next="mend it, and run the tool again",
    )


def _counted(selection: Selection) -> str:
    counts = {
        "errors": _total(selection, _ERRORS),
        "warnings": _total(selection, (Severity.MEDIUM,)),
        "notes": _total(selection, (Severity.LOW,)),
    }
    return ", ".join(amount(count, word) for word, count in counts.items() if count) or "nothing found"


def _total(selection: Selection, severities: tuple[Severity, ...]) -> int:
    return sum(run.counts.get(one, 0) for run in selection.runs for one in severities)
