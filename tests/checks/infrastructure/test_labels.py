"""infrastructure/labels."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.check import Outcome
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.infrastructure.manifest_sets import CONFIG, Object, bad, set_of, workload

CHECK = "infrastructure/labels"
NAME = {"app.kubernetes.io/name": "shop"}


def labelled(own: Any = NAME, of_pods: Any = NAME, **meta: Any) -> Object:
    made = workload(containers=[{}])
    made["metadata"].update({"labels": own, **meta})
    made["spec"]["template"]["metadata"]["labels"] = of_pods
    return made


def judged(*objects: Object, **params: Any) -> Judgement:
    return judge_check(CHECK, params, manifests=set_of(*objects))


def test_a_workload_with_the_labels_passes() -> None:
    assert judged(labelled()).summary == "1 object with the labels that are asked of it"


@pytest.mark.parametrize("own", [None, {}, {"app": "x"}, {"app.kubernetes.io/name": ""}])
def test_a_missing_or_empty_label_fails(own: Any) -> None:
    found = judged(labelled(own))
    (finding,) = bad(found)
    assert finding.outcome is Outcome.FAIL
    assert finding.message == "Deployment/prod/shop has no label app.kubernetes.io/name"
    assert finding.location is not None


def test_pods_are_asked_unless_the_policy_leaves_them_out() -> None:
    found = judged(labelled(of_pods={"app": "shop"}))
    assert found.summary == "Deployment/prod/shop has pods without label app.kubernetes.io/name"
    assert judged(labelled(of_pods={"app": "shop"}), pods="ignored").outcome is Outcome.PASS


def test_other_labels_and_annotations_may_be_asked_for() -> None:
    params = {"labels": ["owner"], "annotations": ["acme.example/pager"]}
    found = judged(labelled(), **params)
    assert sorted(finding.message for finding in bad(found)) == [
        "Deployment/prod/shop has no annotation acme.example/pager",
        "Deployment/prod/shop has no label owner",
        "Deployment/prod/shop has pods without label owner",
    ]
    owner = {"owner": "team-payments"}
    good = labelled(owner, owner, annotations={"acme.example/pager": "+49 30 1234"})
    assert judged(good, **params).outcome is Outcome.PASS


def test_a_label_may_be_told_what_it_says() -> None:
    values = {"environment": ["production"]}
    assert judged(labelled(), values=values).outcome is Outcome.PASS
    found = judged(labelled(of_pods={**NAME, "environment": "staging"}), values=values)
    (finding,) = bad(found)
    assert finding.message == "Deployment/prod/shop has pods labelled environment: staging"
    assert finding.expected == "production"


def test_other_objects_are_asked_where_the_policy_says_so() -> None:
    assert judged(labelled(), CONFIG).outcome is Outcome.PASS
    found = judged(labelled(), CONFIG, objects="all")
    assert [finding.object for finding in bad(found)] == ["ConfigMap/settings"]
    assert judged(CONFIG).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("value", ["-x", "x_", "a b", "a/b", "x" * 64, "ü", "a@acme.example"])
def test_a_value_that_the_api_refuses_fails_in_every_object(value: str) -> None:
    found = judged(labelled(), {**CONFIG, "metadata": {"name": "settings", "labels": {"x": value}}})
    (finding,) = bad(found)
    assert finding.message == "ConfigMap/settings has itself labelled x with what is no value of a label"
    assert judged(labelled({**NAME, "x": value})).outcome is Outcome.FAIL
    assert judged(labelled(of_pods={**NAME, "x": value}), pods="ignored").outcome is Outcome.FAIL


@pytest.mark.parametrize("value", ["", "a", "1.2.3", "A_b-c", "x" * 63])
def test_a_value_that_the_api_takes_passes(value: str) -> None:
    assert judged(labelled({**NAME, "x": value, "acme.example/y": value})).outcome is Outcome.PASS


@pytest.mark.parametrize("key", ["-x", "a b", "x" * 64, "ACME.example/x", "/x", "a/b/c", "acme.example/"])
def test_a_key_that_the_api_refuses_fails(key: str) -> None:
    found = judged(labelled({**NAME, key: "x"}))
    assert found.summary == f"Deployment/prod/shop has itself labelled with {key!r}, which is no key"


def test_malformed_annotations_fail_and_name_the_path() -> None:
    found = judged(labelled(annotations=["x"]))
    assert (found.outcome, ": metadata.annotations: Expected" in found.summary) == (Outcome.FAIL, True)
    found = judged(labelled(), {**CONFIG, "metadata": {"name": "settings", "annotations": {"x": 1}}})
    assert found.outcome is Outcome.FAIL
