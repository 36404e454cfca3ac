"""Objects by what other objects call them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from readiness.evidence.manifests.resource import Resource
from readiness.evidence.manifests.shapes import ShapeError

# Old groups of kinds that moved, and the group in which they are now.
_MOVED: Mapping[tuple[str, str], str] = {
    **{("extensions", kind): "apps" for kind in ("Deployment", "DaemonSet", "ReplicaSet")},
    **{("extensions", kind): "networking.k8s.io" for kind in ("Ingress", "NetworkPolicy")},
    ("", "DeploymentConfig"): "apps.openshift.io",
}


def group_of(api_version: str, kind: str) -> str:
    """The group that a kind belongs to today."""
    group = api_version.rpartition("/")[0]
    return _MOVED.get((group, kind), group)


def is_of(resource: Resource, group: str, kind: str) -> bool:
    """Whether an object is of a kind of Kubernetes, in the group of today or in an old one.

    ShapeError where it is written as one of the core group (`v1`), which has no such kind: the API server knows none.
    """
    if resource.kind != kind:
        return False
    found = group_of(resource.api_version, kind)
    if not found and group:
        raise ShapeError(("apiVersion",), f"there is no {kind} in {resource.api_version}, but in {group}")
    return found == group


class Found(msgspec.Struct, frozen=True):
    """What a name leads to.

    `here` is the object; `perhaps` one that it may be, because one of both leaves its namespace open; `siblings` is
    how many objects of the kind the set holds, wherever they are.
    """

    here: Resource | None
    perhaps: Resource | None
    siblings: int


class Names:
    """Look-ups by group, kind, namespace and name."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._exact: dict[tuple[str, str, str, str], Resource] = {}
        self._anywhere: dict[tuple[str, str, str], Resource] = {}
        self._siblings: dict[tuple[str, str], int] = {}
        for one in resources:
            group = group_of(one.api_version, one.kind)
            self._exact.setdefault((group, one.kind, one.namespace, one.name), one)
            self._siblings[group, one.kind] = self._siblings.get((group, one.kind), 0) + 1
            if one.namespace:
                self._anywhere.setdefault((group, one.kind, one.name), one)

    def find(self, group: str, kind: str, namespace: str, name: str) -> Found:
        """What an object in `namespace` means by a kind and a name."""
        here = self._exact.get((group, kind, namespace, name))
        perhaps = None
        if here is None and namespace:
            perhaps = self._exact.get((group, kind, "", name))
        elif here is None:
            perhaps = self._anywhere.get((group, kind, name))
        return Found(here, perhaps, self._siblings.get((group, kind), 0))

    def whole_cluster(self, group: str, kind: str, name: str) -> Found:
        """The same of a kind that has no namespaces, whatever its manifest says."""
        here = self._exact.get((group, kind, "", name)) or self._anywhere.get((group, kind, name))
        return Found(here, None, self._siblings.get((group, kind), 0))
