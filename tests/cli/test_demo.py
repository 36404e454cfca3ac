"""The demo: a believable NO-GO, and the edit that turns it into GO."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from readiness.cli import run


def readiness(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return call(folder, [sys.executable, "-m", "readiness", *words])


def call(folder: Path, command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("demo")
    return folder, readiness(folder, "demo", "--seconds", "3")


def test_it_ends_in_a_no_go_with_one_or_two_blockers(
    demo: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, done = demo
    assert (done.returncode, done.stdout.startswith("✗ NO-GO")) == (0, True), done.stderr
    card = json.loads((folder / "readiness-demo" / "scorecard.json").read_text())
    assert card["decision"] == "no-go"
    assert card["proven_bad"]
    assert 1 <= len(card["blockers"]) <= 2
    health = next(one for one in card["results"] if one["id"] == "operations/health")
    assert health["outcome"] == "pass", health


def test_it_writes_evidence_that_is_stamped_and_a_report_for_people(
    demo: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    made = demo[0] / "readiness-demo"
    for name in ("load.json", "junit.xml", "coverage.xml"):
        assert (made / "reports" / name).is_file()
        assert (made / "reports" / f"{name}.stamp.json").is_file()
    assert "NO-GO" in (made / "scorecard.md").read_text()
    assert "<h1" in (made / "scorecard.html").read_text()


def test_the_edit_that_it_names_turns_the_printed_command_into_go(
    demo: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, done = demo
    edit = re.search(r"In (\S+), line (\d+), change\n\s+(\S+)\n\s+to\n\s+(\S+)\n", done.stdout)
    command = re.search(r"^    (.*readiness check .*)$", done.stdout, re.MULTILINE)
    assert edit
    assert command
    by_hand = shlex.split(command[1])
    assert call(folder, by_hand).returncode == 1
    path, line, old, new = folder / edit[1], int(edit[2]), edit[3], edit[4]
    lines = path.read_text().splitlines(keepends=True)
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new)
    path.write_text("".join(lines))
    again = call(folder, by_hand)
    assert (again.returncode, again.stdout.startswith("✓ GO")) == (0, True), again.stdout


def test_it_replaces_its_own_folder_and_leaves_others_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "keep.txt").write_text("x")
    assert run(["demo", "--folder", "mine"]) == 2
    assert "is there already, and no demo made it" in capsys.readouterr().err
    assert (tmp_path / "mine" / "keep.txt").read_text() == "x"
