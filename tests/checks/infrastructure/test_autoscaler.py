"""infrastructure/autoscaler."""

from __future__ import annotations

import pytest

from readiness.check import Outcome
from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.infrastructure.cross_sets import hpa, keda, made, rollout, workload
from tests.checks.infrastructure.manifest_sets import CONFIG, Object, bad, forms_of, said, set_of

NAME = "HorizontalPodAutoscaler/prod/scaler"


def judged(manifests: Manifests, **params: object) -> Judgement:
    return judge_check("infrastructure/autoscaler", params, manifests=manifests)


def messages(*objects: Object, **params: object) -> list[str]:
    return [finding.message for finding in bad(judged(set_of(*objects), **params))]


@pytest.mark.parametrize("scaler", [hpa(), keda(minReplicaCount=2), hpa(maxReplicas=3)])
def test_a_target_and_room_pass(scaler: Object) -> None:
    found = judged(set_of(workload(), scaler))
    assert (found.outcome, found.summary) == (
        Outcome.PASS,
        "1 autoscaler with a target and room to scale it",
    )


def test_a_set_without_autoscalers_is_not_applicable() -> None:
    found = judged(set_of(workload(), CONFIG))
    assert (found.outcome, found.summary) == (
        Outcome.NOT_APPLICABLE,
        "there is no autoscaler among 2 objects",
    )


def test_a_target_that_is_gone_fails_where_there_are_others_of_its_kind() -> None:
    assert messages(workload(), hpa("shp")) == [
        f"{NAME} targets Deployment/shp, which is not among the 1 of its kind"
    ]
    assert messages(workload(namespace="test"), hpa()) == [
        f"{NAME} targets Deployment/shop, which is not among the 1 of its kind"
    ]


def test_a_target_is_not_shown_where_there_is_none_of_its_kind() -> None:
    found = judged(set_of(CONFIG, hpa()))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert found.summary == f"{NAME} targets Deployment/shop, which is not in the set"


def test_a_target_of_another_api_group_fails() -> None:
    reference = {"kind": "Deployment", "name": "shop"}
    (message,) = messages(workload(), hpa(scaleTargetRef=reference))
    assert "of the API group ''" in message
    old = {"apiVersion": "extensions/v1beta1", **reference}
    assert messages(workload(), hpa(scaleTargetRef=old)) == []


def test_an_open_namespace_is_not_shown() -> None:
    found = judged(set_of(workload(namespace=""), hpa()))
    assert found.outcome is Outcome.UNPROVEN
    assert "one of both leaves its namespace open" in found.summary
    assert judged(set_of(workload(namespace=""), hpa(namespace=""))).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"minReplicas": 1}, "may go down to 1"),
        ({"minReplicas": None}, "may go down to 1"),
        ({"minReplicas": 3, "maxReplicas": 3}, "has no room: its minimum is 3, its maximum 3"),
        ({"minReplicas": 3, "maxReplicas": 2}, "has no room: its minimum is 3, its maximum 2"),
    ],
)
def test_limits_without_room_fail(spec: Object, message: str) -> None:
    assert messages(workload(), hpa(**spec)) == [f"{NAME} {message}"]


def test_limits_are_parameters() -> None:
    assert messages(workload(), hpa(minReplicas=1), min=1) == []
    assert messages(workload(), hpa(minReplicas=None), **{"unwritten-min": "accepted"}) == []
    assert len(messages(workload(), hpa(), min=3)) == 1
    assert len(messages(workload(), hpa(), room=4)) == 1


def test_a_target_with_replicas_of_its_own_fails() -> None:
    (message,) = messages(workload(replicas=3), hpa())
    assert message == f"{NAME} is overruled by every apply: Deployment/prod/shop is written with replicas: 3"
    assert messages(workload(replicas=3), hpa(), **{"static-replicas": "ignored"}) == []


def test_a_target_without_replicas_switches_it_off() -> None:
    (message,) = messages(workload(replicas=0), hpa(), **{"static-replicas": "ignored"})
    assert "is switched off" in message


def test_two_for_one_target_fail_both() -> None:
    found = messages(workload(), hpa(), hpa(name="second"))
    assert len(found) == 2
    assert "works against HorizontalPodAutoscaler/prod/second" in found[0]


@pytest.mark.parametrize(
    ("scaler", "why"),
    [
        (keda(minReplicaCount=2, triggers=[]), "it has no triggers"),
        (
            {
                **keda(minReplicaCount=2),
                "metadata": {
                    "name": "scaler",
                    "namespace": "prod",
                    "annotations": {"autoscaling.keda.sh/paused": "true"},
                },
            },
            "it is paused",
        ),
    ],
)
def test_a_scaled_object_that_scales_nothing_fails(scaler: Object, why: str) -> None:
    assert messages(workload(), scaler) == [f"ScaledObject/prod/scaler scales nothing: {why}"]


def test_a_rollout_is_a_target() -> None:
    reference = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "roll"}
    assert messages(workload(replicas=0), rollout(), hpa(scaleTargetRef=reference)) == []


def test_a_daemon_set_cannot_be_scaled() -> None:
    reference = {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "shop"}
    (message,) = messages(workload("DaemonSet"), hpa(scaleTargetRef=reference))
    assert message.endswith("which cannot be scaled")


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        ({"maxReplicas": "5"}, "spec.maxReplicas"),
        ({"maxReplicas": None}, "spec.maxReplicas"),
        ({"scaleTargetRef": ["shop"]}, "spec.scaleTargetRef"),
        ({"scaleTargetRef": {"kind": "Deployment"}}, "spec.scaleTargetRef"),
    ],
)
def test_another_shape_fails_with_its_path(spec: Object, path: str) -> None:
    (message,) = messages(workload(), hpa(**spec))
    assert message.startswith(f"{NAME}: {path}: ")


@pytest.mark.parametrize("spec", [None, [], "x", 3])
def test_a_spec_that_is_none_fails(spec: object) -> None:
    scaler = made("autoscaling/v2", "HorizontalPodAutoscaler", "scaler", spec=spec)
    assert judged(set_of(workload(), scaler)).outcome is Outcome.FAIL


def test_a_kind_in_an_api_group_that_has_none_fails() -> None:
    (message,) = messages(workload(), {**hpa(), "apiVersion": "v1"})
    assert message == f"{NAME}: apiVersion: there is no HorizontalPodAutoscaler in v1, but in autoscaling"


def test_how_a_set_is_written_does_not_matter() -> None:
    objects = [workload(), hpa(), workload(name="b", replicas=2), hpa("b", name="h2"), hpa("c", name="h3")]
    first, *others = [said(judged(manifests)) for manifests in forms_of(objects)]
    assert all(other == first for other in others)
