"""Findings about owners: something that is wrong, and something that is not there."""

from __future__ import annotations

from readiness.check import Finding, Outcome, unproven
from readiness.evidence.model import Reason


def bad(message: str, next_: str) -> Finding:
    """Something that is not as it must be, and what to do."""
    return Finding(outcome=Outcome.FAIL, message=message, next=next_)


def missing(message: str, next_: str) -> Finding:
    """Something that nothing tells."""
    return unproven(Reason.MISSING, message, next_)
