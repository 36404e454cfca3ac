"""infrastructure/references."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.infrastructure.cross_sets import made, service, workload
from tests.checks.infrastructure.manifest_sets import CONFIG, Object, bad, forms_of, said, set_of


def judged(manifests: Manifests, **params: object) -> Judgement:
    return judge_check("infrastructure/references", params, manifests=manifests)


def messages(*objects: Object, **params: object) -> list[str]:
    return [finding.message for finding in bad(judged(set_of(*objects), **params))]


def config(name: str = "cfg", *, namespace: str = "prod", kind: str = "ConfigMap", **data: str) -> Object:
    return made("v1", kind, name, namespace=namespace, data=data)


def app(**container: Any) -> Object:
    return workload(pod={"containers": [{"name": "app", "image": "x:1", **container}]})


def volume(**source: Any) -> Object:
    return workload(pod={"volumes": [{"name": "v", **source}]})


def env(kind: str, name: str, key: str, **more: Any) -> Object:
    return app(env=[{"name": "A", "valueFrom": {f"{kind}KeyRef": {"name": name, "key": key, **more}}}])


NEEDING = [
    env("configMap", "cfg", "a"),
    app(envFrom=[{"configMapRef": {"name": "cfg"}}]),
    volume(configMap={"name": "cfg"}),
    volume(configMap={"name": "cfg", "items": [{"key": "a", "path": "a"}]}),
    volume(projected={"sources": [{"configMap": {"name": "cfg"}}]}),
]


@pytest.mark.parametrize("one", NEEDING)
def test_what_is_there_passes(one: Object) -> None:
    found = judged(set_of(one, config(a="1")))
    assert (found.outcome, found.summary) == (Outcome.PASS, "1 object whose references are there")


@pytest.mark.parametrize("one", NEEDING)
def test_what_is_gone_fails_where_there_are_others_of_its_kind(one: Object) -> None:
    for other in (config("other", a="1"), config(namespace="test", a="1")):
        (finding,) = bad(judged(set_of(one, other)))
        assert finding.outcome is Outcome.FAIL
        assert finding.message == (
            "Deployment/prod/shop needs ConfigMap/cfg, which is not among the 1 of its kind in the set"
        )
        assert finding.location is not None


@pytest.mark.parametrize("one", NEEDING)
def test_it_is_not_shown_where_there_is_none_of_its_kind(one: Object) -> None:
    found = judged(set_of(one))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert found.summary == "Deployment/prod/shop needs ConfigMap/cfg, which is not in the set"


@pytest.mark.parametrize(
    "one",
    [
        env("configMap", "cfg", "a", optional=True),
        app(envFrom=[{"configMapRef": {"name": "cfg", "optional": True}}]),
        volume(configMap={"name": "cfg", "optional": True}),
        volume(configMap={"name": "kube-root-ca.crt"}),
        app(),
    ],
)
def test_what_is_optional_or_always_there_is_not_asked(one: Object) -> None:
    assert messages(one, config("other")) == []


@pytest.mark.parametrize("one", [NEEDING[0], NEEDING[3]])
def test_a_key_that_is_gone_fails(one: Object) -> None:
    assert messages(one, config(b="1")) == [
        "Deployment/prod/shop asks ConfigMap/prod/cfg for the key 'a', which it does not have"
    ]
    binary = made("v1", "ConfigMap", "cfg", binaryData={"a": ""})
    assert messages(one, binary) == []


def test_an_open_namespace_is_not_shown() -> None:
    found = judged(set_of(NEEDING[1], config(namespace="")))
    assert found.outcome is Outcome.UNPROVEN
    assert "one of both leaves its namespace open" in found.summary


SECRET = env("secret", "db", "password")


def test_secrets_are_taken_to_be_elsewhere_and_told() -> None:
    found = judged(set_of(SECRET, config("other", kind="Secret")))
    assert found.outcome is Outcome.PASS
    note = next(finding for finding in found.findings if finding.note)
    assert note.message == (
        "Deployment/prod/shop names 1 Secret that is not in the set, and taken to be elsewhere"
    )


def test_secrets_may_be_asked_for() -> None:
    required = {"secrets": "required"}
    assert judged(set_of(SECRET), **required).outcome is Outcome.UNPROVEN
    assert len(messages(SECRET, config("other", kind="Secret"), **required)) == 1
    assert messages(SECRET, config("db", kind="Secret", password="x"), **required) == []  # noqa: S106
    assert len(messages(SECRET, config("db", kind="Secret", user="x"))) == 1
    pulling = workload(pod={"imagePullSecrets": [{"name": "pull"}]})
    assert judged(set_of(pulling), **required).outcome is Outcome.UNPROVEN


@pytest.mark.parametrize(
    "maker",
    [
        made("external-secrets.io/v1", "ExternalSecret", "db", spec={}),
        made("external-secrets.io/v1", "ExternalSecret", "x", spec={"target": {"name": "db"}}),
        made("bitnami.com/v1alpha1", "SealedSecret", "db", spec={}),
        made("cert-manager.io/v1", "Certificate", "x", spec={"secretName": "db", "keystores": {"jks": {}}}),
    ],
)
def test_secrets_that_are_made_while_the_set_runs_are_there(maker: Object) -> None:
    assert messages(SECRET, maker, secrets="required") == []
    assert len(messages(SECRET, {**maker, "apiVersion": "acme.io/v1"}, secrets="required")) == 1


@pytest.mark.parametrize(
    "external", ["ConfigMap/cfg", "ConfigMap/prod/cfg", "ConfigMap/c*", "ConfigMap/prod/*"]
)
def test_what_comes_from_elsewhere_is_said(external: str) -> None:
    assert messages(NEEDING[1], config("other"), external=[external]) == []


@pytest.mark.parametrize("external", ["ConfigMap/other", "Secret/cfg", "ConfigMap/test/cfg", "ConfigMap/x*"])
def test_what_is_said_of_others_does_not_count(external: str) -> None:
    assert len(messages(NEEDING[1], config("other"), external=[external])) == 1


@pytest.mark.parametrize("external", ["cfg", "", "a/b/c/d", "*"])
def test_a_name_that_is_none_is_refused(external: str) -> None:
    with pytest.raises(ValidationError):
        judged(set_of(CONFIG), external=[external])


def test_a_claim_must_be_there() -> None:
    one = volume(persistentVolumeClaim={"claimName": "data"})
    claim = made("v1", "PersistentVolumeClaim", "data", spec={})
    assert messages(one, claim) == []
    assert judged(set_of(one)).outcome is Outcome.UNPROVEN


def test_a_mount_needs_its_volume() -> None:
    mount = {"name": "app", "image": "x:1", "volumeMounts": [{"name": "data", "mountPath": "/d"}]}
    one = workload(pod={"containers": [mount]})
    assert messages(one) == [
        "Deployment/prod/shop mounts the volume 'data' in app, which the pod does not have"
    ]
    assert (
        messages(workload(pod={"containers": [mount], "volumes": [{"name": "data", "emptyDir": {}}]})) == []
    )
    template = [{"metadata": {"name": "data"}}]
    assert messages(workload("StatefulSet", pod={"containers": [mount]}, volumeClaimTemplates=template)) == []


def ingress(backend: Any, **spec: Any) -> Object:
    rules = [{"host": "a.example.com", "http": {"paths": [{"path": "/", "backend": backend}]}}]
    return made("networking.k8s.io/v1", "Ingress", "web", spec={"rules": rules, **spec})


def to(service_: str = "shop", **port: Any) -> Object:
    return {"service": {"name": service_, "port": port or {"number": 80}}}


@pytest.mark.parametrize("backend", [to(), to(name="http"), {"resource": {"kind": "Bucket"}}])
def test_a_backend_that_is_there_passes(backend: Object) -> None:
    assert messages(ingress(backend), service()) == []


@pytest.mark.parametrize(
    ("backend", "message"),
    [
        (to("web"), "sends traffic to Service/web, which is not among the 1 of its kind in the set"),
        (to(number=81), "sends traffic to port 81 of Service/prod/shop, which it does not have"),
        ({"service": {"name": "shop"}}, "names no port of Service/shop"),
    ],
)
def test_a_backend_that_is_gone_fails(backend: Object, message: str) -> None:
    assert messages(ingress(backend), service()) == [f"Ingress/prod/web {message}"]
    assert len(messages(ingress(to(), defaultBackend=backend), service())) == 1


def test_a_backend_is_not_shown_where_the_set_holds_no_service() -> None:
    assert judged(set_of(ingress(to()))).outcome is Outcome.UNPROVEN


def test_backends_of_old_versions_are_read_and_of_new_ones_refused() -> None:
    old = ingress({"serviceName": "shop", "servicePort": "http"})
    (message,) = messages(old, service())
    assert message.endswith("backend: it names no Service")
    assert messages({**old, "apiVersion": "networking.k8s.io/v1beta1"}, service()) == []
    assert messages({**old, "apiVersion": "extensions/v1beta1"}, service()) == []


def route(**reference: Any) -> Object:
    rules = [{"backendRefs": [{"name": "shop", "port": 80, **reference}]}]
    return made("gateway.networking.k8s.io/v1", "HTTPRoute", "web", spec={"rules": rules})


def test_routes_of_the_gateway_api_are_asked() -> None:
    assert messages(route(), service()) == []
    assert messages(route(kind="Bucket", group="acme.io", name="x"), service()) == []
    assert len(messages(route(port=81), service())) == 1
    assert len(messages(route(namespace="test"), service())) == 1
    assert messages(route(namespace="test"), service(namespace="test")) == []


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"clusterIP": "None"}, ""),
        ({}, "is governed by Service/prod/db, which is not headless: its pods get no names"),
        (
            {"clusterIP": "None", "selector": {"app": "x"}},
            "is governed by Service/prod/db, which does not select its pods",
        ),
    ],
)
def test_the_service_of_a_stateful_set_must_be_its_own(spec: Object, message: str) -> None:
    found = messages(workload("StatefulSet", "db", serviceName="db"), service("db", **spec))
    assert found == ([f"StatefulSet/prod/db {message}"] if message else [])


def test_the_service_of_a_stateful_set_must_be_there() -> None:
    (message,) = messages(workload("StatefulSet", "db", serviceName="db"), service("web"))
    assert message.startswith("StatefulSet/prod/db is governed by Service/db, which is not among the 1")


def test_accounts_of_bindings_must_be_there() -> None:
    def binding(name: str, namespace: str) -> Object:
        subject = {"kind": "ServiceAccount", "name": name, "namespace": namespace}
        reference = {"kind": "Role", "name": "r"}
        return made("rbac.authorization.k8s.io/v1", "RoleBinding", "b", roleRef=reference, subjects=[subject])

    account = made("v1", "ServiceAccount", "shop")
    assert messages(binding("shop", "prod"), account) == []
    assert messages(binding("default", "prod"), account) == []
    assert messages(binding("prometheus", "monitoring"), account) == []
    assert len(messages(binding("shp", "prod"), account)) == 1


@pytest.mark.parametrize(
    ("one", "path"),
    [
        (app(env={"A": "1"}), "spec.template.spec.containers[0].env"),
        (volume(configMap=["cfg"]), "spec.template.spec.volumes[0].configMap"),
        (workload("StatefulSet", serviceName=3), "spec.serviceName"),
        (ingress(to(), rules={}), "spec.rules"),
        (ingress({"service": "shop"}), "spec.rules"),
    ],
)
def test_another_shape_fails_with_its_path(one: Object, path: str) -> None:
    assert any(f": {path}" in message for message in messages(one, service()))


def test_a_set_without_references_is_not_applicable() -> None:
    assert judged(set_of(CONFIG)).summary == "there is no object that names others among 1 object"


def test_containers_that_nobody_sees_are_not_shown() -> None:
    unseen = made(
        "acme.io/v1", "Fleet", "fleet", spec={"ship": {"containers": [{"name": "a", "image": "x"}]}}
    )
    assert judged(set_of(app(), unseen)).outcome is Outcome.UNPROVEN


def test_how_a_set_is_written_does_not_matter() -> None:
    objects = [NEEDING[0], ingress(to("web")), service(), config("other"), route(port=81)]
    first, *others = [said(judged(manifests)) for manifests in forms_of(objects)]
    assert all(other == first for other in others)


EXTERNAL = "external-secrets.io/v1"


def external(**spec: Any) -> Object:
    """An ExternalSecret of the Secret that the shop asks for its password."""
    return made(EXTERNAL, "ExternalSecret", "db", spec=spec)


def sealed(**spec: Any) -> Object:
    """A SealedSecret of the same."""
    return made("bitnami.com/v1alpha1", "SealedSecret", "db", spec=spec)


@pytest.mark.parametrize(
    ("maker", "is_there"),
    [
        (external(data=[{"secretKey": "password"}]), True),
        (external(data=[{"secretKey": "passwd"}]), False),
        (external(data=[{"secretKey": "passwd"}], dataFrom=[{"extract": {"key": "db"}}]), True),
        (external(data=[{"secretKey": "x"}], target={"template": {"data": {"password": "{{ .x }}"}}}), True),
        (sealed(encryptedData={"password": "Ag"}), True),
        (sealed(encryptedData={"passwd": "Ag"}), False),
        (sealed(encryptedData={"passwd": "Ag"}, template={"data": {"password": "x"}}), True),
        (made("cert-manager.io/v1", "Certificate", "x", spec={"secretName": "db"}), False),
    ],
)
def test_the_keys_of_secrets_that_are_made_are_known(maker: Object, is_there: bool) -> None:
    found = messages(SECRET, maker)
    assert bool(found) is not is_there
    if found:
        name = f"{maker['kind']}/prod/{maker['metadata']['name']}"
        assert found == [
            f"Deployment/prod/shop asks Secret/db for the key 'password', which {name} does not make"
        ]


def test_several_objects_may_make_one_secret() -> None:
    other = made(
        EXTERNAL, "ExternalSecret", "more", spec={"target": {"name": "db"}, "data": [{"secretKey": "x"}]}
    )
    assert messages(SECRET, external(data=[{"secretKey": "password"}]), other) == []
    by_hand = config("db", kind="Secret", password="x")  # noqa: S106 - a name
    assert messages(SECRET, external(data=[{"secretKey": "x"}]), by_hand) == []


INGRESS = made(
    "networking.k8s.io/v1",
    "Ingress",
    "web",
    spec={"tls": [{"hosts": ["a.example"], "secretName": "web-tls"}]},
)
GATEWAY = made(
    "gateway.networking.k8s.io/v1",
    "Gateway",
    "gate",
    spec={
        "listeners": [
            {"name": "https", "protocol": "HTTPS", "tls": {"certificateRefs": [{"name": "web-tls"}]}},
        ]
    },
)


@pytest.mark.parametrize("entry", [INGRESS, GATEWAY])
def test_the_certificate_of_a_way_in_is_made_where_secrets_are_required(entry: Object) -> None:
    def certificate(name: str) -> Object:
        return made("cert-manager.io/v1", "Certificate", "web", spec={"secretName": name})

    assert messages(entry, certificate("web-tls"), secrets="required") == []
    assert messages(entry, certificate("web-cert")) == []
    found = messages(entry, certificate("web-cert"), config("other", kind="Secret"), secrets="required")
    assert len(found) == 1
    assert "needs Secret/web-tls, which is not among the 1 of its kind" in found[0]
    metadata = {**entry["metadata"], "annotations": {"cert-manager.io/cluster-issuer": "letsencrypt"}}
    assert messages({**entry, "metadata": metadata}, secrets="required") == []


def attached(**parent: Any) -> Object:
    """A route that is attached to one Gateway."""
    spec = {"parentRefs": [parent], "rules": []}
    return made("gateway.networking.k8s.io/v1", "HTTPRoute", "route", spec=spec)


@pytest.mark.parametrize(
    ("parent", "says"),
    [
        ({"name": "gate"}, ""),
        ({"name": "gate", "sectionName": "https"}, ""),
        ({"name": "gaet"}, "is attached to Gateway/gaet, which is not among the 1 of its kind in the set"),
        ({"name": "gate", "sectionName": "http"}, "is attached to the listener 'http' of Gateway/prod/gate"),
        ({"name": "shared", "namespace": "infra"}, ""),
    ],
)
def test_a_route_is_attached_to_a_listener_that_is_there(parent: Object, says: str) -> None:
    found = messages(GATEWAY, attached(**parent))
    assert [one for one in found if says in one] == found
    assert bool(found) is bool(says)
    assert messages(attached(**parent)) == []


def priority(name: str) -> Object:
    return {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name}}


def storage(name: str) -> Object:
    return {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": name}}


def test_classes_are_asked_for_where_the_set_brings_some_along() -> None:
    important = workload(pod={"priorityClassName": "high"})
    assert messages(important) == []
    assert messages(important, priority("high")) == []
    found = messages(important, priority("low"))
    assert found == [
        "Deployment/prod/shop needs PriorityClass/high, which is not among the 1 of its kind in the set"
    ]
    assert messages(important, priority("low"), external=["PriorityClass/high"]) == []
    assert messages(workload(pod={"priorityClassName": "system-node-critical"}), priority("low")) == []


def test_claims_are_of_a_class_that_is_there() -> None:
    templates = [{"metadata": {"name": "data"}, "spec": {"storageClassName": "fast"}}]
    stateful = workload("StatefulSet", volumeClaimTemplates=templates)
    claim = made("v1", "PersistentVolumeClaim", "data", spec={"storageClassName": "fast"})
    for one in (stateful, claim):
        assert messages(one, workload(name="other"), storage("fast")) == []
        assert len(messages(one, workload(name="other"), storage("slow"))) == 1
        assert messages(one, workload(name="other")) == []
    unnamed = made("v1", "PersistentVolumeClaim", "data", spec={"storageClassName": ""})
    assert messages(unnamed, workload(name="other"), storage("slow")) == []
