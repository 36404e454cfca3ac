"""Reading the file of a scorecard for a command."""

from __future__ import annotations

from pathlib import Path

from readiness.errors import UsageError
from readiness.evidence.model import Unproven
from readiness.readers.source import Source

MAX_BYTES = 50_000_000


def read_text(path: Path) -> str:
    """The text of the file; UsageError when it is none, or over 50 MB."""
    try:
        with Source.open(path) as source:
            if source.size > MAX_BYTES:
                raise UsageError(
                    f"{path} cannot be used: it is {source.size:,} bytes; a scorecard has at most {MAX_BYTES:,}"
                )
            return source.text
    except Unproven as error:
        raise UsageError(f"{path} cannot be used: {error.message}") from None
