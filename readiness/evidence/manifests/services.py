"""Services: whom they select, and at which ports they are reached."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from readiness.evidence.manifests.resource import Resource
from readiness.evidence.manifests.seen import spec_of
from readiness.evidence.manifests.selectors import Selector
from readiness.evidence.manifests.shapes import View, view


class ServicePort(View, frozen=True):
    """One port; `target_port` is a number, or the name of a port of the pods."""

    port: int
    name: str | None = None
    target_port: int | str | None = None


class _Spec(View, frozen=True):
    type: str | None = None
    selector: Mapping[str, str | None] | None = None


class _Reached(View, frozen=True):
    ports: tuple[ServicePort, ...] | None = None
    cluster_ip: str | None = msgspec.field(default=None, name="clusterIP")


class Service(msgspec.Struct, frozen=True):
    """One Service; `is_external` where it is only another name for a host."""

    resource: Resource
    selector: Selector | None
    ports: tuple[ServicePort, ...]
    is_headless: bool
    is_external: bool

    def has_port(self, number: int | None, name: str | None) -> bool:
        """Whether it is reached at a port, by number or by name; one that is external has all."""
        return self.is_external or any(
            (name is not None and one.name == name) or (number is not None and one.port == number)
            for one in self.ports
        )

    @property
    def shown_ports(self) -> str:
        """Its ports for people."""
        shown = [f"{one.port} ({one.name})" if one.name else str(one.port) for one in self.ports]
        return ", ".join(shown) or "none"


def selector_of(service: Resource) -> Selector | None:
    """Which pods a Service sends traffic to; None where its endpoints are made by hand. ShapeError."""
    if service.group:
        return None
    spec = view(spec_of(service), _Spec, ("spec",))
    if not spec.selector or spec.type == "ExternalName":
        return None
    return Selector.of_map({key: value or "" for key, value in spec.selector.items()})


def service_of(resource: Resource) -> Service | None:
    """The Service that an object is; ShapeError."""
    if (resource.group, resource.kind) != ("", "Service"):
        return None
    body = spec_of(resource)
    spec = view(body, _Spec, ("spec",))
    reached = view(body, _Reached, ("spec",))
    return Service(
        resource,
        selector_of(resource),
        reached.ports or (),
        is_headless=reached.cluster_ip == "None",
        is_external=spec.type == "ExternalName",
    )
