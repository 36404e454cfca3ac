"""What the kubelet asks of a container while it runs: probes, hooks, and the ports that both may name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from readiness.evidence.manifests.pods import Container
from readiness.evidence.manifests.shapes import View

ProbeKind = Literal["livenessProbe", "readinessProbe", "startupProbe"]
PROBES: tuple[ProbeKind, ...] = ("livenessProbe", "readinessProbe", "startupProbe")
NumberOrName = int | str


class HttpGet(View, frozen=True):
    """A request by HTTP; `host` is empty where the pod itself is asked."""

    port: NumberOrName | None = None
    host: str | None = None
    path: str | None = None
    scheme: str | None = None
    http_headers: tuple[Mapping[str, Any], ...] | None = None


class TcpSocket(View, frozen=True):
    """A connection by TCP."""

    port: NumberOrName | None = None
    host: str | None = None


class Grpc(View, frozen=True):
    """A call of the gRPC health service; its port is a number, never a name."""

    port: int | None = None
    service: str | None = None


class Exec(View, frozen=True):
    """A command in the container."""

    command: tuple[str, ...] | None = None


class Sleep(View, frozen=True):
    """A pause, in hooks only."""

    seconds: int | None = None


class Handler(View, frozen=True):
    """What is done: one of these."""

    http_get: HttpGet | None = None
    tcp_socket: TcpSocket | None = None
    grpc: Grpc | None = None
    exec_: Exec | None = msgspec.field(default=None, name="exec")
    sleep: Sleep | None = None

    @property
    def said(self) -> Mapping[str, HttpGet | TcpSocket | Grpc | Exec | Sleep]:
        """The handlers that are written, by their names in a manifest."""
        all_ = {
            "httpGet": self.http_get,
            "tcpSocket": self.tcp_socket,
            "grpc": self.grpc,
            "exec": self.exec_,
            "sleep": self.sleep,
        }
        return {name: one for name, one in all_.items() if one is not None}

    @property
    def asks(self) -> bool:
        """Whether any of them says what the API server demands of it: a command, or a port."""
        if self.exec_ is not None and self.exec_.command:
            return True
        asked = (self.http_get, self.tcp_socket, self.grpc)
        return any(one is not None and one.port not in (None, "") for one in asked)


class Probe(Handler, frozen=True):
    """A probe as written; None is what is left to the default.

    The defaults are those of the Kubernetes API: delay 0, period 10, timeout 1, success 1, failure 3, in seconds or
    in tries. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Probe
    """

    initial_delay_seconds: int | None = None
    period_seconds: int | None = None
    timeout_seconds: int | None = None
    success_threshold: int | None = None
    failure_threshold: int | None = None
    termination_grace_period_seconds: int | None = None

    @property
    def period(self) -> int:
        """Seconds from one try to the next."""
        return self.period_seconds or 10

    @property
    def timeout(self) -> int:
        """Seconds after which a try has failed."""
        return self.timeout_seconds or 1

    @property
    def patience(self) -> int:
        """Seconds of failing tries until the probe has failed."""
        return self.period * (self.failure_threshold or 3)


class Lifecycle(View, frozen=True):
    """What is done after the start of a container, and before it is told to stop."""

    post_start: Handler | None = None
    pre_stop: Handler | None = None


class Port(View, frozen=True):
    """One of the ports that a container declares; `host_port` is taken on the node."""

    container_port: int | None = None
    name: str | None = None
    protocol: str | None = None
    host_port: int | None = None


class _Probed(View, frozen=True):
    liveness_probe: Probe | None = None
    readiness_probe: Probe | None = None
    startup_probe: Probe | None = None


class _Ported(View, frozen=True):
    ports: tuple[Port, ...] | None = None


class _Hooked(View, frozen=True):
    lifecycle: Lifecycle | None = None


def probes_of(container: Container) -> Mapping[ProbeKind, Probe]:
    """The probes that a container has; ShapeError."""
    if not any(kind in container.body for kind in PROBES):
        return {}
    seen = container.seen_as(_Probed)
    all_ = zip(PROBES, (seen.liveness_probe, seen.readiness_probe, seen.startup_probe), strict=True)
    return {kind: probe for kind, probe in all_ if probe is not None}


def ports_of(container: Container) -> tuple[Port, ...]:
    """The ports that a container declares; ShapeError."""
    return container.seen_as(_Ported).ports or () if "ports" in container.body else ()


def lifecycle_of(container: Container) -> Lifecycle:
    """The hooks of a container; ShapeError."""
    return container.seen_as(_Hooked).lifecycle or Lifecycle()
