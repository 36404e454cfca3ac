"""What is ticked as proven by a test, while the report says elsewhere that the test has not been run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from readiness.claims.model import Contradiction
from readiness.claims.report import Line, Report
from readiness.claims.rules import _words
from readiness.claims.rules._words import quoted
from readiness.claims.status import Status
from readiness.claims.units import RATE, TIME

RULE = "not-run"
NEEDED_RULE = "prerequisite-open"
_RUN = re.compile(
    r"\b(?:execut\w+|run|runs|running|perform(?:ed|ing)?|conduct\w*|validat\w+|tests?\b.{0,60}\bready)\b",
    re.IGNORECASE,
)
_TOPICS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for name, words in {
        "load": r"loads?|stress|spike|throughput|performance|benchmark\w*|capacity|regression|scalability",
        "endurance": r"soak|endurance",
        "recovery": r"chaos|stress|fail-?over|disaster|recover\w*|mttr|data loss|cascading|resilien\w*",
        "integration": r"integration|end-to-end|e2e|core testing|testing",
        "cluster": r"kubernetes|k8s|cluster|orchestration",
        "readiness": r"(?:production )?readiness",
        "recovery drill": r"(?:restore|rollback) (?:drill|rehearsal|test)",
    }.items()
}
_OPEN_TOPICS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for name, words in {
        "load": r"(?:load|stress|performance) (?:\w+ )?(?:tests?|testing|suite)|load testing",
        "endurance": r"soak|endurance",
        "recovery": r"chaos|stress (?:\w+ )?(?:tests?|suite)|fail-?over tests?",
        "integration": r"integration (?:\w+ )?(?:tests?|suite)",
        "cluster": r"(?:kubernetes|k8s) cluster",
        "readiness": r"production readiness",
        "recovery drill": r"(?:restore|rollback) (?:drill|rehearsal|test)",
    }.items()
}
_OUTCOME = re.compile(
    r"\b(?:pass(?:es|ed|ing)?|meets?|met|never|remains?|stays?|stable|maintained|validated|verified|recovers?|"
    r"contained|detected|confirmed|no (?:data loss|performance regression|regression|failures)|tested|benchmarked|"
    r"green|proven|works|successful)\b",
    re.IGNORECASE,
)
_MADE = re.compile(
    r"\b(?:implemented|created|framework|script\w*|tool\w*|documented|prepared|configured|designed|written|available|"
    r"support\w*|generated|reporting|export|baselines?|monitor\w*|compil\w*|ready to|files)\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"\b(?:full|all|complete|entire|whole)\b", re.IGNORECASE)
_NEEDED = re.compile(
    r"\b(?:prerequisite (?:for|of|to)|blocks|required (?:for|before)|must (?:be done|finish) before)\s+"
    r"(?P<what>[A-Z]?\w+ \d+|[A-Z]\w+)",
    re.IGNORECASE,
)


def find(report: Report) -> Iterator[Contradiction]:
    """Ticked outcomes of tests that are open, and what is done before its prerequisite."""
    yield from against(open_tests(report), report.lines)
    yield from _prerequisites(report)


def open_tests(report: Report) -> list[Line]:
    """The lines that say that a test is still to be run."""
    return [line for line in report.lines if _is_open_test(line)]


def _is_open_test(line: Line) -> bool:
    if line.status is not Status.OPEN or any(_words.FUTURE.search(name) for name in line.section[1:]):
        return False
    topics = [name for name, pattern in _OPEN_TOPICS.items() if pattern.search(line.text)]
    runs = _RUN.search(line.text) or _words.pending(line.text)
    later = any(_words.NEXT.search(name) for name in line.section)
    said = (
        bool(line.marks)
        or bool(_words.pending(line.text))
        or bool(_WHOLE.search(line.text))
        or "readiness" in topics
    )
    return bool(topics and runs and (said or not later))


def topics_of_open(line: Line) -> set[str]:
    """What the open test would show."""
    return {name for name, pattern in _OPEN_TOPICS.items() if pattern.search(line.text)}


def against(opened: Sequence[Line], lines: Sequence[Line]) -> Iterator[Contradiction]:
    """Every ticked outcome that one of the open tests would have to show first."""
    by_topic: dict[str, Line] = {}
    for line in opened:
        for topic in topics_of_open(line):
            by_topic.setdefault(topic, line)
    for line in lines if by_topic else ():
        other = next((by_topic[topic] for topic in by_topic if _claims(line, topic)), None)
        if other is not None:
            message = (
                f"it is ticked, while the test that would show it is still to be run: {quoted(other.text)}"
            )
            yield Contradiction(line, RULE, message, "", (other,))


def _claims(line: Line, topic: str) -> bool:
    """Whether a line says that the topic is good, by words and not by a number that was measured."""
    if not line.is_ticked or line.kind not in ("item", "row", "text") or _words.EXCUSED.search(line.text):
        return False
    text = line.text
    if (
        line.fractions
        or not _TOPICS[topic].search(text)
        or any(one.dimension in (TIME, RATE) for one in line.quantities)
    ):
        return False
    outcome = _OUTCOME.search(text)
    return bool(outcome) and (line.kind == "row" or not _MADE.search(text))


def _prerequisites(report: Report) -> Iterator[Contradiction]:
    """`Phase 3: pending (prerequisite for Phase 4)` beside `Phase 4: complete`."""
    for line in report.lines:
        found = _NEEDED.search(line.text) if line.status is Status.OPEN else None
        if not found:
            continue
        name = re.compile(rf"\W*{re.escape(found['what'])}\b(?!\s*\d)", re.IGNORECASE)
        done = next(
            (
                other
                for other in report.lines
                if other.is_ticked and other is not line and name.match(other.text)
            ),
            None,
        )
        if done:
            message = f"it is ticked, while what it rests on is open: {quoted(line.text)}"
            yield Contradiction(done, NEEDED_RULE, message, "", (line,))
