"""What a document of operations is about, by its name and its headings."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

ROLLBACK, RUNBOOK, RECOVERY = "rollback", "runbooks", "recovery"
_IN_ROLLBACK = re.compile(r"roll(ed|ing|s)?[ _-]?back|back(ed|ing)?[ _-]?out", re.IGNORECASE)
_IN_RECOVERY = re.compile(r"disaster|recovery|(?<![a-z])drp?(?![a-z])", re.IGNORECASE)
_RUNBOOK_PARTS = re.compile(
    r"^#{1,6}[^\n]*\b(?:symptoms?|diagnos\w+|triage|investigat\w+|troubleshoot\w*|mitigat\w+|escalat\w+)\b",
    re.IGNORECASE | re.MULTILINE,
)
_IN_RUNBOOKS = re.compile("(?:run|play)-?book", re.IGNORECASE)
_HEADINGS = re.compile(r"^#{1,6}[ \t]+\S", re.MULTILINE)
_OBJECTIVES = re.compile(r"\bRPO\b|\bRTO\b|\bdisaster|\brestor(?:e|ing)\b", re.IGNORECASE)
_ROLLBACK_HEADING = re.compile(r"^#{1,6}[^\n]*\broll(ing)?[ -]?back", re.IGNORECASE | re.MULTILINE)


def is_named_for_rollback(file: str) -> bool:
    """Whether the name of the file itself speaks of rolling back."""
    return _IN_ROLLBACK.search(PurePosixPath(file).name) is not None


def topic_of(file: str, text: str | None) -> str:
    """`rollback`, `recovery` or `runbooks`; empty for none. Without a text that could be read the name decides."""
    name = PurePosixPath(file).name
    if _IN_ROLLBACK.search(name):
        return ROLLBACK if text is None or _IN_ROLLBACK.search(text) else ""
    if _IN_RECOVERY.search(name):
        return RECOVERY if text is None or _OBJECTIVES.search(text) else ""
    if text is None:
        return RUNBOOK if _IN_RUNBOOKS.search(file) else ""
    if _ROLLBACK_HEADING.search(text) and not _RUNBOOK_PARTS.search(text):
        return ROLLBACK
    is_index = PurePosixPath(name).stem.lower() in ("readme", "index")
    is_divided = len(_HEADINGS.findall(text)) > 1
    return RUNBOOK if _IN_RUNBOOKS.search(file) and is_divided and not is_index else ""
