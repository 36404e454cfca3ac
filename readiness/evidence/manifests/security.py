"""What pods and their containers may do: the fields that the Pod Security Standards speak of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from readiness.evidence.manifests.pods import Container, Workload
from readiness.evidence.manifests.shapes import View, view


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
    said = {key: workload.pod[key] for key in _OF_PODS if workload.pod.get(key) is not None}
    return view(said, PodSecurity, workload.pod_path) if said else _UNSAID


def context_of(container: Container) -> ContainerContext:
    """The securityContext of a container, which has precedence over that of its pod; ShapeError."""
    if container.body.get("securityContext") is None:
        return _NOTHING
    return view(container.body, _Secured, container.path).security_context or _NOTHING


def annotations_of(workload: Workload) -> Mapping[str, str]:
    """The annotations of the pods of a workload; ShapeError."""
    if workload.meta.get("annotations") is None:
        return {}
    seen = view(workload.meta, _Annotated, workload.meta_path)
    return {key: value or "" for key, value in (seen.annotations or {}).items()}
