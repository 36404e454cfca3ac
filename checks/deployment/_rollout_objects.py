"""Plans in the objects of a set."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.check import Location
from readiness.evidence.manifests import Manifests, Resource, ShapeError
from readiness.evidence.manifests.shapes import show_path

from ._rollout_argo import rollout
from ._rollout_flagger import canary
from ._rollout_parts import at, plan
from ._rollout_stages import Lack, Plan


def plans(manifests: Manifests) -> Iterator[Plan]:
    """Every plan of the set; one that has not the shape which its controller takes lacks that."""
    for resource in manifests.resources:
        try:
            yield from _of(resource, manifests)
        except ShapeError as error:
            where: Location = at(resource, *error.path)
            what = f"is not what its controller takes: {show_path(error.path)}: {error}"
            yield plan(resource, where, (), Lack(what, "correct it"))


def _of(resource: Resource, manifests: Manifests) -> Iterator[Plan]:
    if (resource.group, resource.kind) == ("argoproj.io", "Rollout"):
        yield rollout(resource, manifests)
    if (resource.group, resource.kind) == ("flagger.app", "Canary"):
        yield canary(resource)
