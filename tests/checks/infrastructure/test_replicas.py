"""infrastructure/replicas."""

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
from tests.checks.infrastructure.cross_sets import hpa, keda, pod, rollout, service, workload
from tests.checks.infrastructure.manifest_sets import CONFIG, Object, bad, forms_of, said, set_of


def judged(manifests: Manifests, **params: object) -> Judgement:
    return judge_check("infrastructure/replicas", params, manifests=manifests)


def one(*objects: Object, **params: object) -> str:
    (finding,) = bad(judged(set_of(*objects), **params))
    return finding.message


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "ReplicaSet"])
def test_two_replicas_pass(kind: str) -> None:
    found = judged(set_of(workload(kind, replicas=2)))
    assert (found.outcome, found.summary) == (Outcome.PASS, "1 workload with at least 2 replicas")


def test_one_replica_fails_with_name_place_and_measure() -> None:
    (finding,) = bad(judged(set_of(CONFIG, workload(replicas=1))))
    assert finding.message == "Deployment/prod/shop runs 1 pod"
    assert finding.location is not None
    assert finding.location.line > 5
    assert finding.measure is not None
    assert (finding.measure.value, finding.measure.limit) == (1, 2)
    assert finding.next == "set replicas to 2 or more"


def test_replicas_that_are_not_written_are_one() -> None:
    assert one(workload()) == "Deployment/prod/shop runs 1 pod, as `replicas` is not written"


def test_a_bare_pod_fails() -> None:
    assert one(pod()) == "Pod/prod/shop is a bare Pod, which nothing brings back"


@pytest.mark.parametrize(
    "only",
    [workload("DaemonSet"), pod(restartPolicy="Never"), workload("Job", api_version="batch/v1"), CONFIG],
)
def test_what_has_no_replicas_is_not_asked(only: Object) -> None:
    found = judged(set_of(only))
    assert found.outcome is Outcome.NOT_APPLICABLE
    assert found.summary == "there is no workload with replicas among 1 object"


@pytest.mark.parametrize(
    ("scaler", "outcome"),
    [
        (hpa(minReplicas=2), Outcome.PASS),
        (hpa(minReplicas=1), Outcome.FAIL),
        (hpa(minReplicas=None), Outcome.FAIL),
        (hpa("other"), Outcome.FAIL),
        (hpa(namespace="test"), Outcome.FAIL),
        (keda(minReplicaCount=2), Outcome.PASS),
        (keda(), Outcome.FAIL),
        (keda(minReplicaCount=3, idleReplicaCount=0), Outcome.FAIL),
    ],
)
def test_the_minimum_of_an_autoscaler_counts(scaler: Object, outcome: Outcome) -> None:
    assert judged(set_of(workload(), scaler)).outcome is outcome


def test_the_autoscaler_is_named() -> None:
    message = one(workload(replicas=9), hpa(minReplicas=1))
    assert (
        message == "Deployment/prod/shop may be scaled down to 1 pod by HorizontalPodAutoscaler/prod/scaler"
    )


def test_a_target_with_an_autoscaler_may_be_left_to_its_own_check() -> None:
    manifests = set_of(workload(), hpa(minReplicas=1), workload(name="other", replicas=2))
    found = judged(manifests, autoscaled="ignored")
    assert (found.outcome, found.findings[0].count) == (Outcome.PASS, 1)


def test_no_autoscaler_wakes_a_workload_without_replicas_but_one_with_0() -> None:
    assert one(workload(replicas=0), hpa()) == "Deployment/prod/shop runs 0 pods"
    assert judged(set_of(workload(replicas=0), keda(minReplicaCount=2))).outcome is Outcome.PASS


def test_a_rollout_says_how_many_pods_the_workload_runs_that_it_took_over() -> None:
    assert judged(set_of(workload(replicas=0), rollout(replicas=3))).outcome is Outcome.PASS
    assert "runs 1 pod, as" in one(workload(replicas=3), rollout())


@pytest.mark.parametrize(
    ("replicas", "low", "outcome"),
    [(2, 2, Outcome.PASS), (1, 2, Outcome.UNPROVEN), (2, 1, Outcome.UNPROVEN), (1, 1, Outcome.FAIL)],
)
def test_an_open_namespace_is_taken_for_both(replicas: int, low: int, outcome: Outcome) -> None:
    scaler = hpa(namespace="", minReplicas=low)
    assert judged(set_of(workload(replicas=replicas), scaler)).outcome is outcome


def test_an_operator_is_not_known_to_run_several() -> None:
    custom = workload("Engine", api_version="acme.io/v1")
    found = judged(set_of(custom))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert judged(set_of(workload("Engine", api_version="acme.io/v1", replicas=3))).outcome is Outcome.PASS


@pytest.mark.parametrize("replicas", ["3", True, [3], {"a": 1}, 2.5])
def test_a_number_of_another_shape_fails_with_its_path(replicas: Any) -> None:
    (finding,) = bad(judged(set_of(workload(replicas=replicas))))
    assert finding.outcome is Outcome.FAIL
    assert finding.message.startswith("Deployment/prod/shop: spec.replicas: Expected")


def test_an_autoscaler_of_another_shape_fails() -> None:
    found = judged(set_of(workload(replicas=3), hpa(minReplicas="2")))
    assert found.outcome is Outcome.FAIL
    assert "HorizontalPodAutoscaler/prod/scaler: spec.minReplicas" in found.summary


def test_workloads_that_no_service_selects_may_be_ignored() -> None:
    lone = workload(name="worker")
    assert judged(set_of(lone, service()), unserved="ignored").outcome is Outcome.NOT_APPLICABLE
    assert judged(set_of(lone), unserved="ignored").reason is Reason.MISSING
    found = judged(set_of(lone, workload(), service()), unserved="ignored")
    assert [finding.object for finding in bad(found)] == ["Deployment/prod/shop"]


def test_an_annotation_for_a_peer_is_shown_and_not_obeyed() -> None:
    asking = workload(replicas=1)
    asking["metadata"]["annotations"] = {"kube-score/ignore": "deployment-replicas"}
    found = judged(set_of(asking))
    assert found.outcome is Outcome.FAIL
    assert [finding.note for finding in found.findings] == [False, True]


def test_an_empty_set_is_unproven() -> None:
    assert judged(Manifests(resources=())).reason is Reason.MISSING


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.integers(0, 3)), min_size=1, max_size=4))
def test_how_a_set_is_written_does_not_matter(drawn: list[tuple[int, bool, int]]) -> None:
    objects: list[Object] = []
    for number, (replicas, scaled, low) in enumerate(drawn):
        objects.append(workload(name=f"w{number}", replicas=replicas))
        if scaled:
            objects.append(hpa(f"w{number}", name=f"h{number}", minReplicas=low))
    first, *others = [said(judged(manifests)) for manifests in forms_of([*objects, CONFIG])]
    assert all(other == first for other in others)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 5), st.integers(0, 5))
def test_fewer_replicas_are_never_better(some: int, more: int) -> None:
    low, high = sorted((some, more))
    fewer, many = (judged(set_of(workload(replicas=n))).outcome.rank for n in (low, high))
    assert fewer >= many
