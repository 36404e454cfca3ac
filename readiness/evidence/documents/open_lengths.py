"""Times that have no end, as people write them into documents."""

from __future__ import annotations

import re

from readiness.evidence.documents.durations import before, durations

_OPEN = re.compile(
    r"(?<!office )(?<!business )(?<!working )(?<!after )(?<!rush )(?<!\()(?<!\(in )\b(?:minutes|hours|days"
    r"|weeks|months)\b"
    r"|\b(?:soon|overnight|a while|ages|forever|all (?:day|night)|eventually)\b"
    r"|(?<!no )(?<!not )(?<!never )(?<!n't take )(?<!not take )(?<!never take )\b(?:much|often|sometimes"
    r"|far|even|lots?|take"
    r"|takes|usually|or|bit)\s(?:a |bit |much |far )?longer\b(?! than)",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"(?:\b(?:cannot|not|never)|n't)\b(?![^,;.]{0,20}\b(?:more|longer|later|exceed\w*|over|above"
    r"|beyond)\b)[^,;.]{0,30}$",
    re.IGNORECASE,
)
_TIMES = re.compile(r"\b\d+\s?(?:x|\u00d7|times)\s?$", re.IGNORECASE)
_PER = re.compile(r"\s(?:per|each|for (?:each|every))\b", re.IGNORECASE)


def has_open_length(text: str) -> bool:
    """Whether it tells a time without an end: a few hours, soon, often longer, 5 minutes per pod, not 10 minutes."""
    at, rest = 0, []
    for span in durations(text):
        told = before(text, span.start)
        if _DENIED.search(told) or _TIMES.search(told) or _PER.match(text, span.end):
            return True
        rest.append(text[at : span.start])
        at = span.end
    return bool(_OPEN.search(" # ".join([*rest, text[at:]])))
