"""Plain data of a bounded size."""

from __future__ import annotations

import math
from datetime import date, datetime, time
from typing import Any

import msgspec

from readiness.evidence.data import Data
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reading
from readiness.readers.source import Source

MAX_SOURCE = 10_000_000
MAX_BYTES = 3_500_000
_MOST_DEPTH = 100
_MOST_INTEGER = 2**63
_SMALLER = "write a smaller file, with the numbers that matter"


def refuse(message: str, remedy: str = "") -> Unproven:
    """A file that cannot be taken for plain data."""
    return Unproven(Reason.MALFORMED, message, remedy)


def bounded_text(source: Source) -> str:
    """The text; Unproven when it is too large."""
    if source.size > MAX_SOURCE:
        raise refuse(f"it is {source.size:,} bytes; data of at most {MAX_SOURCE:,} is read", _SMALLER)
    if not source.text.strip():
        raise refuse("it is empty", "write the data before the gate runs")
    if "\0" in source.text:
        raise refuse("it holds a null character", "let the program write it again, whole")
    return source.text


def reading(source: Source, content: Any) -> Reading[Data]:
    """The facts; Unproven when they are too large."""
    made = Data(path=source.name, content=plain(content))
    size = len(msgspec.json.encode(made))
    if size > MAX_BYTES:
        raise refuse(f"it comes to {size:,} bytes; at most {MAX_BYTES:,} are kept", _SMALLER)
    return Reading(made)


def plain(value: Any, depth: int = 0) -> Any:
    """The same as JSON has it: days and times as text. Unproven for NaN and infinity."""
    if depth > _MOST_DEPTH:
        raise refuse(f"it is nested more than {_MOST_DEPTH} levels deep")
    if isinstance(value, dict):
        return {str(key): plain(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner, depth + 1) for inner in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        raise refuse(f"it holds {value}, which is no number")
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= _MOST_INTEGER:
        raise refuse("it holds a whole number of more than 64 bits")
    return value
