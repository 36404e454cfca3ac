"""Fields of a JSON answer against what is expected of them."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.check import Finding, Outcome
from readiness.evidence.endpoint import HttpAnswer
from readiness.evidence.fields import Found, find, parse_path, same_scalar
from readiness.evidence.model import Reason

_MOST_FINDINGS = 50
_LONGEST_SHOWN = 80


def judge_field(answer: HttpAnswer, path: str, expected: object, place: str) -> Iterator[Finding | None]:
    """Every place of the path; of the bad ones the first fifty are told, and the rest counted."""
    allowed = expected if isinstance(expected, list) else [expected]
    bad = 0
    for found in find(answer.json, parse_path(path)):
        finding = _found(found, allowed, place)
        bad += finding is not None
        if finding is None or bad <= _MOST_FINDINGS:
            yield finding
    if bad > _MOST_FINDINGS:
        more = bad - _MOST_FINDINGS
        yield Finding(
            outcome=Outcome.FAIL,
            message=f"{place}: {path}: {more} more fields are not as expected",
            count=more,
        )


def judge_version(answer: HttpAnswer, path: str, wanted: str | None, place: str) -> Finding | None:
    """The text at a path must be the version of the release."""
    (found,) = find(answer.json, parse_path(path))
    told = found.value if found.state == "value" else None
    if wanted is None:
        return Finding(
            outcome=Outcome.UNPROVEN,
            reason=Reason.MISSING,
            message=f"{place}: the policy tells no version of the release to compare {cut(path)} with",
            observed=shown(told),
            next="set `release.version` in the policy",
        )
    if isinstance(told, str) and told.removeprefix("v") == wanted.removeprefix("v") != "":
        return None
    observed = "absent" if found.state == "absent" else shown(told)
    return Finding(
        outcome=Outcome.FAIL,
        message=f"{place}: {cut(path)} is {observed}, and not {shown(wanted)}",
        observed=observed,
        expected=shown(wanted),
        next="see whether the roll-out came to its end, or correct the path in `version`",
    )


def _found(found: Found, allowed: list[object], place: str) -> Finding | None:
    name = cut(found.path)
    if found.state == "empty":
        return Finding(
            outcome=Outcome.UNPROVEN,
            reason=Reason.MISSING,
            message=f"{place}: {name} stands for every element, and there is none",
            observed="no elements",
            expected=_expected(allowed),
            next="let the endpoint name its components; some do so for authorised callers only",
        )
    if found.state == "value" and any(same_scalar(found.value, one) for one in allowed):
        return None
    observed = "absent" if found.state == "absent" else shown(found.value)
    return Finding(
        outcome=Outcome.FAIL,
        message=f"{place}: {name} is {observed}, and not {_expected(allowed)}",
        observed=observed,
        expected=_expected(allowed),
        next="see why it says so, or correct the path in `fields`"
        if found.state == "value"
        else "correct the path in `fields`, or let the endpoint tell it",
    )


def _expected(allowed: list[object]) -> str:
    return " or ".join(shown(one) for one in allowed)


def shown(value: object) -> str:
    """A scalar as JSON writes it; of anything larger, only what it is."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case str():
            return f'"{cut(value)}"'
        case list():
            return f"a list of {len(value)}"
        case _:
            return "an object"


def cut(text: str) -> str:
    """A text of an answer, made printable and short."""
    shown = "".join(c if c.isprintable() else " " for c in text)
    return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[: _LONGEST_SHOWN - 3]}..."
