"""infrastructure/disruption-allowed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.check import Outcome
from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.infrastructure.cross_sets import budget, hpa, keda, made, workload
from tests.checks.infrastructure.manifest_sets import CONFIG, Object, bad, forms_of, said, set_of

NAME = "PodDisruptionBudget/prod/budget"


def judged(manifests: Manifests, **params: object) -> Judgement:
    return judge_check("infrastructure/disruption-allowed", params, manifests=manifests)


@pytest.mark.parametrize(
    ("replicas", "spec", "outcome"),
    [
        (3, {"maxUnavailable": 1}, Outcome.PASS),
        (3, {"maxUnavailable": 0}, Outcome.FAIL),
        (3, {"maxUnavailable": "0%"}, Outcome.FAIL),
        (3, {"maxUnavailable": "1%"}, Outcome.PASS),  # 0.03 pods, rounded up
        (3, {"minAvailable": 2}, Outcome.PASS),
        (3, {"minAvailable": 3}, Outcome.FAIL),
        (3, {"minAvailable": 4}, Outcome.FAIL),
        (3, {"minAvailable": "66%"}, Outcome.PASS),  # 1.98 pods, rounded up to 2
        (3, {"minAvailable": "67%"}, Outcome.FAIL),  # 2.01 pods, rounded up to 3
        (3, {"minAvailable": "100%"}, Outcome.FAIL),
        (1, {"minAvailable": 1}, Outcome.FAIL),
        (1, {"minAvailable": "50%"}, Outcome.FAIL),
        (1, {"maxUnavailable": 1}, Outcome.PASS),
        (None, {"minAvailable": 1}, Outcome.FAIL),
        (0, {"minAvailable": 1}, Outcome.FAIL),
    ],
)
def test_what_is_let_go_is_rounded_as_the_disruption_controller_does(
    replicas: int | None, spec: Object, outcome: Outcome
) -> None:
    assert judged(set_of(workload(replicas=replicas), budget(**spec))).outcome is outcome


def test_a_budget_that_blocks_is_told_with_measure_and_place() -> None:
    (finding,) = bad(judged(set_of(CONFIG, workload(replicas=2), budget(minAvailable=2))))
    assert finding.message == f"{NAME} lets no pod go of 2 pods (minAvailable: 2)"
    assert finding.measure is not None
    assert (finding.measure.value, finding.measure.limit) == (0, 1)
    assert finding.location is not None


@pytest.mark.parametrize(
    ("scaler", "outcome"),
    [
        (hpa(minReplicas=3), Outcome.PASS),
        (hpa(minReplicas=2), Outcome.FAIL),
        (keda(minReplicaCount=3), Outcome.PASS),
        (keda(), Outcome.FAIL),
    ],
)
def test_the_minimum_of_an_autoscaler_counts(scaler: Object, outcome: Outcome) -> None:
    assert judged(set_of(workload(), scaler, budget(minAvailable=2))).outcome is outcome


def test_the_pods_of_all_workloads_that_it_selects_count_together() -> None:
    both = [workload(name=name, labels={"app": "shop"}, replicas=1) for name in ("blue", "green")]
    assert judged(set_of(*both, budget(minAvailable=1))).outcome is Outcome.PASS


def test_a_budget_alone_is_judged_by_what_holds_at_every_size() -> None:
    assert judged(set_of(CONFIG, budget(maxUnavailable=1))).outcome is Outcome.PASS
    assert judged(set_of(CONFIG, budget(minAvailable="100%"))).outcome is Outcome.FAIL
    found = judged(set_of(CONFIG, budget(minAvailable=1)))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert found.summary == f"{NAME} selects no workload of the set, so how many pods it lets go is not shown"


def test_how_many_pods_a_daemon_set_has_is_not_known() -> None:
    found = judged(set_of(workload("DaemonSet"), budget(minAvailable=1)))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert judged(set_of(workload("DaemonSet"), budget())).outcome is Outcome.PASS


def test_an_open_namespace_is_not_shown() -> None:
    found = judged(set_of(workload(namespace="", replicas=3), budget(minAvailable=1)))
    assert found.outcome is Outcome.UNPROVEN
    assert "one of both leaves its namespace open" in found.summary


@pytest.mark.parametrize(
    ("spec", "said_"), [({}, "neither"), ({"minAvailable": 1, "maxUnavailable": 1}, "both")]
)
def test_one_limit_must_be_said(spec: Object, said_: str) -> None:
    made_ = made("policy/v1", "PodDisruptionBudget", "budget", spec=spec)
    (finding,) = bad(judged(set_of(CONFIG, made_)))
    assert finding.message.startswith(f"{NAME} says {said_}")


def test_two_budgets_for_one_workload_fail() -> None:
    found = judged(set_of(workload(replicas=3), budget(), budget(name="second")))
    (finding,) = bad(found)
    assert finding.object == "Deployment/prod/shop"
    assert "PodDisruptionBudget/prod/budget and PodDisruptionBudget/prod/second" in finding.message


def test_how_many_must_be_let_go_is_a_parameter() -> None:
    manifests = set_of(workload(replicas=3), budget(minAvailable=2))
    assert judged(manifests, min=2).outcome is Outcome.FAIL
    equal = set_of(workload(replicas=3), budget(minAvailable=3))
    assert judged(equal, min=0).outcome is Outcome.PASS
    assert judged(set_of(workload(replicas=3), budget(minAvailable=4)), min=0).outcome is Outcome.FAIL


def test_a_set_without_budgets_is_not_applicable() -> None:
    found = judged(set_of(workload(), CONFIG))
    assert (found.outcome, found.summary) == (
        Outcome.NOT_APPLICABLE,
        "there is no disruption budget among 2 objects",
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 3))
def test_fewer_replicas_are_never_better(replicas: int, keep: int, fewer: int) -> None:
    many, few = (
        judged(set_of(workload(replicas=number), budget(minAvailable=keep))).outcome.rank
        for number in (replicas, max(replicas - fewer, 0))
    )
    assert few >= many


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 3)), min_size=1, max_size=4))
def test_how_a_set_is_written_does_not_matter(drawn: list[tuple[int, int]]) -> None:
    objects: list[Object] = []
    for number, (replicas, keep) in enumerate(drawn):
        objects.append(workload(name=f"w{number}", replicas=replicas))
        objects.append(budget(f"w{number}", name=f"b{number}", minAvailable=keep))
    first, *others = [said(judged(manifests)) for manifests in forms_of([*objects, CONFIG])]
    assert all(other == first for other in others)
