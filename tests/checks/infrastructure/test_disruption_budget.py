"""infrastructure/disruption-budget."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.check import Outcome
from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.infrastructure.cross_sets import budget, hpa, made, pod, service, workload
from tests.checks.infrastructure.manifest_sets import CONFIG, Object, bad, forms_of, said, set_of


def judged(manifests: Manifests, **params: object) -> Judgement:
    return judge_check("infrastructure/disruption-budget", params, manifests=manifests)


def test_a_workload_with_a_budget_passes() -> None:
    found = judged(set_of(workload(replicas=3), budget()))
    assert (found.outcome, found.summary) == (Outcome.PASS, "1 workload with a disruption budget")


def test_a_workload_without_one_fails_with_its_place() -> None:
    (finding,) = bad(judged(set_of(CONFIG, workload(replicas=3), budget("other"))))
    assert finding.message == "Deployment/prod/shop has no disruption budget"
    assert finding.object == "Deployment/prod/shop"
    assert finding.location is not None
    assert finding.next


def test_a_workload_is_asked_when_its_replicas_are_not_written() -> None:
    assert judged(set_of(workload())).outcome is Outcome.FAIL
    assert judged(set_of(workload(), hpa())).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    "only",
    [
        workload(replicas=1),
        workload(replicas=0),
        workload("DaemonSet"),
        workload("Job", api_version="batch/v1"),
        pod(),
    ],
)
def test_a_single_pod_is_not_asked(only: Object) -> None:
    found = judged(set_of(only))
    assert found.outcome is Outcome.NOT_APPLICABLE
    assert found.summary == "there is no workload with several pods among 1 object"


def select(**selector: object) -> Object:
    return made("policy/v1", "PodDisruptionBudget", "b", spec={"maxUnavailable": 1, "selector": selector})


@pytest.mark.parametrize(
    ("guard", "outcome"),
    [
        (select(), Outcome.PASS),
        (select(matchExpressions=[{"key": "app", "operator": "In", "values": ["a", "shop"]}]), Outcome.PASS),
        (select(matchExpressions=[{"key": "tier", "operator": "NotIn", "values": ["x"]}]), Outcome.PASS),
        (select(matchExpressions=[{"key": "app", "operator": "Exists"}]), Outcome.PASS),
        (select(matchExpressions=[{"key": "app", "operator": "DoesNotExist"}]), Outcome.FAIL),
        (select(matchExpressions=[{"key": "app", "operator": "In", "values": ["a"]}]), Outcome.FAIL),
        (select(matchLabels={"app": "shop", "tier": "web"}), Outcome.FAIL),
        ({**select(), "apiVersion": "policy/v1beta1"}, Outcome.FAIL),
        (made("policy/v1", "PodDisruptionBudget", "b", spec={"maxUnavailable": 1}), Outcome.FAIL),
        (budget(namespace="test"), Outcome.FAIL),
        (budget(namespace=""), Outcome.UNPROVEN),
    ],
)
def test_a_selector_selects_as_kubernetes_has_it(guard: Object, outcome: Outcome) -> None:
    assert judged(set_of(workload(replicas=3), guard)).outcome is outcome


def test_an_open_namespace_on_both_sides_is_one() -> None:
    assert judged(set_of(workload(replicas=3, namespace=""), budget(namespace=""))).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "spec",
    [
        {"minAvailable": 0},
        {"minAvailable": "0%"},
        {"maxUnavailable": "100%"},
        {"maxUnavailable": 3},
        {"maxUnavailable": "67%"},
        {"minAvailable": 1, "maxUnavailable": 1},
    ],
)
def test_a_budget_that_lets_everything_go_guards_nothing(spec: Object) -> None:
    (finding,) = bad(judged(set_of(workload(replicas=3), budget(**spec))))
    assert "is guarded by PodDisruptionBudget/prod/budget against nothing" in finding.message


def test_a_budget_that_says_nothing_guards_nothing() -> None:
    guard = made("policy/v1", "PodDisruptionBudget", "b", spec={"selector": {"matchLabels": {"app": "shop"}}})
    (finding,) = bad(judged(set_of(workload(replicas=3), guard)))
    assert finding.observed == "neither"


@pytest.mark.parametrize(
    ("spec", "path", "message"),
    [
        ({"minAvailable": "1"}, "spec.minAvailable", "'1' is neither a whole number nor a percentage"),
        ({"maxUnavailable": -1}, "spec.maxUnavailable", "-1 is less than 0"),
        ({"minAvailable": "150%"}, "spec.minAvailable", "150% is more than 100%"),
        ({"selector": []}, "spec.selector", "Expected 'object | null', got 'array'"),
        (
            {"selector": {"matchExpressions": [{"key": "a", "operator": "Near"}]}},
            "spec.selector.matchExpressions[0].operator",
            "Invalid enum value 'Near'",
        ),
    ],
)
def test_another_shape_fails_with_its_path(spec: Object, path: str, message: str) -> None:
    found = judged(set_of(workload(replicas=1), budget(**spec)))
    assert found.outcome is Outcome.FAIL
    assert found.summary == f"PodDisruptionBudget/prod/budget: {path}: {message}"


def test_workloads_that_no_service_selects_may_be_ignored() -> None:
    manifests = set_of(workload(name="worker", replicas=3), service())
    assert judged(manifests).outcome is Outcome.FAIL
    assert judged(manifests, unserved="ignored").outcome is Outcome.NOT_APPLICABLE
    without = judged(set_of(workload(name="worker", replicas=3)), unserved="ignored")
    assert without.reason is Reason.MISSING


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["", "own", "other"])), min_size=1, max_size=4))
def test_how_a_set_is_written_does_not_matter(drawn: list[tuple[int, str]]) -> None:
    objects: list[Object] = []
    for number, (replicas, guard) in enumerate(drawn):
        objects.append(workload(name=f"w{number}", replicas=replicas))
        if guard:
            objects.append(budget(f"w{number}" if guard == "own" else "x", name=f"b{number}"))
    first, *others = [said(judged(manifests)) for manifests in forms_of([*objects, CONFIG])]
    assert all(other == first for other in others)
