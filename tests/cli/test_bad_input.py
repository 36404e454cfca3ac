"""Evidence that is missing, broken, thin or a lie: shown with a message and an exit code, never GO."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.release import Done, check, load_result, scorecard, write_release

Change = Callable[[Path], object]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_release(tmp_path_factory.mktemp("good"))


@pytest.fixture
def release(good: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "release"
    shutil.copytree(good, folder)
    return folder


def is_refused(done: Done) -> None:
    """Whatever else is said: no GO, no traceback, no lost report."""
    assert done.code not in (0, 4)
    assert "Traceback" not in done.out + done.err


def put(name: str, content: str | bytes) -> Change:
    def change(folder: Path) -> None:
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    return change


def remove(name: str) -> Change:
    return lambda folder: (folder / name).unlink()


def edit(name: str, old: str, new: str) -> Change:
    def change(folder: Path) -> None:
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new))

    return change


def cut(name: str, share: float) -> Change:
    def change(folder: Path) -> None:
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[: int(len(content) * share)])

    return change


def folder_instead(name: str) -> Change:
    def change(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).mkdir()

    return change


def pipe_instead(name: str) -> Change:
    def change(folder: Path) -> None:
        (folder / name).unlink()
        os.mkfifo(folder / name)

    return change


def with_load(**changes: Any) -> Change:
    def change(folder: Path) -> None:
        result = json.loads((folder / "reports/load.json").read_text())
        (folder / "reports/load.json").write_text(json.dumps({**result, **changes}))

    return change


def load_of(samples: list[float], errors: int = 0, seconds: float = 60) -> Change:
    return put("reports/load.json", json.dumps(load_result(samples, errors, seconds)))


LOAD, JUNIT, COVERAGE, DEPLOY = (
    "reports/load.json",
    "reports/junit.xml",
    "reports/coverage.xml",
    "deploy/shop.yaml",
)
NO_TESTS = '<testsuites><testsuite name="a" tests="0" failures="0" errors="0" skipped="0"/></testsuites>'
ALL_SKIPPED = (
    '<testsuite name="a" tests="60" failures="0" errors="0" skipped="60">'
    + "".join(f'<testcase name="t{i}"><skipped/></testcase>' for i in range(60))
    + "</testsuite>"
)
LYING = (
    '<testsuite name="a" tests="90" failures="0" errors="0">' + '<testcase name="t"/>' * 3 + "</testsuite>"
)
K6_SUMMARY = {
    "metrics": {
        "http_reqs": {"type": "counter", "contains": "default", "values": {"count": 5000, "rate": 80}},
        "http_req_failed": {
            "type": "rate",
            "contains": "default",
            "values": {"rate": 0, "passes": 0, "fails": 5000},
        },
        "http_req_duration": {
            "type": "trend",
            "contains": "time",
            "values": {"avg": 5, "min": 1, "med": 5, "max": 90, "p(90)": 10, "p(95)": 20},
        },
    },
    "root_group": {"name": "", "path": "", "id": "", "groups": [], "checks": []},
    "options": {},
    "state": {"testRunDurationMs": 62500, "isStdErrTTY": False, "isStdOutTTY": False},
}


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        pytest.param(remove(LOAD), 5, "there is no such file", id="missing file"),
        pytest.param(
            edit("policy.yaml", "junit*.xml", "nowhere/*.xml"), 5, "no file matches", id="empty glob"
        ),
        pytest.param(folder_instead(LOAD), 5, "it is a folder, where a file is meant", id="folder"),
        pytest.param(pipe_instead(LOAD), 5, "it is no regular file, where a file is meant", id="pipe"),
        pytest.param(put(LOAD, b""), 5, "it is empty", id="empty load test"),
        pytest.param(put(LOAD, os.urandom(4096)), 5, "its format is not known", id="garbage load test"),
        pytest.param(put(JUNIT, os.urandom(4096)), 5, "unproven: malformed", id="garbage tests"),
        pytest.param(put(COVERAGE, b"\x00" * 4096), 5, "unproven: malformed", id="garbage coverage"),
        pytest.param(
            put(DEPLOY, b"\x7fELF" + b"\x00" * 99), 5, "unproven: malformed", id="garbage manifests"
        ),
        pytest.param(put("docs/rollback.md", b"\x00\x01"), 5, "unproven: malformed", id="garbage document"),
        pytest.param(cut(LOAD, 0.5), 5, "it ends too early", id="truncated JSON"),
        pytest.param(cut(JUNIT, 0.5), 5, "it is not XML", id="truncated JUnit"),
        pytest.param(cut(COVERAGE, 0.5), 5, "it is not XML", id="truncated coverage"),
        pytest.param(edit(LOAD, '"errors": 0', '"errors": NaN'), 5, "NaN is not a number", id="NaN"),
        pytest.param(
            edit(LOAD, '"errors": 0', '"errors": 1e999'), 5, "1e999 is not a finite number", id="infinity"
        ),
        pytest.param(
            edit(LOAD, '"errors": 0', '"errors": -1'), 5, "Expected `int` >= 0", id="negative count"
        ),
        pytest.param(
            edit(LOAD, '"errors": 0', '"errors": 0, "errors": 9'),
            5,
            "the key 'errors' stands twice",
            id="JSON twice",
        ),
        pytest.param(with_load(operations=[]), 5, "no request", id="no requests"),
        pytest.param(load_of([], errors=5000), 1, "failed", id="all refused"),
        pytest.param(load_of([1.0] * 20), 5, "unproven: insufficient", id="thin load test"),
        pytest.param(load_of([9000.0] * 5000), 1, "p95", id="too slow"),
        pytest.param(put(LOAD, json.dumps(K6_SUMMARY)), 0, "", id="a k6 summary whose max proves it"),
        pytest.param(put(JUNIT, b""), 5, "it is empty", id="empty JUnit file"),
        pytest.param(put(JUNIT, NO_TESTS), 5, "no test", id="no tests"),
        pytest.param(put(JUNIT, ALL_SKIPPED), 1, "skipped", id="all skipped"),
        pytest.param(put(JUNIT, LYING), 5, "says tests=90", id="header counts that lie"),
        pytest.param(
            put(JUNIT, "<html><body>login</body></html>"), 5, "its format is not known", id="login page"
        ),
        pytest.param(
            put(COVERAGE, '<coverage lines-valid="0" lines-covered="0" line-rate="1"><packages/></coverage>'),
            5,
            "coverage",
            id="coverage 0/0",
        ),
        pytest.param(put(DEPLOY, "{{ .Values.image }}: x\n"), 5, "unproven: malformed", id="raw template"),
        pytest.param(
            edit(DEPLOY, "  replicas: 3\n", "  replicas: 3\n  replicas: 0\n"),
            5,
            "'replicas' is here a second",
            id="YAML twice",
        ),
        pytest.param(
            edit(DEPLOY, "kind: Deployment", "kind: Deployment\nx: " + "[" * 200_000),
            5,
            "nested more than 100 levels deep",
            id="deep YAML",
        ),
        pytest.param(put(DEPLOY, "# nothing\n"), 5, "evidence deploy", id="no manifests"),
        pytest.param(edit(DEPLOY, ":1.4.2", ":latest"), 1, "moving tag", id="latest"),
        pytest.param(edit(DEPLOY, ":1.4.2", ":1.4.1"), 1, "1.4.1", id="another version"),
        pytest.param(
            edit("docs/rollback.md", "Last rehearsed", "Never rehearsed"), 1, "rehears", id="no rehearsal"
        ),
        pytest.param(
            put("docs/rollback.md", "# Rollback\n\nTODO\n"), 1, "rollback", id="a stub of a document"
        ),
        pytest.param(
            edit("policy.yaml", "path: reports/load.json", "path: reports/load.json, max-age: 1s"),
            5,
            "stale",
            id="old",
        ),
        pytest.param(
            edit("policy.yaml", "path: deploy", "path: deploy, max-age: 7d"),
            5,
            "undated",
            id="only a file time",
        ),
        pytest.param(
            edit("policy.yaml", 'version: "1.4.2"', f'version: "1.4.2", commit: {"a" * 40}'),
            5,
            "unbound",
            id="unbound",
        ),
        pytest.param(
            edit("policy.yaml", "path: reports/load.json", 'path: "reports/*.json", files: 3'),
            5,
            "1 of at least 3 files",
            id="too few runs",
        ),
    ],
)
def test_it_is_told_and_never_go(change: Change, code: int, message: str, release: Path) -> None:
    change(release)
    done, card = scorecard(release, "-o", "terminal")
    assert (done.code, message in " ".join(done.out.split())) == (code, True), done.out + done.err
    assert card["decision"] == ("go" if code == 0 else "no-go")
    if code:
        is_refused(done)


def test_the_release_that_is_broken_here_is_go_when_whole(release: Path) -> None:
    done, card = scorecard(release)
    assert (done.code, card["decision"], card["blockers"]) == (0, "go", []), done.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_without_permission_is_told(release: Path) -> None:
    (release / LOAD).chmod(0)
    done = check(release)
    is_refused(done)
    assert "there is no permission to read it" in done.out


def test_copies_of_one_run_are_no_further_runs(release: Path) -> None:
    for name in ("load-2.json", "load-3.json"):
        shutil.copy(release / LOAD, release / "reports" / name)
    edit("policy.yaml", "path: reports/load.json", 'path: "reports/load*.json", files: 3')(release)
    done = check(release)
    assert done.code == 5
    assert "it is a copy of" in " ".join(done.out.split())


def test_a_lost_artefact_is_one_blocker_for_all_its_checks(release: Path) -> None:
    (release / DEPLOY).unlink()
    _, card = scorecard(release)
    (blocker,) = [one for one in card["blockers"] if one["cause"] == "evidence:deploy"]
    assert set(blocker["checks"]) >= {"infrastructure/image-tag", "infrastructure/workloads-present"}


def test_an_unwritable_report_is_no_verdict(release: Path) -> None:
    (release / "scorecard.json").mkdir()
    done = check(release, "-o", "json=scorecard.json")
    assert done.code in (2, 3)
    assert "scorecard.json" in done.err
    missing = check(release, "-o", "json=nowhere/scorecard.json")
    assert missing.code in (2, 3)
    assert "nowhere" in missing.err


def test_a_report_that_cannot_be_written_whole_is_no_verdict(release: Path) -> None:
    done = check(release, "-o", "json=/dev/full", "-o", "html=scorecard.html")
    assert done.code == 3
    assert "No space left on device" in done.err
    assert not (release / "scorecard.html").exists()


def test_an_old_report_does_not_outlive_a_run_that_fails(release: Path) -> None:
    done, card = scorecard(release)
    assert card["decision"] == "go"
    (release / LOAD).unlink()
    done = check(release, "-o", "json=scorecard.json", "-o", "html=/dev/full")
    assert done.code == 3
    assert not (release / "scorecard.json").exists()


def test_an_old_report_does_not_outlive_a_wrong_policy(release: Path) -> None:
    assert scorecard(release)[1]["decision"] == "go"
    edit("policy.yaml", "p95: 250ms", "p95: 250")(release)
    assert check(release, "-o", "json=scorecard.json").code == 2
    assert not (release / "scorecard.json").exists()


def test_a_report_does_not_take_the_place_of_the_policy(release: Path) -> None:
    done = check(release, "-o", "json=policy.yaml")
    assert (done.code, "that is the policy" in done.err) == (2, True)
    assert (release / "policy.yaml").exists()


def test_a_go_holds_until_a_check_becomes_required(release: Path) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    edit("policy.yaml", "min-tests: 50}}", f"min-tests: 5000}}, enforce-from: {tomorrow}}}")(release)
    done, card = scorecard(release)
    assert (done.code, card["valid_until"]) == (0, f"{tomorrow}T00:00:00Z")


def test_a_partial_run_decides_nothing(release: Path) -> None:
    for words in (["--only", "testing/results"], ["--category", "testing"]):
        done, card = scorecard(release, *words)
        assert (done.code, card["decision"]) == (3, "no-go")
        assert card["partial"]
    unknown = check(release, "--only", "testing/result")
    assert (unknown.code, "did you mean 'testing/results'?" in unknown.err) == (2, True)


def test_a_root_that_is_no_folder_is_wrong_usage(release: Path) -> None:
    done = check(release, "--root", "nowhere")
    assert (done.code, "there is no folder" in done.err) == (2, True)


def test_a_waiver_of_an_object_that_is_nowhere_is_a_policy_error(release: Path) -> None:
    waiver = "waivers: [{check: infrastructure/image-tag, object: Deployment/web, reason: x, owner: y, expires: DAY}]\n"
    day = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    with (release / "policy.yaml").open("a") as file:
        file.write(waiver.replace("DAY", day))
    done = check(release)
    assert done.code == 2
    assert "the waiver's object 'Deployment/web' is not in the evidence" in done.err


def test_a_waived_fail_is_conditional_and_exits_with_4(release: Path) -> None:
    day = (datetime.now(UTC) + timedelta(days=10)).date().isoformat()
    edit(DEPLOY, "          readinessProbe:\n", "          livenessProbe:\n")(release)
    assert check(release).code == 1
    with (release / "policy.yaml").open("a") as file:
        file.write(
            f"waivers: [{{check: infrastructure/readiness-probe, object: Deployment/shop, reason: PLAT-1, "
            f"owner: platform, expires: {day}}}]\n"
        )
    done, card = scorecard(release)
    assert (done.code, card["decision"]) == (4, "conditional"), done.err
    assert card["score"] == 100.0
    assert card["score_if_no_waivers"] < 100
    assert any("ends on" in note for note in card["notes"])


def test_the_output_is_closed_before_it_is_written(release: Path) -> None:
    command = f"{sys.executable} -m readiness check --policy policy.yaml >&-"
    done = subprocess.run(["sh", "-c", command], cwd=release, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr


def parent(folder: Path) -> None:
    (folder / "policy.yaml").rename(folder / "base.yaml")
    (folder / "policy.yaml").write_text("readiness: 1\nname: child\nextends: base.yaml\n")


@pytest.mark.parametrize(
    ("path", "what"), [("base.yaml", "a parent of the policy"), (LOAD, "evidence"), ("link", "evidence")]
)
def test_a_report_does_not_take_the_place_of_what_is_read(path: str, what: str, release: Path) -> None:
    parent(release)
    (release / "link").symlink_to(LOAD)
    before = (release / path).read_bytes()
    done = check(release, "-o", f"json={path}")
    assert (done.code, f"that is {what}" in done.err) == (2, True)
    assert (release / path).read_bytes() == before


def test_an_output_that_leads_to_itself_is_told(release: Path) -> None:
    (release / "loop").symlink_to("loop")
    done = check(release, "-o", "json=loop")
    assert done.code == 3
    assert "Too many levels of symbolic links" in done.err


def test_an_old_report_does_not_outlive_a_wrong_root(release: Path) -> None:
    assert scorecard(release)[1]["decision"] == "go"
    assert check(release, "-o", "json=scorecard.json", "--root", "nowhere").code == 2
    assert not (release / "scorecard.json").exists()


@pytest.mark.parametrize("redirected", ["2>&-", "2>/dev/full", ">&- 2>&- <&-"])
def test_an_end_of_which_nobody_hears_is_no_verdict(redirected: str, release: Path) -> None:
    command = f"{sys.executable} -m readiness check --policy policy.yaml -o json=a.json {redirected}"
    done = subprocess.run(["sh", "-c", command], cwd=release, check=False, timeout=60)
    assert done.returncode == 3
    assert not (release / "a.json").exists()


@pytest.mark.parametrize("redirected", [">/dev/full", ">&-", ">/dev/full 2>&1", ">&- 2>&-"])
def test_what_a_command_could_not_say_is_exit_3(redirected: str, release: Path) -> None:
    command = f"{sys.executable} -m readiness --version {redirected}"
    done = subprocess.run(["sh", "-c", command], cwd=release, check=False, timeout=60, stderr=subprocess.PIPE)
    assert done.returncode == 3


@pytest.mark.parametrize("age", ["999999999d", "4000000d"])
def test_an_age_beyond_all_time_ends_never(age: str, release: Path) -> None:
    edit("policy.yaml", f"path: {LOAD}", f"path: {LOAD}, max-age: {age}")(release)
    assert check(release).code == 0


def test_an_age_of_nothing_is_stale(release: Path) -> None:
    edit("policy.yaml", f"path: {LOAD}", f"path: {LOAD}, max-age: 0s")(release)
    done, card = scorecard(release)
    assert done.code == 5
    assert card["results"][0]["reason"] == "stale"


def test_the_end_of_all_days_is_no_end_of_a_waiver(release: Path) -> None:
    waived = "waivers: [{check: testing/coverage, reason: r, owner: o, expires: 9999-12-31}]\n"
    (release / "policy.yaml").write_text((release / "policy.yaml").read_text() + waived)
    done = check(release)
    assert done.code == 2
    assert "is a day that does not end" in done.err


def test_no_message_steers_the_terminal(release: Path) -> None:
    edit("policy.yaml", "name: prod", 'name: prod\n"a\\n::error::\\e[2J\\u202e": 1')(release)
    done = check(release)
    assert done.code == 2
    assert not {"\x1b", "\u202e"} & set(done.err)
    assert "\n::error::" not in done.err
