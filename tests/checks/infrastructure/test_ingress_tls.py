"""infrastructure/ingress-tls."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.check import Outcome
from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.infrastructure.cross_sets import made
from tests.checks.infrastructure.manifest_sets import CONFIG, Object, bad, forms_of, said, set_of

API = "gateway.networking.k8s.io/v1"
CERTIFIED = {"certificateRefs": [{"name": "cert"}]}


def judged(manifests: Manifests, **params: object) -> Judgement:
    return judge_check("infrastructure/ingress-tls", params, manifests=manifests)


def messages(*objects: Object, **params: object) -> list[str]:
    return [finding.message for finding in bad(judged(set_of(*objects), **params))]


def ingress(*hosts: str, tls: Any = None, **spec: Any) -> Object:
    rules = [{"host": host} if host else {} for host in hosts]
    return made("networking.k8s.io/v1", "Ingress", "web", spec={"rules": rules, "tls": tls, **spec})


def entry(*hosts: str, certificate: str | None = "cert") -> Object:
    return {"hosts": list(hosts), "secretName": certificate}


@pytest.mark.parametrize(
    "good",
    [
        ingress("a.example.com", tls=[entry("a.example.com")]),
        ingress("a.example.com", tls=[entry("*.example.com")]),
        ingress("*.example.com", tls=[entry("*.example.com")]),
        ingress("a.example.com", "b.example.com", tls=[entry("a.example.com"), entry("b.example.com")]),
        ingress("a.example.com", "", tls=[entry()]),
        ingress(tls=[entry()]),
    ],
)
def test_an_ingress_with_every_host_under_tls_passes(good: Object) -> None:
    found = judged(set_of(good))
    assert (found.outcome, found.summary) == (Outcome.PASS, "1 object served over TLS")


@pytest.mark.parametrize(
    ("poor", "message"),
    [
        (ingress("a.example.com"), "has no TLS"),
        (ingress("a.example.com", tls=[]), "has no TLS"),
        (ingress("a.example.com", tls=[entry("b.example.com")]), "serves a.example.com without TLS"),
        (ingress("a.b.example.com", tls=[entry("*.example.com")]), "serves a.b.example.com without TLS"),
        (ingress("example.com", tls=[entry("*.example.com")]), "serves example.com without TLS"),
        (ingress("", tls=[entry("a.example.com")]), "serves every host without TLS"),
        (ingress(tls=[entry("a.example.com")]), "serves every host without TLS"),
        (
            ingress("a.example.com", tls=[entry("a.example.com", certificate=None)]),
            "names no certificate for a.example.com",
        ),
    ],
)
def test_a_host_without_tls_fails(poor: Object, message: str) -> None:
    (finding,) = bad(judged(set_of(poor)))
    assert finding.outcome is Outcome.FAIL
    assert finding.message == f"Ingress/prod/web {message}"
    assert finding.location is not None


def test_the_controller_may_bring_the_certificate() -> None:
    one = ingress("a.example.com", tls=[entry("a.example.com", certificate=None)])
    assert messages(one, certificates="controller") == []


@pytest.mark.parametrize("api_version", ["extensions/v1beta1", "networking.k8s.io/v1beta1"])
def test_old_versions_are_asked_too(api_version: str) -> None:
    assert len(messages({**ingress("a.example.com"), "apiVersion": api_version})) == 1


def gateway(**listener: Any) -> Object:
    return made(API, "Gateway", "gate", spec={"listeners": [{"name": "main", **listener}]})


def route(*, redirects: bool, **parent: Any) -> Object:
    rule: Object = {"backendRefs": [{"name": "shop", "port": 80}]}
    if redirects:
        rule = {"filters": [{"type": "RequestRedirect", "requestRedirect": {"scheme": "https"}}]}
    spec = {"parentRefs": [{"name": "gate", **parent}], "rules": [rule]}
    return made(API, "HTTPRoute", "route", spec=spec)


@pytest.mark.parametrize(
    "good",
    [
        gateway(protocol="HTTPS", tls=CERTIFIED),
        gateway(protocol="TLS", tls={"mode": "Passthrough"}),
    ],
)
def test_a_listener_with_a_certificate_passes(good: Object) -> None:
    assert judged(set_of(good)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("poor", "why"),
    [
        (gateway(protocol="TCP"), "it speaks TCP"),
        (gateway(), "it speaks an unknown protocol"),
        (gateway(protocol="HTTPS"), "it has no tls"),
        (gateway(protocol="HTTPS", tls={}), "it names no certificate"),
    ],
)
def test_a_listener_without_tls_fails(poor: Object, why: str) -> None:
    (message,) = messages(poor)
    assert message == f"Gateway/prod/gate has the listener main without TLS: {why}"


def test_a_plain_listener_may_do_nothing_but_redirect() -> None:
    plain = gateway(protocol="HTTP")
    assert messages(plain, route(redirects=True)) == []
    (message,) = messages(plain, route(redirects=False))
    assert message.endswith("it speaks HTTP, and HTTPRoute/prod/route does more than redirect")
    found = judged(set_of(plain))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    for elsewhere in ({"sectionName": "other"}, {"namespace": "test"}, {"name": "x"}):
        assert judged(set_of(plain, route(redirects=True, **elsewhere))).outcome is Outcome.UNPROVEN


def test_a_gateway_without_listeners_fails() -> None:
    assert messages(made(API, "Gateway", "gate", spec={})) == ["Gateway/prod/gate has no listener"]


@pytest.mark.parametrize(
    ("tls", "is_bad"),
    [
        ({"mode": "SIMPLE", "credentialName": "cert"}, False),
        ({"mode": "SIMPLE"}, True),
        ({"mode": "PASSTHROUGH"}, False),
        ({"httpsRedirect": True}, False),
        ({}, True),
        (None, True),
    ],
)
def test_gateways_of_istio_are_asked(tls: Any, is_bad: bool) -> None:
    server = {"port": {"number": 80, "name": "web", "protocol": "HTTP"}, "tls": tls}
    one = made("networking.istio.io/v1", "Gateway", "gate", spec={"servers": [server]})
    assert bool(messages(one)) is is_bad


@pytest.mark.parametrize(
    ("tls", "is_bad"),
    [
        ({"termination": "edge"}, False),
        ({"termination": "edge", "insecureEdgeTerminationPolicy": "Redirect"}, False),
        ({"termination": "edge", "insecureEdgeTerminationPolicy": "Allow"}, True),
        (None, True),
    ],
)
def test_routes_of_openshift_are_asked(tls: Any, is_bad: bool) -> None:
    assert bool(messages(made("route.openshift.io/v1", "Route", "r", spec={"tls": tls}))) is is_bad


@pytest.mark.parametrize(
    ("one", "path"),
    [
        (ingress("a", tls={}), "spec.tls"),
        (ingress("a", tls=["cert"]), "spec.tls[0]"),
        (ingress("a", tls=[{"hosts": "a"}]), "spec.tls[0].hosts"),
        (ingress("a", rules="x"), "spec.rules"),
        (gateway(tls=[]), "spec.listeners[0].tls"),
    ],
)
def test_another_shape_fails_with_its_path(one: Object, path: str) -> None:
    (message,) = messages(one)
    assert f": {path}: " in message


def test_a_set_without_a_way_in_is_not_applicable() -> None:
    assert judged(set_of(CONFIG)).summary == "there is no Ingress, Gateway or Route among 1 object"


def test_how_a_set_is_written_does_not_matter() -> None:
    objects = [ingress("a", "b", tls=[entry("a")]), gateway(protocol="HTTP"), route(redirects=False), CONFIG]
    first, *others = [said(judged(manifests)) for manifests in forms_of(objects)]
    assert all(other == first for other in others)


def certificate(*names: str, secret: str = "cert", **spec: Any) -> Object:  # noqa: S107 - a name
    body = {"secretName": secret, "dnsNames": list(names), **spec}
    return made("cert-manager.io/v1", "Certificate", "web", spec=body)


@pytest.mark.parametrize(
    ("ordered", "is_bad"),
    [
        (certificate("a.example.com", "b.example.com"), False),
        (certificate("*.example.com"), False),
        (certificate("a.example.com", commonName="b.example.com"), False),
        (certificate("a.example.com"), True),
        (certificate("a.example.com", "*.b.example.com"), True),
        (certificate("a.example.com", secret="other"), False),  # noqa: S106 - a name
        (certificate(), False),
        (made("cert-manager.io/v1", "Certificate", "web", spec={"secretName": 1}), False),
        (
            made("acme.example/v1", "Certificate", "web", spec={"secretName": "cert", "dnsNames": ["x"]}),
            False,
        ),
    ],
)
def test_a_certificate_of_the_set_names_the_hosts_that_it_serves(ordered: Object, is_bad: bool) -> None:
    hosts = ("a.example.com", "b.example.com")
    found = messages(ingress(*hosts, tls=[entry(*hosts)]), ordered)
    says = "Ingress/prod/web serves b.example.com with Certificate/prod/web, which does not name it"
    assert found == ([says] if is_bad else [])
