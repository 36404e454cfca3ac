"""What one rule says of one run: it holds, it is broken, or the file does not tell what it needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from readiness.check import Finding
from readiness.evidence.model import Reason

from ._findings import unproven

AGAIN = "run the load test again, and keep the file as the tool wrote it"


@dataclass(frozen=True)
class Held:
    """A rule that holds; `shown` is its arithmetic, empty where a reader would learn nothing from it."""

    shown: str = ""


@dataclass(frozen=True)
class Untold:
    """A rule that cannot be asked, because the file does not tell `what`."""

    what: str


Ruling = Finding | Held | Untold


def contradiction(message: str, next_: str = AGAIN, **more: Any) -> Finding:
    """Two numbers of the run cannot both be true."""
    return unproven(Reason.MALFORMED, message, next_).but(**more)


def weakness(message: str, next_: str, **more: Any) -> Finding:
    """The run may be true, and shows too little."""
    return unproven(Reason.INSUFFICIENT, message, next_).but(**more)


def number(value: float) -> str:
    """Four digits, or all whole ones where there are more: `0.9999`, `312.5`, `28,000`."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
