"""The names that certificates of a set are made for: https://cert-manager.io/docs/usage/certificate/."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from readiness.evidence.manifests import Manifests, Resource, ShapeError
from readiness.evidence.manifests.seen import spec_of
from readiness.evidence.manifests.shapes import View, view


class _Spec(View, frozen=True):
    secret_name: str | None = None
    dns_names: tuple[str, ...] | None = None
    common_name: str | None = None


class Certificate(NamedTuple):
    """A certificate that the set orders, and the hosts that it names."""

    resource: Resource
    secret: str
    names: tuple[str, ...]

    def lacks(self, hosts: Iterable[str]) -> list[str]:
        """Those of the hosts that it does not name; a wildcard covers one label."""
        return [host for host in hosts if not any(covers(name, host) for name in self.names)]


def covers(name: str, host: str) -> bool:
    """Whether a name, or `*.` and a domain, is that of a host."""
    parent = host.partition(".")[2]
    return name == host or bool(parent and name == f"*.{parent}")


def certificates(manifests: Manifests) -> Mapping[tuple[str, str], Certificate]:
    """The certificates that name hosts, by the namespace and name of their Secret."""
    return {(one.resource.namespace, one.secret): one for one in _certificates(manifests)}


def _certificates(manifests: Manifests) -> Iterator[Certificate]:
    for resource in manifests.index.by_kind.get("Certificate", ()):
        if resource.group != "cert-manager.io":
            continue
        try:
            spec = view(spec_of(resource), _Spec, ("spec",))
        except ShapeError:
            continue  # cert-manager refuses it; what an Ingress then serves is not known here
        names = (*(spec.dns_names or ()), *([spec.common_name] if spec.common_name else []))
        if spec.secret_name and names:
            yield Certificate(resource, spec.secret_name, names)
