"""What readers of chaos results share: objects of Kubernetes, whole texts, facts of a bounded size."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from readiness.evidence.chaos import Chaos, Experiment
from readiness.evidence.model import Reason, Unproven
from readiness.readers.nodes import documents_of
from readiness.readers.source import Source
from readiness.readers.texts import clip
from readiness.units import parse_instant

MAX_BYTES = 3_000_000
AGAIN = "let the tool write its result again, whole"


def refuse(message: str, remedy: str = AGAIN) -> Unproven:
    """A file that is not what it claims to be."""
    return Unproven(Reason.MALFORMED, message, remedy)


def chaos_of(experiments: Sequence[Experiment]) -> Chaos:
    """The facts; Unproven when there are none, or too many."""
    made = Chaos(experiments=tuple(experiments))
    if not made.experiments:
        raise refuse("it holds no experiment")
    _refuse_copies(made.experiments)
    if len(msgspec.json.encode(made)) > MAX_BYTES:
        raise refuse("it holds more experiments than are read as one evidence", "declare them as several")
    return made


def _refuse_copies(experiments: Sequence[Experiment]) -> None:
    """One run that is told twice would count as two; a journal tells microseconds, so that no title tells two apart."""
    seen: set[tuple[str, str, datetime | None]] = set()
    for one in experiments:
        times: list[datetime | None] = [trial.started_at for trial in one.trials]
        name = "" if one.tool == "chaos-toolkit" else one.name
        for key in ((one.tool, name, time) for time in times or [one.ended_at]):
            if key in seen:
                when = f" of {key[2]:%Y-%m-%d %H:%M:%S}" if key[2] else ""
                raise refuse(f"the experiment {one.name}{when} is there twice", "keep one of them")
            seen.add(key)


def instant(text: str, what: str) -> datetime:
    """A moment as the tool writes it."""
    try:
        return parse_instant(text)
    except ValueError:
        raise refuse(f"{what} {clip(text, 40)!r} is no time") from None


def objects_of(source: Source, group: str) -> list[dict[str, Any]]:
    """The objects of an API group in a file of kubectl, its lists taken apart; Unproven for a file with others."""
    data = [source.json] if starts_json(source) else [node.value for node in documents_of(source)]
    found = [one for document in data for one in _items(document)]
    for one in found:
        if not _is_of(one, group):
            kind = one.get("kind") if isinstance(one, dict) else None
            raise refuse(
                f"it holds {kind or 'something'} among objects of {group}", "keep each in a file of its own"
            )
    return found


def holds_object(source: Source, group: str) -> bool:
    """Whether the first 64 KiB name the API group, and the first object is of it."""
    if f"{group}/".encode() not in source.head:
        return False
    data = [source.json] if starts_json(source) else [node.value for node in documents_of(source)]
    found = [one for document in data for one in _items(document)]
    return bool(found) and _is_of(found[0], group)


def starts_json(source: Source) -> bool:
    """Whether it begins as a JSON object."""
    return source.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def _items(document: Any) -> list[Any]:
    if isinstance(document, dict) and str(document.get("kind", "")).endswith("List"):
        items = document.get("items")
        return items if isinstance(items, list) else [document]
    return [document]


def _is_of(one: Any, group: str) -> bool:
    return isinstance(one, dict) and str(one.get("apiVersion", "")).startswith(f"{group}/")
