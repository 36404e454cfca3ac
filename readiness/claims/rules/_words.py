"""Words that several rules look for."""

from __future__ import annotations

import re

PASSED = re.compile(
    r"\b(?:pass(?:ed|ing|es)?|succe(?:ss|ssful|eded)|complete[d]?|completion|done|green|implemented|validated|verified|met)\b",
    re.IGNORECASE,
)
ALIVE = re.compile(r"\b(?:healthy|running|active|available|up|online|ready)\b", re.IGNORECASE)
FAILED = re.compile(r"\b(?:fail(?:ed|s|ing|ures?)?|error(?:s|ed)?|broken|miss(?:ed|ing))\b", re.IGNORECASE)
TARGET = re.compile(
    r"\b(?:targets?|required?|requires|requirement|needs?|needed|minimum|threshold|quorum|goal|limit|objective|slo|budget|"
    r"expected|at least)\b|[≥≤<>]",
    re.IGNORECASE,
)
EXCUSED = re.compile(
    r"\b(?:skipped|xfail(?:ed)?|expected to fail|quarantined|deselected|ignored|n/a|not applicable|disabled|"
    r"waived|accepted|"
    r"exception|non-blocking|not blocking|deferred|descoped|out of scope|optional|informational|known issue)\b",
    re.IGNORECASE,
)
FUTURE = re.compile(
    r"\b(?:(?:medium|long|mid|short)[- ]?term|future|roadmap|backlog|follow[- ]?ups?|later|next (?:phase|"
    r"release|quarter|version)|"
    r"after (?:the )?(?:release|launch|go-live|rollout|deployment)|post-(?:release|launch|deployment)|"
    r"out of scope|nice to have|"
    r"ideas|improvements|maintenance|ongoing)\b",
    re.IGNORECASE,
)
NEXT = re.compile(
    r"\b(?:next (?:steps?|actions?)|action items|to-?dos?|remaining|outstanding|recommendations?|plan)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"(?:\b(?:no|zero|0|nothing|none|without|never|any|longer|not|neither|nor|free of)\b[\w\s-]{0,24})$",
    re.IGNORECASE,
)
_PENDING = re.compile(
    r"(?:(?:\bpending|\bto be (?:done|run|tested|verified|confirmed)|\bin progress|\bincomplete|\buntested"
    r"|\bnot yet [a-z]{3,20}|\bnot (?:been )?(?:run|started|tested|executed|verified|done|implemented|completed)"
    r"|\bstill (?:open|missing|failing)|\bawaiting (?:approval|sign-?off|review|execution|results?|"
    r"verification|deployment|"
    r"tests?|testing))\b(?=\s*(?:$|[).,;|\]!]|[-\u2013—]\s|:\s*(?!0|no|none)\w))|(?<=[:(|] )(?:TODO|TBD)\b|"
    r"(?<=[:(|])(?:TODO|TBD)\b)",
    re.IGNORECASE,
)
_STATES = re.compile(
    r"\balert|firing|→|\bqueue|\bstate machine|\b(?:transaction|request|job|connection|upload|order|message|event)s?\b",
    re.IGNORECASE,
)


def pending(text: str) -> str:
    """The words by which a text says that it is not done yet; empty when it does not."""
    for found in _PENDING.finditer(text):
        if not _NEGATED.search(text[: found.start()]) and not _STATES.search(text):
            return found[0]
    return ""


def negated(text: str, at: int) -> bool:
    """Whether what stands at that place is denied by the words before it."""
    return _NEGATED.search(text[:at]) is not None


def quoted(text: str, limit: int = 60) -> str:
    """A short piece of a line, for a message."""
    short = " ".join(text.split())
    return f'"{short if len(short) <= limit else short[: limit - 1].rstrip() + "…"}"'
