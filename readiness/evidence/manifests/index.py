"""The objects of a set by what checks look them up by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from readiness.evidence.manifests.pods import Workload, unseen_of, workload_of
from readiness.evidence.manifests.resource import Resource
from readiness.evidence.manifests.selectors import Selector
from readiness.evidence.manifests.shapes import Path, View, view


class _ServiceSpec(View, frozen=True):
    type: str | None = None
    selector: Mapping[str, str | None] | None = None


def refuse_shape(resource: Resource) -> None:
    """ShapeError when an object is not what every look-up of the index relies on."""
    workload_of(resource)
    if resource.kind == "Service":
        _selector_of(resource)


class Index:
    """Look-ups over one set; each is made when it is first asked for."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        self._resources = resources

    @cached_property
    def by_kind(self) -> Mapping[str, Sequence[Resource]]:
        """The objects of each kind; of every API group that has a kind of this name."""
        found: dict[str, list[Resource]] = {}
        for resource in self._resources:
            found.setdefault(resource.kind, []).append(resource)
        return found

    @cached_property
    def workloads(self) -> Sequence[Workload]:
        """The objects that run pods, in the order of the set."""
        return tuple(w for resource in self._resources if (w := workload_of(resource)) is not None)

    @cached_property
    def unseen(self) -> Sequence[tuple[Resource, Path]]:
        """The objects that hold containers where no workload is known to have them, and the place of the first."""
        found = ((resource, unseen_of(resource)) for resource in self._resources)
        return tuple((resource, path) for resource, path in found if path is not None)

    @cached_property
    def services(self) -> Sequence[tuple[Resource, Selector]]:
        """The Services that select pods, with their selectors; others have their endpoints made by hand."""
        found = ((service, _selector_of(service)) for service in self.by_kind.get("Service", ()))
        return tuple((service, selector) for service, selector in found if selector is not None)

    def services_of(self, workload: Workload) -> Sequence[Resource]:
        """The Services that send traffic to the pods of a workload.

        A namespace that is left open may turn out to be any: it matches every other.
        """
        return [
            service
            for service, selector in self.services
            if _may_share_namespace(service, workload.resource) and selector.matches(workload.labels)
        ]


def _may_share_namespace(one: Resource, other: Resource) -> bool:
    return not one.namespace or not other.namespace or one.namespace == other.namespace


def _selector_of(service: Resource) -> Selector | None:
    if service.group:
        return None
    spec = view(service.body.get("spec") or {}, _ServiceSpec, ("spec",))
    if not spec.selector or spec.type == "ExternalName":
        return None
    return Selector.of_map({key: value or "" for key, value in spec.selector.items()})
