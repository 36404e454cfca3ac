"""Several components behind one endpoint: whether all of them are there."""

from __future__ import annotations

import re
from typing import Any

from readiness.check import Finding, Outcome
from readiness.evidence.fields import find, parse_path
from readiness.evidence.model import Reason

from ._fields import cut, shown

# Only words that mean well: `21/21 failed` has two equal numbers too.
_WELL = "active|available|connected|healthy|ok|online|ready|running|up"
_RATIO = re.compile(rf"(\d{{1,9}})\s*(?:/|of)\s*(\d{{1,9}})(?:\s+(?:{_WELL}))?", re.ASCII | re.IGNORECASE)
_SEE = "see which component is missing, or correct the path in the policy"


def judge_counts(document: Any, part: str, whole: str, place: str) -> Finding | None:
    """The number at one path must be that at the other: whole numbers, and at least one."""
    active, total = _at(document, part), _at(document, whole)
    for path, number in ((part, active), (whole, total)):
        if not _is_count(number):
            return _odd(
                f"{place}: {cut(path)} is {_said(number)}, and no count", _said(number), "a whole number"
            )
    return _all(f"{place}: {cut(part)} is {active} of {total} in {cut(whole)}", active, total)


def judge_ratio(document: Any, path: str, place: str) -> Finding | None:
    """The text at a path, such as `21/21`, must name the same number twice."""
    value = _at(document, path)
    found = _RATIO.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return _odd(f"{place}: {cut(path)} is {_said(value)}, and no ratio", _said(value), "text as in 21/21")
    return _all(f"{place}: {cut(path)} is {shown(value)}", int(found[1]), int(found[2]))


def judge_elements(document: Any, path: str, least: int, place: str) -> Finding | None:
    """The list or object at a path must have so many elements; null is none."""
    value = _at(document, path)
    if not isinstance(value, (list, dict)):
        return _odd(
            f"{place}: {cut(path)} is {_said(value)}, and has no elements", _said(value), "a list or object"
        )
    elements = value.values() if isinstance(value, dict) else value
    count = sum(one is not None for one in elements)
    if count >= least:
        return None
    empty = f" ({len(value) - count} more are null)" if count < len(value) else ""
    return _fail(
        f"{place}: {cut(path)} has {count} elements{empty}, and {least} is the least",
        str(count),
        f"{least}",
    )


class _Absent:
    """No such field."""


def _at(document: Any, path: str) -> Any:
    (found,) = find(document, parse_path(path))
    return found.value if found.state == "value" else _Absent


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _said(value: Any) -> str:
    return "absent" if value is _Absent else shown(value)


def _all(what: str, active: int, total: int) -> Finding | None:
    if total < 1 or active > total:
        return _odd(f"{what}, which cannot be", f"{active} of {total}", "all of at least one")
    if active == total:
        return None
    return _fail(f"{what}: {total - active} are not active", f"{active} of {total}", f"{total} of {total}")


def _fail(message: str, observed: str, expected: str) -> Finding:
    return Finding(outcome=Outcome.FAIL, message=message, observed=observed, expected=expected, next=_SEE)


def _odd(message: str, observed: str, expected: str) -> Finding:
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.MISSING if observed == "absent" else Reason.MALFORMED,
        message=message,
        observed=observed,
        expected=expected,
        next=_SEE,
    )
