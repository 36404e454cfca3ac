"""infrastructure/service-account."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.check import Outcome
from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.infrastructure.cross_sets import made, workload
from tests.checks.infrastructure.manifest_sets import CONFIG, Object, bad, forms_of, said, set_of

MOUNTED = "mounts the token of ServiceAccount/shop, to which no binding of the set gives a right"
RBAC = "rbac.authorization.k8s.io/v1"


def judged(manifests: Manifests, **params: object) -> Judgement:
    return judge_check("infrastructure/service-account", params, manifests=manifests)


def account(name: str = "shop", *, namespace: str = "prod", mounts: Any = None) -> Object:
    body = {} if mounts is None else {"automountServiceAccountToken": mounts}
    return made("v1", "ServiceAccount", name, namespace=namespace, **body)


def running(name: str | None = "shop", mounts: Any = None, **pod: Any) -> Object:
    said_ = {} if name is None else {"serviceAccountName": name}
    return workload(pod={**said_, "automountServiceAccountToken": mounts, **pod})


def binding(name: str = "shop", *, namespace: str = "prod") -> Object:
    subject = {"kind": "ServiceAccount", "name": name, "namespace": namespace}
    return made(RBAC, "RoleBinding", "b", roleRef={"kind": "Role", "name": "r"}, subjects=[subject])


@pytest.mark.parametrize(
    "objects",
    [
        [running(mounts=False), account()],
        [running(), account(mounts=False)],
        [running(mounts=False), account(mounts=True)],
        [running(None, mounts=False)],
        [running(), account(), binding()],
        [running(mounts=True), account(), binding()],
    ],
)
def test_an_account_of_its_own_or_no_token_passes(objects: list[Object]) -> None:
    found = judged(set_of(*objects))
    assert found.outcome is Outcome.PASS
    assert found.summary == "1 workload with an account of its own, or without a token"


@pytest.mark.parametrize(
    ("objects", "message"),
    [
        ([running(None)], "names no account, and runs as default, with its token"),
        ([running("default")], "names the account default, with its token"),
        (
            [running(), account()],
            f"{MOUNTED}, as nobody says otherwise",
        ),
        (
            [running(mounts=True), account(mounts=False)],
            MOUNTED,
        ),
        (
            [running(mounts=False), account("other")],
            "runs as ServiceAccount/shop, which is not among the 1 of the set in its namespace",
        ),
        (
            [running(mounts=False), account(namespace="test")],
            "runs as ServiceAccount/shop, which is not among the 1 of the set in its namespace",
        ),
    ],
)
def test_what_is_shared_or_mounted_for_nothing_fails(objects: list[Object], message: str) -> None:
    (finding,) = bad(judged(set_of(*objects)))
    assert finding.outcome is Outcome.FAIL
    assert finding.message == f"Deployment/prod/shop {message}"
    assert finding.location is not None


def test_an_account_is_not_shown_where_the_set_holds_none() -> None:
    found = judged(set_of(running(mounts=False)))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert found.summary == "Deployment/prod/shop runs as ServiceAccount/shop, which is not in the set"
    open_ = judged(set_of(running(mounts=False), account(namespace="")))
    assert open_.outcome is Outcome.UNPROVEN
    assert "leaves its namespace open" in open_.summary


def test_a_binding_of_another_namespace_gives_nothing() -> None:
    objects = [running(), account(), binding(namespace="test")]
    assert judged(set_of(*objects)).outcome is Outcome.FAIL


def test_a_job_is_asked_too() -> None:
    job = workload("Job", api_version="batch/v1")
    assert judged(set_of(job)).outcome is Outcome.FAIL


def test_the_old_field_counts_where_the_new_one_is_absent() -> None:
    old = workload(pod={"serviceAccount": "shop"})
    assert judged(set_of(old, account(mounts=False))).outcome is Outcome.PASS


def test_what_is_asked_is_a_parameter() -> None:
    bound = set_of(running(), account(), binding())
    assert judged(bound, automount="refused").outcome is Outcome.FAIL
    assert judged(set_of(running(), account()), automount="ignored").outcome is Outcome.PASS
    bare = set_of(running(None, mounts=False))
    assert judged(bare, **{"default-account": "refused"}).outcome is Outcome.FAIL
    assert judged(set_of(running(None)), **{"default-account": "ignored"}).outcome is Outcome.FAIL
    both = {"default-account": "ignored", "automount": "ignored"}
    assert judged(set_of(running(None)), **both).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("objects", "path"),
    [
        ([running(mounts="no")], "Deployment/prod/shop: spec.template.spec.automountServiceAccountToken: "),
        ([workload(pod={"serviceAccountName": ["a"]})], "Deployment/prod/shop: spec.template.spec."),
        (
            [running(None, mounts=False), account(mounts="false")],
            "ServiceAccount/prod/shop: automountServiceAccountToken: ",
        ),
    ],
)
def test_another_shape_fails_with_its_path(objects: list[Object], path: str) -> None:
    (finding,) = bad(judged(set_of(*objects)))
    assert finding.outcome is Outcome.FAIL
    assert finding.message.startswith(path)


def test_a_set_without_workloads_is_not_applicable() -> None:
    assert judged(set_of(CONFIG)).outcome is Outcome.NOT_APPLICABLE


def test_how_a_set_is_written_does_not_matter() -> None:
    objects = [running(), account(), workload(name="b"), workload("Job", "c", api_version="batch/v1")]
    first, *others = [said(judged(manifests)) for manifests in forms_of(objects)]
    assert all(other == first for other in others)
