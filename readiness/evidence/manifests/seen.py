"""Objects of one kind as typed views, and those that have not the shape of their kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

import msgspec

from readiness.evidence.manifests.resource import Resource
from readiness.evidence.manifests.shapes import ShapeError

T = TypeVar("T")


class Seen(msgspec.Struct, Generic[T], frozen=True):
    """The views that could be made, in the order of the set, and the objects of which none could, with the error."""

    good: tuple[T, ...]
    bad: tuple[tuple[Resource, ShapeError], ...]

    def __bool__(self) -> bool:
        return bool(self.good or self.bad)


def see(resources: Iterable[Resource], make: Callable[[Resource], T | None]) -> Seen[T]:
    """The views of all objects for which there is one."""
    good: list[T] = []
    bad: list[tuple[Resource, ShapeError]] = []
    for resource in resources:
        try:
            made = make(resource)
        except ShapeError as error:
            bad.append((resource, error))
        else:
            if made is not None:
                good.append(made)
    return Seen(tuple(good), tuple(bad))


def spec_of(resource: Resource) -> Any:
    """What an object says under `spec`; an empty map where it says nothing."""
    spec = resource.body.get("spec")
    return {} if spec is None else spec
