"""Ways in from outside: Ingresses, Gateways with their routes, and OpenShift Routes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from readiness.evidence.manifests.names import is_of
from readiness.evidence.manifests.resource import Resource
from readiness.evidence.manifests.seen import spec_of
from readiness.evidence.manifests.shapes import Path, ShapeError, View, view

_TODAY = "networking.k8s.io/v1"  # which knows `service`, and no longer `serviceName`
GATEWAYS = "gateway.networking.k8s.io"


class _Port(View, frozen=True):
    number: int | None = None
    name: str | None = None


class _ServiceRef(View, frozen=True):
    name: str
    port: _Port | None = None


class _Backend(View, frozen=True):
    service: _ServiceRef | None = None
    resource: Mapping[str, Any] | None = None
    service_name: str | None = None
    service_port: int | str | None = None


class _PathOf(View, frozen=True):
    backend: _Backend


class _Http(View, frozen=True):
    paths: tuple[_PathOf, ...]


class _Rule(View, frozen=True):
    host: str | None = None
    http: _Http | None = None


class Tls(View, frozen=True):
    """One entry of `tls`: with no hosts it counts for all."""

    hosts: tuple[str, ...] | None = None
    secret_name: str | None = None


class _Ingress(View, frozen=True):
    rules: tuple[_Rule, ...] | None = None
    tls: tuple[Tls, ...] | None = None
    default_backend: _Backend | None = None
    backend: _Backend | None = None


class Backend(msgspec.Struct, frozen=True):
    """The Service that traffic is sent to: by name and port, as written at `path`; `namespace` where it is said."""

    path: Path
    service: str
    number: int | None
    name: str | None
    namespace: str = ""

    @property
    def port(self) -> str:
        """The port as it is written."""
        return str(self.number if self.number is not None else self.name or "")


class Ingress(msgspec.Struct, frozen=True):
    """One Ingress: the hosts of its rules with their places, its TLS, and the Services behind it."""

    resource: Resource
    hosts: tuple[tuple[str, Path], ...]
    tls: tuple[Tls, ...]
    backends: tuple[Backend, ...]


def ingress_of(resource: Resource) -> Ingress | None:
    """The Ingress that an object is, in any version of its API; ShapeError."""
    if not is_of(resource, "networking.k8s.io", "Ingress"):
        return None
    spec = view(spec_of(resource), _Ingress, ("spec",))
    rules = spec.rules or ()
    hosts: list[tuple[str, Path]] = [
        (rule.host or "", ("spec", "rules", n, "host")) for n, rule in enumerate(rules)
    ]
    if not hosts:
        hosts.append(("", ("spec", "defaultBackend")))
    return Ingress(resource, tuple(hosts), spec.tls or (), tuple(_backends(spec, resource.api_version)))


def _backends(spec: _Ingress, api_version: str) -> Sequence[Backend]:
    found: list[tuple[Path, _Backend]] = []
    for key, backend in (("defaultBackend", spec.default_backend), ("backend", spec.backend)):
        if backend is not None:
            found.append((("spec", key), backend))
    for number, rule in enumerate(spec.rules or ()):
        for n, path in enumerate(rule.http.paths if rule.http else ()):
            found.append((("spec", "rules", number, "http", "paths", n, "backend"), path.backend))
    is_old = api_version != _TODAY
    return [_backend(path, one, is_old=is_old) for path, one in found if one.resource is None]


def _backend(path: Path, one: _Backend, *, is_old: bool) -> Backend:
    if one.service is not None:
        port = one.service.port or _Port()
        return Backend((*path, "service"), one.service.name, port.number, port.name)
    if one.service_name is None or not is_old:
        raise ShapeError(path, "it names no Service")
    number = one.service_port if isinstance(one.service_port, int) else None
    name = one.service_port if isinstance(one.service_port, str) else None
    return Backend((*path, "serviceName"), one.service_name, number, name)


class _BackendRef(View, frozen=True):
    name: str
    kind: str | None = None
    group: str | None = None
    namespace: str | None = None
    port: int | None = None


class _Redirect(View, frozen=True):
    scheme: str | None = None


class _Filter(View, frozen=True):
    type: str | None = None
    request_redirect: _Redirect | None = None


class _RouteRule(View, frozen=True):
    backend_refs: tuple[_BackendRef, ...] | None = None
    filters: tuple[_Filter, ...] | None = None


class _ParentRef(View, frozen=True):
    name: str
    kind: str | None = None
    namespace: str | None = None
    section_name: str | None = None


class _Route(View, frozen=True):
    rules: tuple[_RouteRule, ...] | None = None
    parent_refs: tuple[_ParentRef, ...] | None = None


class Route(msgspec.Struct, frozen=True):
    """A route of the Gateway API: its Services, its Gateways, and whether it does nothing but redirect to HTTPS.

    `parents` are namespace, name and listener of its Gateways; the listener is empty where it takes all.
    """

    resource: Resource
    backends: tuple[Backend, ...]
    parents: tuple[tuple[str, str, str], ...]
    only_redirects: bool


def route_of(resource: Resource) -> Route | None:
    """The route that an object is; ShapeError."""
    if resource.group != GATEWAYS or not resource.kind.endswith("Route"):
        return None
    spec = view(spec_of(resource), _Route, ("spec",))
    rules = spec.rules or ()
    backends = tuple(
        Backend(
            ("spec", "rules", number, "backendRefs", n),
            ref.name,
            ref.port,
            None,
            ref.namespace or "",
        )
        for number, rule in enumerate(rules)
        for n, ref in enumerate(rule.backend_refs or ())
        if (ref.kind or "Service", ref.group or "") == ("Service", "")
    )
    parents = tuple(
        (one.namespace or resource.namespace, one.name, one.section_name or "")
        for one in spec.parent_refs or ()
        if (one.kind or "Gateway") == "Gateway"
    )
    return Route(resource, backends, parents, bool(rules) and all(_redirects(rule) for rule in rules))


def _redirects(rule: _RouteRule) -> bool:
    return any(
        one.type == "RequestRedirect"
        and one.request_redirect is not None
        and one.request_redirect.scheme == "https"
        for one in rule.filters or ()
    )
