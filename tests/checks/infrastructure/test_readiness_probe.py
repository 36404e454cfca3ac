"""infrastructure/readiness-probe."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.check import Outcome
from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence
from tests.checks.infrastructure.manifest_sets import (
    CONFIG,
    PROBE,
    bad,
    forms_of,
    said,
    service,
    set_of,
    workload,
)
from tests.support import FIXTURES, SHARED


def judged(manifests: Manifests, **params: object) -> Judgement:
    return judge_check("infrastructure/readiness-probe", params, manifests=manifests)


@pytest.mark.parametrize("handler", ["httpGet", "tcpSocket", "grpc", "exec"])
def test_a_container_with_a_probe_passes(handler: str) -> None:
    said: dict[str, object] = {"command": ["ready"]} if handler == "exec" else {"port": 80}
    found = judged(set_of(workload(containers=[{"readinessProbe": {handler: said}}])))
    assert (found.outcome, found.summary) == (Outcome.PASS, "1 container with a readiness probe")


def test_the_output_of_kustomize_passes() -> None:
    facts = read_evidence("manifests", FIXTURES / "manifests", path="rendered.yaml").whole.facts
    assert isinstance(facts, Manifests)
    assert judged(facts).outcome is Outcome.PASS


def test_a_container_without_one_fails_with_name_and_place() -> None:
    manifests = set_of(CONFIG, workload(containers=[{"readinessProbe": PROBE}, {"name": "web"}]))
    found = judged(manifests)
    assert found.outcome is Outcome.FAIL
    (finding,) = bad(found)
    assert finding.message == "Deployment/prod/shop:web has no readiness probe"
    assert finding.object in manifests.objects()
    assert finding.location is not None
    assert finding.location.file == "set/all.yaml"
    assert finding.location.line > 5
    assert found.findings[-1].count == 1


@pytest.mark.parametrize("probe", [{}, {"periodSeconds": 5}, {"httpGet": None}])
def test_a_probe_that_asks_nothing_fails(probe: object) -> None:
    found = judged(set_of(workload(containers=[{"readinessProbe": probe}])))
    assert "has a readiness probe that asks nothing" in found.summary


def test_null_is_no_probe() -> None:
    assert "has no readiness probe" in judged(set_of(workload(containers=[{"readinessProbe": None}]))).summary


@pytest.mark.parametrize("kind", ["Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"])
def test_long_running_kinds_are_asked(kind: str) -> None:
    assert judged(set_of(workload(kind, containers=[{}]))).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    "only",
    [
        workload("Job", containers=[{}]),
        workload("CronJob", containers=[{}]),
        workload("Pod", containers=[{}], restartPolicy="Never"),
        CONFIG,
    ],
)
def test_a_set_without_long_running_containers_is_not_applicable(only: dict[str, Any]) -> None:
    found = judged(set_of(only))
    assert found.outcome is Outcome.NOT_APPLICABLE
    assert found.summary == "there is no long-running container among 1 object"


def test_a_native_sidecar_is_asked_and_an_init_container_is_not() -> None:
    inits = [{"name": "migrate"}, {"name": "proxy", "restartPolicy": "Always"}]
    (finding,) = bad(judged(set_of(workload(containers=[{"readinessProbe": PROBE}], initContainers=inits))))
    assert finding.object == "Deployment/prod/shop:proxy"


def test_pods_that_no_service_selects_may_be_ignored() -> None:
    lone = workload(name="worker", containers=[{}])
    manifests = set_of(lone, service({"app": "shop"}))
    assert judged(manifests).outcome is Outcome.FAIL
    found = judged(manifests, unserved="ignored")
    assert found.outcome is Outcome.NOT_APPLICABLE
    assert found.findings[0].count == 1
    served = judged(set_of(lone, workload(containers=[{}]), service({"app": "shop"})), unserved="ignored")
    assert [finding.object for finding in bad(served)] == ["Deployment/prod/shop:c0"]


@pytest.mark.parametrize("services", [[], [service({})], [service({"app": "shop"}, type="ExternalName")]])
def test_without_a_service_in_the_set_nothing_is_known_to_be_unserved(services: list[dict[str, Any]]) -> None:
    found = judged(set_of(workload(containers=[{}]), *services), unserved="ignored")
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MISSING)


def test_an_empty_set_is_unproven() -> None:
    assert judged(Manifests(resources=())).reason is Reason.MISSING


CONTAINERS = st.lists(
    st.fixed_dictionaries({}, optional={"readinessProbe": st.sampled_from([PROBE, {}, None])}),
    min_size=1,
    max_size=2,
)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(("Pod", "Deployment", "CronJob")), CONTAINERS), min_size=1, max_size=3)
)
def test_how_a_set_is_written_does_not_matter(drawn: list[tuple[str, list[dict[str, Any]]]]) -> None:
    objects = [workload(kind, f"w{n}", containers=containers) for n, (kind, containers) in enumerate(drawn)]
    first, *others = [said(judged(manifests)) for manifests in forms_of([*objects, CONFIG])]
    assert all(other == first for other in others)


@settings(max_examples=30, deadline=None)
@given(CONTAINERS)
def test_a_probe_less_is_never_better(containers: list[dict[str, Any]]) -> None:
    before = judged(set_of(workload(containers=[dict(one) for one in containers])))
    after = judged(set_of(workload(containers=[*[dict(one) for one in containers[1:]], {"name": "bare"}])))
    assert after.outcome.rank >= before.outcome.rank


@pytest.mark.parametrize(
    ("file", "outcome"),
    [
        ("pod-probes-all-missing.yaml", Outcome.FAIL),
        ("pod-probes-missing-ready.yaml", Outcome.FAIL),
        ("pod-probes-targeted-by-service.yaml", Outcome.FAIL),
        ("pod-probes-targeted-by-service-same-namespace-multi-labels.yaml", Outcome.FAIL),
        ("pod-probes-targeted-by-service-different-namespace.yaml", Outcome.NOT_APPLICABLE),
        ("pod-probes-not-targeted-by-service-multi-labels.yaml", Outcome.NOT_APPLICABLE),
        ("pod-probes-on-different-containers-init.yaml", Outcome.PASS),
    ],
)
def test_the_cases_of_kube_score_are_judged_the_same(file: str, outcome: Outcome) -> None:
    root = SHARED / "peers" / "kube-score" / "score" / "testdata"
    if not root.is_dir():
        pytest.skip("the samples of other tools are not here")
    facts = read_evidence("manifests", root, path=file).whole.facts
    assert isinstance(facts, Manifests)
    assert judged(facts, unserved="ignored").outcome is outcome
