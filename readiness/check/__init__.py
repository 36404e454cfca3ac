"""The contract between readiness and a check: everything that a check imports from here."""

from readiness.check.contract import (
    AnyCheck,
    Artifact,
    Check,
    Release,
    Slot,
    given_to,
    slots_of,
)
from readiness.check.finding import Finding, Location, Measure, Outcome
from readiness.check.params import Params, Stricter, dashed

__all__ = [
    "AnyCheck",
    "Artifact",
    "Check",
    "Finding",
    "Location",
    "Measure",
    "Outcome",
    "Params",
    "Release",
    "Slot",
    "Stricter",
    "dashed",
    "given_to",
    "slots_of",
]
