"""Classes that objects name: asked only where the set brings classes of the kind along.

Most sets use those of the cluster, which none of their manifests shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from readiness.evidence.manifests import Resource, Workload
from readiness.evidence.manifests.index import Index
from readiness.evidence.manifests.names import Found
from readiness.evidence.manifests.seen import spec_of
from readiness.evidence.manifests.shapes import Path, View, view

_GROUPS = {"PriorityClass": "scheduling.k8s.io", "StorageClass": "storage.k8s.io"}


class _Pod(View, frozen=True):
    priority_class_name: str | None = None


class _Claim(View, frozen=True):
    storage_class_name: str | None = None


class _Template(View, frozen=True):
    spec: _Claim | None = None


class _Claims(View, frozen=True):
    volume_claim_templates: tuple[_Template, ...] | None = None


class Lost(NamedTuple):
    """A class that is named at `path`, and not in the set."""

    kind: str
    name: str
    path: Path
    found: Found


def classes_lost_by(index: Index, workload: Workload) -> Iterator[Lost]:
    """The classes that the pods of a workload and their claims name, and that are not there. ShapeError."""
    if "PriorityClass" in index.by_kind:
        name = view(workload.pod, _Pod, workload.pod_path).priority_class_name
        path = (*workload.pod_path, "priorityClassName")
        # https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
        if name and not name.startswith("system-"):
            yield from _lost(index, "PriorityClass", name, path)
    if "StorageClass" in index.by_kind and workload.resource.kind == "StatefulSet":
        templates = view(spec_of(workload.resource), _Claims, ("spec",)).volume_claim_templates or ()
        for number, one in enumerate(templates):
            place: Path = ("spec", "volumeClaimTemplates", number, "spec", "storageClassName")
            yield from _lost(index, "StorageClass", one.spec.storage_class_name if one.spec else None, place)


def classes_lost_by_claim(index: Index, claim: Resource) -> Iterator[Lost]:
    """The class of a claim, where it is not there. ShapeError."""
    name = view(spec_of(claim), _Claim, ("spec",)).storage_class_name
    yield from _lost(index, "StorageClass", name, ("spec", "storageClassName"))


def _lost(index: Index, kind: str, name: str | None, path: Path) -> Iterator[Lost]:
    if name:
        found = index.names.whole_cluster(_GROUPS[kind], kind, name)
        if found.here is None and found.siblings:
            yield Lost(kind, name, path, found)
