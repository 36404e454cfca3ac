"""The YAML between two lines `---` at the very top of a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from readiness.evidence.model import Reason, Unproven
from readiness.places import Map, Seq, Text, YamlError, load_policy

_FENCE = "---"
_ENDS = ("---", "...")
_REMEDY = "correct the lines between the two `---` at the top of the document"


def split(text: str) -> tuple[dict[str, str], dict[str, int], str]:
    """The properties, their lines, and the text with blank lines where the front matter stood.

    Raises Unproven (malformed) when front matter is opened and is not closed, or holds no mapping.
    """
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        return {}, {}, text
    end = next((i for i, line in enumerate(lines) if i and line.rstrip() in _ENDS), None)
    if end is None:
        raise Unproven(Reason.MALFORMED, "the front matter that line 1 opens is never closed", _REMEDY)
    properties, places = _parse("\n" + "\n".join(lines[1:end]))
    return properties, places, "\n" * (end + 1) + "\n".join(lines[end + 1 :])


def _parse(content: str) -> tuple[dict[str, str], dict[str, int]]:
    """The blank first line stands for the `---`, so that lines are counted as in the file."""
    try:
        made, _ = load_policy(Text("front matter", content))
    except YamlError as error:
        raise Unproven(Reason.MALFORMED, f"its front matter is broken: {error}", _REMEDY) from None
    if made is None:
        return {}, {}
    if not isinstance(made, Map):
        raise Unproven(Reason.MALFORMED, "its front matter is no list of `key: value`", _REMEDY)
    found = list(_scalars(made))
    return {name: value for name, value, _ in found}, {name: line for name, _, line in found}


def _scalars(node: Map | Seq, prefix: str = "") -> Iterator[tuple[str, str, int]]:
    """`(name, text, line)` of every scalar, however deep."""
    entries: list[tuple[str, Any, int]] = (
        [(key, value, node.value_places[key].line) for key, value in node.items()]
        if isinstance(node, Map)
        else [(str(i), value, node.value_places[i].line) for i, value in enumerate(node)]
    )
    for key, value, line in entries:
        if isinstance(value, Map | Seq):
            yield from _scalars(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", _shown(value), line


def _shown(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
