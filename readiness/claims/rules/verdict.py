"""`Production ready` or GO beside rows that failed, tests that did not pass, and tests that were not run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.claims.model import Contradiction
from readiness.claims.report import Line, Report
from readiness.claims.rules import _words
from readiness.claims.rules.missed import missed_rows
from readiness.claims.rules.ticked import counts_success
from readiness.claims.rules.unrun import open_tests
from readiness.claims.status import Status

RULE = "verdict"
_READY = re.compile(
    r"\bproduction[- ]ready\b(?!\s*(?:code|quality|environment|checklist|criteria|definition|docker\w*|"
    r"image|config\w*|template|"
    r"\S*-?like))"
    r"|\bready (?:for|to go(?: into| to)?) (?:\w+ ){0,2}?(?:production|release|launch|go-live|deployment|sign-off)\b"
    r"(?!\s+(?:validation|test\w*|trial\w*|review|readiness|assessment|planning|rehearsal|discussion|candidate))"
    r"|\b(?:approved|cleared) for (?:production|release|launch|go-live|deployment)\b",
    re.IGNORECASE,
)
_GO = re.compile(
    r"(?:(?i:\b(?:decision|verdict|recommendation|status|result|outcome|conclusion|release|gate|assessment)\b)"
    r"[^.\w]{1,12}|^\W*)(?:GO|APPROVED)\b(?![\w/-])(?=\W*$|\s*[^\w\s/=:,]|\s+for\b)(?!\s*(?:/|or\b|NO\b))"
)
_DENIED = re.compile(
    r"\b(?:not|no|never|isn't|until|before|once|when|if|unless|whether|towards?|path to|almost|nearly|"
    r"becoming|become|to be|make|"
    r"will be|would be|should be|criteria|checklist|definition|after)\b[^.]{0,40}$",
    re.IGNORECASE,
)
_IS_NOW = re.compile(r"\b(?:is|are) (?:now )?production[- ]ready\b", re.IGNORECASE)
_TESTS = re.compile(
    r"\b(?:tests?|checks?|components?|services?|targets?|pods?|suites?|scenarios?|nodes?|probes?|endpoints?)\b",
    re.IGNORECASE,
)
_NOT_WANTED = re.compile(
    r"\b(?:don'?ts?|do and|guidelines?|non-goals|limitations?|known issues?|support|compatib\w*|rejected|removed|"
    r"not included|alternatives|abort|triggers?|before|legend|comparison|anti-?patterns?)\b",
    re.IGNORECASE,
)
_EARLIER = re.compile(
    r"\b(?:(?:last|previous|prior|earlier|first) (?:review|audit|release|run|attempt|report|version|sprint|"
    r"assessment|cycle)s?|before|history|logs?|timeline|rehearsals?|trend|failed attempts|"
    r"changes? since|lessons|what went wrong)\b",
    re.IGNORECASE,
)
_SCOPE = re.compile(r"\b(?:in|for) (?:the )?([A-Z][A-Z\d-]{1,9})\b")
_DO_NOT = re.compile(r"\W*(?:don'?t|do not|never|avoid|no longer)\b", re.IGNORECASE)
_MOST = 8


def says_ready(line: Line) -> bool:
    """Whether a line says, for the whole, that the release may go."""
    if line.box is False or line.status in (Status.OPEN, Status.BAD) or "?" in line.text:
        return False
    elsewhere = any(_words.FUTURE.search(name) or _words.NEXT.search(name) for name in line.section[1:])
    if elsewhere and not _IS_NOW.search(line.text):
        return False
    for pattern in (_READY, _GO):
        found = pattern.search(line.text)
        if (
            found
            and not _DENIED.search(line.text[: found.start()])
            and not _is_cited(line.text, found.start())
        ):
            return True
    return False


def _is_cited(text: str, at: int) -> bool:
    """Whether the words at that place are quoted in a longer sentence: somebody else says them."""
    outside = re.sub(r'"[^"]*"|“[^”]*”', "", text)
    is_open = text.count('"', 0, at) % 2 == 1 or text.rfind("“", 0, at) > text.rfind("”", 0, at)
    return is_open and len(re.findall(r"[A-Za-z]", outside)) > 8


def find(report: Report) -> Iterator[Contradiction]:
    """Every such line, with what stands against it."""
    ready = [line for line in report.lines if says_ready(line)]
    against = list(_against(report)) if ready else []
    scopes = {one: _scope(one) for one in (*ready, *against)}
    for line in ready:
        others = [one for one in against if one is not line and _may_be_one(scopes[line], scopes[one])]
        if others:
            count = len(others)
            message = (
                f"it says that the release is ready, and {f'{count} lines' if count > 1 else 'one line'} of "
                f"the report {'say' if count > 1 else 'says'} that it is not"
            )
            yield Contradiction(line, RULE, message, "", tuple(others[:_MOST]))


def _scope(line: Line) -> frozenset[str]:
    """The places that a line names: `ready for launch in EU` says nothing of what is open in APAC."""
    return frozenset(found[1] for found in _SCOPE.finditer(line.text))


def _may_be_one(first: frozenset[str], second: frozenset[str]) -> bool:
    return not first or not second or not first.isdisjoint(second)


def _against(report: Report) -> Iterator[Line]:
    missed = {row for row, _ in missed_rows(report)}
    unrun = set(open_tests(report))
    for line in _of_now(report):
        if _words.EXCUSED.search(line.text) or any(_words.FUTURE.search(name) for name in line.section[1:]):
            continue
        if line in missed or line in unrun or _failed(line) or _partial(line):
            yield line


def _of_now(report: Report) -> Iterator[Line]:
    """Its lines, without lists and sections that tell of an earlier state."""
    label = ""
    for line in report.lines:
        if line.kind in ("heading", "text"):
            label = line.text if line.text.endswith(":") else ""
        if not _EARLIER.search(label) and not any(_EARLIER.search(name) for name in line.section):
            yield line


def _failed(line: Line) -> bool:
    """A row or an item that says that it failed; a heading, a legend, or what should not be done does not count."""
    if line.status is not Status.BAD or line.kind not in ("row", "item"):
        return False
    if re.search(r"\bNO-?GO\b", line.text) or _DO_NOT.match(line.text):
        return False
    return not any(_NOT_WANTED.search(name) for name in line.section)


def _partial(line: Line) -> bool:
    """`12/21 components active`, `18/24 tests passing`."""
    is_plan = line.status is Status.OPEN and any(_words.NEXT.search(name) for name in line.section)
    if is_plan or not _TESTS.search(line.text):
        return False
    return any(one.part < one.whole and counts_success(line.text, one) for one in line.fractions)
