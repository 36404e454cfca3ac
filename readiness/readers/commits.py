"""Commits by their full names."""

from __future__ import annotations

import re

_FULL = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.ASCII)


def full_sha(text: str) -> str | None:
    """A full commit in lower case, 40 or 64 hexadecimal digits; None for anything else.

    All zeros, which CI systems write for "no commit", is none.
    """
    lowered = text.lower()
    return lowered if _FULL.fullmatch(lowered) and lowered.strip("0") else None
