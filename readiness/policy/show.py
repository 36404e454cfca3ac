"""A resolved policy as YAML, with the file and line that each value came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from readiness.places import Map, Place, Seq
from readiness.policy.documents import read_chain
from readiness.policy.resolve import digest, merged

_COMMENT_COLUMN = 60


def show(wanted: str) -> str:
    """The merged documents of a policy; variables are left as they are written. Raises PolicyError."""
    chain = read_chain(wanted)
    head = [f"# {digest(chain)}", *(f"# from {document.name}" for document in chain)]
    return "\n".join([*head, *_lines(merged(chain), "")]) + "\n"


def _lines(tree: Map, indent: str) -> Iterator[str]:
    for key, value in tree.items():
        yield from _entry(f"{indent}{_scalar(key)}:", value, tree.value_places[key], indent)


def _entry(start: str, value: Any, place: Place, indent: str) -> Iterator[str]:
    deeper = indent + "  "
    if isinstance(value, Map) and value:
        yield start
        yield from _lines(value, deeper)
    elif isinstance(value, Seq) and any(isinstance(item, Map | Seq) for item in value):
        yield start
        for item, at in zip(value, value.value_places, strict=True):
            yield from _item(item, at, deeper)
    else:
        yield _with_origin(f"{start} {_flow(value)}", place)


def _item(item: Any, place: Place, indent: str) -> Iterator[str]:
    if not isinstance(item, Map) or not item:
        yield _with_origin(f"{indent}- {_flow(item)}", place)
        return
    lines = _lines(item, indent + "  ")
    yield f"{indent}- {next(lines).lstrip()}"
    yield from lines


def _flow(value: Any) -> str:
    if isinstance(value, Map):
        return "{" + ", ".join(f"{_scalar(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    dumped: str = yaml.safe_dump(value, width=10**6, allow_unicode=True, default_flow_style=True)
    return dumped.removesuffix("\n").removesuffix("\n...")


def _with_origin(line: str, place: Place) -> str:
    return f"{line:<{_COMMENT_COLUMN}}  # {place.text.name}:{place.line}"
