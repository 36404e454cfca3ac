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
    r"waived|accepted|exception|non-blocking|not blocking|deferred|descoped|out of scope|"
    r"optional|informational|known issue|as (?:planned|agreed|expected)|"
    r"by design|on purpose)\b",
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
    r"tests?|testing))\b(?=\s*(?:$|[).,;|\]!]|[-\u2013—]\s|:\s*(?!0|no|none)\w))|"
    r"(?:(?<=[:(|] )|(?<=[:(|]))(?:TODO|TBD)\b(?!\s+(?:comments?|items?|lists?|markers?)))",
    re.IGNORECASE,
)
_PUT_OFF = re.compile(
    r"\b(?:tests?|testing|tested|reviews?|audits?|drills?|rehears\w+|scans?|rollback)\b[^\n]{0,60}?[:(|\u2013\u2014-]\s?"
    r"(?P<words>(?:scheduled for|planned for|waiting (?:for|on)|blocked (?:by|on)|to be written)\b)"
    r"|\b(?:tests?|testing|reviews?|audits?|drills?|scans?|monitoring|runbooks?|documentation|rollback)\b[^\n]{0,60}?"
    r"[:(|\u2013\u2014-]\s?(?P<mark>WIP|TODO|TBD)\b(?=\W*$|\s*[|),;.])",
    re.IGNORECASE,
)
_DONE_ONCE = re.compile(
    r"\b(?:last|passed|done (?:on |in )?\d|repeated|next|again|weekly|monthly|quarterly)\b", re.IGNORECASE
)
_STATES = re.compile(
    r"\balert|firing|→|\bqueue|\bstate machine|\b(?:transaction|request|job|connection|upload|order|message|event|"
    r"payment|invoice|invitation|delivery|booking)s?\b|\b(?:that|which) (?:is|are) (?:still )?pending|"
    r"\bhandles?\b|\bshows?\b",
    re.IGNORECASE,
)


def pending(text: str) -> str:
    """The words by which a text says that it is not done yet; empty when it does not."""
    for found in _PENDING.finditer(text):
        if not _NEGATED.search(text[: found.start()]) and not _STATES.search(text):
            return found[0]
    return ""


def put_off(text: str) -> str:
    """The words by which it says, behind the name of a test or of a review, that it waits; empty when it does not."""
    found = None if _DONE_ONCE.search(text) else _PUT_OFF.search(text)
    return found["words"] or found["mark"] if found else ""


def negated(text: str, at: int) -> bool:
    """Whether what stands at that place is denied by the words before it."""
    return _NEGATED.search(text[:at]) is not None


def quoted(text: str, limit: int = 60) -> str:
    """A short piece of a line, for a message."""
    short = " ".join(text.split())
    return f'"{short if len(short) <= limit else short[: limit - 1].rstrip() + "…"}"'
