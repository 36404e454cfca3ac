"""The check infrastructure/ingress-tls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Literal

from readiness.check import Check, Finding, Params
from readiness.evidence.manifests import Manifests, Resource
from readiness.evidence.manifests.entries import Ingress, Route, Tls
from readiness.evidence.manifests.gateways import Gateway, Listener

from ._certificates import Certificate, certificates, covers
from ._cross import each_object, unshown
from ._subjects import Subject, failed

_Routes = Mapping[tuple[str, str], list[Route]]
_Ordered = Mapping[tuple[str, str], Certificate]


class IngressTlsParams(Params):
    """Where certificates come from."""

    certificates: Literal["named", "controller"] = "named"
    """Whether every entry of `tls` must name its Secret, or the ingress controller may bring the certificate.

    Many controllers answer with a self-signed certificate when none is named.
    """


class IngressTls(Check[IngressTlsParams]):
    """Every way in from outside is served over TLS.

    ## Why it matters

    What comes in without TLS is read and changed by everybody on the way: passwords, tokens, the answers. A host that
    was added to the rules and forgotten under `tls` is served in the clear, or with a certificate of another name.

    Asked for: Ingresses, where every host of the rules must be listed under `tls` (`*.example.com` covers one label,
    an entry without hosts covers all), and be named by its certificate where a Certificate of the set orders that;
    listeners of Gateways, plain ones only where every route of theirs redirects to HTTPS; Gateways of Istio; Routes of
    OpenShift.

    ## How to fix it

    List every host, with the Secret of its certificate:

        spec:
          tls:
            - hosts: [shop.example.com]
              secretName: shop-tls
          rules:
            - host: shop.example.com

    ## References

    - Kubernetes, Ingress, TLS: https://kubernetes.io/docs/concepts/services-networking/ingress/#tls
    - Gateway API, TLS: https://gateway-api.sigs.k8s.io/guides/tls/
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """Each object by its hosts or listeners."""
        index = manifests.index
        things: list[Ingress | Gateway] = [*index.ingresses.good, *index.gateways.good]
        rule = partial(self._flaws, _routes(manifests), certificates(manifests))
        bad = (*index.ingresses.bad, *index.gateways.bad, *(index.routes.bad if index.gateways.good else ()))
        yield from each_object(
            manifests, things, _object, rule, "object", "served over TLS", bad, "Ingress, Gateway or Route"
        )

    def _flaws(
        self, routes: _Routes, ordered: _Ordered, one: Ingress | Gateway, subject: Subject
    ) -> Iterator[Finding]:
        if isinstance(one, Ingress):
            yield from self._of_ingress(one, subject)
            yield from _unnamed(one, ordered, subject)
        elif not one.listeners:
            yield failed(subject, ("spec",), "has no listener", "add a listener with TLS", observed="absent")
        else:
            for listener in one.listeners:
                yield from _of_listener(listener, routes, subject)

    def _of_ingress(self, ingress: Ingress, subject: Subject) -> Iterator[Finding]:
        if not ingress.tls:
            next_ = "list its hosts under spec.tls, with the Secret of the certificate"
            yield failed(subject, ("spec", "tls"), "has no TLS", next_, observed="absent", expected="tls")
            return
        for host, path in dict(ingress.hosts).items():
            if not any(_covers(entry, host) for entry in ingress.tls):
                what = f"serves {host or 'every host'} without TLS"
                next_ = f"list {host or 'the hosts'} under spec.tls"
                yield failed(subject, path, what, next_, observed=host or "no host", expected="listed in tls")
        if self.params.certificates == "named":
            for number, entry in enumerate(ingress.tls):
                if not entry.secret_name:
                    hosts = ", ".join(entry.hosts or ()) or "every host"
                    path = ("spec", "tls", number, "secretName")
                    what = f"names no certificate for {hosts}"
                    yield failed(subject, path, what, "name its Secret in secretName", observed="absent")


def _covers(entry: Tls, host: str) -> bool:
    return not entry.hosts or any(covers(told, host) for told in entry.hosts if host)


def _unnamed(ingress: Ingress, ordered: _Ordered, subject: Subject) -> Iterator[Finding]:
    """The hosts that are served with a certificate of the set which does not name them."""
    for number, entry in enumerate(ingress.tls):
        one = ordered.get((ingress.resource.namespace, entry.secret_name or ""))
        lost = one.lacks(entry.hosts or ()) if one is not None else []
        if one is not None and lost:
            what = f"serves {lost[0]} with {one.resource.identity}, which does not name it"
            next_ = f"add {lost[0]} to the dnsNames of {one.resource.identity}"
            path = ("spec", "tls", number, "hosts")
            yield failed(subject, path, what, next_, observed=lost[0], expected=", ".join(one.names))


def _of_listener(listener: Listener, routes: _Routes, subject: Subject) -> Iterator[Finding]:
    if not listener.flaw:
        return
    what = f"has the listener {listener.name} without TLS: {listener.flaw}"
    next_ = "use TLS with a certificate, or redirect all of its routes to https"
    if listener.redirectable:
        resource = listener.resource
        attached = [
            route
            for route in routes.get((resource.namespace, resource.name), ())
            if any(
                (namespace, name) == (resource.namespace, resource.name) and section in ("", listener.name)
                for namespace, name, section in route.parents
            )
        ]
        if attached and all(route.only_redirects for route in attached):
            return
        if not attached:
            yield unshown(subject, listener.path, f"{what}, and no route of it is in the set", next_)
            return
        what += f", and {attached[0].resource.identity} does more than redirect"
    yield failed(subject, listener.path, what, next_, observed=listener.flaw)


def _routes(manifests: Manifests) -> _Routes:
    """The routes by namespace and name of their Gateways."""
    found: dict[tuple[str, str], list[Route]] = {}
    for route in manifests.index.routes.good:
        for parent in {(namespace, name) for namespace, name, _ in route.parents}:
            found.setdefault(parent, []).append(route)
    return found


def _object(one: Ingress | Gateway) -> Resource:
    return one.resource
