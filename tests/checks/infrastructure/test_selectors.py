"""infrastructure/selectors."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.check import Outcome
from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.infrastructure.cross_sets import budget, made, pod, service, workload
from tests.checks.infrastructure.manifest_sets import CONFIG, Object, bad, forms_of, said, set_of

MONITORING = "monitoring.coreos.com/v1"
BY_APP = {"matchLabels": {"app": "shop"}}


def judged(manifests: Manifests) -> Judgement:
    return judge_check("infrastructure/selectors", manifests=manifests)


def messages(*objects: Object) -> list[str]:
    return [finding.message for finding in bad(judged(set_of(*objects)))]


def policy(**spec: Any) -> Object:
    return made("networking.k8s.io/v1", "NetworkPolicy", "net", spec=spec)


def monitor(kind: str = "ServiceMonitor", selector: Any = None, **spec: Any) -> Object:
    body = {"selector": BY_APP if selector is None else selector, **spec}
    return made(MONITORING, kind, "mon", spec=body)


def test_selectors_that_select_pass() -> None:
    labelled = {**service(), "metadata": {"name": "shop", "namespace": "prod", "labels": {"app": "shop"}}}
    objects = [workload(), labelled, budget(), policy(podSelector=BY_APP), monitor(), monitor("PodMonitor")]
    objects[-1]["metadata"]["name"] = "pods"
    found = judged(set_of(*objects))
    assert (found.outcome, found.findings[0].count) == (Outcome.PASS, 6)
    assert found.summary == "6 objects with a selector that selects something"


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (service("web"), "Service/prod/web selects no workload: none of 1 has app=web in its namespace"),
        (service(namespace="test"), "Service/test/shop selects no workload: none of 1 has app=shop"),
        (budget("web"), "PodDisruptionBudget/prod/budget selects no workload"),
        (policy(podSelector={"matchLabels": {"app": "web"}}), "NetworkPolicy/prod/net selects no workload"),
        (
            policy(podSelector={"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}),
            "NetworkPolicy/prod/net selects no workload: none of 1 has app DoesNotExist",
        ),
        (monitor("PodMonitor", {"matchLabels": {"app": "web"}}), "PodMonitor/prod/mon selects no workload"),
        (
            made("policy/v1", "PodDisruptionBudget", "b", spec={"maxUnavailable": 1}),
            "PodDisruptionBudget/prod/b has no selector, and so selects no pods",
        ),
    ],
)
def test_a_selector_that_selects_nothing_fails(one: Object, message: str) -> None:
    (finding,) = bad(judged(set_of(workload(), one)))
    assert finding.outcome is Outcome.FAIL
    assert finding.message.startswith(message)
    assert finding.location is not None


@pytest.mark.parametrize(
    "one",
    [
        service(selector=None),
        service("web", type="ExternalName", externalName="x.example.com"),
        policy(podSelector={}),
        policy(),
    ],
)
def test_what_is_meant_to_select_nothing_or_everything_is_not_asked(one: Object) -> None:
    assert messages(workload(), one) == []


def test_whom_it_selects_is_not_shown_where_the_set_holds_none() -> None:
    found = judged(set_of(CONFIG, service()))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    found = judged(set_of(workload(), monitor()))
    assert found.outcome is Outcome.UNPROVEN
    assert (
        found.summary == "ServiceMonitor/prod/mon selects no Service of the set: its Services are not in it"
    )


def test_an_open_namespace_is_not_shown() -> None:
    found = judged(set_of(workload(), service(namespace="")))
    assert found.outcome is Outcome.UNPROVEN
    assert found.summary.startswith("Service/shop may select Deployment/prod/shop, and one of both")
    assert messages(workload(namespace=""), service(namespace="")) == []


def test_labels_that_the_cluster_gives_are_not_shown() -> None:
    one = service(selector={"statefulset.kubernetes.io/pod-name": "shop-0"})
    found = judged(set_of(workload("StatefulSet"), one))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)


def test_pods_that_nobody_sees_may_be_meant() -> None:
    unseen = made(
        "acme.io/v1", "Fleet", "fleet", spec={"ship": {"containers": [{"name": "a", "image": "x"}]}}
    )
    found = judged(set_of(workload(), service("web"), unseen))
    assert found.outcome is Outcome.UNPROVEN


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (
            workload(selector={"matchLabels": {"app": "web"}}),
            "selects app=web, which its own template does not have",
        ),
        (workload(selector=None), "has no selector, which the API refuses"),
        (workload(selector={}), "has an empty selector, which the API refuses"),
        (
            workload("StatefulSet", selector={"matchLabels": {"app": "x"}}),
            "selects app=x, which its own template",
        ),
    ],
)
def test_a_workload_must_recognise_its_own_pods(one: Object, message: str) -> None:
    (found,) = messages(one)
    assert found.startswith(f"{one['kind']}/prod/shop {message}")


@pytest.mark.parametrize(
    "one",
    [
        workload(api_version="extensions/v1beta1", selector=None),
        workload("ReplicationController", api_version="v1", selector=None),
        workload("ReplicationController", api_version="v1", selector={"app": "shop"}),
        workload("Job", api_version="batch/v1", selector=None),
        workload("DaemonSet"),
    ],
)
def test_some_kinds_default_to_the_labels_of_the_template(one: Object) -> None:
    assert messages(one, pod("other"), service("other")) == []


@pytest.mark.parametrize(
    ("target", "is_bad"), [("http", False), ("grpc", True), (80, False), (None, False), ("8080", True)]
)
def test_a_named_port_must_be_one_of_the_containers(target: object, is_bad: bool) -> None:
    container = {"name": "app", "image": "x:1", "ports": [{"containerPort": 80, "name": "http"}]}
    one = service(ports=[{"port": 80, "targetPort": target}])
    found = messages(workload(pod={"containers": [container]}), one)
    assert bool(found) is is_bad
    if is_bad:
        what = f"sends traffic to the port '{target}', which no container that it selects has"
        assert found == [f"Service/prod/shop {what}"]


@pytest.mark.parametrize(
    ("namespaces", "is_bad"),
    [(None, True), ({"any": True}, False), ({"matchNames": ["test"]}, False), ({"matchNames": ["x"]}, True)],
)
def test_a_monitor_looks_at_the_namespaces_that_it_names(namespaces: object, is_bad: bool) -> None:
    there = {
        **service(namespace="test"),
        "metadata": {"name": "shop", "namespace": "test", "labels": {"app": "shop"}},
    }
    objects = [workload(namespace="test"), there, monitor(namespaceSelector=namespaces)]
    assert bool(messages(*objects)) is is_bad


@pytest.mark.parametrize(
    ("one", "path"),
    [
        (workload(selector=["app"]), "Deployment/prod/shop: spec.selector: "),
        (service(ports={"port": 80}), "Service/prod/shop: spec.ports: "),
        (policy(podSelector="all"), "NetworkPolicy/prod/net: spec.podSelector: "),
        (monitor(selector=[]), "ServiceMonitor/prod/mon: spec.selector: "),
        (budget(selector=3), "PodDisruptionBudget/prod/budget: spec.selector: "),
    ],
)
def test_another_shape_fails_with_its_path(one: Object, path: str) -> None:
    assert any(message.startswith(path) for message in messages(workload(name="other"), one))


def test_a_set_without_selectors_is_not_applicable() -> None:
    assert judged(set_of(CONFIG)).summary == "there is no object with a selector among 1 object"


LABELS = st.dictionaries(st.sampled_from(["app", "tier"]), st.sampled_from(["a", "b"]), max_size=2)


@settings(max_examples=12, deadline=None)
@given(st.lists(LABELS, min_size=1, max_size=3), st.lists(LABELS, min_size=1, max_size=3))
def test_how_a_set_is_written_does_not_matter(pods: list[Object], asked: list[Object]) -> None:
    objects: list[Object] = [
        workload(name=f"w{n}", labels=labels or {"x": "z"}) for n, labels in enumerate(pods)
    ]
    objects += [service(f"s{n}", selector=labels) for n, labels in enumerate(asked)]
    first, *others = [said(judged(manifests)) for manifests in forms_of(objects)]
    assert all(other == first for other in others)


PORTS = [{"containerPort": 8080, "name": "http"}, {"containerPort": 9090, "name": "metrics"}]


def with_ports(ports: list[Object], name: str = "shop") -> Object:
    """A workload whose container declares these ports."""
    return workload(name=name, pod={"containers": [{"name": "app", "image": "x:1", "ports": ports}]})


@pytest.mark.parametrize(
    ("port", "number"),
    [
        ({"port": 80, "targetPort": 8080}, None),
        ({"port": 8080}, None),
        ({"port": 80, "targetPort": 8081}, 8081),
        ({"port": 80}, 80),
    ],
)
def test_the_number_of_a_port_must_be_declared(port: Object, number: int | None) -> None:
    found = messages(with_ports(PORTS), service(ports=[port]))
    what = f"sends traffic to port {number}, which no container that it selects declares"
    assert found == ([] if number is None else [f"Service/prod/shop {what}"])


def test_numbers_of_ports_are_not_asked_where_that_says_nothing() -> None:
    wrong: Object = {"ports": [{"port": 81}]}
    assert messages(workload(), service(**wrong)) == []
    assert messages(with_ports(PORTS), service(clusterIP="None", **wrong)) == []
    silent = workload(name="silent", labels={"app": "shop"})
    assert messages(with_ports(PORTS), silent, service(**wrong)) == []
    manifests = set_of(with_ports(PORTS), service(**wrong))
    allowed = judge_check("infrastructure/selectors", {"undeclared-ports": "ignored"}, manifests=manifests)
    assert allowed.outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("kind", "key", "whom"),
    [("ServiceMonitor", "endpoints", "Service"), ("PodMonitor", "podMetricsEndpoints", "container")],
)
def test_a_monitor_watches_a_port_that_is_there(kind: str, key: str, whom: str) -> None:
    labelled = service(ports=[{"port": 9090, "name": "metrics"}])
    labelled["metadata"]["labels"] = {"app": "shop"}
    there = [with_ports(PORTS), labelled]
    asked = {"app": "shop"}
    good: Object = {key: [{"port": "metrics"}, {"targetPort": 9090}]}
    assert messages(*there, monitor(kind, {"matchLabels": asked}, **good)) == []
    found = messages(*there, monitor(kind, {"matchLabels": asked}, **{key: [{"port": "metric"}]}))
    assert len(found) == 1
    assert found[0].endswith(f"watches the port 'metric', which no {whom} that it selects has")


def peer(**selectors: Any) -> Object:
    """A policy of the pods of the shop that lets one sort of pods in."""
    return policy(podSelector={"matchLabels": {"app": "shop"}}, ingress=[{"from": [selectors]}])


def test_the_pods_that_a_policy_lets_in_must_be_there() -> None:
    assert messages(workload(), peer(podSelector={"matchLabels": {"app": "shop"}})) == []
    assert messages(workload(), peer(podSelector={})) == []
    lost: Object = {"podSelector": {"matchLabels": {"app": "sohp"}}}
    found = messages(workload(), peer(**lost))
    assert len(found) == 1
    assert "allows traffic with no workload: none of 1 has app=sohp in its namespace" in found[0]
    assert messages(workload(), peer(**lost, namespaceSelector={"matchLabels": {"team": "x"}})) == []
    manifests = set_of(workload(), peer(**lost))
    allowed = judge_check("infrastructure/selectors", {"peers": "ignored"}, manifests=manifests)
    assert allowed.outcome is Outcome.PASS


def test_the_peers_of_a_policy_of_all_pods_are_asked_too() -> None:
    lost = [{"to": [{"podSelector": {"matchLabels": {"app": "sohp"}}}]}]
    found = messages(workload(), policy(podSelector={}, egress=lost))
    assert len(found) == 1


def test_a_policy_that_selects_nobody_is_told_once() -> None:
    lost = {"matchLabels": {"app": "sohp"}}
    found = messages(workload(), policy(podSelector=lost, ingress=[{"from": [{"podSelector": lost}]}]))
    assert len(found) == 1
