"""Complexity that linters tell in the words of a message."""

from __future__ import annotations

import re

RULES = {"C901", "complexity", "too-complex"}
"""Of Ruff and Flake8, ESLint, and Pylint."""
_NUMBER = re.compile(r"\((\d{1,6}) > \d{1,6}\)|complexity of (\d{1,6})|rating is (\d{1,6})")


def complexity_in(rule: str | None, message: str) -> int | None:
    """The complexity of a function that is over the linter's own limit; None when that is not what it says."""
    found = _NUMBER.search(message) if rule in RULES else None
    return next((int(number) for number in found.groups() if number), None) if found else None
