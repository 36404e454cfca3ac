"""infrastructure/rollout-strategy."""

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
from tests.checks.infrastructure.cross_sets import hpa, made, pod, rollout, service, workload
from tests.checks.infrastructure.manifest_sets import CONFIG, Object, bad, forms_of, said, set_of


def judged(manifests: Manifests, **params: object) -> Judgement:
    return judge_check("infrastructure/rollout-strategy", params, manifests=manifests)


def rolling(lose: Any = None, surge: Any = None, **spec: Any) -> Object:
    numbers = {"maxUnavailable": lose, "maxSurge": surge}
    return workload(
        **{"replicas": 3, "strategy": {"type": "RollingUpdate", "rollingUpdate": numbers}, **spec}
    )


@pytest.mark.parametrize(
    "good",
    [
        workload(),
        workload(replicas=1),
        workload(replicas=0),
        rolling(),
        rolling(0, 1),
        rolling("25%", "25%", replicas=1),  # no pod may be missing, and one more may be there
        workload("StatefulSet", replicas=2),
        workload("DaemonSet"),
        workload("DaemonSet", updateStrategy={"rollingUpdate": {"maxUnavailable": "50%"}}),
        workload("Rollout", api_version="argoproj.io/v1alpha1", strategy={"canary": {}}, replicas=2),
        workload("Rollout", api_version="argoproj.io/v1alpha1", strategy={"blueGreen": {"x": 1}}),
    ],
)
def test_a_rollout_without_an_outage_passes(good: Object) -> None:
    found = judged(set_of(good))
    assert (found.outcome, found.summary) == (
        Outcome.PASS,
        "1 workload that can be replaced without an outage",
    )


@pytest.mark.parametrize(
    ("poor", "message"),
    [
        (workload(strategy={"type": "Recreate"}), "ends all of its pods before new ones start (Recreate)"),
        (rolling("100%", 1), "keeps 0 of 3 pods during a rollout"),
        (rolling(3, 1), "keeps 0 of 3 pods during a rollout"),
        (rolling("50%", 0, replicas=1), "keeps 0 of 1 pod during a rollout"),
        (workload("StatefulSet"), "keeps 0 of 1 pod during a rollout"),
        (
            workload("StatefulSet", replicas=3, updateStrategy={"type": "OnDelete"}),
            "keeps its old pods until somebody deletes them (OnDelete)",
        ),
        (
            workload("StatefulSet", replicas=3, updateStrategy={"rollingUpdate": {"partition": 2}}),
            "leaves the pods below 2 on the old revision",
        ),
        (
            workload("DaemonSet", updateStrategy={"rollingUpdate": {"maxUnavailable": "100%"}}),
            "takes all of its pods down at once",
        ),
        (workload(paused=True), "is paused: the release is applied, and does not roll out"),
        (workload(revisionHistoryLimit=0), "keeps 0 old revisions"),
        (workload("ReplicaSet"), "is not rolled out: its pods stay what they are"),
        (pod(), "is not rolled out: its pods stay what they are"),
        (
            workload("DeploymentConfig", api_version="apps.openshift.io/v1", strategy={"type": "Recreate"}),
            "ends all of its pods before new ones start (Recreate)",
        ),
    ],
)
def test_a_rollout_with_an_outage_fails(poor: Object, message: str) -> None:
    (finding,) = bad(judged(set_of(poor)))
    assert finding.outcome is Outcome.FAIL
    assert finding.message == f"{poor['kind']}/prod/shop {message}"
    assert finding.location is not None


@pytest.mark.parametrize(
    "unknown",
    [
        workload("CloneSet", api_version="apps.kruise.io/v1alpha1", replicas=3),
        workload("Rollout", api_version="argoproj.io/v1alpha1", replicas=3),
        workload(strategy={"type": "Blue"}),
    ],
)
def test_a_way_that_is_not_known_is_not_shown(unknown: Object) -> None:
    found = judged(set_of(unknown))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)


def test_the_minimum_of_an_autoscaler_counts() -> None:
    assert judged(set_of(rolling(2, 1), hpa(minReplicas=2))).outcome is Outcome.FAIL
    assert judged(set_of(rolling(2, 1), hpa(minReplicas=3))).outcome is Outcome.PASS


def test_the_rollout_that_took_a_workload_over_says_how() -> None:
    old = workload(replicas=0, strategy={"type": "Recreate"})
    assert judged(set_of(old, rollout(replicas=2, strategy={"canary": {}}))).outcome is Outcome.PASS


def test_limits_are_parameters() -> None:
    assert judged(set_of(rolling(1, 1)), **{"min-available": 3}).outcome is Outcome.FAIL
    assert judged(set_of(workload(revisionHistoryLimit=2)), **{"min-history": 3}).outcome is Outcome.FAIL
    assert judged(set_of(workload(revisionHistoryLimit=0)), **{"min-history": 0}).outcome is Outcome.PASS


def test_workloads_that_no_service_selects_may_be_ignored() -> None:
    manifests = set_of(workload(name="worker", strategy={"type": "Recreate"}), service())
    assert judged(manifests).outcome is Outcome.FAIL
    assert judged(manifests, unserved="ignored").outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    "only", [CONFIG, workload("Job", api_version="batch/v1"), pod(restartPolicy="Never")]
)
def test_what_is_not_rolled_out_is_not_asked(only: Object) -> None:
    assert judged(set_of(only)).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("poor", "path"),
    [
        (rolling(0, 0), "spec.strategy.rollingUpdate"),
        (rolling("1"), "spec.strategy.rollingUpdate.maxUnavailable"),
        (rolling(-1), "spec.strategy.rollingUpdate.maxUnavailable"),
        (workload(strategy=[]), "spec.strategy"),
        (workload(strategy={"type": 3}), "spec.strategy.type"),
        (workload(paused="yes"), "spec.paused"),
        (
            workload("StatefulSet", updateStrategy={"rollingUpdate": {"maxUnavailable": 0}}),
            "spec.updateStrategy.rollingUpdate.maxUnavailable",
        ),
    ],
)
def test_another_shape_fails_with_its_path(poor: Object, path: str) -> None:
    (finding,) = bad(judged(set_of(poor)))
    assert finding.outcome is Outcome.FAIL
    assert finding.message.startswith(f"{poor['kind']}/prod/shop: {path}: ")


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 4))
def test_more_pods_that_may_be_missing_are_never_better(replicas: int, lose: int, more: int) -> None:
    some, many = (
        judged(set_of(rolling(number, 1, replicas=replicas))).outcome.rank for number in (lose, lose + more)
    )
    assert many >= some


def test_how_a_set_is_written_does_not_matter() -> None:
    objects = [workload(), workload("StatefulSet", "db"), rolling(3, 1, name="c"), CONFIG]
    first, *others = [said(judged(manifests)) for manifests in forms_of(objects)]
    assert all(other == first for other in others)


def claim(*modes: str) -> Object:
    return made("v1", "PersistentVolumeClaim", "data", spec={"accessModes": list(modes)})


CLAIMING: Object = {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]}


@pytest.mark.parametrize(
    "modes", [["ReadWriteOnce"], ["ReadWriteOncePod"], ["ReadWriteOnce", "ReadWriteOncePod"]]
)
def test_pods_that_share_a_claim_of_one_node_wait_for_each_other(modes: list[str]) -> None:
    (finding,) = bad(judged(set_of(rolling(pod=CLAIMING), claim(*modes))))
    assert finding.message == (
        "Deployment/prod/shop shares PersistentVolumeClaim/prod/data between its pods,"
        f" which one node at a time may mount ({modes[0]})"
    )
    assert finding.object == "Deployment/prod/shop"
    assert bad(judged(set_of(workload(pod=CLAIMING, replicas=1), claim(*modes))))  # it surges


@pytest.mark.parametrize(
    "objects",
    [
        [rolling(pod=CLAIMING), claim("ReadWriteMany")],
        [rolling(pod=CLAIMING), claim("ReadOnlyMany", "ReadWriteOnce")],
        [
            rolling(pod=CLAIMING),
            {**claim("ReadWriteOnce"), "metadata": {"name": "other", "namespace": "prod"}},
        ],
        [rolling(pod=CLAIMING)],
        [rolling(), claim("ReadWriteOnce")],
        [workload("StatefulSet", pod=CLAIMING, replicas=1), claim("ReadWriteOnce")],
        [workload("DaemonSet", pod=CLAIMING), claim("ReadWriteOnce")],
    ],
)
def test_claims_that_can_be_shared_or_are_not_known_are_no_harm(objects: list[Object]) -> None:
    shared = [one for one in bad(judged(set_of(*objects))) if "shares" in one.message]
    assert shared == []
