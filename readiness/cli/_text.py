"""How commands write what all of them write."""

from __future__ import annotations

from datetime import datetime


def time(moment: datetime) -> str:
    """RFC 3339, to the second."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
