"""infrastructure/spread."""

from __future__ import annotations

import pytest

from readiness.check import Outcome
from readiness.evidence.manifests import Manifests
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.infrastructure.cross_sets import hpa, pod, workload
from tests.checks.infrastructure.manifest_sets import CONFIG, Object, bad, forms_of, said, set_of

OWN = {"matchLabels": {"app": "shop"}}
HOST = "kubernetes.io/hostname"


def judged(manifests: Manifests, **params: object) -> Judgement:
    return judge_check("infrastructure/spread", params, manifests=manifests)


def constraint(**changes: object) -> Object:
    return {
        "maxSkew": 1,
        "topologyKey": HOST,
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": OWN,
        **changes,
    }


def constrained(*constraints: Object, **spec: object) -> Object:
    return workload(pod={"topologySpreadConstraints": list(constraints)}, **{"replicas": 3, **spec})  # type: ignore[arg-type]


def apart(strength: str = "preferred", **changes: object) -> Object:
    term = {"topologyKey": HOST, "labelSelector": OWN, **changes}
    key = f"{strength}DuringSchedulingIgnoredDuringExecution"
    terms: list[Object] = [term] if strength == "required" else [{"weight": 1, "podAffinityTerm": term}]
    return workload(pod={"affinity": {"podAntiAffinity": {key: terms}}}, replicas=3)


@pytest.mark.parametrize(
    "good",
    [
        constrained(constraint()),
        constrained(constraint(whenUnsatisfiable="ScheduleAnyway")),
        constrained(constraint(topologyKey="topology.kubernetes.io/zone")),
        constrained(constraint(labelSelector={})),
        apart(),
        apart("required"),
        apart(labelSelector={"matchExpressions": [{"key": "app", "operator": "In", "values": ["shop"]}]}),
        apart(namespaces=["prod"]),
        apart(namespaceSelector={}),
    ],
)
def test_a_spread_of_its_own_pods_passes(good: Object) -> None:
    found = judged(set_of(good))
    assert (found.outcome, found.summary) == (Outcome.PASS, "1 workload placed well")


@pytest.mark.parametrize(
    ("poor", "why"),
    [
        (workload(replicas=2), "does not spread its pods"),
        (
            apart(labelSelector={"matchLabels": {"app": "web"}}),
            "it matches other pods (app=web), not its own",
        ),
        (apart(labelSelector=None), "it has no labelSelector, and so matches no pods"),
        (apart(topologyKey="rack"), "it spreads over rack, which is not asked for"),
        (apart(topologyKey=None), "it has no topologyKey"),
        (apart(namespaces=["test"]), "its anti-affinity looks at other namespaces"),
        (apart(namespaceSelector=OWN), "its anti-affinity looks at namespaces by their labels"),
        (constrained(constraint(labelSelector={"matchLabels": {"app": "web"}})), "it matches other pods"),
        (constrained(constraint(maxSkew=3)), "a maxSkew of 3 allows all 3 pods in one place"),
    ],
)
def test_what_spreads_nothing_fails_with_its_reason(poor: Object, why: str) -> None:
    (finding,) = bad(judged(set_of(poor)))
    assert finding.outcome is Outcome.FAIL
    assert why in finding.message
    assert finding.object == "Deployment/prod/shop"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"maxSkew": 0}, "its maxSkew is not 1 or more"),
        ({"maxSkew": None}, "its maxSkew is not 1 or more"),
        ({"topologyKey": ""}, "it has no topologyKey"),
        ({"whenUnsatisfiable": "Maybe"}, "its whenUnsatisfiable is neither"),
        ({"minDomains": 0}, "its minDomains is not 1 or more"),
        ({"minDomains": 2, "whenUnsatisfiable": "ScheduleAnyway"}, "its minDomains needs DoNotSchedule"),
        ({"labelSelector": None}, "it has no labelSelector"),
    ],
)
def test_a_constraint_that_is_of_no_use_fails_beside_a_good_one_and_in_a_single_pod(
    changes: Object, why: str
) -> None:
    (finding,) = bad(judged(set_of(constrained(constraint(), constraint(**changes)))))
    assert why in finding.message
    (finding,) = bad(judged(set_of(pod(topologySpreadConstraints=[constraint(**changes)]))))
    assert why in finding.message


@pytest.mark.parametrize("only", [workload(replicas=1), workload("DaemonSet"), pod(), CONFIG])
def test_a_single_pod_is_not_asked(only: Object) -> None:
    assert judged(set_of(only)).outcome is Outcome.NOT_APPLICABLE


def test_replicas_that_may_be_many_are_asked() -> None:
    assert judged(set_of(workload())).outcome is Outcome.FAIL
    assert judged(set_of(workload(), hpa())).outcome is Outcome.FAIL


def test_a_preference_may_be_too_weak() -> None:
    for weak in (apart(), constrained(constraint(whenUnsatisfiable="ScheduleAnyway"))):
        (finding,) = bad(judged(set_of(weak), strength="required"))
        assert finding.outcome is Outcome.FAIL
    assert judged(set_of(apart("required")), strength="required").outcome is Outcome.PASS


def test_the_topology_is_a_parameter() -> None:
    zones = {"topology-keys": ["topology.kubernetes.io/zone"]}
    assert judged(set_of(apart()), **zones).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("pod_", "path"),
    [
        ({"topologySpreadConstraints": {}}, "topologySpreadConstraints"),
        ({"topologySpreadConstraints": ["x"]}, "topologySpreadConstraints[0]"),
        ({"affinity": []}, "affinity"),
        ({"affinity": {"podAntiAffinity": "yes"}}, "affinity.podAntiAffinity"),
    ],
)
def test_another_shape_fails_with_its_path(pod_: Object, path: str) -> None:
    (finding,) = bad(judged(set_of(workload(pod=pod_, replicas=2))))
    assert finding.message.startswith(f"Deployment/prod/shop: spec.template.spec.{path}: Expected")


def test_how_a_set_is_written_does_not_matter() -> None:
    objects = [apart(), workload(name="b", replicas=2), workload(name="c", replicas=1)]
    first, *others = [said(judged(manifests)) for manifests in forms_of(objects)]
    assert all(other == first for other in others)
