"""Where traffic from outside is received: listeners of Gateways, and OpenShift Routes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from readiness.evidence.manifests.entries import GATEWAYS
from readiness.evidence.manifests.resource import Resource
from readiness.evidence.manifests.seen import spec_of
from readiness.evidence.manifests.shapes import Path, View, view

_TLS = frozenset({"HTTPS", "TLS"})


class _Tls(View, frozen=True):
    mode: str | None = None
    certificate_refs: tuple[Mapping[str, Any], ...] | None = None
    credential_name: str | None = None
    server_certificate: str | None = None
    https_redirect: bool | None = None


class _Listener(View, frozen=True):
    name: str | None = None
    protocol: str | None = None
    hostname: str | None = None
    tls: _Tls | None = None


class _Port(View, frozen=True):
    protocol: str | None = None
    name: str | None = None


class _Server(View, frozen=True):
    port: _Port
    tls: _Tls | None = None


class _Gateway(View, frozen=True):
    listeners: tuple[_Listener, ...] | None = None


class _Istio(View, frozen=True):
    servers: tuple[_Server, ...] | None = None


class _Termination(View, frozen=True):
    termination: str | None = None
    insecure_edge_termination_policy: str | None = None


class _Route(View, frozen=True):
    tls: _Termination | None = None


class Listener(msgspec.Struct, frozen=True):
    """One way in: `flaw` says why it is not served over TLS, and is empty where it is.

    `redirectable` marks one that is plain, and may do nothing but redirect.
    """

    resource: Resource
    path: Path
    name: str
    flaw: str
    redirectable: bool = False


class Gateway(msgspec.Struct, frozen=True):
    """An object with its listeners; `certificates` are place, namespace and name of the Secrets that they name."""

    resource: Resource
    listeners: tuple[Listener, ...]
    certificates: tuple[tuple[Path, str, str], ...] = ()


def gateway_of(resource: Resource) -> Gateway | None:
    """The listeners of a Gateway of the Gateway API or of Istio, or of an OpenShift Route; ShapeError."""
    key = (resource.group, resource.kind)
    if key == (GATEWAYS, "Gateway"):
        return _standard(resource)
    if key == ("networking.istio.io", "Gateway"):
        return _istio(resource)
    return _openshift(resource) if key == ("route.openshift.io", "Route") else None


def _standard(resource: Resource) -> Gateway:
    spec = view(spec_of(resource), _Gateway, ("spec",))
    found = []
    for number, one in enumerate(spec.listeners or ()):
        flaw = ""
        if one.protocol not in _TLS:
            flaw = f"it speaks {one.protocol or 'an unknown protocol'}"
        elif one.tls is None:
            flaw = "it has no tls"
        elif (one.tls.mode or "Terminate") == "Terminate" and not one.tls.certificate_refs:
            flaw = "it names no certificate"
        path = ("spec", "listeners", number)
        found.append(Listener(resource, path, one.name or str(number), flaw, one.protocol == "HTTP"))
    return Gateway(resource, tuple(found), tuple(_certificates(resource, spec)))


def _certificates(resource: Resource, spec: _Gateway) -> Iterator[tuple[Path, str, str]]:
    for number, one in enumerate(spec.listeners or ()):
        for n, ref in enumerate((one.tls.certificate_refs if one.tls else None) or ()):
            if ref.get("kind", "Secret") == "Secret" and isinstance(name := ref.get("name"), str):
                path = ("spec", "listeners", number, "tls", "certificateRefs", n)
                yield path, str(ref.get("namespace") or resource.namespace), name


def _istio(resource: Resource) -> Gateway:
    """A server without a TLS mode is plain, unless it redirects.

    https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings
    """
    spec = view(spec_of(resource), _Istio, ("spec",))
    found = []
    for number, one in enumerate(spec.servers or ()):
        tls = one.tls or _Tls()
        flaw = "" if tls.https_redirect or tls.mode else f"it speaks plain {one.port.protocol or 'TCP'}"
        if tls.mode in ("SIMPLE", "MUTUAL") and not (tls.credential_name or tls.server_certificate):
            flaw = "it names no certificate"
        found.append(Listener(resource, ("spec", "servers", number), one.port.name or str(number), flaw))
    return Gateway(resource, tuple(found))


def _openshift(resource: Resource) -> Gateway:
    tls = view(spec_of(resource), _Route, ("spec",)).tls
    flaw = ""
    if tls is None or not tls.termination:
        flaw = "it has no tls"
    elif tls.insecure_edge_termination_policy == "Allow":
        flaw = "it lets plain HTTP in as well (insecureEdgeTerminationPolicy: Allow)"
    return Gateway(resource, (Listener(resource, ("spec", "tls"), "route", flaw),))
