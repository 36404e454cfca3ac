"""Whether what a probe asks is there: the pod itself, at a port that the container declares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from readiness.check import Finding
from readiness.evidence.manifests import Container, Workload
from readiness.evidence.manifests.probes import Grpc, HttpGet, Port, Probe, ProbeKind, TcpSocket, ports_of

from ._probes import WORDS
from ._subjects import Subject, failed

_HIGHEST = 65535
_OF_NODE = frozenset({"127.0.0.1", "localhost", "::1"})


class Asked(NamedTuple):
    """One probe of one container."""

    workload: Workload
    container: Container
    subject: Subject
    kind: ProbeKind
    probe: Probe

    @property
    def word(self) -> str:
        """What people call it."""
        return WORDS[self.kind]


def host_flaws(asked: Asked) -> Iterator[Finding]:
    """The hosts that a probe asks instead of the container."""
    for name, handler in asked.probe.said.items():
        if isinstance(handler, HttpGet | TcpSocket) and _is_elsewhere(asked, handler.host or ""):
            yield failed(
                asked.subject,
                (asked.kind, name, "host"),
                f"has a {asked.word} that asks {handler.host} instead of the container",
                f"leave `host` out of the {asked.kind}: a Host header belongs into httpHeaders",
                observed=str(handler.host),
                expected="no host",
            )


def port_flaws(asked: Asked, declared: tuple[type, ...]) -> Iterator[Finding]:
    """The ports that a probe asks of the container and that cannot be there.

    `declared` are the sorts of ports that must be among those of the container: names always are looked up there.
    Nothing is said of a port that is not said: that the probe asks nothing is told elsewhere.
    """
    for name, handler in asked.probe.said.items():
        if isinstance(handler, HttpGet | TcpSocket) and _is_elsewhere(asked, handler.host or ""):
            continue
        if isinstance(handler, HttpGet | TcpSocket | Grpc) and handler.port not in (None, ""):
            yield from _port_flaws(asked, name, handler.port, declared)


def _is_elsewhere(asked: Asked, host: str) -> bool:
    """A pod in the network of its node is asked at the loopback address, too."""
    return bool(host) and not (host in _OF_NODE and asked.workload.pod.get("hostNetwork") is True)


def _port_flaws(
    asked: Asked, handler: str, port: int | str | None, declared: tuple[type, ...]
) -> Iterator[Finding]:
    if isinstance(port, int) and not 1 <= port <= _HIGHEST:
        yield _bad_port(asked, handler, port, "no port", f"a number from 1 to {_HIGHEST}")
        return
    ports = ports_of(asked.container)
    fitting = [one for one in ports if port == (one.name if isinstance(port, str) else one.container_port)]
    if not fitting and isinstance(port, declared):
        yield _bad_port(asked, handler, port, "not among its ports", _shown(ports))
    elif fitting and all((one.protocol or "TCP") != "TCP" for one in fitting):
        yield _bad_port(asked, handler, port, f"declared for {fitting[0].protocol} only", "a port of TCP")


def _bad_port(asked: Asked, handler: str, port: object, what: str, expected: str) -> Finding:
    return failed(
        asked.subject,
        (asked.kind, handler, "port"),
        f"has a {asked.word} of port {port}, which is {what}",
        f"declare the port of the {asked.kind} among the ports of {asked.container.name}, or correct it",
        observed=str(port),
        expected=expected,
    )


def _shown(declared: tuple[Port, ...]) -> str:
    shown = [
        f"{one.name} ({one.container_port})" if one.name else str(one.container_port) for one in declared
    ]
    return f"one of {', '.join(shown)}" if shown else "a port that the container declares; it declares none"


def question(probe: Probe, container: Container) -> object:
    """What a probe asks, so that two that ask the same are equal: defaults filled in, names of ports looked up."""
    numbers = {one.name: one.container_port for one in ports_of(container) if one.name}
    asked: list[object] = []
    for name, handler in probe.said.items():
        port = getattr(handler, "port", None)
        number = numbers.get(port, port) if isinstance(port, str) else port
        if isinstance(handler, HttpGet):
            plain = (
                handler.host or "",
                handler.path or "/",
                handler.scheme or "HTTP",
                handler.http_headers or (),
            )
            asked.append((name, number, plain))
        elif isinstance(handler, TcpSocket):
            asked.append((name, number, handler.host or ""))
        elif isinstance(handler, Grpc):
            asked.append((name, number, handler.service or ""))
        else:
            asked.append((name, handler))
    return asked
