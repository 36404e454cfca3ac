"""`readiness evidence`, as a user meets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from readiness.cli import run
from tests.support import FIXTURES

SHA = "3f2a9c1d5b7e8a0c4d6f1e2b3a4c5d6e7f8091a2"
LOAD = FIXTURES / "load_test" / "k6.summary.json"
MARKERS = ("GITHUB_ACTIONS", "GITLAB_CI", "JENKINS_URL", "CIRCLECI", "TF_BUILD", "BUILDKITE")
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _no_ci(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in MARKERS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def file(name: str = "load.json", content: bytes | None = None) -> Path:
    """A file in the current folder."""
    path = Path(name)
    path.write_bytes(LOAD.read_bytes() if content is None else content)
    return path


def stamp_of(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(Path(f"{path}.stamp.json").read_text())
    return data


def test_stamp_writes_one_stamp_and_one_line_a_file(capsys: Capture) -> None:
    files = [str(file()), str(file("other.json"))]
    assert (
        run(["evidence", "stamp", *files, "--commit", SHA, "--version", "2.4.0", "--command", "k6 run"]) == 0
    )
    out, err = capsys.readouterr()
    assert [line.partition(":")[0] for line in out.splitlines()] == [
        "stamped load.json",
        "stamped other.json",
    ]
    assert f"commit {SHA} (--commit)" in out
    assert err == ""
    found = stamp_of(Path("load.json"))
    assert (found["schema"], found["commit"], found["version"]) == ("readiness/stamp/1", SHA, "2.4.0")


def test_stamp_takes_the_commit_of_ci(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setenv("CIRCLECI", "true")
    monkeypatch.setenv("CIRCLE_SHA1", SHA)
    monkeypatch.setenv("CIRCLE_BUILD_URL", "https://circleci.example/7")
    assert run(["evidence", "stamp", str(file())]) == 0
    assert "(CIRCLE_SHA1)" in capsys.readouterr().out
    assert stamp_of(Path("load.json"))["run"] == "https://circleci.example/7"


def test_stamp_without_a_commit_warns(capsys: Capture) -> None:
    assert run(["evidence", "stamp", str(file())]) == 0
    out, err = capsys.readouterr()
    assert "no commit" in out
    assert err.startswith("readiness: warning: no commit is known")
    assert stamp_of(Path("load.json"))["commit"] is None


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (("--commit", "3f2a9c1"), "--commit '3f2a9c1' is no full commit"),
        (("--commit", "main"), "is no full commit"),
        (("--commit", "0" * 40), "is no full commit"),
        (("--commit", ""), "--commit is empty: is its variable set?"),
        (("--version", ""), "--version is empty"),
        (("--command", " "), "--command is empty"),
        (("--command", "x" * 10_001), "--command is longer than 10,000 characters"),
    ],
)
def test_stamp_refuses_what_it_cannot_write_down(
    capsys: Capture, options: tuple[str, str], shown: str
) -> None:
    assert run(["evidence", "stamp", str(file()), *options]) == 2
    assert shown in capsys.readouterr().err
    assert not Path("load.json.stamp.json").exists()


def test_stamp_refuses_files_that_show_nothing(capsys: Capture) -> None:
    file("empty.xml", b"")
    assert run(["evidence", "stamp", "empty.xml", "none.xml", ".", "--commit", SHA]) == 2
    err = capsys.readouterr().err
    assert "nothing was stamped:\n" in err
    assert "empty.xml: it is empty: nothing was observed" in err
    assert "none.xml: there is no such file" in err
    assert ".: it is a folder" in err


def test_stamp_without_files_is_wrong_usage(capsys: Capture) -> None:
    assert run(["evidence", "stamp"]) == 2
    assert "Missing argument" in capsys.readouterr().err


def test_evidence_alone_shows_its_help(capsys: Capture) -> None:
    assert run(["evidence"]) == 2
    assert "stamp" in capsys.readouterr().err


def test_show_says_what_the_gate_sees(capsys: Capture) -> None:
    assert run(["evidence", "show", str(file())]) == 0
    out = capsys.readouterr().out
    for line in ("kind       load-test", "format     k6-summary", "commit     unknown", "requests   62"):
        assert f"  {line}\n" in out
    assert "by the file system, which proves old but never fresh" in out


def test_show_reads_the_stamp(capsys: Capture) -> None:
    path = str(file())
    assert run(["evidence", "stamp", path, "--commit", SHA]) == 0
    capsys.readouterr()
    assert run(["evidence", "show", path, "--kind", "load-test", "--json"]) == 0
    (shown,) = json.loads(capsys.readouterr().out)
    assert (shown["kind"], shown["format"], shown["commit"]) == ("load-test", "k6-summary", SHA)
    assert (shown["observed_from"], shown["reason"]) == ("stamp", None)
    assert shown["facts"]["requests"] == 62


def test_show_says_what_is_wrong_with_a_file(capsys: Capture) -> None:
    cut, good = file("cut.json", LOAD.read_bytes()[:500]), file()
    assert run(["evidence", "show", str(good), str(cut), "none.json"]) == 5
    out = capsys.readouterr().out
    assert "unproven   malformed: it is not JSON" in out
    assert "unproven   missing: there is no such file" in out
    assert "next       write it before the gate runs, or correct the path" in out


def test_show_says_when_no_kind_knows_a_file(capsys: Capture) -> None:
    assert run(["evidence", "show", str(file("odd.json", b'{"a": 1}')), "--json"]) == 5
    (shown,) = json.loads(capsys.readouterr().out)
    assert (shown["kind"], shown["reason"]) == (None, "malformed")
    assert shown["message"] == "no kind of evidence recognises it"
    assert shown["remedy"].startswith("name its kind with --kind; there are: ")


def test_show_of_a_stamp_that_no_longer_fits_is_unproven(capsys: Capture) -> None:
    path = file()
    assert run(["evidence", "stamp", str(path), "--commit", SHA]) == 0
    path.write_bytes(path.read_bytes() + b"\n")
    assert run(["evidence", "show", str(path)]) == 5
    assert "its stamp is of other content: the file changed after it" in capsys.readouterr().out


def test_show_finds_files_below_the_root(capsys: Capture) -> None:
    Path("sub").mkdir()
    file("sub/load.json")
    assert run(["evidence", "show", "load.json", "--root", "sub"]) == 0
    assert capsys.readouterr().out.startswith("load.json\n")


def test_show_reads_a_folder_of_manifests(capsys: Capture) -> None:
    Path("deploy").mkdir()
    file("deploy/config.yaml", b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop}\n")
    assert run(["evidence", "show", "deploy"]) == 0
    assert "kind       manifests\n" in capsys.readouterr().out


def test_show_of_a_folder_that_no_kind_reads_is_unproven(capsys: Capture) -> None:
    Path("reports").mkdir()
    file("reports/load.json")
    assert run(["evidence", "show", "reports"]) == 5
    assert "it is a folder, and no kind reads it" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (("--kind", "lode-test"), "there is no kind of evidence 'lode-test'; did you mean 'load-test'?"),
        (("--kind", "zzz"), "there is no kind of evidence 'zzz'; there are: "),
        (("--kind", "endpoint"), "evidence of the kind 'endpoint' is not read from files"),
        (("--format", "k6-summary"), "--format says nothing without --kind"),
        (
            ("--kind", "load-test", "--format", "k6-sumary"),
            "has no format 'k6-sumary'; did you mean 'k6-summary'?",
        ),
        (("--root", "nowhere"), "'nowhere' does not exist"),
    ],
)
def test_show_answers_wrong_names(capsys: Capture, options: tuple[str, ...], shown: str) -> None:
    assert run(["evidence", "show", str(file()), *options]) == 2
    assert shown in " ".join(capsys.readouterr().err.split())


def test_show_reads_a_file_as_the_format_that_is_named(capsys: Capture) -> None:
    path = str(file())
    assert run(["evidence", "show", path, "--kind", "load-test", "--format", "k6-summary"]) == 0
    assert run(["evidence", "show", path, "--kind", "load-test", "--format", "locust"]) == 5
    assert "unproven   malformed" in capsys.readouterr().out


def test_what_evidence_says_cannot_drive_a_terminal(capsys: Capture) -> None:
    name = "a\x1b[2J\n::error::x.md"
    file(name, "# \u202eTitle\n\ntext\n".encode())
    assert run(["evidence", "show", name]) == 0
    assert run(["evidence", "stamp", name, "--commit", SHA]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "\n::error" not in out


def test_the_real_command_line_stamps_and_shows() -> None:
    path = str(file())
    environment = {k: v for k, v in os.environ.items() if k not in MARKERS}

    def call(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "readiness", "evidence", *words]
        return subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=60, env=environment
        )

    assert call("stamp", path, "--commit", SHA).returncode == 0
    shown = call("show", path)
    assert shown.returncode == 0
    assert f"commit     {SHA}" in shown.stdout
    assert call("show", "none.json").returncode == 5
    assert call("stamp", "none.json").returncode == 2
