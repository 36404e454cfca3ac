"""infrastructure/read-only-root."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.check import Outcome
from readiness.testing import judge_check
from tests.checks.infrastructure.manifest_sets import bad, set_of, workload

CHECK = "infrastructure/read-only-root"


def good() -> dict[str, Any]:
    return {"securityContext": {"readOnlyRootFilesystem": True}}


def test_a_read_only_root_passes() -> None:
    found = judge_check(CHECK, manifests=set_of(workload(containers=[good(), good()])))
    assert found.summary == "2 containers with a read-only root file system"


@pytest.mark.parametrize(
    ("context", "observed"),
    [(None, "absent"), ({}, "absent"), ({"readOnlyRootFilesystem": False}, "false")],
)
def test_anything_else_fails(context: Any, observed: str) -> None:
    found = judge_check(CHECK, manifests=set_of(workload(containers=[{"securityContext": context}])))
    (finding,) = bad(found)
    assert (finding.outcome, finding.observed) == (Outcome.FAIL, observed)
    assert finding.message == "Deployment/prod/shop:c0 can write to its root file system"


@pytest.mark.parametrize("value", ["true", 1, [], {}])
def test_what_is_no_boolean_fails_and_names_the_path(value: Any) -> None:
    context = {"securityContext": {"readOnlyRootFilesystem": value}}
    found = judge_check(CHECK, manifests=set_of(workload(containers=[context])))
    assert found.outcome is Outcome.FAIL
    assert "spec.template.spec.containers[0].securityContext.readOnlyRootFilesystem" in found.summary


def test_the_field_counts_in_containers_only() -> None:
    found = judge_check(CHECK, manifests=set_of(workload(containers=[{}], **good())))
    assert found.outcome is Outcome.FAIL


def test_init_containers_count_unless_the_policy_leaves_them_out() -> None:
    manifests = set_of(workload(containers=[good()], initContainers=[{"name": "once"}]))
    assert judge_check(CHECK, manifests=manifests).outcome is Outcome.FAIL
    assert judge_check(CHECK, {"init-containers": "ignored"}, manifests=manifests).outcome is Outcome.PASS


def test_pods_for_windows_are_not_asked() -> None:
    windows = workload(name="win", containers=[{}], os={"name": "windows"})
    alone = judge_check(CHECK, manifests=set_of(windows))
    assert (alone.outcome, alone.findings[0].count) == (Outcome.NOT_APPLICABLE, 1)
    linux = workload(containers=[{}], os={"name": "linux"})
    assert judge_check(CHECK, manifests=set_of(windows, linux)).outcome is Outcome.FAIL
