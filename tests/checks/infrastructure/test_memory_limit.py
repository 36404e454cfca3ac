"""infrastructure/memory-limit."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.infrastructure.manifest_sets import bad, set_of, workload


def judged(resources: Any, **params: Any) -> Judgement:
    manifests = set_of(workload(containers=[{"name": "web", "resources": resources}]))
    return judge_check("infrastructure/memory-limit", params, manifests=manifests)


def of(limit: object, request: object = None) -> dict[str, Any]:
    return {"limits": {"memory": limit}, **({} if request is None else {"requests": {"memory": request}})}


@pytest.mark.parametrize(
    "resources",
    [of("256Mi"), of("1Gi", "256Mi"), of("256Mi", "256Mi"), of(268435456, "128Mi"), of("1e9", "500M")],
)
def test_a_limit_near_the_request_passes(resources: Any) -> None:
    assert judged(resources).summary == "1 container with a memory limit"


@pytest.mark.parametrize(
    "resources", [None, {}, {"requests": {"memory": "1Gi"}}, {"limits": {"cpu": "1"}}, of("0")]
)
def test_no_limit_fails(resources: Any) -> None:
    found = judged(resources)
    assert (found.outcome, found.summary) == (Outcome.FAIL, "Deployment/prod/shop:web has no memory limit")


def test_a_request_over_the_limit_fails() -> None:
    assert judged(of("1Gi", "2Gi")).summary == "Deployment/prod/shop:web requests more memory than its limit"


def test_a_limit_far_above_the_request_fails_with_its_measure() -> None:
    found = judged(of("1281Mi", "256Mi"))
    (finding,) = bad(found)
    assert finding.message == "Deployment/prod/shop:web may use far more memory than it requests"
    assert finding.measure is not None
    assert (round(finding.measure.value, 3), finding.measure.limit) == (5.004, 4)
    assert judged(of("1281Mi", "256Mi"), **{"max-ratio": 6}).outcome is Outcome.PASS
    assert judged(of("1Gi", 0)).outcome is Outcome.FAIL


@pytest.mark.parametrize("resources", [of("$LIMIT"), of("1 Gi"), of("1Gi", "{{ x }}")])
def test_a_quantity_that_is_none_is_unproven(resources: Any) -> None:
    found = judged(resources)
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MALFORMED)


def test_a_ratio_below_one_is_refused() -> None:
    with pytest.raises(ValidationError):
        judged(of("1Gi"), **{"max-ratio": 0.5})


def test_init_containers_are_asked_where_the_policy_says_so_and_sidecars_always() -> None:
    inits = [{"name": "once"}, {"name": "side", "restartPolicy": "Always"}]
    manifests = set_of(workload(containers=[{"resources": of("1Gi")}], initContainers=inits))
    found = judge_check("infrastructure/memory-limit", manifests=manifests)
    assert [finding.object for finding in bad(found)] == ["Deployment/prod/shop:side"]
    found = judge_check("infrastructure/memory-limit", {"init-containers": "required"}, manifests=manifests)
    assert len(bad(found)) == 2


@settings(max_examples=40, deadline=None)
@given(st.integers(-5, 5000), st.integers(-5, 5000))
def test_only_a_limit_between_one_and_four_requests_passes(limit: int, request: int) -> None:
    is_good = limit > 0 and request > 0 and request <= limit <= 4 * request
    assert (judged(of(f"{limit}Mi", f"{request}Mi")).outcome is Outcome.PASS) == is_good


@pytest.mark.parametrize("resources", [of(256, 128), of("256m", "128m"), of("512k", "512k"), of("1023Ki")])
def test_a_limit_without_its_unit_fails(resources: Any) -> None:
    (finding,) = bad(judged(resources))
    assert finding.message == "Deployment/prod/shop:web has a memory limit with which nothing starts"
    assert finding.expected == "at least 1Mi"


def test_a_limit_of_one_mebibyte_is_small_and_has_a_unit() -> None:
    assert judged(of("1Mi")).outcome is Outcome.PASS
