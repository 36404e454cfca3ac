"""What containers are told from outside: their environment, and the words that they are started with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from readiness.evidence.manifests.pods import Container
from readiness.evidence.manifests.shapes import View, view


class Variable(View, frozen=True):
    """A variable of the environment; `value` is what is written, `value_from` where else it comes from."""

    name: str
    value: str | None = None
    value_from: Mapping[str, Any] | None = None


_KEYS = ("env", "command", "args")


class Told(View, frozen=True):
    """The environment of a container, and its command line, word by word."""

    env: tuple[Variable, ...] = ()
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()


def told(container: Container) -> Told:
    """What a container is told; ShapeError."""
    said = {key: container.body[key] for key in _KEYS if container.body.get(key) is not None}
    return view(said, Told, container.path) if said else Told()
