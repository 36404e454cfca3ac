"""The scorecard as JSON: the file that every other report, and every other program, reads."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

import msgspec

from readiness.errors import UsageError
from readiness.evidence.model import Value
from readiness.report.escape import UNKNOWN
from readiness.scorecard import Scorecard
from readiness.scorecard.decoding import decode as decode_shape

_SURROGATE = re.compile("[\ud800-\udfff]")


def render(card: Scorecard) -> str:
    """The same text for the same scorecard, to the byte; ends with a newline.

    Raises ValueError for a number that is not finite: JSON cannot say it, and `null` would hide it. A lone
    surrogate, which is no text, becomes the replacement character.
    """
    plain = json.dumps(msgspec.to_builtins(card), ensure_ascii=False, allow_nan=False)
    return msgspec.json.format(_SURROGATE.sub(UNKNOWN, plain), indent=2) + "\n"


def decode(text: str, name: str) -> Scorecard:
    """A scorecard file that makes sense, read strictly; `name` is how messages call it. Raises UsageError."""
    card = decode_shape(text, name)
    try:
        _require_sense(card)
    except ValueError as problem:
        raise UsageError(f"{name} cannot be used: {problem}") from None
    return card


def _require_sense(card: Scorecard) -> None:
    if card.blockers and card.decision != "no-go":
        raise ValueError(f"it contradicts itself: {card.decision}, with {len(card.blockers)} blockers")
    for share in (card.score, card.score_if_no_waivers, card.proven):
        if share is not None and not 0 <= share <= 100:
            raise ValueError(f"it contradicts itself: a share of {share:g} percent")
    for path, when in _moments(card, "scorecard"):
        if when.tzinfo is None:
            raise ValueError(f"{path} has no offset from UTC")


def _moments(value: Any, path: str) -> Any:
    if isinstance(value, datetime):
        yield path, value
    elif isinstance(value, tuple):
        for i, part in enumerate(value):
            yield from _moments(part, f"{path}[{i}]")
    elif isinstance(value, Value):
        for field in value.__struct_fields__:
            yield from _moments(getattr(value, field), f"{path}.{field}")
