"""The set, and the objects in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar

from readiness.evidence.manifests.index import Index
from readiness.evidence.manifests.resource import Resource
from readiness.evidence.model import Facts

__all__ = ["Manifests", "Resource"]


class Manifests(Facts, frozen=True, kw_only=True, dict=True):
    """Every object of one rendered set, in the order of files and of documents within them."""

    kind: ClassVar[str] = "manifests"
    resources: tuple[Resource, ...]

    @cached_property
    def index(self) -> Index:
        """The same objects by kind, with the workloads among them; made once, and no part of the facts."""
        return Index(self.resources)

    def summary(self) -> Mapping[str, object]:
        """How many objects of which kind; never a body."""
        kinds = Counter(resource.kind for resource in self.resources)
        return {"objects": len(self.resources), "kinds": dict(sorted(kinds.items()))}

    def objects(self) -> frozenset[str]:
        """`Kind/[namespace/]name` of every object, and with `:container` of every container."""
        names: set[str] = {resource.identity for resource in self.resources}
        for workload in self.index.workloads:
            names.update(workload.name_of(container) for container in workload.images)
        return frozenset(names)
