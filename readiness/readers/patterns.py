"""Patterns for paths, as `.gitignore` and CODEOWNERS write them, without negation."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from dataclasses import dataclass

_LONGEST = 1_000
_ANY = "**"
_MAGIC = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class PathPattern:
    """One pattern: `None` among the `steps` stands for any number of folders.

    `is_below` says that whatever lies below a match is matched too. Every match begins with `head`.
    """

    steps: tuple[re.Pattern[str] | None, ...]
    is_below: bool
    folders_only: bool
    head: str = ""

    def matches(self, path: str) -> bool:
        """Whether it matches a file, by its path from the top with `/` between its parts."""
        if not path.startswith(self.head):
            return False
        parts = path.split("/")
        if _fits(self.steps, parts) and not self.folders_only:
            return True
        return self.is_below and any(_fits(self.steps, parts[:end]) for end in range(1, len(parts)))


def parse_pattern(text: str) -> PathPattern:
    """A pattern as git reads it; ValueError for an empty or an endless one.

    A pattern with a slash at its beginning or in its middle is anchored at the top, any other one fits at every depth.
    One that ends in `/*` matches what lies directly in the folder, as CODEOWNERS has it.
    https://git-scm.com/docs/gitignore#_pattern_format
    """
    if not text.strip("/") or len(text) > _LONGEST:
        raise ValueError("is no pattern for paths" if text.strip("/") == "" else "is too long for a pattern")
    is_anchored = "/" in text.rstrip("/")
    folders_only = text.endswith("/")
    words = [word for word in text.strip("/").split("/") if word]
    steps = [None if word == _ANY else re.compile(fnmatch.translate(word)) for word in words]
    if not is_anchored:
        steps.insert(0, None)
    if words[-1] == _ANY:  # `a/**` is all that lies below, not `a` itself
        steps[-1:] = [re.compile(r"(?s:.)+"), None]
    head = words[0] if is_anchored and not _MAGIC.search(words[0]) else ""
    return PathPattern(tuple(steps), not (words[-1] == "*" and len(words) > 1), folders_only, head)


def _fits(steps: Sequence[re.Pattern[str] | None], parts: Sequence[str]) -> bool:
    """Whether the steps fit all parts; going back to the last `**` only, it takes quadratic time at worst."""
    step = part = 0
    back: tuple[int, int] | None = None
    while part < len(parts):
        if step < len(steps) and (wanted := steps[step]) is None:
            back = (step + 1, part)
            step += 1
        elif step < len(steps) and wanted is not None and wanted.match(parts[part]):
            step, part = step + 1, part + 1
        elif back is not None:
            back = (back[0], back[1] + 1)
            step, part = back
        else:
            return False
    return all(left is None for left in steps[step:])
