"""What objects name, and whether it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from readiness.check import Finding
from readiness.evidence.manifests import Manifests, Workload
from readiness.evidence.manifests.access import Binding
from readiness.evidence.manifests.entries import Backend
from readiness.evidence.manifests.references import Reference, lost_mounts_of, references_of
from readiness.evidence.manifests.seen import spec_of
from readiness.evidence.manifests.services import Service
from readiness.evidence.manifests.shapes import Path, View, view

from ._cross_names import absent, is_elsewhere, lost_keys, made_secrets
from ._subjects import Subject, failed, noted


class _Headless(View, frozen=True):
    service_name: str | None = None


class Asked:
    """The questions, with what they share; each answers with the findings of one object."""

    def __init__(self, manifests: Manifests, needs_secrets: bool, external: Sequence[str]) -> None:
        self._index, self._needs_secrets, self._external = manifests.index, needs_secrets, external
        self._made = made_secrets(manifests)
        self._namespaces = {one.namespace for one in manifests.resources}

    def workload(self, workload: Workload) -> Callable[[Subject], Iterator[Finding]]:
        """Of what its pods need, and of the Service that names them."""

        def ask(subject: Subject) -> Iterator[Finding]:
            taken = 0
            for one in references_of(workload):
                if self._is_taken(one, workload.resource.namespace):
                    taken += 1
                else:
                    yield from self._needed(one, subject)
            if taken:
                secrets = "1 Secret that is" if taken == 1 else f"{taken} times Secrets that are"
                yield noted(subject, (), f"names {secrets} not in the set, and taken to be elsewhere")
            for container, name, path in lost_mounts_of(workload):
                what = f"mounts the volume '{name}' in {container.name}, which the pod does not have"
                yield failed(subject, path, what, "add the volume, or correct the name", observed=name)
            if workload.resource.kind == "StatefulSet":
                yield from self._governed(workload, subject)

        return ask

    def backends(self, backends: Iterable[Backend]) -> Callable[[Subject], Iterator[Finding]]:
        """Of the Services that traffic is sent to."""

        def ask(subject: Subject) -> Iterator[Finding]:
            seen: set[tuple[str, str, str]] = set()
            for one in backends:
                key = (one.namespace, one.service, one.port)
                if key not in seen:
                    seen.add(key)
                    yield from self._backend(one, subject)

        return ask

    def binding(self, binding: Binding) -> Callable[[Subject], Iterator[Finding]]:
        """Of the accounts that are bound; those of namespaces that the set knows nothing of are passed over."""

        def ask(subject: Subject) -> Iterator[Finding]:
            for number, one in enumerate(binding.subjects):
                namespace = one.namespace or binding.resource.namespace
                if one.kind == "ServiceAccount" and namespace in self._namespaces:
                    yield from self._named(
                        subject, ("subjects", number), "ServiceAccount", namespace, one.name, "binds"
                    )

        return ask

    def _is_taken(self, one: Reference, namespace: str) -> bool:
        """Whether it is a Secret that is nowhere in the set, and need not be."""
        if one.kind != "Secret" or self._needs_secrets:
            return False
        found = self._index.names.find("", "Secret", namespace, one.name)
        is_known = found.here or found.perhaps or (namespace, one.name) in self._made
        return not is_known and not is_elsewhere(self._external, "Secret", namespace, one.name)

    def _needed(self, one: Reference, subject: Subject) -> Iterator[Finding]:
        namespace = subject.resource.namespace
        if one.kind == "Secret" and (namespace, one.name) in self._made:
            return
        found = self._index.names.find("", one.kind, namespace, one.name)
        if found.here is None:
            yield from self._named(subject, one.path, one.kind, namespace, one.name, "needs")
        elif lost := lost_keys(found.here, one.keys):
            what = f"asks {found.here.identity} for the key '{lost[0]}', which it does not have"
            next_ = f"add the key to {found.here.identity}, or correct its name"
            yield failed(subject, one.path, what, next_, observed=lost[0])

    def _named(
        self, subject: Subject, path: Path, kind: str, namespace: str, name: str, verb: str
    ) -> Iterator[Finding]:
        found = self._index.names.find("", kind, namespace, name)
        if found.here is None and not is_elsewhere(self._external, kind, namespace, name):
            yield absent(subject, path, kind, name, found, verb)

    def _service(self, namespace: str, name: str) -> Service | None:
        found = self._index.names.find("", "Service", namespace, name)
        return self._index.service_by_object.get(id(found.here)) if found.here is not None else None

    def _backend(self, one: Backend, subject: Subject) -> Iterator[Finding]:
        namespace = one.namespace or subject.resource.namespace
        service = self._service(namespace, one.service)
        if not one.port:
            what = f"names no port of Service/{one.service}"
            yield failed(subject, one.path, what, "name the port", observed="absent")
        elif service is None:
            yield from self._named(subject, one.path, "Service", namespace, one.service, "sends traffic to")
        elif not service.has_port(one.number, one.name):
            what = f"sends traffic to port {one.port} of {service.resource.identity}, which it does not have"
            next_ = f"name one of its ports: {service.shown_ports}"
            yield failed(subject, one.path, what, next_, observed=one.port, expected=service.shown_ports)

    def _governed(self, workload: Workload, subject: Subject) -> Iterator[Finding]:
        """The names of a StatefulSet's pods come from a headless Service, which must select them."""
        path = ("spec", "serviceName")
        name = view(spec_of(workload.resource), _Headless, ("spec",)).service_name
        if not name:
            return
        service = self._service(workload.resource.namespace, name)
        if service is None:
            yield from self._named(
                subject, path, "Service", workload.resource.namespace, name, "is governed by"
            )
            return
        identity = service.resource.identity
        if not service.is_headless:
            what = f"is governed by {identity}, which is not headless: its pods get no names"
            yield failed(subject, path, what, f"set clusterIP: None in {identity}", observed=name)
        if service.selector is not None and not service.selector.matches(workload.labels):
            what = f"is governed by {identity}, which does not select its pods"
            next_ = f"let {identity} select the labels of its pods"
            yield failed(subject, path, what, next_, observed=str(service.selector))
