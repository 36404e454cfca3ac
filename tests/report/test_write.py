"""All reports or none; whatever goes wrong is no verdict, and says where."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from readiness.errors import NoVerdictError
from readiness.report import html
from readiness.report.formats import FORMATS, render
from readiness.report.outputs import Output, parse_outputs, remove_old
from readiness.report.write import write_reports
from tests.report import cards
from tests.support import ROOT


def _outputs(folder: Path) -> tuple[Output, ...]:
    return parse_outputs([f"{name}={folder / name}" for name in FORMATS])


def test_every_report_is_written_and_nothing_else(tmp_path: Path) -> None:
    card = cards.go()
    write_reports(card, _outputs(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FORMATS)
    for name in FORMATS:
        assert (tmp_path / name).read_text("utf-8") == render(name, card)


def test_files_can_be_read_as_the_umask_says(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_reports(cards.go(), _outputs(tmp_path))
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o640}


def test_the_json_gets_its_name_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named: list[str] = []
    rename = Path.replace

    def note(self: Path, target: Any) -> Any:
        assert len(list(tmp_path.iterdir())) == len(FORMATS), "all are written before any is renamed"
        named.append(Path(target).name)
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", note)
    write_reports(cards.go(), _outputs(tmp_path))
    assert len(named) == len(FORMATS)
    assert named[-1] == "json"


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_file: int) -> None:
        if len(list(tmp_path.iterdir())) == 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(
        NoVerdictError, match=rf"cannot be written to {tmp_path}/\w+: No space left on device"
    ):
        write_reports(cards.go(), _outputs(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_really_full_device_is_no_verdict() -> None:
    with pytest.raises(NoVerdictError, match="/dev/full: No space left on device"):
        write_reports(cards.go(), [Output("json", Path("/dev/full"))])


def test_a_report_that_cannot_be_named_takes_the_others_with_it(tmp_path: Path) -> None:
    outputs = _outputs(tmp_path)
    (tmp_path / "json").mkdir()
    with pytest.raises(NoVerdictError, match=r"json report cannot be written to .*/json: Is a directory"):
        write_reports(cards.go(), outputs)
    assert [path.name for path in tmp_path.iterdir()] == ["json"]


def test_a_folder_that_vanished_is_no_verdict(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    outputs = _outputs(tmp_path / "out")
    (tmp_path / "out").rmdir()
    with pytest.raises(NoVerdictError, match="No such file or directory"):
        write_reports(cards.go(), outputs)


def test_a_report_that_cannot_be_made_is_no_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_card: object) -> str:
        raise RuntimeError("no ink")

    monkeypatch.setattr(html, "render", broken)
    with pytest.raises(NoVerdictError, match="the html report cannot be made: RuntimeError: no ink"):
        write_reports(cards.go(), _outputs(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_is_written_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    heard: list[str] = []
    reader = threading.Thread(target=lambda: heard.append(pipe.read_text("utf-8")), daemon=True)
    reader.start()
    write_reports(cards.go(), parse_outputs([f"json={pipe}"]))
    reader.join(10)
    assert heard == [render("json", cards.go())]
    assert pipe.is_fifo()


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file")
    write_reports(cards.go(), parse_outputs([f"json={tmp_path / 'link'}"]))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text("utf-8") == render("json", cards.go())


def test_the_terminal_report_on_standard_output_is_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    write_reports(cards.go(), parse_outputs([]), environ={})
    assert capsys.readouterr().out == render("terminal", cards.go())


def test_colour_is_for_those_who_ask(capsys: pytest.CaptureFixture[str]) -> None:
    write_reports(cards.go(), parse_outputs([]), environ={"FORCE_COLOR": "1"})
    assert "\x1b[32m✓ GO\x1b[0m" in capsys.readouterr().out
    write_reports(cards.go(), parse_outputs([]), environ={"FORCE_COLOR": "1", "NO_COLOR": "1"})
    assert "\x1b" not in capsys.readouterr().out


def test_an_old_terminal_gets_question_marks_and_no_error() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    write_reports(cards.no_go(), parse_outputs([]), stream, {})
    assert raw.getvalue().startswith(b"? NO-GO   checkout")


def test_a_closed_standard_output_is_no_verdict(tmp_path: Path) -> None:
    stream = io.StringIO()
    stream.close()
    with pytest.raises(
        NoVerdictError, match="terminal report cannot be written to standard output: it is closed"
    ):
        write_reports(cards.go(), [Output("terminal"), Output("json", tmp_path / "card.json")], stream, {})
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_left_is_no_verdict_and_no_noise(tmp_path: Path) -> None:
    program = (
        "import os, sys\n"
        "from readiness.errors import NoVerdictError\n"
        "from readiness.report.outputs import parse_outputs\n"
        "from readiness.report.write import write_reports\n"
        "from tests.report import cards\n"
        "sys.stdin.read()\n"
        "try: write_reports(cards.go(), parse_outputs(['terminal', 'json=' + sys.argv[1]]))\n"
        "except NoVerdictError as error: print(error, file=sys.stderr); sys.exit(3)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "card.json")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, text=True, stdin=pipe, stdout=pipe, stderr=pipe) as child:
        assert child.stdout is not None
        child.stdout.close()
        assert child.stdin is not None
        child.stdin.close()
        assert child.stderr is not None
        said = child.stderr.read()
        assert child.wait(20) == 3
    assert said == "the terminal report cannot be written to standard output: Broken pipe\n"
    assert list(tmp_path.iterdir()) == []


def test_old_reports_are_removed_and_nothing_else(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "html").write_text("GO, last week")
    (tmp_path / "other").write_text("kept")
    outputs = [Output("html", tmp_path / "html"), Output("json", tmp_path / "none"), Output("terminal")]
    remove_old([*outputs, Output("markdown", tmp_path / "pipe"), Output("junit", Path("/dev/stdout"))])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "pipe"]


def test_an_old_report_that_stays_is_no_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(NoVerdictError, match=r"the old .*/card.json cannot be removed: Permission denied"):
        remove_old([Output("json", tmp_path / "card.json")])
