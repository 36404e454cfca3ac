"""Shares of definitions in a Python tree against their limit, and the worst of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from readiness.check import Finding, Location, Measure, Outcome
from readiness.evidence.model import Reason
from readiness.evidence.python_source import Bare, PythonSource
from readiness.units import show_share

_SHOWN = 20


class Count(NamedTuple):
    """How many of the definitions that are asked have what they are asked for; `what` names them in the plural."""

    good: int
    total: int
    what: str
    have: str


def judged(
    count: Count, limit: Fraction, bare: Sequence[Bare], python: PythonSource, advice: str
) -> Iterator[Finding]:
    """The share against the limit, then what lacks something, where that fails it."""
    if not count.total:
        yield _nothing(count, python)
        return
    share = Fraction(count.good, count.total)
    is_enough = share >= limit
    yield Finding(
        outcome=Outcome.PASS if is_enough else Outcome.FAIL,
        message=f"{count.good:,} of {count.total:,} {count.what} {count.have}: {show_share(share)}"
        f"{_left_out(python)}",
        observed=show_share(share),
        expected=f">= {show_share(limit)}",
        count=count.total if is_enough else 1,
        measure=Measure(float(share * 100), float(limit * 100), "%", "higher"),
        next="" if is_enough else advice,
    )
    if not is_enough:
        yield from _named(bare, count.total - count.good, advice)


def _nothing(count: Count, python: PythonSource) -> Finding:
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.MISSING,
        message=f"there are no {count.what} in {python.path}, in {python.files:,} files{_left_out(python)}",
        expected="at least one",
        next="name the folder that holds the code, correct `exclude`, or set `scope: all`",
    )


def _left_out(python: PythonSource) -> str:
    excluded = sum(python.excluded.values())
    return f" ({excluded:,} files are excluded)" if excluded else ""


def _named(bare: Sequence[Bare], missing: int, advice: str) -> Iterator[Finding]:
    for one in bare[:_SHOWN]:
        yield Finding(
            outcome=Outcome.FAIL,
            message=f"{one.sort} {one.name} lacks {_lacks(one)}",
            location=Location(one.file, one.line),
            next=advice,
        )
    if rest := missing - min(len(bare), _SHOWN):
        yield Finding(outcome=Outcome.FAIL, message=f"{rest:,} more lack it", count=rest, next=advice)


def _lacks(one: Bare) -> str:
    if one.lacks == "a docstring":
        return one.lacks
    return f"annotations ({one.lacks})"
