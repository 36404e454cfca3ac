"""infrastructure/resource-requests."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence
from tests.checks.infrastructure.manifest_sets import CONFIG, bad, forms_of, said, set_of, workload
from tests.support import SHARED

GOOD = {"requests": {"cpu": "250m", "memory": "64Mi"}}


def judged(manifests: Manifests, **params: object) -> Judgement:
    return judge_check("infrastructure/resource-requests", params, manifests=manifests)


def of(resources: Any) -> Manifests:
    return set_of(workload(containers=[{"name": "web", "resources": resources}]))


@pytest.mark.parametrize(
    "resources",
    [
        GOOD,
        {"limits": {"cpu": 1, "memory": "1Gi"}},
        {"requests": {"cpu": 0.5}, "limits": {"memory": "1G"}},
    ],
)
def test_requests_or_limits_that_stand_for_them_pass(resources: Any) -> None:
    found = judged(of(resources))
    assert (found.outcome, found.summary) == (Outcome.PASS, "1 container with requests of cpu and memory")


@pytest.mark.parametrize("resources", [None, {}, {"requests": None}, {"requests": {}, "limits": {}}])
def test_each_missing_request_fails_by_itself(resources: Any) -> None:
    messages = [finding.message for finding in bad(judged(of(resources)))]
    assert messages == [f"Deployment/prod/shop:web requests no {what}" for what in ("cpu", "memory")]


@pytest.mark.parametrize("none", ["0", 0, "0m", "-1", "0.0Gi"])
def test_a_request_of_nothing_is_none(none: object) -> None:
    (finding,) = bad(judged(of({"requests": {"cpu": none, "memory": "1Gi"}, "limits": {"cpu": "1"}})))
    assert (finding.outcome, finding.observed) == (Outcome.FAIL, str(none))


@pytest.mark.parametrize("odd", ["lots", "{{ .Values.cpu }}", "$CPU", "", "1 core", "1e999"])
def test_a_request_that_is_no_quantity_is_unproven_with_its_place(odd: str) -> None:
    manifests = of({"requests": {"memory": "1Gi", "cpu": odd}})
    found = judged(manifests)
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MALFORMED)
    (finding,) = bad(found)
    assert finding.object in manifests.objects()
    assert finding.location is not None
    assert finding.location.line > 1
    assert finding.next


def test_the_resources_may_be_named() -> None:
    manifests = of({"requests": {"ephemeral-storage": "1Gi", "cpu": 1}})
    assert judged(manifests, resources=["ephemeral-storage"]).outcome is Outcome.PASS
    assert judged(manifests, resources=["cpu", "nvidia.com/gpu"]).outcome is Outcome.FAIL
    with pytest.raises(ValidationError):
        judged(manifests, resources=[])


def test_init_containers_are_asked_on_request_and_sidecars_always() -> None:
    inits: list[dict[str, Any]] = [
        {"name": "init"},
        {"name": "side", "restartPolicy": "Always", "resources": GOOD},
    ]
    manifests = set_of(workload(containers=[{"resources": GOOD}], initContainers=inits))
    assert judged(manifests).outcome is Outcome.PASS
    found = judged(manifests, **{"init-containers": "required"})
    assert {finding.object for finding in bad(found)} == {"Deployment/prod/shop:init"}
    del inits[1]["resources"]
    bare = set_of(workload(containers=[{"resources": GOOD}], initContainers=inits))
    assert {finding.object for finding in bad(judged(bare))} == {"Deployment/prod/shop:side"}


def test_jobs_are_asked_too() -> None:
    assert judged(set_of(workload("CronJob", containers=[{}]))).outcome is Outcome.FAIL


def test_a_set_without_containers_is_not_applicable_and_an_empty_one_unproven() -> None:
    found = judged(set_of(CONFIG))
    assert (found.outcome, found.findings[0].count) == (Outcome.NOT_APPLICABLE, 1)
    assert judged(Manifests(resources=())).reason is Reason.MISSING


AMOUNTS = st.sampled_from(["1", "0", "250m", "x", 2])
RESOURCES = st.fixed_dictionaries(
    {},
    optional={
        key: st.dictionaries(st.sampled_from(["cpu", "memory"]), AMOUNTS, max_size=2)
        for key in ("requests", "limits")
    },
)


@settings(max_examples=15, deadline=None)
@given(st.lists(RESOURCES, min_size=1, max_size=3))
def test_how_a_set_is_written_does_not_matter(drawn: list[Any]) -> None:
    objects = [workload(name=f"w{n}", containers=[{"resources": one}]) for n, one in enumerate(drawn)]
    first, *others = [said(judged(manifests)) for manifests in forms_of([*objects, CONFIG])]
    assert all(other == first for other in others)


@settings(max_examples=40, deadline=None)
@given(RESOURCES, st.sampled_from(["cpu", "memory"]))
def test_less_is_never_better(resources: Any, name: str) -> None:
    before = judged(of(resources))
    less = {key: {k: v for k, v in group.items() if k != name} for key, group in resources.items()}
    after = judged(of(less))
    assert after.outcome.rank >= before.outcome.rank


@pytest.mark.parametrize(
    ("check", "name", "resource"),
    [
        ("cpuRequestsMissing", "success", "cpu"),
        ("cpuRequestsMissing", "failure", "cpu"),
        ("memoryRequestsMissing", "success", "memory"),
        ("memoryRequestsMissing", "failure", "memory"),
    ],
)
def test_the_cases_of_polaris_are_judged_the_same(check: str, name: str, resource: str) -> None:
    root = SHARED / "peers" / "polaris" / "test" / "checks" / check
    if not root.is_dir():
        pytest.skip("the samples of other tools are not here")
    facts = read_evidence("manifests", root, path=f"{name}.yaml").whole.facts
    assert isinstance(facts, Manifests)
    expected = Outcome.PASS if name == "success" else Outcome.FAIL
    assert judged(facts, resources=[resource]).outcome is expected
