"""Workloads: objects that run pods, seen through the fields that checks ask for.

The views are made from the body of an object when they are asked for. The reader makes them once to refuse what the
API server would refuse, so that a check never meets a list where a map is meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from readiness.evidence.manifests.resource import Resource
from readiness.evidence.manifests.shapes import Path, ShapeError, View, view

Role = Literal["app", "sidecar", "init"]

_TEMPLATE: Path = ("spec", "template")
_RUN_TO_END = frozenset({("batch", "Job"), ("batch", "CronJob")})
_TEMPLATES: Mapping[tuple[str, str], Path] = {
    ("", "Pod"): (),
    ("batch", "CronJob"): ("spec", "jobTemplate", "spec", "template"),
    **{("apps", kind): _TEMPLATE for kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")},
    **{("extensions", kind): _TEMPLATE for kind in ("Deployment", "DaemonSet", "ReplicaSet")},
    ("", "ReplicationController"): _TEMPLATE,
    ("batch", "Job"): _TEMPLATE,
    ("argoproj.io", "Rollout"): _TEMPLATE,
    ("apps.openshift.io", "DeploymentConfig"): _TEMPLATE,
    ("", "DeploymentConfig"): _TEMPLATE,
}


class _Resources(View, frozen=True):
    requests: Mapping[str, str | int | float] | None = None
    limits: Mapping[str, str | int | float] | None = None


class _Container(View, frozen=True):
    name: str
    image: str | None = None
    restart_policy: str | None = None
    resources: _Resources | None = None
    readiness_probe: Mapping[str, Any] | None = None


class _PodSpec(View, frozen=True):
    containers: tuple[_Container, ...]
    init_containers: tuple[_Container, ...] | None = None
    restart_policy: str | None = None


class _Meta(View, frozen=True):
    labels: Mapping[str, str | None] | None = None


class _Template(View, frozen=True):
    spec: _PodSpec
    metadata: _Meta | None = None


@dataclass(frozen=True, slots=True)
class Container:
    """One container. `path` is where it stands in the object; a `sidecar` is a native one, which keeps running.

    `requests` and `limits` are as written, by resource; `readiness_probe` is None where there is none.
    """

    name: str
    role: Role
    path: Path
    image: str
    requests: Mapping[str, str | int | float]
    limits: Mapping[str, str | int | float]
    readiness_probe: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Workload:
    """An object that runs pods. `labels` are those of its pods; `long_running` is False where they run to an end."""

    resource: Resource
    labels: Mapping[str, str]
    containers: tuple[Container, ...]
    long_running: bool

    def name_of(self, container: Container) -> str:
        """`Kind/[namespace/]name:container`."""
        return f"{self.resource.identity}:{container.name}"


def workload_of(resource: Resource) -> Workload | None:
    """The workload that an object is, None when it runs no pods; ShapeError.

    A kind that is not known counts when it holds a pod template where Deployments do: a custom resource runs pods too.
    """
    key = (resource.group, resource.kind)
    path = _TEMPLATES.get(key, _TEMPLATE)
    found = _at(resource.body, path)
    if key not in _TEMPLATES and not isinstance(_at(found, ("spec", "containers")), list):
        return None
    if key == ("argoproj.io", "Rollout") and found is None and _at(resource.body, ("spec", "workloadRef")):
        return None
    if not isinstance(found, Mapping):
        raise ShapeError(path, "there is no pod template")
    return _workload(resource, path, view(found, _Template, path), key)


def _workload(resource: Resource, path: Path, template: _Template, key: tuple[str, str]) -> Workload:
    spec, base = template.spec, (*path, "spec")
    inits = spec.init_containers or ()
    apps = [_container(c, "app", (*base, "containers", i)) for i, c in enumerate(spec.containers)]
    others = [
        _container(c, "sidecar" if c.restart_policy == "Always" else "init", (*base, "initContainers", i))
        for i, c in enumerate(inits)
    ]
    if not apps:
        raise ShapeError((*base, "containers"), "there are no containers")
    seen: set[str] = set()
    for container in (*apps, *others):
        if not container.name or container.name in seen:
            raise ShapeError(container.path, f"'{container.name}' is no name of its own for a container")
        seen.add(container.name)
    ends = key in _RUN_TO_END or (key == ("", "Pod") and spec.restart_policy in ("Never", "OnFailure"))
    labels = (template.metadata.labels if template.metadata else None) or {}
    return Workload(resource, {k: v or "" for k, v in labels.items()}, (*apps, *others), not ends)


def _container(seen: _Container, role: Role, path: Path) -> Container:
    resources = seen.resources or _Resources()
    return Container(
        seen.name,
        role,
        path,
        seen.image or "",
        resources.requests or {},
        resources.limits or {},
        seen.readiness_probe,
    )


def _at(node: Any, path: Path) -> Any:
    for step in path:
        node = node.get(step) if isinstance(node, Mapping) else None
    return node
