"""One object of a set, with its body as plain data and the lines of its keys."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from readiness.evidence.model import Value

NAMELESS = "(nameless)"
"""What stands for the name of an object that has none; no object may be called so."""


class Fault(Value, frozen=True):
    """Why the metadata of an object cannot be read: the path in it, and what is wrong there."""

    path: tuple[str | int, ...]
    message: str


class Resource(Value, frozen=True, kw_only=True, dict=True):
    """One Kubernetes object.

    `name` is empty where it has none, which the API server refuses. `namespace` is empty when the manifest leaves it
    to whoever applies it. `document` counts the documents of the file from 1. `body` is the whole object as plain JSON
    data. `line` is where it begins; `lines` holds, for every key of the body in the order of a walk from the top, how
    many lines below `line` it stands. `fault` is None unless its metadata has another shape than the API prescribes:
    then name, namespace and labels are what could be read.
    """

    api_version: str
    kind: str
    name: str
    namespace: str = ""
    labels: Mapping[str, str] = {}
    file: str
    document: int
    line: int
    body: Mapping[str, Any]
    lines: tuple[int, ...] = ()
    fault: Fault | None = None

    @cached_property
    def group(self) -> str:
        """The API group; empty for the core group."""
        return self.api_version.rpartition("/")[0]

    @cached_property
    def identity(self) -> str:
        """`Kind/[namespace/]name`, as waivers and messages write it."""
        name = self.name or NAMELESS
        return f"{self.kind}/{self.namespace}/{name}" if self.namespace else f"{self.kind}/{name}"

    def line_of(self, *path: str | int) -> int:
        """The line of a key, or of an item of a list; of the nearest place above it where it is absent."""
        line, start, node = self.line, 0, self.body
        for step in path:
            found = _step(node, step, start)
            if found is None:
                break
            node, start, key = found
            key = start if key is None and isinstance(node, dict) and node else key
            if key is not None and key < len(self.lines):
                line = self.line + self.lines[key]
        return line


def lines_of(body: Any, line: int) -> tuple[int, ...]:
    """The offsets that `Resource.lines` holds, of a body whose maps know the lines of their keys."""
    found: list[int] = []
    _gather(body, line, found)
    return tuple(found)


def _gather(node: Any, line: int, found: list[int]) -> None:
    if isinstance(node, dict):
        lines: Mapping[str, int] = getattr(node, "lines", {})
        for key, value in node.items():
            found.append(lines.get(key, line) - line)
            _gather(value, line, found)
    elif isinstance(node, list):
        for item in node:
            _gather(item, line, found)


def _step(node: Any, step: str | int, start: int) -> tuple[Any, int, int | None] | None:
    """One step down: what is there, where its own keys begin in the walk, and the place of its key if it has one."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == step:
                return value, start + 1, start
            start += 1 + _keys(value)
    elif isinstance(node, list | tuple) and isinstance(step, int) and 0 <= step < len(node):
        return node[step], start + sum(_keys(item) for item in node[:step]), None
    return None


def _keys(node: Any) -> int:
    if isinstance(node, Mapping):
        return sum(1 + _keys(value) for value in node.values())
    return sum(_keys(item) for item in node) if isinstance(node, list | tuple) else 0
