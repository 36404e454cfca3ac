"""Secrets that objects of a set make while they run.

https://external-secrets.io/latest/api/externalsecret/, https://github.com/bitnami-labs/sealed-secrets,
https://cert-manager.io/docs/usage/certificate/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from readiness.evidence.manifests import Manifests, Resource

_OF_CERTIFICATES = frozenset({"tls.crt", "tls.key", "ca.crt"})
# With one of these cert-manager makes the certificate that an Ingress or a Gateway names.
# https://cert-manager.io/docs/usage/ingress/, https://cert-manager.io/docs/usage/gateway/
_ISSUED_BY = ("cert-manager.io/cluster-issuer", "cert-manager.io/issuer", "kubernetes.io/tls-acme")


class Made(NamedTuple):
    """A Secret by its name, with the object that makes it; `keys` is None where they are known at run time only."""

    name: str
    maker: str
    keys: frozenset[str] | None


def made_secrets(manifests: Manifests) -> Mapping[tuple[str, str], Made]:
    """The Secrets by namespace and name; one that several objects make has the keys of all of them."""
    found: dict[tuple[str, str], Made] = {}
    for (group, kind), make in _MAKERS.items():
        for resource in manifests.index.by_kind.get(kind, ()):
            made = make(resource, _map(resource.body.get("spec"))) if resource.group == group else None
            if made is not None:
                place = resource.namespace, made.name
                found[place] = _together(found[place], made) if place in found else made
    return found


def is_issued(resource: Resource) -> bool:
    """Whether cert-manager makes the certificates that an Ingress or a Gateway names."""
    annotations = _map(_map(resource.body.get("metadata")).get("annotations"))
    return any(annotations.get(key) not in (None, "", "false") for key in _ISSUED_BY)


def _together(one: Made, other: Made) -> Made:
    keys = None if one.keys is None or other.keys is None else one.keys | other.keys
    return one._replace(keys=keys)


def _external(resource: Resource, spec: Mapping[str, Any]) -> Made:
    target = _map(spec.get("target"))
    data = spec.get("data")
    is_open = spec.get("dataFrom") or target.get("template") or not isinstance(data, list)
    keys = None if is_open else frozenset(str(_map(one).get("secretKey")) for one in data or ())
    return Made(_text(target.get("name")) or resource.name, resource.identity, keys)


def _sealed(resource: Resource, spec: Mapping[str, Any]) -> Made:
    template, sealed = _map(spec.get("template")), _map(spec.get("encryptedData"))
    name = _text(_map(template.get("metadata")).get("name")) or resource.name
    keys = frozenset({*sealed, *_map(template.get("data"))}) if sealed else None
    return Made(name, resource.identity, keys)


def _certificate(resource: Resource, spec: Mapping[str, Any]) -> Made:
    is_open = spec.get("keystores") or spec.get("additionalOutputFormats")
    return Made(_text(spec.get("secretName")), resource.identity, None if is_open else _OF_CERTIFICATES)


_MAKERS = {
    ("external-secrets.io", "ExternalSecret"): _external,
    ("bitnami.com", "SealedSecret"): _sealed,
    ("cert-manager.io", "Certificate"): _certificate,
}


def _map(node: object) -> Mapping[str, Any]:
    return node if isinstance(node, Mapping) else {}


def _text(node: object) -> str:
    return node if isinstance(node, str) else ""
