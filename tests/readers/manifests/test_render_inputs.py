"""What a rendering is made of: which files count, their digest, their age, and their commit."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from readiness.readers.manifests import _snapshot
from tests.readers.manifests.renderers import (
    OBJECT,
    PRINTS,
    PROD,
    Bin,
    commit,
    item,
    places,
    refusal,
)

ANY = "a" * 40


@pytest.fixture(autouse=True)
def tools(bin_: Bin, monkeypatch: pytest.MonkeyPatch) -> None:
    """Renderers that print one object; git beside them."""
    bin_.add("kustomize", PRINTS)
    bin_.add("helm", PRINTS)
    monkeypatch.setenv("PATH", f"{bin_.folder}{os.pathsep}{os.defpath}")


def digest(root: Path, path: str = PROD, **keys: object) -> str:
    found = item(root, path, **keys)
    places(found)
    return found.provenance.sha256


@pytest.mark.parametrize(
    "name",
    ["deploy/overlays/prod/kustomization.yaml", "deploy/base/kustomization.yaml", "deploy/base/service.yaml"],
)
def test_every_file_of_an_overlay_is_in_its_digest(root: Path, name: str) -> None:
    before = digest(root)
    with (root / name).open("a") as file:
        file.write("# more\n")
    assert digest(root) != before


def test_what_an_overlay_does_not_name_is_not_in_its_digest(root: Path) -> None:
    before = digest(root)
    (root / "deploy/overlays/prod/notes.txt").write_text("later")
    assert digest(root) == before


@pytest.mark.parametrize(
    "name",
    [
        "chart/Chart.yaml",
        "chart/values.yaml",
        "chart/templates/web.yaml",
        "chart/charts/cache/Chart.yaml",
        "v.yaml",
    ],
)
def test_every_file_of_a_chart_and_its_values_are_in_its_digest(root: Path, name: str) -> None:
    (root / "v.yaml").write_text("a: 1\n")
    before = digest(root, "chart", values=["v.yaml"])
    with (root / name).open("a") as file:
        file.write("# more\n")
    assert digest(root, "chart", values=["v.yaml"]) != before


def test_the_keys_of_the_evidence_are_in_the_digest_of_a_chart(root: Path) -> None:
    (root / "v.yaml").write_text("a: 1\n")
    (root / "w.yaml").write_text("a: 2\n")
    made = [
        digest(root, "chart", **keys)
        for keys in (
            {},
            {"set": {"a": 1}},
            {"set": {"a": "1"}},
            {"namespace": "prod"},
            {"release_name": "x"},
            {"kube_version": "1.30"},
            {"api_versions": ["v1"]},
            {"values": ["v.yaml", "w.yaml"]},
            {"values": ["w.yaml", "v.yaml"]},
        )
    ]
    assert len(set(made)) == len(made)
    assert digest(root, "chart") == made[0]


def test_the_digest_and_the_size_are_there_when_rendering_fails(root: Path, bin_: Bin) -> None:
    bin_.add("helm", "sys.exit(1)")
    found = item(root, "chart")
    assert found.facts is None
    assert len(found.provenance.sha256) == 64
    assert found.provenance.bytes > 1000


def test_a_rendering_is_as_old_as_the_last_file_that_was_written(root: Path) -> None:
    for number, path in enumerate(sorted(path for path in root.rglob("*") if path.is_file())):
        os.utime(path, (1_700_000_000 + number,) * 2)
    newest = root / "chart/templates/web.yaml"
    os.utime(newest, (1_750_000_000,) * 2)
    origin = item(root, "chart").provenance
    assert origin.observed_at == datetime.fromtimestamp(1_750_000_000, UTC)
    assert origin.observed_from == "mtime"


@pytest.mark.parametrize("path", [PROD, "chart"])
def test_what_is_tracked_and_unchanged_is_of_the_commit(root: Path, path: str) -> None:
    head = commit(root)
    origin = item(root, path, commit=ANY).provenance
    assert (origin.commit, origin.observed_from) == (head, "content")


@pytest.mark.parametrize(
    ("path", "change"),
    [
        (PROD, "deploy/base/service.yaml"),
        (PROD, "deploy/overlays/prod/kustomization.yaml"),
        ("chart", "chart/templates/web.yaml"),
        ("chart", "chart/templates/new.yaml"),
        ("chart", "chart/values-prod.yaml"),
    ],
)
def test_one_changed_or_new_input_is_of_no_commit(root: Path, path: str, change: str) -> None:
    commit(root)
    with (root / change).open("a") as file:
        file.write("# more\n")
    origin = item(root, path, commit=ANY).provenance
    assert (origin.commit, origin.observed_from) == (None, "mtime")


def test_a_chart_from_which_a_template_was_removed_is_of_no_commit(root: Path) -> None:
    commit(root)
    (root / "chart/templates/migrate.yaml").unlink()
    assert item(root, "chart", commit=ANY).provenance.commit is None


def test_values_outside_of_the_repository_are_of_no_commit(root: Path, tmp_path: Path) -> None:
    commit(root)
    (tmp_path / "outside.yaml").write_text("a: 1\n")
    assert item(root, "chart", commit=ANY, values=["../outside.yaml"]).provenance.commit is None


def test_the_tool_renders_the_very_bytes_that_were_hashed(root: Path, bin_: Bin) -> None:
    """What changes while it runs does not reach it."""
    bin_.add(
        "helm",
        f"open({str(root / 'chart/templates/web.yaml')!r}, 'w').write('changed')\n"
        "copy = open(os.path.join(sys.argv[3], 'templates/web.yaml')).read()\n"
        f"print({OBJECT!r} + 'data: {{same: \"%s\"}}' % ('kind: Deployment' in copy))",
    )
    before = digest(root, "chart")
    (root / "chart/templates/web.yaml").read_text()
    assert digest(root, "chart") != before


@pytest.mark.parametrize("link", ["loop", "templates/loop"])
def test_a_link_back_up_is_refused(root: Path, link: str) -> None:
    (root / "chart" / link).symlink_to(root / "chart")
    assert f"chart/{link} is a link to a folder that it is in itself" in refusal(item(root, "chart"))


def test_a_link_to_a_file_elsewhere_is_followed_and_of_no_commit(root: Path) -> None:
    commit(root)
    (root / "shared.yaml").write_text("x: 1\n")
    (root / "chart/templates/shared.yaml").symlink_to("../../shared.yaml")
    before = item(root, "chart", commit=ANY).provenance
    assert before.commit is None
    (root / "shared.yaml").write_text("x: 2\n")
    assert item(root, "chart").provenance.sha256 != before.sha256


def test_a_pipe_in_a_chart_is_malformed_and_holds_nothing_up(root: Path) -> None:
    os.mkfifo(root / "chart/templates/pipe.yaml")
    assert (
        refusal(item(root, "chart"))
        == "malformed: chart/templates/pipe.yaml: it is no regular file, where a file is meant"
    )


def test_a_link_that_leads_nowhere_is_missing(root: Path) -> None:
    (root / "chart/templates/gone.yaml").symlink_to("nowhere")
    assert "chart/templates/gone.yaml: there is no such file" in refusal(item(root, "chart"))


def test_too_much_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_snapshot, "MAX_TOTAL", 2000)
    assert "it is made of more than" in refusal(item(root, "chart"))
    (root / "chart/large").write_bytes(b"x" * 2001)
    assert "chart/large: it is larger than 2,000 bytes" in refusal(item(root, "chart"))


def test_the_history_of_a_chart_at_the_root_is_no_part_of_it(root: Path) -> None:
    head = commit(root / "chart")
    origin = item(root / "chart", ".", commit=ANY).provenance
    assert origin.commit == head


def test_a_name_that_is_not_utf_8_is_malformed(root: Path) -> None:
    Path(os.fsdecode(os.fsencode(root) + b"/chart/templates/\xff.yaml")).write_text("a")
    assert "is not UTF-8" in refusal(item(root, "chart"))
