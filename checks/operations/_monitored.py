"""Findings about what is watched."""

from __future__ import annotations

from readiness.check import Finding, Location, Measure, Outcome
from readiness.evidence.model import Reason
from readiness.evidence.promql import Expression
from readiness.evidence.written import Place

INSTALL = "install readiness[promql]"


def bad(
    message: str,
    next_: str,
    *,
    object_: str | None = None,
    place: Place | None = None,
    observed: str = "",
    expected: str = "",
    measure: Measure | None = None,
) -> Finding:
    """What is proven bad."""
    return Finding(
        outcome=Outcome.FAIL,
        message=message,
        next=next_,
        object=object_,
        location=located(place),
        observed=observed,
        expected=expected,
        measure=measure,
    )


def unshown(
    reason: Reason,
    message: str,
    next_: str,
    *,
    object_: str | None = None,
    place: Place | None = None,
    observed: str = "",
    expected: str = "",
) -> Finding:
    """What is not shown either way."""
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=reason,
        message=message,
        next=next_,
        object=object_,
        location=located(place),
        observed=observed,
        expected=expected,
    )


def note(message: str, place: Place | None = None) -> Finding:
    """What is worth knowing."""
    return Finding(outcome=Outcome.PASS, message=message, note=True, location=located(place))


def located(place: Place | None) -> Location | None:
    """The place as a finding has it."""
    return Location(place.file, place.line) if place is not None else None


def unparsed(one: Expression, what: str, object_: str | None = None) -> Finding:
    """An expression of which only the text is known."""
    return unshown(
        Reason.INSUFFICIENT,
        f"the expression of {what} was not parsed: promql-parser is not installed",
        INSTALL,
        object_=object_,
        place=one.place,
    )


def counted(count: int, what: str) -> str:
    """`1 alert`, `2 alerts`."""
    return f"{count} {what}{'' if count == 1 else 's'}"
