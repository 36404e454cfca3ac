"""What plans in objects share."""

from __future__ import annotations

from typing import TypeVar

from readiness.check import Location
from readiness.evidence.manifests import Resource
from readiness.evidence.manifests.shapes import view

from ._rollout_stages import Lack, Plan, Stage

T = TypeVar("T")


def seen(resource: Resource, type_: type[T]) -> T:
    """An object as a type; ShapeError."""
    return view(resource.body, type_, ())


def at(resource: Resource, *path: str | int) -> Location:
    """Where a part of an object stands."""
    return Location(resource.file, resource.line_of(*path))


def plan(resource: Resource, where: Location, stages: tuple[Stage, ...], *lacks: Lack) -> Plan:
    """The plan of an object."""
    return Plan(resource.identity, resource.identity, where, stages, lacks)
