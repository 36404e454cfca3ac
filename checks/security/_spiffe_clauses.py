"""Rules of the SPIFFE standards, and findings that name them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from readiness.check import Finding, Outcome
from readiness.evidence.model import Reason


class Breach(NamedTuple):
    """A rule that does not hold: a short name for it, where it stands, and what was seen. MUST fails, SHOULD warns."""

    rule: str
    clause: str
    message: str
    observed: str = ""
    expected: str = ""
    next: str = ""
    is_must: bool = True


def should(
    rule: str, clause: str, message: str, observed: str = "", expected: str = "", next_: str = ""
) -> Breach:
    """A rule that only SHOULD hold."""
    return Breach(rule, clause, message, observed, expected, next_, is_must=False)


def findings(where: str, breaches: Iterable[Breach], accepted: Iterable[str] = ()) -> Iterator[Finding]:
    """One finding for each breach, but for those SHOULDs that the policy accepts."""
    passed_over = frozenset(accepted)
    for breach in breaches:
        if breach.is_must or breach.rule not in passed_over:
            yield Finding(
                outcome=Outcome.FAIL if breach.is_must else Outcome.WARN,
                message=f"{where}: {breach.message} [{breach.rule}, {breach.clause}]",
                observed=breach.observed,
                expected=breach.expected,
                next=breach.next,
            )


def unproven(reason: Reason, where: str, message: str, next_: str) -> Finding:
    """A finding that shows nothing either way."""
    return Finding(outcome=Outcome.UNPROVEN, reason=reason, message=f"{where}: {message}", next=next_)
