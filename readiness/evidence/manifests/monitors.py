"""What the Prometheus operator is told to watch: ServiceMonitors by Services, PodMonitors by pods."""

from __future__ import annotations

from dataclasses import dataclass

from readiness.evidence.manifests.resource import Resource
from readiness.evidence.manifests.seen import spec_of
from readiness.evidence.manifests.selectors import Selector
from readiness.evidence.manifests.shapes import View, view


class _Namespaces(View, frozen=True):
    any: bool | None = None
    match_names: tuple[str, ...] | None = None


class _Spec(View, frozen=True):
    selector: Selector
    namespace_selector: _Namespaces | None = None


@dataclass(frozen=True, slots=True)
class Monitor:
    """One of them; `namespaces` is None where it looks at all."""

    resource: Resource
    selector: Selector
    namespaces: tuple[str, ...] | None


def monitor_of(resource: Resource) -> Monitor | None:
    """The monitor that an object is; ShapeError."""
    if resource.group != "monitoring.coreos.com" or resource.kind not in ("ServiceMonitor", "PodMonitor"):
        return None
    spec = view(spec_of(resource), _Spec, ("spec",))
    where = spec.namespace_selector or _Namespaces()
    names = None if where.any else where.match_names or (resource.namespace,)
    return Monitor(resource, spec.selector, names)
