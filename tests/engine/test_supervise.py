"""What ends the child process does not decide."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from readiness.errors import NoVerdictError, Terminated
from readiness.supervise import supervise

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("code", [0, 1, 2, 3, 4, 5])
def test_the_code_of_the_work_is_told(code: int) -> None:
    assert supervise(lambda: code, MINUTE) == code


def leave_with(code: int) -> Callable[[], int]:
    def work() -> int:
        os._exit(code)

    return work


@pytest.mark.parametrize("code", [0, 1, 77])
def test_leaving_without_a_verdict_is_none(code: int) -> None:
    with pytest.raises(NoVerdictError, match=f"ended without a verdict \\(exit code {code}\\)"):
        supervise(leave_with(code), MINUTE)


def kill_itself() -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def test_a_crash_is_told_by_its_signal() -> None:
    with pytest.raises(NoVerdictError, match="signal SIGKILL"):
        supervise(kill_itself, MINUTE)


def raise_exit() -> int:
    raise SystemExit(0)


def test_system_exit_is_no_verdict() -> None:
    with pytest.raises(NoVerdictError, match="exit code 3"):
        supervise(raise_exit, MINUTE)


def hang() -> int:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(60)
    return 0


def test_work_that_does_not_end_is_ended_at_the_deadline() -> None:
    with pytest.raises(NoVerdictError, match=r"did not end within 200ms \(--deadline\)"):
        supervise(hang, timedelta(milliseconds=200))


def write_late(path: Path) -> Callable[[], int]:
    def work() -> int:
        time.sleep(0.5)
        path.touch()
        return 0

    return work


def test_work_that_is_ended_before_it_began_does_nothing(tmp_path: Path) -> None:
    def terminate(number: int, frame: object) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        with pytest.raises(NoVerdictError, match=r"did not end within 0ms"):
            supervise(write_late(tmp_path / "late"), timedelta(0))
    finally:
        signal.signal(signal.SIGTERM, before)
    assert not (tmp_path / "late").exists()


def test_a_deadline_of_centuries_is_one() -> None:
    assert supervise(lambda: 0, timedelta(days=999_999)) == 0


def hold_the_pipe() -> int:
    if os.fork() == 0:
        time.sleep(5)
        os._exit(0)
    return 0


def test_a_grandchild_that_holds_the_pipe_does_not_hold_the_verdict() -> None:
    assert supervise(hold_the_pipe, timedelta(seconds=4)) == 0


SLOW = """\
import os, sys, time, pathlib
import readiness.gather
def slow(*a, **k):
    pathlib.Path("started").touch()
    time.sleep(30)
readiness.gather.gather = slow
import readiness.assess
readiness.assess.gather = slow
from readiness.__main__ import main
sys.argv = ["readiness", "check", "--policy", "policy.yaml", "-o", "json=scorecard.json"]
main()
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_leaves_nothing_half_done(number: int, code: int, tmp_path: Path) -> None:
    from tests.release import write_release

    write_release(tmp_path)
    (tmp_path / "scorecard.json").write_text('{"decision": "go"}')
    before = {path.name for path in tmp_path.iterdir()}
    gate = subprocess.Popen(
        [sys.executable, "-c", SLOW], cwd=tmp_path, stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        end = time.monotonic() + 20
        while not (tmp_path / "started").exists():
            assert time.monotonic() < end
            time.sleep(0.02)
        gate.send_signal(number)
        _, said = gate.communicate(timeout=20)
    finally:
        gate.kill()
    assert gate.returncode == code, said
    assert b"Traceback" not in said
    assert {path.name for path in tmp_path.iterdir()} == (before | {"started"}) - {"scorecard.json"}
