"""What the Prometheus operator is told to watch: ServiceMonitors by Services, PodMonitors by pods."""

from __future__ import annotations

import msgspec

from readiness.evidence.manifests.resource import Resource
from readiness.evidence.manifests.seen import spec_of
from readiness.evidence.manifests.selectors import Selector
from readiness.evidence.manifests.shapes import Path, View, view


class _Namespaces(View, frozen=True):
    any: bool | None = None
    match_names: tuple[str, ...] | None = None


class _Endpoint(View, frozen=True):
    port: str | None = None


class _Spec(View, frozen=True):
    selector: Selector
    endpoints: tuple[_Endpoint, ...] | None = None
    pod_metrics_endpoints: tuple[_Endpoint, ...] | None = None
    namespace_selector: _Namespaces | None = None


class Monitor(msgspec.Struct, frozen=True):
    """One of them; `namespaces` is None where it looks at all; `ports` are those that it names, with their places."""

    resource: Resource
    selector: Selector
    namespaces: tuple[str, ...] | None
    ports: tuple[tuple[Path, str], ...] = ()


def monitor_of(resource: Resource) -> Monitor | None:
    """The monitor that an object is; ShapeError."""
    if resource.group != "monitoring.coreos.com" or resource.kind not in ("ServiceMonitor", "PodMonitor"):
        return None
    spec = view(spec_of(resource), _Spec, ("spec",))
    where = spec.namespace_selector or _Namespaces()
    names = None if where.any else where.match_names or (resource.namespace,)
    key = "endpoints" if resource.kind == "ServiceMonitor" else "podMetricsEndpoints"
    endpoints = spec.endpoints if resource.kind == "ServiceMonitor" else spec.pod_metrics_endpoints
    ports = tuple(
        (("spec", key, number, "port"), one.port) for number, one in enumerate(endpoints or ()) if one.port
    )
    return Monitor(resource, spec.selector, names, ports)
