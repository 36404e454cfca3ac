"""`readiness report`, as a user meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from readiness.cli import run
from tests.cli.scorecards import card, write

Capture = pytest.CaptureFixture[str]


def test_a_scorecard_is_written_in_every_format_that_is_asked_for(tmp_path: Path, capsys: Capture) -> None:
    path = write(tmp_path, card())
    wanted = {"html": "out.html", "markdown": "out.md", "junit": "out.xml", "json": "out.json"}
    options = [word for name, file in wanted.items() for word in ("-o", f"{name}={tmp_path / file}")]
    assert run(["report", path, *options]) == 0
    assert all((tmp_path / file).stat().st_size for file in wanted.values())
    assert json.loads((tmp_path / "out.json").read_text())["decision"] == "go"
    assert capsys.readouterr().out == ""


def test_without_an_output_the_terminal_report_is_printed(tmp_path: Path, capsys: Capture) -> None:
    assert run(["report", write(tmp_path, card())]) == 0
    assert "shop" in capsys.readouterr().out


def test_it_judges_nothing(tmp_path: Path, capsys: Capture) -> None:
    path = write(tmp_path, card(decision="no-go", proven_bad=True))
    assert run(["report", path, "-o", "markdown"]) == 0
    assert "NO-GO" in capsys.readouterr().out


def test_what_is_written_as_json_is_read_again(tmp_path: Path) -> None:
    path, first, second = write(tmp_path, card()), tmp_path / "a.json", tmp_path / "b.json"
    assert run(["report", path, "-o", f"json={first}"]) == 0
    assert run(["report", str(first), "-o", f"json={second}"]) == 0
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("", "it is empty"),
        ("{", "it is not JSON"),
        ("{}", "it is no scorecard"),
        (card(schema="readiness/scorecard/2"), "readiness/scorecard/2"),
        (card(decision="GO"), "Invalid enum value 'GO'"),
        (b"\xff", "it is not UTF-8 text"),
    ],
)
def test_what_is_no_scorecard_is_wrong_usage(
    tmp_path: Path, capsys: Capture, content: str | bytes | dict[str, object], shown: str
) -> None:
    out = tmp_path / "out.html"
    assert run(["report", write(tmp_path, content), "-o", f"html={out}"]) == 2
    err = capsys.readouterr().err
    assert "scorecard.json cannot be used" in err
    assert shown in err
    assert not out.exists()


def test_a_missing_file_and_a_folder_are_wrong_usage(tmp_path: Path, capsys: Capture) -> None:
    assert run(["report", str(tmp_path / "none.json")]) == 2
    assert "none.json cannot be used: there is no such file" in capsys.readouterr().err
    assert run(["report", str(tmp_path)]) == 2
    assert "cannot be used: it is a folder, where a file is meant" in capsys.readouterr().err


def test_a_report_does_not_replace_its_scorecard(tmp_path: Path, capsys: Capture) -> None:
    path = write(tmp_path, card())
    assert run(["report", path, "-o", f"html={path}"]) == 2
    assert "is the scorecard itself" in capsys.readouterr().err
    assert json.loads(Path(path).read_text())["decision"] == "go"


def test_an_unknown_format_is_wrong_usage(tmp_path: Path, capsys: Capture) -> None:
    assert run(["report", write(tmp_path, card()), "-o", "htm=x"]) == 2
    assert "did you mean 'html'?" in capsys.readouterr().err


def test_a_report_that_cannot_be_written_is_exit_3(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "readiness",
        "report",
        write(tmp_path, card()),
        "-o",
        "markdown=/dev/full",
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 3
    assert "the markdown report cannot be written to /dev/full" in done.stderr
