"""The contract between readiness and a check: everything that a check imports from here."""

from readiness.check.contract import (
    AnyCheck,
    Artifact,
    Check,
    Release,
    Slot,
    category_of,
    given_to,
    slots_of,
)
from readiness.check.finding import Finding, Location, Measure, Outcome, unproven
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
    "category_of",
    "dashed",
    "given_to",
    "slots_of",
    "unproven",
]
