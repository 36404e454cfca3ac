"""Typed views of parts of an object; what does not fit is told with its path."""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec

T = TypeVar("T")
Path = tuple[str | int, ...]


class ShapeError(ValueError):
    """A part of an object that has not the shape which its kind prescribes; `path` is where."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(message)
        self.path = path


class View(msgspec.Struct, frozen=True, rename="camel"):
    """A part of an object; keys that nobody asks for are passed over, and null counts as absent."""


def view(data: object, type_: type[T], path: Path) -> T:
    """Plain data, which stands at `path` of its object, as a type; ShapeError."""
    try:
        return msgspec.convert(data, type_)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `$")
        raise ShapeError((*path, *_steps(where)), message.replace("`", "'")) from None


def show_path(path: Path) -> str:
    """A path as people write it: `spec.containers[0].image`."""
    shown = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return shown.removeprefix(".")


def _steps(where: str) -> Path:
    """The path that msgspec writes as `.spec.containers[0].image`, as far as it tells it."""
    steps = re.findall(r"\.(\w+)|\[(\d+)\]", where.partition("[...]")[0])
    return tuple(name or int(number) for name, number in steps)
