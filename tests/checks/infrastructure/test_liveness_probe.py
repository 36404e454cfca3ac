"""infrastructure/liveness-probe."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.check import Outcome
from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.infrastructure.manifest_sets import bad, service, set_of, workload

LIVE = {"httpGet": {"path": "/live", "port": 80}}


def judged(manifests: Manifests, **params: object) -> Judgement:
    return judge_check("infrastructure/liveness-probe", params, manifests=manifests)


@pytest.mark.parametrize(
    "probe",
    [LIVE, {"tcpSocket": {"port": "http"}}, {"grpc": {"port": 9000}}, {"exec": {"command": ["true"]}}],
)
def test_any_probe_that_asks_something_passes(probe: Any) -> None:
    found = judged(set_of(workload(containers=[{"livenessProbe": probe}])))
    assert (found.outcome, found.summary) == (Outcome.PASS, "1 container with a liveness probe")


@pytest.mark.parametrize(
    "probe", [None, {}, {"httpGet": {}}, {"exec": {"command": []}}, {"periodSeconds": 3}]
)
def test_no_probe_or_one_that_asks_nothing_fails(probe: Any) -> None:
    found = judged(set_of(workload(containers=[{"name": "web", "livenessProbe": probe}])))
    (finding,) = bad(found)
    assert (finding.outcome, finding.object) == (Outcome.FAIL, "Deployment/prod/shop:web")
    assert finding.message.startswith("Deployment/prod/shop:web has ")


def test_neither_a_readiness_nor_a_startup_probe_stands_in() -> None:
    found = judged(set_of(workload(containers=[{"readinessProbe": LIVE, "startupProbe": LIVE}])))
    assert found.summary == "Deployment/prod/shop:c0 has no liveness probe"


@pytest.mark.parametrize(
    ("probe", "path"),
    [
        ([], "spec.template.spec.containers[0].livenessProbe"),
        ({"httpGet": []}, "spec.template.spec.containers[0].livenessProbe.httpGet"),
        ({"exec": {"command": "true"}}, "spec.template.spec.containers[0].livenessProbe.exec.command"),
        ({**LIVE, "periodSeconds": "5"}, "spec.template.spec.containers[0].livenessProbe.periodSeconds"),
    ],
)
def test_a_malformed_probe_fails_and_names_the_path(probe: Any, path: str) -> None:
    found = judged(set_of(workload(containers=[{"livenessProbe": probe}])))
    assert (found.outcome, f": {path}: Expected" in found.summary) == (Outcome.FAIL, True), found.summary


def test_sidecars_are_asked_and_what_runs_to_an_end_is_not() -> None:
    inits = [{"name": "once"}, {"name": "side", "restartPolicy": "Always"}]
    shop = workload(containers=[{"livenessProbe": LIVE}], initContainers=inits)
    found = judged(set_of(shop, workload("CronJob", "tidy", containers=[{}])))
    assert [finding.object for finding in bad(found)] == ["Deployment/prod/shop:side"]


def test_a_set_of_jobs_is_not_applicable() -> None:
    found = judged(set_of(workload("Job", "once", containers=[{}])))
    assert (found.outcome, found.findings[0].count) == (Outcome.NOT_APPLICABLE, 1)


def test_pods_without_a_service_may_be_ignored_where_there_are_services() -> None:
    shop, other = workload(containers=[{}]), workload(name="other", containers=[{}])
    assert judged(set_of(shop), unserved="ignored").reason is Reason.MISSING
    found = judged(set_of(other, service({"app": "shop"})), unserved="ignored")
    assert (found.outcome, found.findings[0].count) == (Outcome.NOT_APPLICABLE, 1)
    found = judged(set_of(shop, other, service({"app": "shop"})), unserved="ignored")
    assert [finding.object for finding in bad(found)] == ["Deployment/prod/shop:c0"]
