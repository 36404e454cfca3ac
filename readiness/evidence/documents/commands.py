"""Whether a block of code holds a command that somebody could run."""

from __future__ import annotations

import re

from readiness.evidence.documents.segments import Segment

_OTHER = frozenset(
    ("json", "yaml", "yml", "toml", "ini", "text", "txt", "log", "output", "diff", "mermaid", "dot", "csv")
)
_PROMPT = re.compile(r"^\s*(?:[\w.@:~/-]*[$#>]\s+)?")
_IDLE = re.compile(r"(?:echo|true|false|:|printf|exit|sleep|#|//|--)\b")
_COMMAND = re.compile(r"[\w./~$\"'{(-][\w./~${}\"'()=:@+-]*(?:\s|$)")


def has_command(code: Segment) -> bool:
    """A line that is neither a comment, nor blank, nor one that does nothing; data and output are no commands."""
    if code.info.strip().casefold().split(" ")[0] in _OTHER:
        return False
    return any(_is_command(line) for line in code.text.split("\n"))


def _is_command(line: str) -> bool:
    if line.strip().startswith(("#", "//", "--")):
        return False
    said = _PROMPT.sub("", line, count=1).strip()
    return (
        bool(said)
        and not _IDLE.match(said)
        and bool(_COMMAND.match(said))
        and bool(re.search(r"[A-Za-z]{2}", said))
    )
