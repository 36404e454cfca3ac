"""infrastructure/workloads-present."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.infrastructure.manifest_sets import CONFIG, Object, bad, service, set_of, workload

APP = {"image": "x:1"}


def judged(manifests: Manifests, **params: object) -> Judgement:
    return judge_check("infrastructure/workloads-present", params, manifests=manifests)


def test_a_workload_is_enough_unless_more_are_asked_for() -> None:
    manifests = set_of(workload(containers=[dict(APP)]), CONFIG)
    found = judged(manifests)
    assert (found.outcome, found.summary) == (Outcome.PASS, "1 workload among 2 objects")
    more = judged(manifests, min=2)
    assert more.outcome is Outcome.FAIL
    assert (more.findings[0].observed, more.findings[0].expected) == ("1", "at least 2")
    assert more.findings[0].measure is not None


def test_a_set_without_workloads_fails() -> None:
    assert judged(set_of(CONFIG, service({"app": "shop"}))).outcome is Outcome.FAIL


def test_an_empty_set_is_unproven() -> None:
    found = judged(Manifests(resources=()))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MISSING)


@pytest.mark.parametrize(
    "name", ["shop", "Deployment/shop", "Deployment/prod/shop", "Service/shop", "Service/prod/shop"]
)
def test_a_named_object_that_is_there_passes(name: str) -> None:
    found = judged(set_of(workload(containers=[dict(APP)]), service({"app": "shop"})), names=[name])
    assert found.outcome is Outcome.PASS
    assert found.findings[1].message == "1 of the 1 named objects are there"


@pytest.mark.parametrize(
    "name", ["settings", "sho", "StatefulSet/shop", "Deployment/test/shop", "deployment/shop"]
)
def test_a_named_object_that_is_not_there_fails(name: str) -> None:
    found = judged(set_of(workload(containers=[dict(APP)]), CONFIG), names=["shop", name])
    assert found.outcome is Outcome.FAIL
    (finding,) = bad(found)
    assert finding.message == f"{name} is not among the 2 objects of the set"
    assert finding.next


def idle(kind: str = "Deployment", **spec: object) -> Object:
    made = workload(kind, containers=[dict(APP)])
    made["spec"].update(spec or {"replicas": 0})
    return made


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (idle(), "replicas: 0"),
        (idle("StatefulSet"), "replicas: 0"),
        (idle("Job", parallelism=0), "parallelism: 0"),
        (idle("CronJob", suspend=True), "suspend: true"),
    ],
)
def test_what_runs_nothing_is_no_workload(one: Object, why: str) -> None:
    found = judged(set_of(one, CONFIG))
    assert found.outcome is Outcome.FAIL
    counted, note = found.findings
    assert counted.message == "0 workloads among 2 objects, and 1 that runs nothing"
    assert note.message == f"{one['kind']}/prod/shop runs nothing ({why}), and is not counted"
    assert note.note


def test_a_named_workload_that_runs_nothing_fails() -> None:
    other = workload(name="web", containers=[dict(APP)])
    assert judged(set_of(idle(), other)).outcome is Outcome.PASS
    for name in ("shop", "Deployment/shop", "Deployment/prod/shop"):
        found = judged(set_of(idle(), other), names=[name])
        assert found.outcome is Outcome.FAIL
        (finding,) = bad(found)
        assert finding.observed == "replicas: 0"
        assert finding.object == "Deployment/prod/shop"
        assert finding.next == f"let {name} run, or take it from `names`"
    namesake = workload("DaemonSet", containers=[dict(APP)])
    assert judged(set_of(idle(), namesake), names=["shop"]).outcome is Outcome.PASS


def scaler(kind: str, *, name: str = "shop", namespace: str = "prod", **spec: object) -> Object:
    group = "keda.sh/v1alpha1" if kind == "ScaledObject" else "autoscaling/v2"
    target = {"name": name} if kind == "ScaledObject" else {"name": name, "kind": "Deployment"}
    return {
        "apiVersion": group,
        "kind": kind,
        "metadata": {"name": "scaler", "namespace": namespace},
        "spec": {"scaleTargetRef": target, **spec},
    }


KEDA: Object = {"triggers": [{"type": "cpu"}]}
PAUSED = {**scaler("ScaledObject", **KEDA)}
PAUSED["metadata"] = {**PAUSED["metadata"], "annotations": {"autoscaling.keda.sh/paused": "true"}}
ROLLOUT: Object = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "Rollout",
    "metadata": {"name": "r", "namespace": "prod"},
    "spec": {"workloadRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "shop"}},
}


@pytest.mark.parametrize(
    ("other", "outcome"),
    [
        (scaler("ScaledObject", **KEDA), Outcome.PASS),
        (scaler("HorizontalPodAutoscaler", minReplicas=0), Outcome.PASS),
        (ROLLOUT, Outcome.PASS),
        (scaler("HorizontalPodAutoscaler", minReplicas=2), Outcome.FAIL),
        (scaler("HorizontalPodAutoscaler"), Outcome.FAIL),
        (scaler("ScaledObject", name="other", **KEDA), Outcome.FAIL),
        (scaler("ScaledObject", namespace="test", **KEDA), Outcome.FAIL),
        (scaler("ScaledObject", maxReplicaCount=0, **KEDA), Outcome.FAIL),
        (scaler("ScaledObject"), Outcome.FAIL),
        (PAUSED, Outcome.FAIL),
        ({**ROLLOUT, "spec": {**ROLLOUT["spec"], "replicas": 0}}, Outcome.FAIL),
    ],
)
def test_a_workload_without_replicas_counts_when_something_starts_it(other: Object, outcome: Outcome) -> None:
    assert judged(set_of(idle(), other)).outcome is outcome


@pytest.mark.parametrize(
    "params", [{"min": 0}, {"min": True}, {"names": "shop"}, {"names": [""]}, {"names": ["a:b"]}]
)
def test_params_that_ask_nothing_are_refused(params: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        judged(set_of(CONFIG), **params)
