"""Whole processes, measured from their start to their end."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import NamedTuple

Command = Sequence[str]


class Run(NamedTuple):
    """One process: seconds from start to end, and the most memory in bytes that it or a child of it held."""

    seconds: float
    peak_bytes: int


@dataclass(frozen=True)
class Sample:
    """Many runs of one command."""

    runs: tuple[Run, ...]

    @property
    def least(self) -> float:
        """Seconds of the fastest run: what it costs when nothing else disturbs."""
        return min(run.seconds for run in self.runs)

    @property
    def median(self) -> float:
        """Seconds of the run in the middle."""
        return median(run.seconds for run in self.runs)

    @property
    def peak_bytes(self) -> int:
        """The most memory over all runs."""
        return max(run.peak_bytes for run in self.runs)


def interleaved(commands: Mapping[str, Command], folder: Path, rounds: int) -> dict[str, Sample]:
    """Run all commands in turn, `rounds` times: a slow minute of the machine meets all of them alike.

    The first round fills the caches, that of compiled modules included, and is not counted.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    env = {**kept, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(rounds + 1):
        for name, command in commands.items():
            runs[name].append(run_once(command, folder, env))
    return {name: Sample(tuple(found[1:])) for name, found in runs.items()}


def run_once(command: Command, folder: Path, env: Mapping[str, str]) -> Run:
    """Run a command, its output read through a pipe; SystemExit with that output when the command fails."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = process.stdout.read() if process.stdout else b""
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{output.decode(errors='replace')}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(seconds, usage.ru_maxrss * unit)


@contextmanager
def watched(process: int) -> Iterator[Sequence[int]]:
    """The memory of a process and all that it started, as it is seen every few milliseconds.

    Pages that several of them share count once (Pss of proc(5)). Where there is no /proc, it stays at 0.
    """
    seen, done = [0], threading.Event()

    def look() -> None:
        while not done.wait(0.01):
            seen.append(sum(map(_resident, _family(process))))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def _family(process: int) -> list[int]:
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return [process]
    return [process, *(one for child in children for one in _family(int(child)))]


def _resident(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024
