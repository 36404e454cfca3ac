"""Stamps: written, read, and refused."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness.errors import NoVerdictError, UsageError
from readiness.evidence.model import Reason, Unproven
from readiness.readers import stamps
from readiness.readers.attribution import attribute
from readiness.readers.source import Source
from readiness.readers.stamping import Claim, claim, stamp_files
from readiness.readers.stamps import Stamp

SHA, OTHER = "3f2a9c1d5b7e8a0c4d6f1e2b3a4c5d6e7f8091a2", "a" * 40
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
MADE = NOW - timedelta(hours=1)
CLAIMED = Claim(SHA)


def evidence(folder: Path, name: str = "load.json", content: str = "{}", at: datetime = MADE) -> Path:
    """A file of evidence that was last written at that moment."""
    path = folder / name
    path.write_text(content)
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def stamped(path: Path, said: Claim = CLAIMED, now: datetime = NOW) -> Stamp:
    """The stamp that the command writes, read as the gate reads it."""
    stamp_files([path], said, {}, now)
    with Source.open(path) as source:
        found = stamps.read(path, source.sha256)
    assert found is not None
    return found


def test_a_stamp_tells_when_and_from_what_a_file_was_made(tmp_path: Path) -> None:
    path = evidence(tmp_path)
    found = stamped(path, claim(SHA.upper(), "2.4.0", "k6 run load.js"))
    assert (found.commit, found.version, found.command) == (SHA, "2.4.0", "k6 run load.js")
    assert (found.observed_at, found.stamped_at) == (MADE, NOW)
    assert (found.file, found.bytes, found.run) == ("load.json", 2, None)
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_stamp_names_the_run_of_ci(tmp_path: Path) -> None:
    path = evidence(tmp_path)
    ci = {"GITHUB_ACTIONS": "true", "GITHUB_RUN_ID": "4711", "GITHUB_SHA": SHA}
    (made,) = stamp_files([path], Claim(), ci, NOW)
    assert (made.stamp.run, made.stamp.commit, made.attribution.said_by) == ("4711", SHA, "GITHUB_SHA")


def test_a_file_without_a_stamp_has_none(tmp_path: Path) -> None:
    assert stamps.read(evidence(tmp_path), "0" * 64) is None


def test_a_changed_file_has_no_valid_stamp(tmp_path: Path) -> None:
    path = evidence(tmp_path)
    stamped(path)
    with pytest.raises(Unproven, match="of other content") as caught:
        stamps.read(path, "0" * 64)
    assert caught.value.remedy == "stamp the file again: readiness evidence stamp FILE"


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (b"", "its stamp is broken: it is empty"),
        (b"{", "its stamp is broken: it is not JSON"),
        (b"[]", "its stamp is broken: it is no stamp"),
        (b"\xff", "its stamp is not UTF-8"),
        (b" " * 70_000, "its stamp is too large to be one"),
        (b'{"schema": "readiness/stamp/2"}', "its stamp is broken: it is no stamp"),
    ],
)
def test_a_broken_stamp_is_malformed(tmp_path: Path, content: bytes, shown: str) -> None:
    path = evidence(tmp_path)
    stamps.path_of(path).write_bytes(content)
    with pytest.raises(Unproven, match=shown) as caught:
        stamps.read(path, "0" * 64)
    assert caught.value.reason is Reason.MALFORMED


def test_a_stamp_with_a_time_without_a_zone_is_malformed(tmp_path: Path) -> None:
    path = evidence(tmp_path)
    sha256 = stamped(path).sha256
    file = stamps.path_of(path)
    file.write_text(json.dumps({**json.loads(file.read_text()), "observed_at": "2026-06-01T11:00:00"}))
    with pytest.raises(Unproven, match="without a zone"):
        stamps.read(path, sha256)


def test_a_stamp_that_is_older_than_its_file_is_malformed(tmp_path: Path) -> None:
    path = evidence(tmp_path)
    sha256 = stamped(path).sha256
    file = stamps.path_of(path)
    file.write_text(json.dumps({**json.loads(file.read_text()), "stamped_at": "2020-01-01T00:00:00Z"}))
    with pytest.raises(Unproven, match="written after it was stamped"):
        stamps.read(path, sha256)


def test_a_stamp_that_is_a_folder_is_malformed(tmp_path: Path) -> None:
    path = evidence(tmp_path)
    stamps.path_of(path).mkdir()
    with pytest.raises(Unproven, match="its stamp cannot be read"):
        stamps.read(path, "0" * 64)


@given(st.integers(0, 400), st.binary(max_size=4))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_mutated_stamp_is_never_fresher_or_of_another_commit_by_accident(
    tmp_path: Path, at: int, put: bytes
) -> None:
    path = evidence(tmp_path)
    stamps.path_of(path).unlink(missing_ok=True)
    good = stamped(path)
    file = stamps.path_of(path)
    file.write_bytes(file.read_bytes()[: at % file.stat().st_size] + put)
    try:
        found = stamps.read(path, good.sha256)
    except Unproven:
        return
    assert found == good


def test_stamping_twice_changes_nothing_but_the_time_of_stamping(tmp_path: Path) -> None:
    path = evidence(tmp_path)
    first, second = stamped(path), stamped(path, now=NOW + timedelta(minutes=1))
    assert (first.observed_at, first.commit) == (second.observed_at, second.commit)


def test_the_same_file_does_not_become_evidence_of_another_commit(tmp_path: Path) -> None:
    path = evidence(tmp_path)
    stamped(path)
    with pytest.raises(UsageError, match="the same bytes were stamped before") as caught:
        stamped(path, Claim(OTHER))
    assert "remove load.json.stamp.json and stamp again" in str(caught.value)


def test_a_copied_file_does_not_become_fresh(tmp_path: Path) -> None:
    path = evidence(tmp_path)
    stamped(path)
    os.utime(path)
    with pytest.raises(UsageError, match="a copy is no new observation"):
        stamped(path, now=datetime.now(UTC))


def test_a_file_with_new_content_is_stamped_again(tmp_path: Path) -> None:
    stamped(evidence(tmp_path))
    path = evidence(tmp_path, content="[]", at=NOW)
    assert stamped(path, Claim(OTHER)).commit == OTHER


def test_a_broken_stamp_is_replaced(tmp_path: Path) -> None:
    path = evidence(tmp_path)
    stamps.path_of(path).write_text("{")
    assert stamped(path).commit == SHA


def test_a_file_from_the_future_is_refused(tmp_path: Path) -> None:
    path = evidence(tmp_path, at=NOW + timedelta(minutes=6))
    with pytest.raises(UsageError, match="which is in the future"):
        stamped(path)
    os.utime(path, (NOW.timestamp() + 240, NOW.timestamp() + 240))
    assert stamped(path).observed_at == NOW + timedelta(minutes=4)


def test_nothing_is_stamped_when_one_of_the_files_cannot_be(tmp_path: Path) -> None:
    good, empty = evidence(tmp_path), evidence(tmp_path, "empty.xml", "")
    with pytest.raises(UsageError) as caught:
        stamp_files([good, empty, tmp_path, tmp_path / "none", stamps.path_of(good)], Claim(SHA), {}, NOW)
    said = str(caught.value)
    assert said.startswith("nothing was stamped:\n")
    assert f"{empty}: it is empty: nothing was observed" in said
    assert f"{tmp_path}: it is a folder" in said
    assert f"{tmp_path / 'none'}: there is no such file" in said
    assert f"{stamps.path_of(good)}: it is a stamp itself" in said
    assert not stamps.path_of(good).exists()


def test_a_pipe_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(UsageError, match="it is no regular file"):
        stamp_files([pipe], Claim(SHA), {}, NOW)


def test_a_stamp_that_cannot_be_written_is_no_success(tmp_path: Path) -> None:
    path = evidence(tmp_path)
    stamps.path_of(path).mkdir()
    with pytest.raises(NoVerdictError, match=r"load\.json\.stamp\.json cannot be written"):
        stamp_files([path], Claim(SHA), {}, NOW)
    assert not list(tmp_path.glob(".stamp-*"))


def test_text_that_is_no_utf_8_is_stamped_all_the_same(tmp_path: Path) -> None:
    path = evidence(tmp_path, os.fsdecode(b"l\xff.json"))
    assert stamped(path, claim(SHA, None, "k6 \udcff")).command == "k6 ?"


GIT = ("git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository with one commit of `app.py`."""
    (tmp_path / "app.py").write_text("x = 1\n")
    for words in (("init", "-q"), ("add", "app.py"), ("commit", "-q", "-m", "one")):
        subprocess.run([*GIT, *words], cwd=tmp_path, check=True, capture_output=True)
    return tmp_path


def head_of(folder: Path) -> str:
    done = subprocess.run([*GIT, "rev-parse", "HEAD"], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_outside_of_ci_the_commit_is_what_git_has_checked_out(repository: Path) -> None:
    path = evidence(repository)
    found = attribute(repository, [path], {})
    assert (found.commit, found.said_by, found.warnings) == (head_of(repository), "git HEAD", ())


def test_a_changed_tree_has_no_commit(repository: Path) -> None:
    (repository / "app.py").write_text("x = 2\n")
    found = attribute(repository, [], {})
    assert found.commit is None
    assert "uncommitted changes (app.py), so HEAD does not describe what was tested" in found.warnings[0]
    assert attribute(repository, [repository / "app.py"], {}).commit == head_of(repository)


def test_in_ci_a_changed_tree_is_of_the_commit_that_was_checked_out(repository: Path) -> None:
    (repository / "app.py").write_text("x = 2\n")
    ci = {"CIRCLECI": "true", "CIRCLE_SHA1": head_of(repository)}
    assert attribute(repository, [], ci).commit == head_of(repository)


def test_ci_and_git_that_name_different_commits_are_asked_about(repository: Path) -> None:
    with pytest.raises(UsageError, match="which commit was tested") as caught:
        attribute(repository, [], {"GITHUB_ACTIONS": "true", "GITHUB_SHA": SHA})
    assert f"GITHUB_SHA says {SHA} and git in {repository} says {head_of(repository)}" in str(caught.value)


def test_two_ci_systems_that_name_different_commits_are_asked_about(tmp_path: Path) -> None:
    ci = {"JENKINS_URL": "x", "GIT_COMMIT": OTHER, "GITHUB_ACTIONS": "true", "GITHUB_SHA": SHA}
    with pytest.raises(UsageError, match="give --commit SHA"):
        attribute(tmp_path, [], ci)
    assert attribute(tmp_path, [], ci | {"GIT_COMMIT": SHA}).commit == SHA


def test_a_ci_system_without_a_full_commit_leaves_it_to_git(repository: Path) -> None:
    found = attribute(repository, [], {"BUILDKITE": "true", "BUILDKITE_COMMIT": "HEAD"})
    assert found.commit == head_of(repository)
    assert "BUILDKITE_COMMIT says 'HEAD', which is no full commit" in found.warnings[0]


def test_without_ci_and_git_no_commit_is_known(tmp_path: Path) -> None:
    found = attribute(tmp_path, [], {"GITLAB_CI": "true"})
    assert found.commit is None
    assert found.warnings[0] == "GitLab CI tells no commit: CI_COMMIT_SHA is not set"
    assert "no commit is known" in found.warnings[1]


def test_a_pull_request_build_is_told_what_it_stamps(tmp_path: Path) -> None:
    ci = {"GITHUB_ACTIONS": "true", "GITHUB_SHA": SHA, "GITHUB_EVENT_NAME": "pull_request"}
    found = attribute(tmp_path, [], ci)
    assert found.commit == SHA
    assert "is the merge commit that GitHub Actions made for the pull request" in found.warnings[0]
