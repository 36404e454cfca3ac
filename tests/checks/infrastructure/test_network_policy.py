"""infrastructure/network-policy."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.check import Outcome
from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.infrastructure.cross_sets import made, pod, workload
from tests.checks.infrastructure.manifest_sets import CONFIG, Object, bad, forms_of, said, set_of

BOTH = ["Ingress", "Egress"]


def judged(manifests: Manifests, **params: object) -> Judgement:
    return judge_check("infrastructure/network-policy", params, manifests=manifests)


def policy(name: str = "deny", *, namespace: str = "prod", **spec: Any) -> Object:
    body = {"podSelector": {}, "policyTypes": BOTH, **spec}
    return made("networking.k8s.io/v1", "NetworkPolicy", name, namespace=namespace, spec=body)


def messages(*objects: Object, **params: object) -> list[str]:
    return [finding.message for finding in bad(judged(set_of(*objects), **params))]


@pytest.mark.parametrize(
    "good",
    [
        policy(),
        policy(podSelector=None),
        policy(podSelector={"matchLabels": {"app": "shop"}}),
        policy(policyTypes=None, egress=[{"ports": [{"port": 53}]}]),
        policy(ingress=[{"ports": [{"port": 80}]}]),
        policy(ingress=[{"from": [{"podSelector": {}}]}]),
        policy(ingress=[{"from": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}}]}]),
        policy(egress=[]),
    ],
)
def test_a_policy_in_both_directions_passes(good: Object) -> None:
    found = judged(set_of(workload(), good))
    assert (found.outcome, found.summary) == (Outcome.PASS, "1 workload whose traffic is restricted")


@pytest.mark.parametrize(
    ("poor", "directions"),
    [
        (policy(policyTypes=["Ingress"]), ["egress"]),
        (policy(policyTypes=["Egress"]), ["ingress"]),
        (policy(policyTypes=None), ["egress"]),
        (policy(policyTypes=[]), ["egress"]),
        (policy(policyTypes=None, egress=[]), ["egress"]),
        (policy(podSelector={"matchLabels": {"app": "web"}}), ["ingress", "egress"]),
        (policy(namespace="test"), ["ingress", "egress"]),
    ],
)
def test_a_direction_without_a_policy_fails(poor: Object, directions: list[str]) -> None:
    assert messages(workload(), poor) == [
        f"Deployment/prod/shop is selected by no NetworkPolicy for {direction}" for direction in directions
    ]


@pytest.mark.parametrize(
    "rule",
    [{}, {"from": []}, {"from": None}, {"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}, {"ports": []}],
)
def test_a_rule_that_lets_everything_through_opens_it_again(rule: Object) -> None:
    (message,) = messages(workload(), policy(), policy("open", policyTypes=["Ingress"], ingress=[rule]))
    assert message == (
        "Deployment/prod/shop is open for ingress: a rule of NetworkPolicy/prod/open lets everything through"
    )
    objects = (workload(), policy(ingress=[rule]))
    assert messages(*objects, **{"open-rules": "accepted"}) == []


def test_a_set_without_policies_is_not_shown() -> None:
    found = judged(set_of(workload(), CONFIG))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert found.summary.startswith(
        "Deployment/prod/shop is selected by no NetworkPolicy for ingress: the set holds none"
    )


def test_policies_of_network_plugins_are_not_read() -> None:
    other = made("cilium.io/v2", "CiliumNetworkPolicy", "all", spec={})
    found = judged(set_of(workload(), other))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert "CiliumNetworkPolicy/prod/all is not read" in found.summary


def test_an_open_namespace_is_not_shown() -> None:
    found = judged(set_of(workload(), policy(namespace="")))
    assert found.outcome is Outcome.UNPROVEN
    assert "one of both leaves its namespace open" in found.summary
    both = judged(set_of(workload(namespace=""), policy(namespace="")))
    assert both.outcome is Outcome.PASS


def test_a_pod_in_the_network_of_its_node_fails() -> None:
    (message,) = messages(workload(pod={"hostNetwork": True}), policy())
    assert message == "Deployment/prod/shop is in the network of its node, where no policy restricts it"


def test_jobs_and_bare_pods_are_asked() -> None:
    objects = (
        workload("Job", "job", api_version="batch/v1"),
        pod(),
        policy(podSelector={"matchLabels": {"a": "b"}}),
    )
    assert len(messages(*objects, directions=["ingress"])) == 2


def test_what_is_asked_is_a_parameter() -> None:
    manifests = set_of(workload(), policy(policyTypes=["Ingress"]))
    assert judged(manifests, directions=["ingress"]).outcome is Outcome.PASS
    ruled = {"without-rules": "refused"}
    assert len(messages(workload(), policy(), **ruled)) == 2
    assert len(messages(workload(), policy(ingress=[{"ports": [{"port": 80}]}]), **ruled)) == 1


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        ({"podSelector": []}, "spec.podSelector"),
        ({"policyTypes": "Ingress"}, "spec.policyTypes"),
        ({"policyTypes": ["ingress"]}, "spec.policyTypes[0]"),
        ({"ingress": {}}, "spec.ingress"),
        ({"ingress": [{"from": ["x"]}]}, "spec.ingress[0].from[0]"),
    ],
)
def test_another_shape_fails_with_its_path(spec: Object, path: str) -> None:
    found = messages(workload(), policy(), policy("odd", **spec))
    assert found[0].startswith(f"NetworkPolicy/prod/odd: {path}: ")


def test_how_a_set_is_written_does_not_matter() -> None:
    objects = [workload(), workload(name="b"), policy(podSelector={"matchLabels": {"app": "b"}}), CONFIG]
    first, *others = [said(judged(manifests)) for manifests in forms_of(objects)]
    assert all(other == first for other in others)
