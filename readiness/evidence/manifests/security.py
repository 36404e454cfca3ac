"""What pods and their containers may do: the fields that the Pod Security Standards speak of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from readiness.evidence.manifests.pods import Container, Workload
from readiness.evidence.manifests.shapes import Path, View, view


class Capabilities(View, frozen=True):
    """Parts of what root may do."""

    add: tuple[str, ...] | None = None
    drop: tuple[str, ...] | None = None


class Profile(View, frozen=True):
    """A profile of seccomp or of AppArmor: `RuntimeDefault`, `Localhost` or `Unconfined`."""

    type: str | None = None


class SeLinux(View, frozen=True):
    """A label of SELinux by its parts."""

    type: str | None = None
    user: str | None = None
    role: str | None = None


class Windows(View, frozen=True):
    """What counts on nodes with Windows only."""

    host_process: bool | None = None


class Sysctl(View, frozen=True):
    """A parameter of the kernel."""

    name: str


class Context(View, frozen=True):
    """What a securityContext may say for a pod and for a container alike."""

    run_as_non_root: bool | None = None
    run_as_user: int | None = None
    seccomp_profile: Profile | None = None
    app_armor_profile: Profile | None = None
    se_linux_options: SeLinux | None = None
    windows_options: Windows | None = None


class PodContext(Context, frozen=True):
    """The securityContext of a pod."""

    sysctls: tuple[Sysctl, ...] | None = None


class ContainerContext(Context, frozen=True):
    """The securityContext of a container.

    Capabilities, privileges and the root file system are said here only: of a pod, the API knows no such fields.
    """

    privileged: bool | None = None
    allow_privilege_escalation: bool | None = None
    read_only_root_filesystem: bool | None = None
    proc_mount: str | None = None
    capabilities: Capabilities | None = None


class Os(View, frozen=True):
    """The operating system that a pod is meant for."""

    name: str | None = None


class PodSecurity(View, frozen=True):
    """What a pod says of its own security; `volumes` are as written."""

    security_context: PodContext = PodContext()
    host_network: bool | None = None
    host_pid: bool | None = msgspec.field(default=None, name="hostPID")
    host_ipc: bool | None = msgspec.field(default=None, name="hostIPC")
    volumes: tuple[Mapping[str, Any], ...] = ()
    os: Os = Os()

    @property
    def is_windows(self) -> bool:
        """Whether it says that it is meant for Windows; its node need not agree."""
        return self.os.name == "windows"


class _Secured(View, frozen=True):
    security_context: ContainerContext | None = None


class _Annotated(View, frozen=True):
    annotations: Mapping[str, str | None] | None = None


_OF_PODS = ("securityContext", "hostNetwork", "hostPID", "hostIPC", "volumes", "os")
_UNSAID = PodSecurity()
_NOTHING = ContainerContext()


def pod_security_of(workload: Workload) -> PodSecurity:
    """What the pods of a workload say of their security; ShapeError."""
    return _pod_security(workload.pod, workload.pod_path)


def pods_of(workload: Workload) -> Iterator[tuple[PodSecurity, tuple[Container, ...]]]:
    """The pods of a workload with their containers, image volumes apart; ShapeError.

    They are one and the same for most. An Argo workflow makes pods by its templates, each of which may say otherwise
    than the workflow, and adds its volumes to those of the workflow.
    """
    groups: dict[Path, list[Container]] = {}
    for container in workload.images:
        if container.role != "volume":
            groups.setdefault(_template_of(workload, container), []).append(container)
    for path, containers in groups.items():
        pod, part = workload.pod, _at(workload.resource.body, path) if path else {}
        if part:
            own = {key: part[key] for key in _OF_PODS if part.get(key) is not None}
            shared, volumes = pod.get("volumes"), own.get("volumes")
            if isinstance(shared, list) and isinstance(volumes, list):
                own["volumes"] = [*shared, *volumes]
            pod = {**pod, **own}
        yield _pod_security(pod, path or workload.pod_path), tuple(containers)


def _template_of(workload: Workload, container: Container) -> Path:
    """The template of a workflow that a container stands in; empty for others, and for what is no template's."""
    rest = container.path[len(workload.pod_path) :]
    is_template = rest[:1] == ("templates",) and len(rest) > 1
    return (*workload.pod_path, *rest[:2]) if is_template else ()


def _at(node: Any, path: Path) -> Any:
    for step in path:
        node = node[step]
    return node


def _pod_security(pod: Mapping[str, Any], path: Path) -> PodSecurity:
    said = {key: pod[key] for key in _OF_PODS if pod.get(key) is not None}
    return view(said, PodSecurity, path) if said else _UNSAID


def context_of(container: Container) -> ContainerContext:
    """The securityContext of a container, which has precedence over that of its pod; ShapeError."""
    if container.body.get("securityContext") is None:
        return _NOTHING
    return container.seen_as(_Secured).security_context or _NOTHING


def annotations_of(workload: Workload) -> Mapping[str, str]:
    """The annotations of the pods of a workload; ShapeError."""
    if workload.meta.get("annotations") is None:
        return {}
    seen = view(workload.meta, _Annotated, workload.meta_path)
    return {key: value or "" for key, value in (seen.annotations or {}).items()}
