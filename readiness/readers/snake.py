"""Objects whose keys are in camel case, as the files have them that the objects stand for."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from readiness.places import LinedList, LinedMap
from readiness.readers.nodes import Node, malformed

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def in_snake_case(node: Node) -> Node:
    """The same with `apiURL` as `api_url` at every depth, and with its lines; malformed where two become one."""
    return replace(node, value=_renamed(node.value, node))


def _renamed(value: Any, node: Node) -> Any:
    if isinstance(value, LinedMap):
        made = LinedMap(value.line)
        made.update({_snake(key): _renamed(one, node) for key, one in value.items()})
        if len(made) != len(value):
            raise malformed(
                node.place, "a key stands there twice, once with capitals and once with underscores"
            )
        made.lines = {_snake(key): line for key, line in value.lines.items()}
        return made
    if isinstance(value, LinedList):
        copied = LinedList()
        copied.extend(_renamed(one, node) for one in value)
        copied.lines = value.lines
        return copied
    return value


def _snake(key: Any) -> Any:
    return _HUMP.sub("_", key).lower() if isinstance(key, str) else key
