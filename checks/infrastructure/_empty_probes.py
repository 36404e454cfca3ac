"""Commands that ask for health, and cannot fail."""

from __future__ import annotations

import re

_ASKS_NOTHING = re.compile(r"(?:/bin/|/usr/bin/)?(?:true|:|exit 0|echo\b[^|;&]*)", re.I)
_SWALLOWED = re.compile(r"(?:\|\||;)\s*(?:exit 0|true|/bin/true|:|echo\b[^|;&]*)\s*$", re.I)


def never_fails(command: str) -> bool:
    """Whether a command asks nothing, or throws the answer away: `true`, `curl ... || exit 0`."""
    return bool(_ASKS_NOTHING.fullmatch(command) or _SWALLOWED.search(command))
