"""What asks other tools to look away is shown as a note, and never obeyed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from readiness.check import Outcome
from readiness.evidence.model import Facts
from readiness.testing import judge_check, read_evidence

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: a
  annotations:
    {annotation}
spec:
  containers: [{{name: web, image: "x:latest"}}]
"""


def read(folder: Path, kind: str, name: str, content: str) -> Facts:
    (folder / name).write_text(content)
    facts = read_evidence(kind, folder, path=name).whole.facts
    assert facts is not None
    return facts


def notes(check: str, **facts: Any) -> list[str]:
    judged = judge_check(f"infrastructure/{check}", **facts)
    assert judged.outcome is Outcome.FAIL or check == "workloads-present"
    return [
        f"{one.location.line if one.location else 0}: {one.message}" for one in judged.findings if one.note
    ]


@pytest.mark.parametrize(
    ("annotation", "tool"),
    [
        ("ignore-check.kube-linter.io/latest-tag: 'it is fine'", "kube-linter"),
        ("kube-linter.io/ignore-all: 'legacy'", "kube-linter"),
        ("kube-score/ignore: container-image-tag", "kube-score"),
        ("polaris.fairwinds.com/tagNotSpecified-exempt: 'true'", "Polaris"),
        ("polaris.fairwinds.com/exempt: 'true'", "Polaris"),
        ("checkov.io/skip1: CKV_K8S_14=legacy", "Checkov"),
        ("datree.skip/CONTAINERS_MISSING_IMAGE_VALUE_VERSION: legacy", "Datree"),
    ],
)
@pytest.mark.parametrize("check", ["image-tag", "read-only-root", "resource-requests", "pod-security"])
def test_annotations_are_shown_where_something_is_bad(
    tmp_path: Path, annotation: str, tool: str, check: str
) -> None:
    facts = read(tmp_path, "manifests", "a.yaml", POD.format(annotation=annotation))
    key = annotation.partition(":")[0]
    assert notes(check, manifests=facts) == [
        f"6: Pod/a asks {tool} to look away ({key}), which is not obeyed here"
    ]


def test_annotations_of_the_pods_of_a_cron_job_are_shown(tmp_path: Path) -> None:
    text = (
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec:\n  jobTemplate:\n    spec:\n      template:\n"
        "        metadata: {annotations: {kube-score/ignore: x}}\n"
        "        spec: {containers: [{name: web, image: 'x:latest'}]}\n"
    )
    facts = read(tmp_path, "manifests", "a.yaml", text)
    assert any("kube-score" in one for one in notes("image-tag", manifests=facts))


@pytest.mark.parametrize(
    ("comment", "tool"),
    [
        ("# checkov:skip=CKV_K8S_8: later", "Checkov"),
        ("#trivy:ignore:KSV-0012", "Trivy"),
        ("# tfsec:ignore:x", "tfsec"),
        ("# kics-scan ignore-line", "KICS"),
        ("# nosemgrep: rule", "Semgrep"),
    ],
)
def test_comments_in_manifests_are_shown_once(tmp_path: Path, comment: str, tool: str) -> None:
    text = POD.format(annotation="a: b").replace("spec:\n", f"{comment}\nspec:\n")
    facts = read(tmp_path, "manifests", "a.yaml", text)
    said = comment.lstrip("# ")
    assert notes("workloads-present", manifests=facts) == [
        f"7: a comment asks {tool} to look away ({said}), which is not obeyed here"
    ]


@pytest.mark.parametrize(
    ("comment", "tool"),
    [
        ("# hadolint ignore=DL3006,DL3008", "hadolint"),
        ("# hadolint global ignore=DL3006", "hadolint"),
        ("# checkov:skip=CKV_DOCKER_2:no", "Checkov"),
        ("# trivy:ignore:DS002", "Trivy"),
    ],
)
def test_comments_in_a_dockerfile_are_shown(tmp_path: Path, comment: str, tool: str) -> None:
    facts = read(tmp_path, "dockerfile", "Dockerfile", f"{comment}\nFROM python:latest\n")
    assert notes("dockerfile", dockerfile=(facts,)) == [
        f"1: a comment asks {tool} to look away ({comment[2:]}), which is not obeyed here"
    ]


@pytest.mark.parametrize("comment", ["# dclint disable-line", "# checkov:skip=CKV_1:no"])
def test_comments_in_compose_files_are_shown(tmp_path: Path, comment: str) -> None:
    facts = read(tmp_path, "compose", "compose.yaml", f"services:\n  a:\n    image: x:latest {comment}\n")
    (note,) = [one for one in notes("compose", compose=facts) if "look away" in one]
    assert note.startswith("3: a comment asks ")


@pytest.mark.parametrize("comment", ["# ignore this", "# see hadolint for more", "# kube-score", "# noqa"])
def test_other_comments_are_none_of_these(tmp_path: Path, comment: str) -> None:
    facts = read(tmp_path, "manifests", "a.yaml", comment + "\n" + POD.format(annotation="a: b"))
    assert notes("workloads-present", manifests=facts) == []
