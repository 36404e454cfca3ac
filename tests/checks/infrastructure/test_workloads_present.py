"""infrastructure/workloads-present."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.infrastructure.manifest_sets import CONFIG, bad, service, set_of, workload

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


@pytest.mark.parametrize(
    "params", [{"min": 0}, {"min": True}, {"names": "shop"}, {"names": [""]}, {"names": ["a:b"]}]
)
def test_params_that_ask_nothing_are_refused(params: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        judged(set_of(CONFIG), **params)
