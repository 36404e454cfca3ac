"""infrastructure/api-versions: fields that the target does not know are dropped by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.check import Outcome
from readiness.evidence.manifests import Manifests
from readiness.testing import judge_check, read_evidence

POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: a}}
spec:
  {more}
  containers: [{{name: web, image: "x:1"{container}}}]
"""


def found(folder: Path, text: str, target: str) -> list[tuple[int, str]]:
    (folder / "a.yaml").write_text(text)
    facts = read_evidence("manifests", folder, path="a.yaml").whole.facts
    assert isinstance(facts, Manifests)
    judged = judge_check("infrastructure/api-versions", {"target": target}, manifests=facts)
    return [
        (one.location.line if one.location else 0, one.message)
        for one in judged.findings
        if one.outcome is Outcome.FAIL
    ]


@pytest.mark.parametrize(
    ("more", "container", "field", "since"),
    [
        (
            "initContainers: [{name: s, restartPolicy: Always}]",
            "",
            "spec.initContainers[0].restartPolicy",
            29,
        ),
        (
            "topologySpreadConstraints: [{matchLabelKeys: [a]}]",
            "",
            "spec.topologySpreadConstraints[0].matchLabelKeys",
            27,
        ),
        ("hostUsers: false", "", "spec.hostUsers", 33),
        (
            "x: 1",
            ", lifecycle: {preStop: {sleep: {seconds: 5}}}",
            "spec.containers[0].lifecycle.preStop.sleep",
            30,
        ),
        (
            "securityContext: {appArmorProfile: {type: RuntimeDefault}}",
            "",
            "spec.securityContext.appArmorProfile",
            30,
        ),
    ],
)
def test_a_field_of_pods_is_known_from_its_release_on(
    tmp_path: Path, more: str, container: str, field: str, since: int
) -> None:
    text = POD.format(more=more, container=container)
    ((line, message),) = found(tmp_path, text, f"1.{since - 1}")
    assert message == f"Pod/a has {field}, which Kubernetes knows from 1.{since} on: 1.{since - 1} drops it"
    assert line == (5 if "containers[0].l" not in field else 6)
    assert found(tmp_path, text, f"1.{since}") == []


@pytest.mark.parametrize(
    ("head", "spec", "field", "since"),
    [
        (
            "policy/v1\nkind: PodDisruptionBudget",
            "unhealthyPodEvictionPolicy: AlwaysAllow",
            "unhealthyPodEvictionPolicy",
            27,
        ),
        ("batch/v1\nkind: CronJob", "timeZone: Etc/UTC", "timeZone", 25),
        (
            "batch/v1\nkind: CronJob",
            "jobTemplate: {spec: {podFailurePolicy: {}}}",
            "jobTemplate.spec.podFailurePolicy",
            26,
        ),
        ("batch/v1\nkind: Job", "successPolicy: {}", "successPolicy", 31),
        ("apps/v1\nkind: StatefulSet", "ordinals: {start: 1}", "ordinals", 27),
        ("v1\nkind: Service", "trafficDistribution: PreferClose", "trafficDistribution", 31),
        (
            "autoscaling/v2\nkind: HorizontalPodAutoscaler",
            "metrics: [{containerResource: {}}]",
            "metrics[0].containerResource",
            27,
        ),
    ],
)
def test_a_field_of_an_object_is_known_from_its_release_on(
    tmp_path: Path, head: str, spec: str, field: str, since: int
) -> None:
    text = f"apiVersion: {head}\nmetadata: {{name: a}}\nspec:\n  {spec}\n"
    assert [one for one in found(tmp_path, text, f"1.{since - 1}") if f"spec.{field}, which" in one[1]]
    assert not [one for one in found(tmp_path, text, f"1.{since}") if "drops it" in one[1]]


def test_fields_of_pods_in_templates_are_asked_too(tmp_path: Path) -> None:
    text = (
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec:\n  jobTemplate:\n"
        "    spec:\n      template:\n"
        "        spec:\n          initContainers: [{name: s, restartPolicy: Always}]\n"
        "          containers: [{name: a}]\n"
    )
    ((line, message),) = found(tmp_path, text, "1.28")
    assert "spec.jobTemplate.spec.template.spec.initContainers[0].restartPolicy" in message
    assert line == 9


@pytest.mark.parametrize("more", ["initContainers: [{name: s}]", "hostUsers: null", "initContainers: null"])
def test_what_is_not_written_is_not_asked(tmp_path: Path, more: str) -> None:
    assert found(tmp_path, POD.format(more=more, container=""), "1.25") == []
