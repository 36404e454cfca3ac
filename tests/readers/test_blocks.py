"""Helpers take blocks of a file, and none outlives the work or hides that it ended early."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from readiness.evidence.model import Reason, Unproven
from readiness.readers import blocks
from readiness.readers.blocks import Room, taken

BLOCK = b"one line\n" * 100
SOME = 400


class Counted:
    """Counts lines, and notes which process it is in."""

    def __init__(self) -> None:
        self.lines = 0
        self.places: list[int] = []
        self.process = 0

    def take(self, at: int, block: memoryview) -> None:
        self.lines += bytes(block).count(b"\n")
        self.places.append(at)
        self.process = os.getpid()


class Mortal(Counted):
    """Ends the process that it was sent to."""

    def __init__(self) -> None:
        super().__init__()
        self.home = os.getpid()

    def take(self, at: int, block: memoryview) -> None:
        if os.getpid() != self.home:
            os._exit(7)
        super().take(at, block)


class Telling(Counted):
    """Writes the number of the process that it was sent to into a file, where its parent looks for it."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.home = path, os.getpid()

    def take(self, at: int, block: memoryview) -> None:
        if os.getpid() != self.home:
            Path(self.path).write_text(str(os.getpid()))
        elif Path(self.path).exists():
            os.kill(self.home, signal.SIGKILL)


def slowly(room: Room) -> Iterator[memoryview]:
    """Blocks at a pace at which helpers are ready before there are no more; a helper is told to a few of them only."""
    for number in range(SOME):
        where = room()
        where[: len(BLOCK)] = BLOCK
        yield where[: len(BLOCK)]
        time.sleep(0.005 if number < SOME - 50 else 0)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "ALONE", 1)


def test_every_block_is_taken_once() -> None:
    parts = taken(slowly, Counted(), helpers=2)
    assert sum(one.lines for one in parts) == SOME * 100
    assert sorted(at for one in parts for at in one.places) == [i * len(BLOCK) for i in range(SOME)]
    assert len(parts) == 3
    assert len({one.process for one in parts if one.process}) >= 2


def test_blocks_that_are_not_in_the_room_are_taken_too() -> None:
    def read(room: Room) -> Iterator[memoryview]:
        for number, block in enumerate(slowly(room)):
            yield memoryview(bytes(block) * (2_000 if number in (3, SOME - 3) else 1))

    parts = taken(read, Counted(), helpers=1)
    assert sum(one.lines for one in parts) == (SOME - 2 + 2 * 2_000) * 100


def test_no_helper_is_asked_for_a_small_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "ALONE", 2**30)
    (part,) = taken(slowly, Counted(), helpers=2)
    assert part.lines == SOME * 100


@pytest.mark.parametrize("program", ["/nowhere/python", "/bin/false"])
def test_without_helpers_one_process_does_it_all(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr(sys, "executable", program)
    (part,) = taken(slowly, Counted(), helpers=2)
    assert part.lines == SOME * 100


def test_a_helper_that_ends_early_makes_the_file_unproven() -> None:
    with pytest.raises(Unproven, match=r"helped to read it ended too early \(exit code 7\)") as caught:
        taken(slowly, Mortal(), helpers=1)
    assert caught.value.reason is Reason.MALFORMED


def leave_nothing_behind() -> None:
    def broken(room: Room) -> Iterator[memoryview]:
        for number, block in enumerate(slowly(room)):
            if number == 100:
                raise Unproven(Reason.MALFORMED, "broken")
            yield block

    blocks.ALONE = 1
    assert gc.isenabled()
    with pytest.raises(Unproven, match="broken"):
        taken(broken, Counted(), helpers=2)
    assert gc.isenabled()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_no_process_and_no_setting_is_left_behind() -> None:
    """In a process of its own: the one of the tests may have other children."""
    program = "from tests.readers import test_blocks as t; t.leave_nothing_behind()"
    ended = subprocess.run([sys.executable, "-c", program], timeout=60, check=False)
    assert ended.returncode == 0


def test_a_helper_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    told = tmp_path / "helper"
    program = (
        "from tests.readers import test_blocks as t; t.blocks.ALONE = 1; "
        f"t.taken(t.slowly, t.Telling({str(told)!r}), helpers=1)"
    )
    ended = subprocess.run([sys.executable, "-c", program], timeout=60, check=False)
    assert ended.returncode == -signal.SIGKILL
    helper = int(told.read_text())
    for _ in range(500):
        if not _is_alive(helper):
            return
        time.sleep(0.01)
    pytest.fail("the helper lives on")


def _is_alive(process: int) -> bool:
    """Whether a process runs; one that has ended and waits to be asked for its exit code does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
