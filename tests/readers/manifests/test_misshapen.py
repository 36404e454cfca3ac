"""Objects that the API server refuses for their shape: they are read, and each is a finding with its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from readiness.check import Outcome
from readiness.evidence.manifests import Manifests
from readiness.plugins import discover
from readiness.testing import judge_check, read_evidence

GOOD = "{name: web, image: 'x:1'}"


def read(folder: Path, content: str) -> Manifests:
    (folder / "set.yaml").write_text(content)
    whole = read_evidence("manifests", folder, path="set.yaml").whole
    assert isinstance(whole.facts, Manifests), whole.message
    return whole.facts


def bad(check: str, facts: Manifests) -> list[str]:
    """What a check objects to, with places."""
    params = {"allow": ["docker.io"]} if check == "image-registry" else {}
    found = judge_check(f"infrastructure/{check}", params, manifests=facts).findings
    assert all(one.outcome is not Outcome.ERROR for one in found), found
    return [
        f"{one.location.file}:{one.location.line}: {one.message}" if one.location else one.message
        for one in found
        if one.outcome is Outcome.FAIL
    ]


def pod(spec: str, metadata: str = "{name: a}") -> str:
    return f"apiVersion: v1\nkind: Pod\nmetadata: {metadata}\nspec: {spec}\n"


OF_WORKLOADS = (
    "disruption-budget",
    "graceful-stop",
    "image-digest",
    "image-registry",
    "image-tag",
    "labels",
    "liveness-probe",
    "memory-limit",
    "network-policy",
    "pod-security",
    "probes-sane",
    "read-only-root",
    "readiness-probe",
    "references",
    "replicas",
    "resource-requests",
    "rollout-strategy",
    "secrets-in-manifests",
    "selectors",
    "service-account",
    "spread",
    "workloads-present",
)
MISSHAPEN = [
    ("[]", "set.yaml:4: Pod/a: spec: Expected 'object', got 'array'"),
    ("{containers: {}}", "set.yaml:4: Pod/a: spec.containers: Expected 'array | null', got 'object'"),
    ("{containers: [3]}", "spec.containers[0]: Expected 'object', got 'int'"),
    ("{containers: [{name: a, image: [x]}]}", "spec.containers[0].image: Expected 'str | null'"),
    ("{containers: [{name: a, resources: []}]}", "spec.containers[0].resources: Expected 'object | null'"),
    (
        "{containers: [{name: a, resources: {limits: {cpu: [1]}}}]}",
        "resources.limits: Expected 'int | float | str'",
    ),
    (
        "{containers: [{name: a, readinessProbe: yes}]}",
        "readinessProbe: Expected 'object | null', got 'bool'",
    ),
    (
        "{containers: [{name: a}], initContainers: x}",
        "spec.initContainers: Expected 'array | null', got 'str'",
    ),
]


@pytest.mark.parametrize(("spec", "said"), MISSHAPEN)
def test_a_shape_that_the_api_server_refuses_fails_with_its_path(
    tmp_path: Path, spec: str, said: str
) -> None:
    (found,) = bad("image-tag", read(tmp_path, pod(spec)))
    assert said in found


@pytest.mark.parametrize("check", OF_WORKLOADS)
@pytest.mark.parametrize(
    "spec", ["{containers: [{name: a, resources: []}]}", "[]", "{containers: [{name: a, image: [x]}]}"]
)
def test_every_check_of_workloads_fails_what_it_cannot_look_at(tmp_path: Path, check: str, spec: str) -> None:
    good = pod(f"{{containers: [{GOOD}]}}", "{name: b}")
    facts = read(tmp_path, f"{pod(spec)}---\n{good}")
    assert any("Pod/a: spec" in one for one in bad(check, facts)), check


@pytest.mark.parametrize("metadata", ["{name: a, namespace: 5}", "{name: a, labels: [x]}", "[]", "a"])
def test_every_check_of_objects_fails_metadata_that_cannot_be_read(tmp_path: Path, metadata: str) -> None:
    facts = read(tmp_path, pod(f"{{containers: [{GOOD}]}}", metadata))
    asked = [one.rpartition("/")[2] for one in _asking_manifests() if "rollout-plan" not in one]
    silent = [name for name in asked if not any("metadata" in one for one in bad(name, facts))]
    assert sorted(silent) == ["cron-jobs"]  # which asks jobs alone, whatever they are called


def _asking_manifests() -> Iterator[str]:
    for name in discover().checks:
        if name.startswith("infrastructure/") and name != "infrastructure/helm-chart":
            made = discover().checks[name]
            if "manifests" in made.judge.__annotations__ and name != "infrastructure/schema":
                yield name


def test_a_broken_budget_saves_nobody(tmp_path: Path) -> None:
    deployment = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n"
        "spec: {replicas: 2, selector: {matchLabels: {b: c}},"
        f" template: {{metadata: {{labels: {{b: c}}}}, spec: {{containers: [{GOOD}]}}}}}}\n"
    )
    budget = (
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: p, labels: []}\n"
        "spec: {maxUnavailable: 1, selector: {}}\n"
    )
    found = bad("disruption-budget", read(tmp_path, f"{deployment}---\n{budget}"))
    assert [one for one in found if "Deployment/a has no disruption budget" in one]
    assert [one for one in found if "PodDisruptionBudget/p: metadata.labels" in one]


def test_a_container_without_a_name_is_judged_and_told(tmp_path: Path) -> None:
    facts = read(
        tmp_path, pod(f"\n  containers:\n    - {GOOD}\n    - image: y:latest\n  initContainers: [{{}}]")
    )
    assert bad("workloads-present", facts) == [
        "set.yaml:7: Pod/a: container 2 has no name",
        "set.yaml:8: Pod/a: init container 1 has no name",
    ]
    assert bad("image-tag", facts) == [
        "set.yaml:7: Pod/a:(2) has the moving tag latest",
        "set.yaml:8: Pod/a:(init 1) names no image",
    ]


def test_two_containers_of_one_name_are_told(tmp_path: Path) -> None:
    facts = read(tmp_path, pod(f"{{containers: [{GOOD}, {GOOD}]}}"))
    assert bad("workloads-present", facts) == ["set.yaml:4: Pod/a: has several containers of the name web"]


@pytest.mark.parametrize(
    "spec", ["{}", "{containers: []}", "{containers: null}", "{initContainers: [{name: a}]}"]
)
def test_pods_without_a_container_fail_where_containers_are_asked_for(tmp_path: Path, spec: str) -> None:
    facts = read(tmp_path, pod(spec))
    for check in ("workloads-present", "readiness-probe", "image-tag", "resource-requests", "pod-security"):
        assert "set.yaml:4: Pod/a: has no containers" in bad(check, facts), check


def test_objects_without_a_name_are_told_and_are_no_twins(tmp_path: Path) -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {namespace: prod}\nspec: {}\n"
    facts = read(tmp_path, f"{service}---\n{service}---\napiVersion: v1\nkind: ConfigMap\n")
    assert [one for one in bad("workloads-present", facts) if "no name" in one] == [
        "set.yaml:3: Service/prod/(nameless): has no name",
        "set.yaml:8: Service/prod/(nameless): has no name",
        "set.yaml:11: ConfigMap/(nameless): has no name",
    ]


def test_generated_names_are_names_and_no_twins(tmp_path: Path) -> None:
    job = pod(f"{{containers: [{GOOD}]}}", "{generateName: a-}")
    assert bad("workloads-present", read(tmp_path, f"{job}---\n{job}")) == []


def test_a_reference_to_nothing_does_not_lead_to_an_object_without_a_name(tmp_path: Path) -> None:
    scaler = (
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\n"
        "spec: {minReplicas: 2, maxReplicas: 4, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: ''}}\n"
    )
    template = f"template: {{spec: {{containers: [{GOOD}]}}}}"
    nameless = f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{}}\nspec: {{{template}}}\n"
    assert any(
        "HorizontalPodAutoscaler/h" in one
        for one in bad("autoscaler", read(tmp_path, scaler + "---\n" + nameless))
    )


def test_a_service_whose_selector_is_misshapen_may_serve_any_pod(tmp_path: Path) -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {selector: {v: 1}}\n"
    facts = read(tmp_path, f"{service}---\n{pod(f'{{containers: [{GOOD}]}}')}")
    assert any(
        "Service/s: spec.selector: Expected 'str | null', got 'int'" in one for one in bad("selectors", facts)
    )
    found = judge_check("infrastructure/readiness-probe", {"unserved": "ignored"}, manifests=facts)
    assert found.outcome is Outcome.FAIL


def test_a_deployment_without_a_template_fails(tmp_path: Path) -> None:
    content = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: 3}\n"
    assert bad("image-tag", read(tmp_path, content)) == [
        "set.yaml:4: Deployment/a: spec.template: there is no pod template"
    ]
