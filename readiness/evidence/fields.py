"""Paths into JSON, as policies write them: `components.db.status`, `items.0.name`, `components.*.status`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

EVERY = "*"
_MAX_SEGMENTS = 32
_SEGMENT = re.compile(r"(?:\\.|[^.\\])+")


class FieldPath(NamedTuple):
    """A path, segment by segment, as written: a star that is a name still has its backslash."""

    segments: tuple[str, ...]

    @property
    def has_wildcard(self) -> bool:
        """Whether it may lead to several places."""
        return EVERY in self.segments


class Found(NamedTuple):
    """One place that a path led to. `value` counts only for the state `value`.

    `absent`: there is no such field. `empty`: a `*` stands for every element of something that has none.
    """

    path: str
    state: Literal["value", "absent", "empty"]
    value: Any = None


def parse_path(text: str) -> FieldPath:
    """A dotted path. `*` is every element of a list or an object, a number an index of a list.

    A dot or a star that is part of a name has a backslash before it. ValueError for anything else.
    """
    segments = _SEGMENT.findall(text)
    if not segments or ".".join(segments) != text:
        raise ValueError(f"{text!r} is no path; write names with dots between, as in components.db.status")
    if len(segments) > _MAX_SEGMENTS:
        raise ValueError(f"{text[:40]!r}... has more than {_MAX_SEGMENTS} parts")
    return FieldPath(tuple(segments))


def find(document: Any, path: FieldPath) -> Iterator[Found]:
    """Every place that the path leads to in plain JSON data; at least one, in the order of the document."""
    return _walk(document, path.segments, ())


def same_scalar(observed: Any, expected: Any) -> bool:
    """Whether two JSON scalars are the same: `1` is `1.0`, but `true` is neither `1` nor `"true"`."""
    if isinstance(observed, bool) or isinstance(expected, bool):
        return observed is expected
    if isinstance(observed, (int, float)) and isinstance(expected, (int, float)):
        return observed == expected
    return type(observed) is type(expected) and bool(observed == expected)


def _walk(node: Any, rest: tuple[str, ...], done: tuple[str, ...]) -> Iterator[Found]:
    if not rest:
        yield Found(".".join(done), "value", node)
        return
    head, tail = rest[0], rest[1:]
    if head != EVERY:
        known, child = _child(node, _plain(head))
        if known:
            yield from _walk(child, tail, (*done, head))
        else:
            yield Found(".".join((*done, *rest)), "absent")
        return
    if not isinstance(node, (dict, list)):
        yield Found(".".join((*done, *rest)), "absent")
        return
    elements = list(node.items() if isinstance(node, dict) else enumerate(node))
    if not elements:
        yield Found(".".join((*done, *rest)), "empty")
    for key, child in elements:
        yield from _walk(child, tail, (*done, _escaped(str(key))))


def _child(node: Any, name: str) -> tuple[bool, Any]:
    if isinstance(node, dict) and name in node:
        return True, node[name]
    if isinstance(node, list) and re.fullmatch(r"[0-9]{1,9}", name) and int(name) < len(node):
        return True, node[int(name)]
    return False, None


def _plain(segment: str) -> str:
    return re.sub(r"\\(.)", r"\1", segment)


def _escaped(name: str) -> str:
    return re.sub(r"([.*\\])", r"\\\1", name)
