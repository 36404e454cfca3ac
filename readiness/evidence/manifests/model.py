"""The set, and the objects in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar

from readiness.evidence.manifests.chart import Chart
from readiness.evidence.manifests.index import Index
from readiness.evidence.manifests.resource import Resource
from readiness.evidence.model import Facts
from readiness.evidence.written import Remark

__all__ = ["Manifests", "Resource"]


class Manifests(Facts, frozen=True, kw_only=True, dict=True):
    """Every object of one rendered set, in the order of files and of documents within them.

    `chart` is the Helm chart that it was rendered from while it was read; None where it was not.
    `remarks` are comments that ask other tools to look away.
    """

    kind: ClassVar[str] = "manifests"
    resources: tuple[Resource, ...]
    chart: Chart | None = None
    remarks: tuple[Remark, ...] = ()

    @cached_property
    def index(self) -> Index:
        """The same objects by kind, with the workloads among them; made once, and no part of the facts."""
        return Index(self.resources)

    def summary(self) -> Mapping[str, object]:
        """How many objects of which kind; never a body."""
        kinds = Counter(resource.kind for resource in self.resources)
        found: dict[str, object] = {"objects": len(self.resources), "kinds": dict(sorted(kinds.items()))}
        if self.chart is not None:
            told = {
                "name": self.chart.name,
                "version": self.chart.version,
                "app_version": self.chart.app_version,
            }
            found["chart"] = told
        return found

    def objects(self) -> frozenset[str]:
        """`Kind/[namespace/]name` of every object, and with `:container` of every container."""
        names: set[str] = {resource.identity for resource in self.resources}
        for workload in self.index.workloads:
            names.update(workload.name_of(container) for container in workload.images)
        return frozenset(names)
