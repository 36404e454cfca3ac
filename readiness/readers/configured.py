"""What readers of configuration files share: keys that are known, durations, and facts of a bounded size."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TypeVar

import msgspec

from readiness.evidence.model import Facts, Reason, Unproven
from readiness.readers.durations import seconds
from readiness.readers.nodes import Node, malformed

F = TypeVar("F", bound=Facts)
MAX_FACTS = 4_000_000


def only(node: Node, known: frozenset[str], what: str) -> None:
    """Unproven (malformed) for a key that the program would refuse, or worse, pass over."""
    for key, value in node.pairs():
        if key not in known:
            close = get_close_matches(key, known, 1)
            help_ = f"did you mean {close[0]}?" if close else f"known are {', '.join(sorted(known))[:300]}"
            raise malformed(value.place, f"{what} has no key `{key[:60]}`", help_)


def needed(node: Node, key: str, what: str) -> Node:
    """What a map has for a key; Unproven (malformed) when it is absent or null."""
    found = node.get(key)
    if found is None:
        raise malformed(node.place, f"{what} has no `{key}`", f"write `{key}:`")
    return found


def text_of(node: Node, key: str, otherwise: str = "") -> str:
    """The text for a key."""
    found = node.get(key)
    return otherwise if found is None else found.text()


def texts_of(node: Node, key: str) -> Mapping[str, str]:
    """A map of texts, empty where it is absent. Null counts as empty text, as Prometheus has it."""
    found = node.get(key)
    if found is None:
        return {}
    return {name: "" if one.value is None else one.text() for name, one in found.pairs()}


def duration_of(node: Node, key: str) -> float | None:
    """The seconds for a key; None where it is absent."""
    found = node.get(key)
    if found is None:
        return None
    made = seconds(found.text())
    if made is None:
        raise malformed(
            found.place, f"{found.path}: {found.text()[:40]!r} is no duration", "write it as in 5m or 1h30m"
        )
    return made


def number_of(node: Node, key: str, otherwise: int = 0) -> int:
    """A whole number from 0 for a key."""
    found = node.get(key)
    if found is None:
        return otherwise
    if isinstance(found.value, bool) or not isinstance(found.value, int) or found.value < 0:
        found.refuse("a whole number from 0")
    return found.value


def truth_of(node: Node, key: str, *, otherwise: bool) -> bool:
    """True or false for a key."""
    found = node.get(key)
    if found is None:
        return otherwise
    if not isinstance(found.value, bool):
        found.refuse("true or false")
    return found.value


def bounded(facts: F, what: str) -> F:
    """The same; Unproven (malformed) when they are more than facts may be."""
    size = len(msgspec.json.encode(facts))
    if size > MAX_FACTS:
        message = f"it comes to {size:,} bytes of {what}; at most {MAX_FACTS:,} are kept"
        raise Unproven(Reason.MALFORMED, message, "name fewer files, those of this service")
    return facts
