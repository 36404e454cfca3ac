"""Workloads: objects that run pods, seen through the fields that checks ask for.

The views are made from the body of an object when they are asked for. The reader makes them once to refuse what the
API server would refuse, so that a check never meets a list where a map is meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec

from readiness.evidence.manifests.resource import Resource
from readiness.evidence.manifests.scattered import may_scatter, scattered
from readiness.evidence.manifests.shapes import Path, ShapeError, T, View, view

Role = Literal["app", "sidecar", "init", "ephemeral", "volume"]

_TEMPLATE: Path = ("spec", "template")
_RUN_TO_END = frozenset(
    {("batch", "Job"), ("batch", "CronJob"), ("keda.sh", "ScaledJob"), ("apps.kruise.io", "AdvancedCronJob")}
)
# These only hold a template, which something else runs.
_RUN_NOTHING = frozenset({("", "PodTemplate")})
_KNATIVE = "serving.knative.dev"
_WORKFLOWS = frozenset({"Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow"})
_TEMPLATES: Mapping[tuple[str, str], Path] = {
    ("", "Pod"): (),
    ("", "PodTemplate"): ("template",),
    (_KNATIVE, "Revision"): (),
    ("keda.sh", "ScaledJob"): ("spec", "jobTargetRef", "template"),
    ("apps.kruise.io", "AdvancedCronJob"): ("spec", "template", "jobTemplate", "spec", "template"),
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
    name: str | None = None
    image: str | None = None
    restart_policy: str | None = None
    resources: _Resources | None = None
    readiness_probe: Mapping[str, Any] | None = None


class _ImageVolume(View, frozen=True):
    reference: str | None = None


class _Volume(View, frozen=True):
    name: str | None = None
    image: _ImageVolume | None = None


class _PodSpec(View, frozen=True):
    containers: tuple[_Container, ...] | None = None
    ephemeral_containers: tuple[_Container, ...] | None = None
    volumes: tuple[_Volume, ...] | None = None
    init_containers: tuple[_Container, ...] | None = None
    restart_policy: str | None = None


class _Meta(View, frozen=True):
    labels: Mapping[str, str | None] | None = None


class _Template(View, frozen=True):
    spec: _PodSpec
    metadata: _Meta | None = None


class Container(msgspec.Struct, frozen=True):
    """One container, or another thing that an image is pulled for.

    `path` is where it stands in the object; a `sidecar` is a native one, which keeps running.

    `requests` and `limits` are as written, by resource; `readiness_probe` is None where there is none. `body` is the
    whole of it as plain data, for the views of probes, ports, variables and security.
    """

    name: str
    role: Role
    path: Path
    body: Mapping[str, Any]
    image: str
    requests: Mapping[str, str | int | float]
    limits: Mapping[str, str | int | float]
    readiness_probe: Mapping[str, Any] | None
    _views: dict[type, Any] = msgspec.field(default_factory=dict)

    def seen_as(self, type_: type[T]) -> T:
        """The whole of it as a view, which is made once: many checks ask for the same. ShapeError."""
        made: T | None = self._views.get(type_)
        if made is None:
            made = self._views[type_] = view(self.body, type_, self.path)
        return made


class Workload(msgspec.Struct, frozen=True):
    """An object that runs pods.

    `labels` are those of its pods; `long_running` is False where they run to an end. `others` are not asked for
    requests and probes, but pull images too: ephemeral containers and image volumes. `idle` says why it runs nothing
    as it stands (`replicas: 0`), and is empty where it runs.

    `pod` is the spec of its pods as plain data, and `meta` their metadata, each with its path in the object. Those of
    an Argo workflow are what it says for all of its templates.

    `flaws` are what the API server refuses it for although it can be judged: a container without a name, which is
    called by its number in parentheses then, one whose name another one has, and pods without a container.
    """

    resource: Resource
    labels: Mapping[str, str]
    containers: tuple[Container, ...]
    long_running: bool
    pod: Mapping[str, Any]
    pod_path: Path
    meta: Mapping[str, Any]
    meta_path: Path
    others: tuple[Container, ...] = ()
    idle: str = ""
    flaws: tuple[tuple[Path, str], ...] = ()

    @property
    def images(self) -> tuple[Container, ...]:
        """Whatever of it pulls an image."""
        return (*self.containers, *self.others)

    def name_of(self, container: Container) -> str:
        """`Kind/[namespace/]name:container`."""
        return f"{self.resource.identity}:{container.name}"


def workload_of(resource: Resource) -> Workload | None:
    """The workload that an object is, None when it runs no pods; ShapeError.

    A kind that is not known counts when it holds a pod template where Deployments do: a custom resource runs pods too.
    """
    key = (resource.group, resource.kind)
    if is_workflow(resource):
        return _workflow(resource)
    path = _TEMPLATES.get(key)
    if path is None:
        path = _TEMPLATE
        if not isinstance(_at(resource.body, (*path, "spec", "containers")), list):
            return None
    found = _at(resource.body, path)
    if key == ("argoproj.io", "Rollout") and found is None and _at(resource.body, ("spec", "workloadRef")):
        return None
    if not isinstance(found, Mapping):
        raise ShapeError(path, "there is no pod template")
    return _workload(resource, path, view(found, _Template, path), key)


def unseen_of(resource: Resource) -> Path | None:
    """Where an object of no known kind holds containers by the look of it, and `workload_of` does not find them."""
    if (resource.group, resource.kind) in _TEMPLATES or is_workflow(resource):
        return None
    if not may_scatter(resource.body):
        return None
    known = (*_TEMPLATE, "spec") if workload_of(resource) else ("",)
    return next((one.path for one in scattered(resource.body) if one.path[: len(known)] != known), None)


def is_workflow(resource: Resource) -> bool:
    """Whether it is one of Argo Workflows, whose templates are containers of many sorts, without names."""
    return resource.group == "argoproj.io" and resource.kind in _WORKFLOWS


def _workflow(resource: Resource) -> Workload | None:
    made = [(one, view(one.body, _Container, one.path)) for one in scattered(resource.body)]
    if not made:
        return None
    containers = tuple(
        _container(seen, one.body, one.role, one.path, seen.name or one.near or "main")  # type: ignore[arg-type]
        for one, seen in made
    )
    nested: Path = ("spec", "workflowSpec") if resource.kind == "CronWorkflow" else ("spec",)
    pod = _map(_at(resource.body, nested))
    is_template = resource.kind.endswith("Template")
    idle = "suspend: true" if _at(resource.body, ("spec", "suspend")) is True else ""
    return Workload(
        resource,
        {},
        containers,
        long_running=False,
        pod=pod,
        pod_path=nested,
        meta=_map(pod.get("podMetadata")),
        meta_path=(*nested, "podMetadata"),
        idle="a template" if is_template else idle,
    )


def _workload(resource: Resource, path: Path, template: _Template, key: tuple[str, str]) -> Workload:
    spec, base = template.spec, (*path, "spec")
    body = _at(resource.body, base)
    unnamed = "user-container" if resource.group == _KNATIVE else ""
    apps = _containers(spec.containers or (), body, (*base, "containers"), "app", unnamed)
    inits = _containers(spec.init_containers or (), body, (*base, "initContainers"), "init", unnamed)
    ephemeral = _containers(
        spec.ephemeral_containers or (), body, (*base, "ephemeralContainers"), "ephemeral", unnamed
    )
    ends = key in _RUN_TO_END or (key == ("", "Pod") and spec.restart_policy in ("Never", "OnFailure"))
    labels = (template.metadata.labels if template.metadata else None) or {}
    return Workload(
        resource,
        {k: v or "" for k, v in labels.items()},
        (*apps, *inits),
        long_running=not ends and key not in _RUN_NOTHING,
        pod=body,
        pod_path=base,
        meta=_map(_at(resource.body, (*path, "metadata"))),
        meta_path=(*path, "metadata"),
        others=(*ephemeral, *_volumes(spec, body, base)),
        idle=_idle(resource, key),
        flaws=tuple(_flaws(base, apps, (*apps, *inits, *ephemeral))),
    )


def _flaws(base: Path, apps: Sequence[Container], every: Sequence[Container]) -> Iterator[tuple[Path, str]]:
    if not apps:
        yield (*base, "containers"), "has no containers"
    seen: set[str] = set()
    for one in every:
        if one.name.startswith("("):
            role = "" if one.role == "app" else f"{one.role} "
            yield one.path, f"{role}container {int(one.path[-1]) + 1} has no name"
        elif one.name in seen:
            yield one.path, f"has several containers of the name {one.name}"
        seen.add(one.name)


def _idle(resource: Resource, key: tuple[str, str]) -> str:
    if key in _RUN_NOTHING:
        return "a template"
    spec = resource.body.get("spec")
    if key == ("", "Pod") or not isinstance(spec, Mapping):
        return ""
    for name, nothing in (("replicas", 0), ("parallelism", 0), ("suspend", True), ("paused", True)):
        is_asked = name != "paused" or key == ("apps.kruise.io", "AdvancedCronJob")
        if is_asked and type(spec.get(name)) is type(nothing) and spec[name] == nothing:
            return f"{name}: {str(nothing).lower()}"
    return ""


def _containers(
    seen: tuple[_Container, ...], pod: Mapping[str, Any], path: Path, role: Role, unnamed: str
) -> list[Container]:
    """Knative names the containers that have none: `user-container`, and with several its number as well."""
    made = []
    for index, (one, body) in enumerate(zip(seen, pod.get(str(path[-1])) or (), strict=True)):
        place = (*path, index)
        name = one.name or (unnamed and (unnamed if len(seen) == 1 else f"{unnamed}-{index}"))
        name = name or f"({'' if role == 'app' else f'{role} '}{index + 1})"
        is_sidecar = role == "init" and one.restart_policy == "Always"
        made.append(_container(one, body, "sidecar" if is_sidecar else role, place, name))
    return made


def _volumes(spec: _PodSpec, pod: Mapping[str, Any], base: Path) -> list[Container]:
    return [
        Container(
            one.name or "volume",
            "volume",
            (*base, "volumes", i),
            pod["volumes"][i],
            one.image.reference or "",
            {},
            {},
            None,
        )
        for i, one in enumerate(spec.volumes or ())
        if one.image is not None
    ]


def _container(seen: _Container, body: Mapping[str, Any], role: Role, path: Path, name: str) -> Container:
    resources = seen.resources or _Resources()
    return Container(
        name,
        role,
        path,
        body,
        seen.image or "",
        resources.requests or {},
        resources.limits or {},
        seen.readiness_probe,
    )


def _map(node: object) -> Mapping[str, Any]:
    return node if isinstance(node, Mapping) else {}


def _at(node: Any, path: Path) -> Any:
    for step in path:
        if type(node) is not dict and not isinstance(node, Mapping):
            return None
        node = node.get(step)
    return node
