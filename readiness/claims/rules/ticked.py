"""A tick beside words that say the opposite: `pending`, `3/6 passed`, `2 tests failed`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from readiness.claims.model import Contradiction
from readiness.claims.numbers import Parts, fractions
from readiness.claims.report import Line, Report
from readiness.claims.rules import _columns, _words
from readiness.claims.status import Status

RULE = "ticked-but-open"
_EVEN_WITH = re.compile(
    r"\b(?:with|at|on|when|even|despite|while|down to|after|if)\b[^.]{0,20}$"
    r"|\b(?:surviv\w*|tolerat\w*|loss of|losing|outage|degraded|kill(?:ed|ing|s)?|keeps? (?:serving|running))\b",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    r"\b(?:step|stage|phase|wave|batch|part|canary|iteration|milestone|sprint|round|ring|week|day|page|attempt|run|cycle|checkpoint|"
    r"shard|rehearsal|retry|try|level|tier|zone|slot|section|chapter|item|point|task|ticket|issue)s?\s*#?$",
    re.IGNORECASE,
)
_ONCE = re.compile(
    r"\b(?:in rc\W?\d|(?:on|in|at|during) the (?:first|last|previous|earlier)|first (?:run|attempt|try)|"
    r"initially|earlier|previously|last (?:week|sprint|release|month|time)|yesterday|none (?:now|in)|"
    r"(?:all )?fixed|now pass\w*|pass(?:es)? now)\b",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"\s*\(?(?:tomorrow|later|next|on (?:mon|tues|wednes|thurs|fri|satur|sun)day)\b", re.IGNORECASE
)
_TESTS_FAILED = re.compile(
    r"(?<!\bof )(?<![/,.\d])\b([1-9]\d{0,6}) (?:\w+ )?(?:tests?|checks?|cases?|items?|scenarios?) (?:are |"
    r"were )?fail(?:ed|ing)\b",
    re.IGNORECASE,
)
_TESTS_THEN_FAILING = re.compile(r"\btests?\s?[-\u2013—:(,]\s?([1-9]\d{0,6}) failing\b", re.IGNORECASE)
_PASSED_FAILED = re.compile(
    r"\bpass(?:ed|ing)\b[^.]{0,20}?\b([1-9]\d{0,6}) fail(?:ed|ing|ures?)\b", re.IGNORECASE
)


def find(report: Report) -> Iterator[Contradiction]:
    """Every such line; at most one contradiction for each."""
    for line in report.lines:
        if line.is_ticked and not _words.EXCUSED.search(line.text):
            said = (
                _open_mark(line) or _pending(line) or _partial(line) or _failed(line) or _columns_open(line)
            )
            if said:
                yield Contradiction(line, RULE, *said)


def _open_mark(line: Line) -> tuple[str, str] | None:
    if line.box and (Status.OPEN in line.marks or Status.BAD in line.marks):
        return "its box is ticked, beside a symbol that says it is not done", ""
    return None


def _pending(line: Line) -> tuple[str, str] | None:
    words = _words.pending(line.text) or _words.put_off(line.text)
    return (f'it is ticked, and says "{words}"', "") if words else None


def _is_of_another_time(text: str, one: Parts) -> bool:
    """Whether the fraction tells of a first attempt or of what is to come, and not of how it stands."""
    healed = any(other.part == other.whole == one.whole for other in fractions(text[one.end :]))
    return healed or bool(_LATER.match(text[one.end :]) or _ONCE.search(text))


def _partial(line: Line) -> tuple[str, str] | None:
    for one in line.fractions:
        if one.part < one.whole and counts_success(line.text, one):
            return (
                f"it is ticked, and only {one.text} is reached",
                f"{one.part} < {one.whole}: {one.whole - one.part} are missing",
            )
    return None


def counts_success(text: str, one: Parts) -> bool:
    """Whether it counts what passed or lives, and nothing excuses the rest."""
    if _is_of_another_time(text, one):
        return False
    start, end = _cell(text, one)
    after, before = text[one.end : min(end, one.end + 40)], text[max(start, one.start - 25) : one.start]
    if (
        _words.TARGET.search(text)
        or _ORDINAL.search(before)
        or re.match(r"\s*(?:\w+\s){0,2}(?:fail|error)", after, re.IGNORECASE)
    ):
        return False
    after = re.split(r"[.;,]|\d+/\d+", after)[0]
    if _words.PASSED.search(after) or _words.PASSED.search(before):
        return True
    alive = _words.ALIVE.search(after) or _words.ALIVE.search(before)
    return bool(alive) and not _EVEN_WITH.search(text[: one.start])


def _cell(text: str, one: Parts) -> tuple[int, int]:
    """Where the cell of a fraction begins and ends in its row; the whole row, where it stands alone in its cell."""
    start = text.rfind(" | ", 0, one.start) + 3 if " | " in text[: one.start] else 0
    end = text.find(" | ", one.end)
    end = len(text) if end < 0 else end
    alone = not re.search(r"[A-Za-z]", text[start : one.start] + text[one.end : end])
    return (0, len(text)) if alone else (start, end)


def _failed(line: Line) -> tuple[str, str] | None:
    found = (
        _TESTS_FAILED.search(line.text)
        or _TESTS_THEN_FAILING.search(line.text)
        or _PASSED_FAILED.search(line.text)
    )
    if not found or _words.TARGET.search(line.text) or _ONCE.search(line.text[found.end() :]):
        return None
    return f'it is ticked, and says "{found[0]}"', f"{found[1]} > 0"


def _columns_open(line: Line) -> tuple[str, str] | None:
    """A ticked row of a table whose own numbers say that something failed."""
    if line.kind != "row" or any(
        re.search(r"target|required|limit", name, re.IGNORECASE) for name in line.columns
    ):
        return None
    counts: dict[str, Fraction] = {}
    for i, name in enumerate(line.columns):
        number = _columns.number(line, i)
        if number is not None and number.is_plain and _columns.role(name):
            counts.setdefault(_columns.role(name), number.low)
    failed = counts.get("failed", Fraction(0))
    if failed > 0 and ("total" in counts or "passed" in counts):
        return f"the row is ticked, and counts {failed} failed", f"{failed} > 0"
    if (
        "passed" in counts
        and "total" in counts
        and counts["passed"] + counts.get("skipped", 0) < counts["total"]
    ):
        done = counts["passed"] + counts.get("skipped", 0)
        return "the row is ticked, and not all of it passed", f"{done} < {counts['total']}"
    return None
