"""Whether the ports that Services and monitors name are there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from readiness.check import Finding
from readiness.evidence.manifests import Workload
from readiness.evidence.manifests.monitors import Monitor
from readiness.evidence.manifests.probes import Port, ports_of
from readiness.evidence.manifests.services import Service

from ._subjects import Subject, failed


def target_flaws(
    service: Service, workloads: Sequence[Workload], subject: Subject, *, declared: bool
) -> Iterator[Finding]:
    """The ports to which a Service sends traffic, and which the containers that it selects do not have.

    Names are always looked up. Numbers only where they must be `declared`, and every workload declares some port: the
    API takes a container that listens without saying so. The numbers of a headless Service reach nobody. ShapeError.
    """
    ports = [_ports(workload) for workload in workloads]
    names = {port.name for each in ports for port in each if port.name}
    numbers = {port.container_port for each in ports for port in each if port.container_port is not None}
    is_asked = declared and all(ports) and not service.is_headless
    for index, one in enumerate(service.ports):
        target, key = one.target_port, "targetPort"
        if target is None:
            target, key = one.port, "port"
        path = ("spec", "ports", index, key)
        if isinstance(target, str) and target not in names:
            what = f"sends traffic to the port '{target}', which no container that it selects has"
            next_ = f"name a port of the containers {target}, or write the number"
            yield failed(subject, path, what, next_, observed=target, expected=", ".join(sorted(names)))
        elif isinstance(target, int) and is_asked and target not in numbers:
            what = f"sends traffic to port {target}, which no container that it selects declares"
            next_ = f"correct {key}, or declare the port among those of the container"
            shown = ", ".join(str(number) for number in sorted(numbers))
            yield failed(subject, path, what, next_, observed=str(target), expected=shown)


def watched_flaws(
    monitor: Monitor, there: Sequence[Service] | Sequence[Workload], subject: Subject
) -> Iterator[Finding]:
    """The ports that a monitor watches, and which nothing that it selects has. ShapeError."""
    names: set[str | None] = set()
    for one in there:
        ports: Sequence[object] = one.ports if isinstance(one, Service) else _ports(one)
        names |= {getattr(port, "name", None) for port in ports}
    whom = "Service" if monitor.resource.kind == "ServiceMonitor" else "container"
    for path, name in monitor.ports:
        if name not in names:
            what = f"watches the port '{name}', which no {whom} that it selects has"
            next_ = f"name a port of the {whom} as it is called there"
            shown = ", ".join(sorted(one for one in names if one))
            yield failed(subject, path, what, next_, observed=name, expected=shown)


def _ports(workload: Workload) -> list[Port]:
    return [port for container in workload.containers for port in ports_of(container)]
