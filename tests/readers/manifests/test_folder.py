"""Manifests in a folder, a glob or several files: one set."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Evidence, Reason
from readiness.readers.manifests import _folder
from readiness.testing import read_evidence
from tests.readers.manifests.renderers import commit
from tests.support import FIXTURES


def pod(name: str) -> str:
    spec = "{containers: [{name: web, image: 'x:1'}]}"
    return f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {spec}\n"


def write(root: Path, **files: str) -> Path:
    for name, content in files.items():
        path = root / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return root


def shown(evidence: Evidence) -> list[tuple[str, str]]:
    facts = evidence.whole.facts
    assert isinstance(facts, Manifests), evidence.whole.message
    return [(resource.identity, resource.file) for resource in facts.resources]


def test_a_folder_is_every_manifest_below_it_in_order(tmp_path: Path) -> None:
    json = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"j"}}'
    write(tmp_path, set__b_yaml=pod("b"), set__a_yml=pod("a"), set__deep__c_json=json, set__README_md="# no")
    evidence = read_evidence("manifests", tmp_path, path="set")
    assert shown(evidence) == [
        ("Pod/a", "set/a.yml"),
        ("Pod/b", "set/b.yaml"),
        ("ConfigMap/j", "set/deep/c.json"),
    ]
    sources = [item.provenance.source for item in evidence.items]
    assert sources == ["set/a.yml", "set/b.yaml", "set/deep/c.json"]


def test_a_glob_is_one_set_too(tmp_path: Path) -> None:
    write(tmp_path, set__b_yaml=pod("b"), set__a_yaml=pod("a"))
    assert shown(read_evidence("manifests", tmp_path, path="set/*.yaml", files=2)) == [
        ("Pod/a", "set/a.yaml"),
        ("Pod/b", "set/b.yaml"),
    ]
    short = read_evidence("manifests", tmp_path, path="set/*.yaml", files=3).whole
    assert short.reason is Reason.MISSING
    assert short.message.startswith("2 of at least 3 files are there")


def test_an_object_in_two_files_is_malformed_with_both_places(tmp_path: Path) -> None:
    write(tmp_path, set__b_yaml=pod("a"), set__a_yaml=pod("a"))
    whole = read_evidence("manifests", tmp_path, path="set").whole
    assert whole.reason is Reason.MALFORMED
    assert whole.message == "Pod/a is there twice: set/a.yaml:1 and set/b.yaml:1"
    assert whole.remedy


def test_one_bad_file_makes_the_set_unproven(tmp_path: Path) -> None:
    write(tmp_path, set__a_yaml=pod("a"), set__values_yaml="replicas: 3\n")
    whole = read_evidence("manifests", tmp_path, path="set").whole
    assert whole.facts is None
    assert "it is no Kubernetes manifest" in whole.message


def test_a_stamp_is_no_manifest(tmp_path: Path) -> None:
    write(tmp_path, set__a_yaml=pod("a"))
    (tmp_path / "set" / "b.yaml.stamp.json").write_text("{}")
    assert shown(read_evidence("manifests", tmp_path, path="set")) == [("Pod/a", "set/a.yaml")]


def test_a_folder_with_overlays_in_it_is_no_set_of_manifests() -> None:
    whole = read_evidence("manifests", FIXTURES / "manifests", path="kustomize").whole
    assert whole.reason is Reason.MALFORMED
    assert "kustomize/base holds a kustomization that was not rendered" in whole.message
    assert "let `path` name the overlay that is applied, such as kustomize/base" in whole.remedy


def test_a_folder_with_a_chart_in_it_is_no_set_of_manifests(tmp_path: Path) -> None:
    write(tmp_path, set__a_yaml=pod("a"), set__chart__Chart_yaml="apiVersion: v2\nname: a\n")
    whole = read_evidence("manifests", tmp_path, path="set").whole
    assert "set/chart holds a Helm chart that was not rendered" in whole.message
    assert whole.remedy == "let `path` name the chart, set/chart: it is rendered then"


def test_a_folder_without_manifests_is_missing(tmp_path: Path) -> None:
    write(tmp_path, set__README_md="x")
    whole = read_evidence("manifests", tmp_path, path="set").whole
    assert (whole.reason, whole.message) == (
        Reason.MISSING,
        "there is no .yaml, .yml or .json file below this folder",
    )


def test_a_path_that_is_not_there_is_missing(tmp_path: Path) -> None:
    assert read_evidence("manifests", tmp_path, path="set").whole.reason is Reason.MISSING


def test_loops_of_links_and_links_to_the_same_file_do_no_harm(tmp_path: Path) -> None:
    write(tmp_path, set__deep__a_yaml=pod("a"), other__b_yaml=pod("b"))
    (tmp_path / "set" / "loop").symlink_to(tmp_path / "set")
    (tmp_path / "set" / "deep" / "up").symlink_to("..")
    (tmp_path / "set" / "self").symlink_to("self")
    (tmp_path / "set" / "again.yaml").symlink_to("deep/a.yaml")
    (tmp_path / "set" / "outside").symlink_to(tmp_path / "other")
    found = [name for name, _ in shown(read_evidence("manifests", tmp_path, path="set"))]
    assert sorted(found) == ["Pod/a", "Pod/b"]


def test_a_link_that_leads_nowhere_is_missing(tmp_path: Path) -> None:
    write(tmp_path, set__a_yaml=pod("a"))
    (tmp_path / "set" / "gone.yaml").symlink_to("nowhere")
    assert read_evidence("manifests", tmp_path, path="set").whole.reason is Reason.MISSING


def test_a_folder_that_may_not_be_read_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, set__a_yaml=pod("a"), set__closed__b_yaml=pod("b"))
    scandir = os.scandir

    def refusing(path: str) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    whole = read_evidence("manifests", tmp_path, path="set").whole
    assert whole.reason is Reason.MISSING
    assert "closed cannot be read: Permission denied" in whole.message


def test_too_many_folders_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_folder, "MAX_FOLDERS", 2)
    write(tmp_path, set__a__b__a_yaml=pod("a"))
    assert "more than 2 folders" in read_evidence("manifests", tmp_path, path="set").whole.message


def test_a_manifest_that_the_commit_has_and_the_folder_has_not_is_missing(tmp_path: Path) -> None:
    write(
        tmp_path, set__a_yaml=pod("a"), set__deep__b_yaml=pod("b"), set__deep__c_yml=pod("c"), README_md="x"
    )
    commit(tmp_path)
    assert len(shown(read_evidence("manifests", tmp_path, path="set"))) == 3
    (tmp_path / "README.md").unlink()
    assert len(shown(read_evidence("manifests", tmp_path, path="set"))) == 3
    (tmp_path / "set/deep/b.yaml").unlink()
    whole = read_evidence("manifests", tmp_path, path="set").whole
    assert (whole.reason, whole.message) == (
        Reason.MISSING,
        "the commit that is checked out has set/deep/b.yaml, which is not there",
    )
    assert whole.remedy == "bring it back, or commit that it is gone"
    (tmp_path / "set/deep/c.yml").unlink()
    (tmp_path / "set/deep").rmdir()
    again = read_evidence("manifests", tmp_path, path="set").whole
    assert "has set/deep/b.yaml, and 1 more, which is not there" in again.message


def test_a_deletion_that_was_only_staged_is_told_too(tmp_path: Path) -> None:
    write(tmp_path, set__a_yaml=pod("a"), set__b_yaml=pod("b"))
    commit(tmp_path)
    subprocess.run(["git", "-C", str(tmp_path), "rm", "-q", "set/b.yaml"], check=True)
    assert read_evidence("manifests", tmp_path, path="set").whole.reason is Reason.MISSING


def test_manifests_that_were_never_committed_are_read(tmp_path: Path) -> None:
    write(tmp_path, README_md="x")
    commit(tmp_path)
    write(tmp_path, set__a_yaml=pod("a"))
    assert len(shown(read_evidence("manifests", tmp_path, path="set"))) == 1
