"""A tick beside words that say the opposite: `pending`, `3/6 passed`, `2 tests failed`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from readiness.claims.model import Contradiction
from readiness.claims.numbers import Parts
from readiness.claims.report import Line, Report
from readiness.claims.rules import _columns, _words
from readiness.claims.status import Status

RULE = "ticked-but-open"
_EVEN_WITH = re.compile(
    r"\b(?:with|at|on|when|even|despite|while|down to|survives?|tolerates?|after|if)\b[^.]{0,20}$",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    r"\b(?:step|stage|phase|wave|batch|part|canary|iteration|milestone|sprint|round|ring|week|day|page|attempt|run|cycle)\s*$",
    re.IGNORECASE,
)
_TESTS_FAILED = re.compile(
    r"(?<!\bof )(?<![/,.\d])\b([1-9]\d{0,6}) (?:\w+ )?(?:tests?|checks?|cases?|items?|scenarios?) (?:are |"
    r"were )?fail(?:ed|ing)\b",
    re.IGNORECASE,
)
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
    words = _words.pending(line.text)
    return (f'it is ticked, and says "{words}"', "") if words else None


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
    after, before = text[one.end : one.end + 40], text[max(0, one.start - 25) : one.start]
    if (
        _words.TARGET.search(text)
        or _ORDINAL.search(before)
        or re.match(r"\s*(?:\w+\s){0,2}(?:fail|error)", after, re.IGNORECASE)
    ):
        return False
    after = re.split(r"[.;,]|\d+/\d+", after)[0]
    if _words.PASSED.search(after) or _words.PASSED.search(before):
        return True
    return bool(_words.ALIVE.search(after) or _words.ALIVE.search(before)) and not _EVEN_WITH.search(before)


def _failed(line: Line) -> tuple[str, str] | None:
    found = _TESTS_FAILED.search(line.text) or _PASSED_FAILED.search(line.text)
    if not found or _words.TARGET.search(line.text):
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
