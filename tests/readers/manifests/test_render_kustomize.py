"""Overlays of kustomize, rendered by the real tool where it is there."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from readiness.evidence.manifests import Manifests
from readiness.testing import read_evidence
from tests.readers.manifests.renderers import (
    PRINTS,
    PROD,
    Bin,
    item,
    needs_kustomize,
    places,
    refusal,
)


def write(root: Path, name: str, content: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(content)


CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"


@needs_kustomize
def test_an_overlay_is_what_kustomize_prints_and_findings_lead_to_its_sources(root: Path) -> None:
    found = item(root, PROD)
    assert places(found) == {
        "ConfigMap/prod/alerts": "deploy/base/settings.yaml:1",
        "Service/prod/shop": "deploy/base/service.yaml:1",
        "Deployment/prod/shop": "deploy/base/deployment.yaml:1",
    }
    assert found.provenance.source == PROD
    assert found.provenance.format == "kustomize"
    by_file = read_evidence(
        "manifests", Path(__file__).parents[2] / "fixtures/manifests", path="rendered.yaml"
    )
    assert isinstance(by_file.whole.facts, Manifests)
    assert isinstance(found.facts, Manifests)
    assert [one.body for one in found.facts.resources] == [one.body for one in by_file.whole.facts.resources]


@needs_kustomize
def test_the_origin_of_an_object_never_shows_in_it(root: Path) -> None:
    found = item(root, PROD)
    assert b"config.kubernetes.io" not in msgspec.json.encode(found.facts)


@needs_kustomize
def test_a_patch_that_needs_annotations_fails_as_it_does_for_kustomize(root: Path) -> None:
    """Asking for origins in the run that counts would give the object annotations, and hide that."""
    write(root, "k/a.yaml", CONFIG)
    patch = "[{op: add, path: /metadata/annotations/x, value: y}]"
    write(
        root,
        "k/kustomization.yaml",
        f"resources: [a.yaml]\npatches:\n  - {{target: {{kind: ConfigMap}}, patch: '{patch}'}}\n",
    )
    assert "kustomize failed" in refusal(item(root, "k"))


@needs_kustomize
@pytest.mark.parametrize(
    "start",
    ["# ours\n---\n", "", "--- # ours\n", "apiVersion: kustomize.config.k8s.io/v1beta1\n", "{}\n---\n"],
)
def test_whatever_a_kustomization_begins_with_it_renders(root: Path, start: str) -> None:
    write(root, "k/b.yaml", CONFIG.replace("name: a", "name: z") + "---\n" + CONFIG)
    write(root, "k/kustomization.yaml", f"{start}resources: [b.yaml]\nnamePrefix: x-\n")
    found = item(root, "k")
    if start.startswith("{}"):
        assert "kustomize failed" in refusal(found)
    else:
        assert set(places(found)) == {"ConfigMap/x-a", "ConfigMap/x-z"}
        assert set(places(found).values()) == {"k/b.yaml:1"}


@needs_kustomize
def test_generated_objects_are_those_of_the_kustomization_that_generates_them(root: Path) -> None:
    write(root, "k/settings.env", "A=1\n")
    write(root, "k/files/page.html", "<p>\n")
    write(
        root,
        "k/kustomization.yaml",
        "configMapGenerator:\n  - name: s\n    envs: [settings.env]\n    files: [index=files/page.html]\n"
        "    literals: [URL=https://shop.example/]\n",
    )
    found = item(root, "k")
    assert list(places(found).values()) == ["k/kustomization.yaml:1"]
    (one,) = found.facts.resources if isinstance(found.facts, Manifests) else ()
    assert one.body["data"] == {"A": "1", "URL": "https://shop.example/", "index": "<p>\n"}


@needs_kustomize
def test_components_and_transformers_with_files_of_their_own_are_found(root: Path) -> None:
    write(root, "app/a.yaml", CONFIG)
    write(
        root,
        "app/kustomization.yaml",
        "resources: [a.yaml]\ncomponents: [../part]\ntransformers: [patch.yaml]\n",
    )
    write(
        root,
        "app/patch.yaml",
        "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: p}\npath: more/add.yaml\n"
        "target: {kind: ConfigMap, name: a}\n",
    )
    write(root, "app/more/add.yaml", "- {op: add, path: /data, value: {k: v}}\n")
    write(root, "part/b.yaml", CONFIG.replace("name: a", "name: b"))
    write(
        root,
        "part/kustomization.yaml",
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [b.yaml]\n",
    )
    assert places(item(root, "app")) == {"ConfigMap/a": "app/a.yaml:1", "ConfigMap/b": "part/b.yaml:1"}


@needs_kustomize
def test_a_file_above_the_overlay_is_refused_by_kustomize(root: Path) -> None:
    write(root, "above.yaml", CONFIG)
    write(root, "k/kustomization.yaml", "resources: [../above.yaml]\n")
    said = refusal(item(root, "k"))
    assert "kustomize failed" in said
    assert "is not in or below" in said
    assert "readiness-" not in said


@needs_kustomize
def test_a_broken_overlay_is_malformed_in_the_words_of_kustomize(root: Path) -> None:
    write(root, "k/kustomization.yaml", "resources: [a]\nnamePrefixes: x\n")
    write(root, "k/a/kustomization.yaml", "")
    found = item(root, "k")
    assert "malformed: kustomize failed (exit code 1): " in refusal(found)
    assert 'unknown field "namePrefixes"' in found.message
    assert "run.go" not in found.message
    assert found.remedy == "see for yourself: kubectl kustomize k"


@needs_kustomize
def test_an_overlay_that_renders_to_nothing_is_missing(root: Path) -> None:
    write(root, "k/kustomization.yaml", "resources: [a]\n")
    write(root, "k/a/kustomization.yaml", "namePrefix: x-\n")
    assert (
        "missing: it renders to no object" in refusal(item(root, "k")) or "failed" in item(root, "k").message
    )


REMOTE = [
    "https://github.com/acme/base//deploy?ref=v1",
    "github.com/acme/base",
    "git@github.com:acme/base.git",
    "ssh://git@host/acme/base",
    "git::https://host/base",
    "https://host.example/all.yaml",
    "host.example/acme/base.git",
    "file:///etc",
    "gh:acme/base",
]


@pytest.mark.parametrize("entry", REMOTE)
@pytest.mark.parametrize("key", ["resources", "bases", "components", "transformers"])
def test_what_is_remote_is_refused_before_anything_runs(root: Path, bin_: Bin, entry: str, key: str) -> None:
    bin_.add("kustomize", PRINTS)
    write(root, "k/kustomization.yaml", f"{key}: ['{entry}']\n")
    said = refusal(item(root, "k"))
    assert said.startswith("malformed: k/kustomization.yaml names ")
    assert "which is remote: nothing is fetched while the gate runs" in said


@pytest.mark.parametrize(
    "text",
    [
        "patches: [{path: 'https://host/p.yaml'}]",
        "openapi: {path: 'http://host/o.json'}",
        "configMapGenerator: [{name: a, files: ['k=https://host/f']}]",
        "crds: ['https://host/crd.yaml']",
        "patchesStrategicMerge: ['https://host/p.yaml']",
    ],
)
def test_remote_files_in_any_field_are_refused(root: Path, bin_: Bin, text: str) -> None:
    bin_.add("kustomize", PRINTS)
    write(root, "k/kustomization.yaml", text)
    assert "which is remote" in refusal(item(root, "k"))


def test_a_remote_base_below_a_local_one_is_refused_and_its_user_is_not_shown(root: Path, bin_: Bin) -> None:
    bin_.add("kustomize", PRINTS)
    write(root, "deploy/base/kustomization.yaml", "resources: ['https://bob:hunter2@host/base.git']\n")
    said = refusal(item(root, PROD))
    assert "deploy/base/kustomization.yaml names https://***@host/base.git" in said
    assert "hunter2" not in said


@needs_kustomize
def test_a_remote_base_that_nobody_noticed_cannot_be_fetched_either(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from readiness.readers.manifests import _kustomization

    monkeypatch.setattr(_kustomization._Walk, "_entry", lambda *_, **__: iter(()))
    write(root, "k/kustomization.yaml", "resources: ['https://host.example/acme/base//x?ref=v1']\n")
    assert "kustomize failed" in refusal(item(root, "k"))


def test_charts_in_a_kustomization_are_refused(root: Path, bin_: Bin) -> None:
    bin_.add("kustomize", PRINTS)
    write(root, "k/kustomization.yaml", "helmCharts: [{name: redis, repo: 'https://charts.example'}]\n")
    assert "kustomize would have Helm fetch a chart" in refusal(item(root, "k"))


def test_what_is_named_and_not_there_is_malformed(root: Path, bin_: Bin) -> None:
    bin_.add("kustomize", PRINTS)
    write(root, "k/kustomization.yaml", "resources: [gone.yaml]\n")
    assert "k/kustomization.yaml names gone.yaml, which is not there" in refusal(item(root, "k"))
    write(root, "k/kustomization.yaml", "resources: [../chart]\n")
    assert "chart, which a kustomization names, holds none itself" in refusal(item(root, "k"))


def test_what_is_reached_through_a_link_is_refused(root: Path, bin_: Bin) -> None:
    bin_.add("kustomize", PRINTS)
    write(root, "elsewhere/a.yaml", CONFIG)
    write(root, "k/kustomization.yaml", "resources: [a.yaml]\n")
    (root / "k/a.yaml").symlink_to("../elsewhere/a.yaml")
    assert "k/kustomization.yaml names a.yaml, which is reached through a link" in refusal(item(root, "k"))


@needs_kustomize
def test_an_overlay_may_be_named_through_a_link(root: Path) -> None:
    (root / "live").symlink_to("deploy/overlays/prod")
    assert set(places(item(root, "live")).values()) == {
        "deploy/base/settings.yaml:1",
        "deploy/base/service.yaml:1",
        "deploy/base/deployment.yaml:1",
    }


def test_a_kustomization_that_is_not_yaml_is_malformed_with_its_line(root: Path, bin_: Bin) -> None:
    bin_.add("kustomize", PRINTS)
    write(root, "k/kustomization.yaml", "resources:\n\t- a\n")
    assert "k/kustomization.yaml: line 2: not YAML" in refusal(item(root, "k"))
    (root / "k/kustomization.yaml").write_bytes(b"\xff\xfe")
    assert "k/kustomization.yaml: it is not UTF-8" in refusal(item(root, "k"))


def test_a_cycle_of_bases_ends(root: Path, bin_: Bin) -> None:
    bin_.add("kustomize", PRINTS)
    write(root, "k/kustomization.yaml", "resources: [../l]\n")
    write(root, "l/kustomization.yaml", "resources: [../k, .]\n")
    assert places(item(root, "k")) == {"ConfigMap/made": "k/kustomization.yaml:1"}
