"""What workloads, claims and bindings name, and whether it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from readiness.check import Finding
from readiness.evidence.manifests import Resource, Workload
from readiness.evidence.manifests.access import Binding
from readiness.evidence.manifests.names import Found
from readiness.evidence.manifests.references import Reference, lost_mounts_of, references_of
from readiness.evidence.manifests.seen import spec_of
from readiness.evidence.manifests.shapes import View, view

from ._cross_classes import Lost, classes_lost_by, classes_lost_by_claim
from ._cross_known import Known
from ._cross_names import absent, is_elsewhere, lost_keys
from ._subjects import Subject, failed, noted


class _Headless(View, frozen=True):
    service_name: str | None = None


class Asked:
    """The questions about them; each answers with the findings of one object."""

    def __init__(self, known: Known) -> None:
        self._known = known

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
            yield from self._lost_classes(classes_lost_by(self._known.index, workload), subject)
            if workload.resource.kind == "StatefulSet":
                yield from self._governed(workload, subject)

        return ask

    def claim(self, claim: Resource) -> Callable[[Subject], Iterator[Finding]]:
        """Of the class of a claim."""
        return lambda subject: self._lost_classes(classes_lost_by_claim(self._known.index, claim), subject)

    def _lost_classes(self, lost: Iterable[Lost], subject: Subject) -> Iterator[Finding]:
        for one in lost:
            if not is_elsewhere(self._known.external, one.kind, "", one.name):
                yield absent(subject, one.path, one.kind, one.name, one.found, "needs")

    def binding(self, binding: Binding) -> Callable[[Subject], Iterator[Finding]]:
        """Of the accounts that are bound; those of namespaces that the set knows nothing of are passed over."""

        def ask(subject: Subject) -> Iterator[Finding]:
            for number, one in enumerate(binding.subjects):
                namespace = one.namespace or binding.resource.namespace
                if one.kind == "ServiceAccount" and namespace in self._known.namespaces:
                    yield from self._known.named(
                        subject, ("subjects", number), "ServiceAccount", namespace, one.name, "binds"
                    )

        return ask

    def _is_taken(self, one: Reference, namespace: str) -> bool:
        """Whether it is a Secret that is nowhere in the set, and need not be."""
        if one.kind != "Secret" or self._known.needs_secrets:
            return False
        found = self._known.index.names.find("", "Secret", namespace, one.name)
        is_known = found.here or found.perhaps or (namespace, one.name) in self._known.made
        return not is_known and not is_elsewhere(self._known.external, "Secret", namespace, one.name)

    def _needed(self, one: Reference, subject: Subject) -> Iterator[Finding]:
        namespace = subject.resource.namespace
        found = self._known.index.names.find("", one.kind, namespace, one.name)
        made = self._known.made.get((namespace, one.name)) if one.kind == "Secret" else None
        if found.here is None and made is None:
            yield from self._known.named(subject, one.path, one.kind, namespace, one.name, "needs")
            return
        keys = one.keys if found.here is None else lost_keys(found.here, one.keys)
        lost = [key for key in keys if made is None or (made.keys is not None and key not in made.keys)]
        if not lost:
            return
        if made is not None:
            what = f"asks Secret/{one.name} for the key '{lost[0]}', which {made.maker} does not make"
        else:
            what = f"asks {_identity(found)} for the key '{lost[0]}', which it does not have"
        next_ = f"add the key to {made.maker if made else _identity(found)}, or correct its name"
        yield failed(subject, one.path, what, next_, observed=lost[0])

    def _governed(self, workload: Workload, subject: Subject) -> Iterator[Finding]:
        """The names of a StatefulSet's pods come from a headless Service, which must select them."""
        path = ("spec", "serviceName")
        name = view(spec_of(workload.resource), _Headless, ("spec",)).service_name
        if not name:
            return
        service = self._known.service(workload.resource.namespace, name)
        if service is None:
            yield from self._known.named(
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


def _identity(found: Found) -> str:
    return found.here.identity if found.here is not None else ""
