"""What the ways in from outside name: Services with their ports, certificates, and the Gateways of routes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from readiness.check import Finding
from readiness.evidence.manifests.entries import GATEWAYS, Backend, Ingress, Route
from readiness.evidence.manifests.gateways import Gateway
from readiness.evidence.manifests.shapes import Path

from ._cross_known import Known
from ._cross_names import absent, is_elsewhere
from ._made_secrets import is_issued
from ._subjects import Subject, failed


class WaysIn:
    """The questions about Ingresses, Gateways and routes; each answers with the findings of one object."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._listeners = {
            id(one.resource): [listener.name for listener in one.listeners]
            for one in known.index.gateways.good
        }

    def ingress(self, ingress: Ingress) -> Callable[[Subject], Iterator[Finding]]:
        """Of the Services that an Ingress sends traffic to, and of its certificates."""

        def ask(subject: Subject) -> Iterator[Finding]:
            yield from self._backends(ingress.backends, subject)
            for number, one in enumerate(ingress.tls):
                path = ("spec", "tls", number, "secretName")
                yield from self._certificate(subject, path, subject.resource.namespace, one.secret_name or "")

        return ask

    def gateway(self, gateway: Gateway) -> Callable[[Subject], Iterator[Finding]]:
        """Of the certificates of its listeners."""

        def ask(subject: Subject) -> Iterator[Finding]:
            for path, namespace, name in gateway.certificates:
                yield from self._certificate(subject, path, namespace, name)

        return ask

    def route(self, route: Route) -> Callable[[Subject], Iterator[Finding]]:
        """Of the Services that a route sends traffic to, and of the Gateways that it is attached to."""

        def ask(subject: Subject) -> Iterator[Finding]:
            yield from self._backends(route.backends, subject)
            for number, (namespace, name, section) in enumerate(route.parents):
                yield from self._parent(subject, ("spec", "parentRefs", number), namespace, name, section)

        return ask

    def _backends(self, backends: Iterable[Backend], subject: Subject) -> Iterator[Finding]:
        seen: set[tuple[str, str, str]] = set()
        for one in backends:
            key = (one.namespace, one.service, one.port)
            if key not in seen:
                seen.add(key)
                yield from self._backend(one, subject)

    def _certificate(self, subject: Subject, path: Path, namespace: str, name: str) -> Iterator[Finding]:
        """Secrets that need not be in the set are passed over, as are those that cert-manager makes."""
        is_made = (namespace, name) in self._known.made or is_issued(subject.resource)
        if name and self._known.needs_secrets and not is_made:
            yield from self._known.named(subject, path, "Secret", namespace, name, "needs")

    def _parent(
        self, subject: Subject, path: Path, namespace: str, name: str, section: str
    ) -> Iterator[Finding]:
        """Gateways are often those of the platform: one is asked only where the set holds some in its namespace."""
        found = self._known.index.names.find(GATEWAYS, "Gateway", namespace, name)
        if found.here is None:
            holds_some = any(
                (one.group, one.namespace) == (GATEWAYS, namespace)
                for one in self._known.index.by_kind.get("Gateway", ())
            )
            if holds_some and not is_elsewhere(self._known.external, "Gateway", namespace, name):
                yield absent(subject, path, "Gateway", name, found, "is attached to")
            return
        listeners = self._listeners.get(id(found.here))
        if section and listeners is not None and section not in listeners:
            what = f"is attached to the listener '{section}' of {found.here.identity}, which it does not have"
            next_ = f"name one of its listeners: {', '.join(listeners)}"
            yield failed(subject, path, what, next_, observed=section, expected=", ".join(listeners))

    def _backend(self, one: Backend, subject: Subject) -> Iterator[Finding]:
        namespace = one.namespace or subject.resource.namespace
        service = self._known.service(namespace, one.service)
        if not one.port:
            what = f"names no port of Service/{one.service}"
            yield failed(subject, one.path, what, "name the port", observed="absent")
        elif service is None:
            yield from self._known.named(
                subject, one.path, "Service", namespace, one.service, "sends traffic to"
            )
        elif not service.has_port(one.number, one.name):
            what = f"sends traffic to port {one.port} of {service.resource.identity}, which it does not have"
            next_ = f"name one of its ports: {service.shown_ports}"
            yield failed(subject, one.path, what, next_, observed=one.port, expected=service.shown_ports)
