"""`readiness baseline`, as a user meets it."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from readiness.cli import run
from tests.support import FIXTURES

SHA = "3f2a9c1d5b7e8a0c4d6f1e2b3a4c5d6e7f8091a2"
OTHER = "1" * 39 + "2"
K6 = FIXTURES / "load_test" / "k6.summary.json"
POINTS = FIXTURES / "load_test" / "k6.points.json"
LOCUST = FIXTURES / "load_test" / "locust.json"
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def own(name: str, day: int, slowest: float = 30.0, tool: str = "ours") -> Path:
    """A run of a load tester of one's own, on a day of May 2026."""
    samples = [10.0] * 380 + [20.0] * 19 + [slowest]
    told = {
        "schema": "readiness/load/1",
        "tool": tool,
        "started_at": f"2026-05-{day:02}T03:00:00Z",
        "ended_at": f"2026-05-{day:02}T03:05:00Z",
        "operations": [{"name": "GET /", "requests": 400, "errors": 0, "samples_ms": samples}],
    }
    path = Path(name)
    path.write_text(json.dumps(told))
    return path


def copy(source: Path, name: str) -> Path:
    path = Path(name)
    path.write_bytes(source.read_bytes())
    return path


def names(folder: str = "baselines") -> list[str]:
    """The files of the folder without their stamps."""
    return sorted(path.name for path in Path(folder).iterdir() if not path.name.endswith(".stamp.json"))


def stamp_of(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(Path(f"{path}.stamp.json").read_text())
    return data


def test_add_copies_a_file_under_its_date_version_and_digest(capsys: Capture) -> None:
    source = own("load.json", 1)
    assert run(["baseline", "add", str(source), "--version", "1.4.2", "--commit", SHA]) == 0
    out, err = capsys.readouterr()
    (name,) = names()
    assert out == f"added baselines/{name}\n"
    assert err == ""
    assert name.startswith("2026-05-01-1.4.2-")
    kept = Path("baselines", name)
    assert kept.read_bytes() == source.read_bytes()
    stamp = stamp_of(kept)
    assert name == f"2026-05-01-1.4.2-{stamp['sha256'][:8]}.json"
    assert (stamp["commit"], stamp["version"], stamp["file"]) == (SHA, "1.4.2", name)
    assert stamp["observed_at"] == "2026-05-01T03:05:00Z"
    assert kept.stat().st_mode & 0o777 == 0o644


def test_add_names_a_file_by_its_commit_when_there_is_no_version() -> None:
    assert run(["baseline", "add", str(own("load.json", 1)), "--commit", SHA, "--dir", "old/runs"]) == 0
    (name,) = names("old/runs")
    assert name.startswith(f"2026-05-01-{SHA[:12]}-")
    assert run(["baseline", "add", str(own("two.json", 2)), "--dir", "old/runs"]) == 0
    assert len(names("old/runs")[1].split("-")) == 4


def test_a_version_cannot_leave_the_folder() -> None:
    assert run(["baseline", "add", str(own("load.json", 1)), "--version", "../../etc/x y"]) == 0
    (name,) = names()
    assert name.startswith("2026-05-01-etc-x-y-")


def test_add_keeps_what_a_stamp_says(capsys: Capture) -> None:
    source = copy(K6, "load.json")
    assert run(["evidence", "stamp", str(source), "--commit", SHA, "--version", "2.0"]) == 0
    assert run(["baseline", "add", str(source), "--version", "2.0"]) == 0
    (name,) = names()
    assert "-2.0-" in name
    before, after = stamp_of(source), stamp_of(Path("baselines", name))
    assert {**before, "file": name} == after
    assert capsys.readouterr().err == ""
    assert run(["baseline", "add", str(source), "--dir", "more", "--commit", OTHER]) == 2
    assert f"load.json: it is of commit {SHA}, and --commit says {OTHER}" in capsys.readouterr().err


def test_add_warns_of_a_file_that_only_its_last_change_dates(capsys: Capture) -> None:
    source = copy(K6, "load.json")
    moment = datetime(2026, 4, 2, tzinfo=UTC).timestamp()
    os.utime(source, (moment, moment))
    assert run(["baseline", "add", str(source)]) == 0
    assert "load.json has neither a time of its own nor a stamp" in capsys.readouterr().err
    assert names()[0].startswith("2026-04-02-")


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (b"", "it cannot be a baseline: malformed: it is empty"),
        (K6.read_bytes()[:400], "it cannot be a baseline: malformed: it is not JSON"),
        (b'{"a": 1}', "it cannot be a baseline: malformed: its format is not known"),
    ],
)
def test_add_refuses_what_shows_nothing_and_adds_nothing(content: bytes, shown: str, capsys: Capture) -> None:
    good = own("good.json", 1)
    Path("bad.json").write_bytes(content)
    assert run(["baseline", "add", str(good), "bad.json", "none.json", "."]) == 2
    err = capsys.readouterr().err
    assert "nothing was added:\n" in err
    assert f"bad.json: {shown}" in err
    assert "none.json: there is no such file" in err
    assert ".: it is a folder" in err
    assert not Path("baselines").exists()


def test_add_refuses_a_copy(capsys: Capture) -> None:
    first = own("one.json", 1)
    assert run(["baseline", "add", str(first)]) == 0
    (name,) = names()
    capsys.readouterr()
    pretty = Path("pretty.json")
    pretty.write_text(json.dumps(json.loads(first.read_text()), indent=2))
    for again in (first, copy(first, "copy.json"), pretty):
        assert run(["baseline", "add", str(again)]) == 2
        assert f"{again}: it is a copy of baselines/{name}, and no other run" in capsys.readouterr().err
    assert run(["baseline", "add", str(own("a.json", 3)), str(own("b.json", 3))]) == 2
    assert "b.json: it is a copy of a.json" in capsys.readouterr().err
    assert names() == [name]


def test_add_refuses_the_future_and_stamps(capsys: Capture) -> None:
    source = copy(K6, "load.json")
    ahead = (datetime.now(UTC) + timedelta(days=2)).timestamp()
    os.utime(source, (ahead, ahead))
    assert run(["baseline", "add", str(source)]) == 2
    assert "which is in the future" in capsys.readouterr().err
    own("one.json", 1)
    assert run(["evidence", "stamp", "one.json", "--commit", SHA]) == 0
    assert run(["baseline", "add", "one.json.stamp.json"]) == 2
    assert "it is a stamp; name the file that it belongs to" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (("--commit", "main"), "--commit 'main' is no full commit"),
        (("--version", ""), "--version is empty"),
        (("--keep", "0"), "0 is not in the range"),
    ],
)
def test_add_refuses_wrong_options(options: tuple[str, str], shown: str, capsys: Capture) -> None:
    assert run(["baseline", "add", str(own("load.json", 1)), *options]) == 2
    assert shown in capsys.readouterr().err
    assert not Path("baselines").exists()


def test_keep_drops_the_oldest_of_each_tool_with_their_stamps(capsys: Capture) -> None:
    every = [str(own(f"{day}.json", day)) for day in (1, 2, 3)]
    assert run(["baseline", "add", *every, str(own("other.json", 1, tool="theirs"))]) == 0
    capsys.readouterr()
    assert run(["baseline", "add", str(own("4.json", 4)), "--keep", "2"]) == 0
    out = capsys.readouterr().out
    assert [line.split("/")[1][:10] for line in out.splitlines()] == [
        "2026-05-04",
        "2026-05-02",
        "2026-05-01",
    ]
    assert [line.split()[0] for line in out.splitlines()] == ["added", "dropped", "dropped"]
    assert sorted(name[:10] for name in names()) == ["2026-05-01", "2026-05-03", "2026-05-04"]
    assert len(list(Path("baselines").iterdir())) == 6


def test_keep_never_drops_what_is_added(capsys: Capture) -> None:
    assert run(["baseline", "add", *(str(own(f"{day}.json", day)) for day in (5, 6))]) == 0
    assert run(["baseline", "add", str(own("1.json", 1)), "--keep", "2"]) == 2
    assert "1.json: it is older than the 2 that --keep keeps" in capsys.readouterr().err
    assert len(names()) == 2


def test_list_shows_every_baseline_the_oldest_first(capsys: Capture) -> None:
    assert run(["baseline", "add", str(own("b.json", 9)), "--commit", SHA, "--version", "1.5"]) == 0
    assert run(["baseline", "add", str(own("a.json", 2))]) == 0
    capsys.readouterr()
    assert run(["baseline", "list"]) == 0
    head, first, second = capsys.readouterr().out.splitlines()
    assert head.split() == ["date", "tool", "requests", "p95", "ms", "p99", "ms", "commit", "version", "name"]
    assert first.split()[:7] == ["2026-05-02", "ours", "400", "10", "20", "-", "-"]
    assert second.split()[:7] == ["2026-05-09", "ours", "400", "10", "20", SHA[:12], "1.5"]
    assert second.split()[7] in names()
    assert head.index("name") == first.index("2026-05-02-") == second.index("2026-05-09-")


def test_list_names_what_shows_nothing(capsys: Capture) -> None:
    assert run(["baseline", "add", str(own("a.json", 2))]) == 0
    Path("baselines", "bad\x1b[2J.json").write_text("{")
    capsys.readouterr()
    assert run(["baseline", "list"]) == 5
    out = capsys.readouterr().out
    assert ".json: unproven: malformed: " in out
    assert "\x1b" not in out


def test_list_without_baselines_says_how_to_add_one(capsys: Capture) -> None:
    assert run(["baseline", "list"]) == 2
    assert "there is no folder baselines; `readiness baseline add FILE` makes it" in capsys.readouterr().err
    Path("baselines").mkdir()
    assert run(["baseline", "list"]) == 0
    assert capsys.readouterr().out == "no baselines in baselines: readiness baseline add FILE\n"


def test_drop_removes_a_baseline_and_its_stamp(capsys: Capture) -> None:
    assert run(["baseline", "add", str(own("a.json", 2)), str(own("b.json", 3))]) == 0
    first, second = names()
    capsys.readouterr()
    assert run(["baseline", "drop", first]) == 0
    assert capsys.readouterr().out == f"dropped baselines/{first}\n"
    assert sorted(path.name for path in Path("baselines").iterdir()) == [second, f"{second}.stamp.json"]


@pytest.mark.parametrize(
    "name", ["2026-05-02-00000000.json", "../a.json", "nothing.at.all", "a.json.stamp.json"]
)
def test_drop_removes_nothing_else(name: str, capsys: Capture) -> None:
    assert run(["baseline", "add", str(own("a.json", 2))]) == 0
    kept = names()
    assert run(["baseline", "drop", kept[0], name]) == 2
    assert f"there is no baseline '{name}' in baselines" in capsys.readouterr().err
    assert names() == kept
    assert Path("a.json").exists()


def test_a_folder_that_cannot_be_written_is_no_verdict(capsys: Capture) -> None:
    Path("taken").write_text("")
    assert run(["baseline", "add", str(own("a.json", 2)), "--dir", "taken/below"]) == 3
    assert "cannot be written" in capsys.readouterr().err


def test_baselines_of_other_tools_are_kept_too(capsys: Capture) -> None:
    assert run(["baseline", "add", str(copy(POINTS, "points.json")), str(copy(LOCUST, "locust.json"))]) == 0
    capsys.readouterr()
    assert run(["baseline", "list"]) == 0
    assert {line.split()[1] for line in capsys.readouterr().out.splitlines()[1:]} == {"k6", "locust"}


def test_what_was_added_feeds_the_comparison(capfd: Capture) -> None:
    for number in range(5):
        own(f"base{number}.json", 1 + number, 30 + number)
        own(f"load{number}.json", 11 + number, 40 + number)
    assert run(["baseline", "add", *(f"base{number}.json" for number in range(5))]) == 0
    Path("policy.yaml").write_text(
        """
readiness: 1
name: prod
release: {name: shop}
evidence:
  load: {kind: load-test, path: "load*.json", files: 5}
  baseline: {kind: load-test, path: "baselines/*.json", role: baseline, bind: none, files: 5}
checks:
  - {use: performance/regression, enforce: required, with: {percentiles: [p50, p95], tolerance: 5%}}
"""
    )
    assert run(["check", "--policy", "policy.yaml"]) == 0
    assert "GO" in capfd.readouterr().out
