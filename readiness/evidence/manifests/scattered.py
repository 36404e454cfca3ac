"""Containers that stand elsewhere than in a pod template where Deployments have theirs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from readiness.evidence.manifests.scanning import in_one
from readiness.evidence.manifests.shapes import Path

_LISTS: Mapping[str, str] = {
    "containers": "app",
    "initContainers": "init",
    "sidecars": "sidecar",
    "ephemeralContainers": "ephemeral",
    "steps": "app",
}
_ONES = frozenset({"container", "script"})


class Scattered(NamedTuple):
    """A map that names an image, as containers do; `role` by the key it stands under, `near` the closest name."""

    path: Path
    body: Mapping[str, Any]
    role: str
    near: str


def may_scatter(body: Mapping[str, Any]) -> bool:
    """Whether `scattered` may find any: no body without the key has one, and to look for it so is faster."""
    return b'"image":' in in_one(body)


def scattered(body: Mapping[str, Any]) -> Iterator[Scattered]:
    """Every container of an object by the look of it, at any depth, in the order of the object."""
    waiting: list[tuple[Path, Any, str]] = [((), body, "")]
    while waiting:
        path, node, near = waiting.pop()
        if isinstance(node, Mapping):
            yield from _here(path, node, near)
            named = node.get("name")
            near = named if isinstance(named, str) else near
        parts: Iterable[tuple[Any, Any]] = node.items() if isinstance(node, Mapping) else enumerate(node)
        trees = [((*path, key), value, near) for key, value in parts if _is_tree(value)]
        waiting += reversed(trees)


def _here(path: Path, node: Mapping[str, Any], near: str) -> Iterator[Scattered]:
    if not path or not isinstance(node.get("image"), str):
        return
    if len(path) > 1 and isinstance(path[-1], int) and path[-2] in _LISTS:
        yield Scattered(path, node, _LISTS[str(path[-2])], near)
    elif path[-1] in _ONES:
        yield Scattered(path, node, "app", near)


def _is_tree(value: object) -> bool:
    return isinstance(value, Mapping | list) and bool(value)
