"""How a workload recognises the pods that are its own."""

from __future__ import annotations

from collections.abc import Mapping

from readiness.evidence.manifests.names import group_of
from readiness.evidence.manifests.resource import Resource
from readiness.evidence.manifests.seen import spec_of
from readiness.evidence.manifests.selectors import Selector
from readiness.evidence.manifests.shapes import View, view

_BY_SELECTOR = frozenset(
    {
        ("apps", "Deployment"),
        ("apps", "StatefulSet"),
        ("apps", "DaemonSet"),
        ("apps", "ReplicaSet"),
        ("argoproj.io", "Rollout"),
    }
)
_BY_MAP = frozenset({("", "ReplicationController"), ("apps.openshift.io", "DeploymentConfig")})
# These take the labels of the template where no selector is written.
_DEFAULTING = frozenset({"extensions/v1beta1", "apps/v1beta1"})


class _Spec(View, frozen=True):
    selector: Selector | None = None


class _MapSpec(View, frozen=True):
    selector: Mapping[str, str] | None = None


def is_asked(resource: Resource) -> bool:
    """Whether it is of a kind that recognises its pods by a selector."""
    key = (group_of(resource.api_version, resource.kind), resource.kind)
    return key in _BY_SELECTOR or key in _BY_MAP


def own_selector_of(resource: Resource) -> tuple[Selector | None, bool]:
    """Its selector, None where there is none, and whether the labels of its template stand in for it. ShapeError."""
    key = (group_of(resource.api_version, resource.kind), resource.kind)
    if key in _BY_MAP:
        labels = view(spec_of(resource), _MapSpec, ("spec",)).selector
        return (Selector.of_map(labels) if labels else None), True
    return view(spec_of(resource), _Spec, ("spec",)).selector, resource.api_version in _DEFAULTING
