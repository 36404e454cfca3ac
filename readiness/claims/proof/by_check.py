"""A claim against the check that it names by its id, or by all the words of its name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.check import Outcome
from readiness.claims.model import Label, Reason
from readiness.claims.proof import wording
from readiness.claims.proof.card import Proof, reason
from readiness.claims.report import Line
from readiness.claims.rules import _words
from readiness.claims.status import Status
from readiness.scorecard import ResultShown

# Params by which a policy makes a check look at a part only.
_NARROWS = (
    "scope",
    "endpoint",
    "endpoints",
    "path",
    "paths",
    "only",
    "include",
    "suite",
    "suites",
    "group",
    "object",
)


def by_check(line: Line, proof: Proof, *, is_sure: bool) -> Iterator[Reason]:
    """What the check says that the claim names by its id, or by all the words of its name."""
    named = [result for result in proof.card.results if _names_id(line, result)]
    if not named and line.status in (Status.GOOD, Status.BAD):
        named = _by_words(line, proof)
    for result in named:
        yield _by_result(line, result, proof, is_sure=is_sure)


def _names_id(line: Line, result: ResultShown) -> bool:
    pattern = rf"(?<![\w/-])(?:{re.escape(result.id)}|{re.escape(result.check)})(?![\w/-])"
    return re.search(pattern, line.text) is not None


def _by_words(line: Line, proof: Proof) -> list[ResultShown]:
    """The results all words of whose name are in the claim; of those only the longest names."""
    said = {wording.stem(word) for word in wording.words(wording.subject(line))}
    found = [(len(name), result) for result in proof.card.results if (name := _name(result)) and name <= said]
    most = max((count for count, _ in found), default=0)
    return [result for count, result in found if count == most]


def _name(result: ResultShown) -> set[str]:
    return {wording.stem(word) for word in wording.words(result.check.rpartition("/")[2].replace("-", " "))}


def _by_result(line: Line, result: ResultShown, proof: Proof, *, is_sure: bool) -> Reason:
    outcome = f"{result.id} is {result.outcome}: {result.summary}"
    is_clear = result.outcome in (Outcome.PASS, Outcome.FAIL) and line.status in (Status.GOOD, Status.BAD)
    if not is_clear:
        return reason(Label.UNSUPPORTED, "check", outcome)
    if (line.status is Status.GOOD) == (result.outcome is Outcome.FAIL):
        if result.waiver is not None and _words.EXCUSED.search(line.text):
            return reason(Label.UNSUPPORTED, "check", f"{outcome}; it is waived, and the claim says so")
        return reason(Label.CONTRADICTED, "check", outcome)
    gap = _gap(line, result, proof, is_sure=is_sure)
    return (
        reason(Label.UNSUPPORTED, "check", f"{outcome}; {gap}")
        if gap
        else reason(Label.PROVEN, "check", outcome)
    )


def _gap(line: Line, result: ResultShown, proof: Proof, *, is_sure: bool) -> str:
    """What of the claim the check does not speak of; empty when it speaks of all."""
    if result.enforce == "advisory":
        return "it is advisory: nothing rests on it"
    if not is_sure:
        return "it does not speak of every number of the claim"
    spoken = proof.own_words | wording.words(
        f"{result.title} {result.id.replace('-', ' ')} {result.check.replace('-', ' ')}"
    )
    spoken |= {f"{word}s" for word in spoken}
    said = wording.words(wording.subject(line))
    left = wording.things(line, spoken, proof.lead(line)) | ((said & wording.STRONG) - spoken)
    if left:
        return f"it does not speak of {', '.join(sorted(left)[:4])}"
    narrow = next((str(result.with_[key]) for key in _NARROWS if result.with_.get(key)), "")
    return f"it looked at {narrow} only" if narrow and not wording.words(narrow) <= said else ""
