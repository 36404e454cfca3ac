"""The scorecard as JUnit XML, for the test views of CI services: red exactly when the gate is."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from readiness.check import Outcome
from readiness.report import words
from readiness.report.escape import clean, shorten
from readiness.report.view import CheckView, Headline, view
from readiness.scorecard import Scorecard


def render(card: Scorecard) -> str:
    """The decision as the first test, then one test for each check.

    What blocks is a failure when it is proven bad and an error when it is not shown. What is not good and does
    not block counts as skipped, with its message: it neither fails the build nor looks like a pass.
    """
    shown = view(card)
    root = Element("testsuites", name="readiness")
    suite = SubElement(root, "testsuite", name=_text(shown.headline.subject), timestamp=_stamp(card))
    _decision(suite, card, shown.headline)
    stopped = {id_ for blocker in card.blockers for id_ in blocker.checks}
    for category in shown.categories:
        for check in category.checks:
            _check(suite, check, check.result.id in stopped)
    _count(root, suite)
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _text(text: str) -> str:
    return shorten(clean(text))


def _stamp(card: Scorecard) -> str:
    return words.utc(card.run.judged_at).strftime("%Y-%m-%dT%H:%M:%S")


def _case(suite: Element, group: str, name: str) -> Element:
    return SubElement(suite, "testcase", classname=_text(group), name=_text(name), time="0")


def _decision(suite: Element, card: Scorecard, headline: Headline) -> None:
    case = _case(suite, "readiness", "decision")
    message = f"{headline.mark.word}: {headline.sentence}"
    lines = [headline.sentence, *headline.more, *([headline.remark] if headline.remark else [])]
    if card.partial is not None or (card.decision == "no-go" and not card.proven_bad):
        _say(case, "error", message, headline.mark.word, lines)
    elif card.decision != "go":
        _say(case, "failure", message, headline.mark.word, lines)


def _check(suite: Element, check: CheckView, blocks: bool) -> None:
    result = check.result
    case = _case(suite, result.category, result.id)
    if result.outcome is Outcome.PASS:
        return
    message = f"{check.mark.word}: {result.summary}"
    if result.outcome is Outcome.WARN:
        SubElement(case, "system-out").text = _text(message)
    elif not blocks or result.outcome is Outcome.NOT_APPLICABLE:
        _say(case, "skipped", message)
    else:
        tag = "failure" if result.outcome is Outcome.FAIL else "error"
        _say(case, tag, message, check.mark.word, list(_lines(check)))


def _say(case: Element, tag: str, message: str, type_: str = "", lines: list[str] | None = None) -> None:
    element = SubElement(case, tag, message=_text(message))
    if type_:
        element.set("type", type_)
    if lines:
        element.text = "\n".join(f"- {_text(line)}" for line in lines)


def _lines(check: CheckView) -> Iterator[str]:
    for finding in words.not_good(check.findings):
        at = words.place(finding)
        yield f"{finding.message}{f' ({at})' if at else ''}"
        for label, text in (("observed", finding.observed), ("expected", finding.expected)):
            if text:
                yield f"{label}: {text}"
    yield from (f"next: {step}" for step in check.next)


def _count(root: Element, suite: Element) -> None:
    counts = {"tests": "testcase", "failures": "testcase/failure", "errors": "testcase/error"}
    for name, path in (counts | {"skipped": "testcase/skipped"}).items():
        for element in (root, suite):
            element.set(name, str(len(suite.findall(path))))
