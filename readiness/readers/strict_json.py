"""JSON that cannot mean two things: no NaN, no infinity, no duplicate keys."""

from __future__ import annotations

import json
import re
from math import isinf
from typing import Any, NoReturn, TypeVar

import msgspec

from readiness.evidence.model import Reason, Unproven

T = TypeVar("T")
MAX_MARKS = 4_000_000
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def parse_json(text: str) -> Any:
    """The document as plain data; Unproven (malformed) with line and column when it is not JSON.

    So is one of more than 4 million values, whose objects would take a gigabyte or more: it is counted, not made.
    """
    _refuse_masses(text)
    try:
        return _whole_text(
            text, json.loads(text, object_pairs_hook=_unique, parse_float=_finite, parse_constant=_constant)
        )
    except UnicodeEncodeError:
        raise Unproven(
            Reason.MALFORMED, "it is not strict JSON: half a character (a lone surrogate) is no text"
        ) from None
    except json.JSONDecodeError as error:
        if not text.strip():
            raise Unproven(Reason.MALFORMED, "it is empty") from None
        where = f"line {error.lineno}, column {error.colno}"
        cut = ": it ends too early" if error.pos >= len(text.rstrip()) else ""
        raise Unproven(Reason.MALFORMED, f"it is not JSON: {error.msg} ({where}){cut}") from None
    except RecursionError:
        raise Unproven(Reason.MALFORMED, "it is nested too deeply") from None
    except ValueError as error:
        raise Unproven(Reason.MALFORMED, f"it is not strict JSON: {error}") from None


def _refuse_masses(text: str) -> None:
    """Each value but the first follows a comma or a bracket; those within strings count along."""
    if len(text) <= MAX_MARKS:
        return
    marks = text.count(",") + text.count("[") + text.count("{")
    if marks > MAX_MARKS:
        message = f"it holds {marks:,} commas and brackets; JSON of at most {MAX_MARKS:,} is read"
        raise Unproven(
            Reason.MALFORMED, message, "keep the tool's summary, or write the evidence in several files"
        )


def _whole_text(text: str, data: Any) -> Any:
    """The data; UnicodeEncodeError when some of its text is half of a surrogate pair."""
    if _SURROGATE.search(text):
        json.dumps(data, ensure_ascii=False).encode()
    return data


def shape(data: object, type_: type[T], what: str) -> T:
    """Plain data as a msgspec type; Unproven (malformed) naming the place that does not fit.

    Numbers are not taken from strings; an integer is taken where a float is meant.
    """
    try:
        return msgspec.convert(data, type_)
    except msgspec.ValidationError as error:
        raise Unproven(Reason.MALFORMED, f"it is no {what}: {error}") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return made


def _finite(text: str) -> float:
    number = float(text)
    if isinf(number):
        raise ValueError(f"{text} is not a finite number")
    return number


def _constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a number")
