"""What `-o` may say."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from readiness.errors import UsageError
from readiness.report.outputs import Output, parse_output, parse_outputs


def test_a_format_alone_or_with_a_dash_is_standard_output() -> None:
    assert parse_output("json") == parse_output("json=-") == Output("json")


def test_the_first_equals_sign_ends_the_format(tmp_path: Path) -> None:
    assert parse_output(f"html={tmp_path}/a=b.html") == Output("html", tmp_path / "a=b.html")


def test_nothing_said_is_the_terminal() -> None:
    assert parse_outputs([]) == (Output("terminal"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("htlm=x", "there is no report format 'htlm'; did you mean 'html'?"),
        ("pdf", "the formats are terminal, json, markdown, html, junit"),
        ("", "there is no report format ''"),
        ("=x", "there is no report format ''"),
        ("html=", "the path is missing; write html=PATH, or html=- for standard output"),
        ("html=nowhere/x.html", "nowhere: there is no such folder; create it first"),
        ("html=file/x.html", "file: is no folder; create it first"),
        ("html=folder", "folder is a folder; name a file in it"),
        ("html=folder/", "folder is a folder; name a file in it"),
        ("html=file/", "file is a folder; name a file in it"),
        ("html=a\0b", "a path cannot hold a NUL character"),
        (f"html={'x' * 300}", "File name too long"),
    ],
)
def test_what_cannot_work_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(UsageError) as error:
        parse_output(text)
    assert said in str(error.value)


def test_two_reports_cannot_share_standard_output() -> None:
    with pytest.raises(UsageError, match="terminal to standard output and json to standard output"):
        parse_outputs(["terminal", "json=-"])


@pytest.mark.parametrize("second", ["{0}/a", "{0}/./a", "{0}/x/../a", "{0}/link"])
@pytest.mark.parametrize("exists", [True, False])
def test_two_reports_cannot_share_a_path(tmp_path: Path, second: str, exists: bool) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    if exists:
        (tmp_path / "a").touch()
    with pytest.raises(UsageError, match="two reports cannot go to one place: html to"):
        parse_outputs([f"html={tmp_path}/a", "json=" + second.format(tmp_path)])


def test_a_file_cannot_be_where_standard_output_goes(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w") as stream, pytest.raises(UsageError, match="cannot go to one place"):
        parse_outputs(["terminal", f"json={tmp_path / 'out'}"], stream)


def test_a_hard_link_is_the_same_place(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    os.link(tmp_path / "a", tmp_path / "b")
    with pytest.raises(UsageError, match="cannot go to one place"):
        parse_outputs([f"html={tmp_path / 'a'}", f"json={tmp_path / 'b'}"])
