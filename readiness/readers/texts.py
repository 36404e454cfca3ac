"""Texts of reports, as facts keep them."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")


def clip(text: str, most: int = 200) -> str:
    """One line, without control characters, of at most that many characters."""
    line = _CONTROL.sub(" ", text).strip()
    return line if len(line) <= most else line[: most - 3] + "..."
