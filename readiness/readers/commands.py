"""One command, bounded in time and output, of which nothing is left when it returns."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, NamedTuple

from readiness.evidence.model import Reason, Unproven
from readiness.places import MAX_BYTES

_MOMENT_S = 0.02
_INSTANT_S = 0.0005
_AT_ONCE = 65_536


class Limits(NamedTuple):
    """How many bytes a command may print, how many of its complaints are kept, and what to do beyond its limits."""

    printed: int = MAX_BYTES
    complaints: int = 65_536
    when_long: str = "ask it for less at once"
    when_late: str = "give it a longer `deadline`"


class Ran(NamedTuple):
    """How it ended (negative: the signal), all that it printed, and the beginning of its complaints."""

    code: int
    printed: bytes
    complaints: bytes


_USUAL = Limits()


def run(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    seconds: float,
    limits: Limits = _USUAL,
) -> Ran:
    """Run a command in a group of processes of its own, without a shell and without input.

    Its output counts when it and everything that it started has closed it. Raises Unproven when it cannot be started
    (missing), does not end in time, or prints more than it may (malformed).
    """
    end = time.monotonic() + seconds
    name = Path(command[0]).name
    process = _started(command, folder, environment, name)
    try:
        printed, complaints = _Ears(process, name, seconds, limits).hear(end)
    finally:
        code = _end(process)
    return Ran(code, printed, complaints)


def _started(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], name: str
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        why = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else type(error).__name__
        message = f"{name} cannot be started: {why}"
        raise Unproven(Reason.MISSING, message, f"install a {name} that runs here") from None


class _Ears:
    """What a process says on its two pipes."""

    def __init__(self, process: subprocess.Popen[bytes], name: str, seconds: float, limits: Limits) -> None:
        self._process, self._name, self._seconds, self._limits = process, name, seconds, limits
        self._printed, self._complaints = bytearray(), bytearray()

    def hear(self, end: float) -> tuple[bytes, bytes]:
        """Both, once the output is closed and the process has ended."""
        with selectors.DefaultSelector() as selector:
            for pipe, take in ((self._process.stdout, self._take), (self._process.stderr, self._note)):
                if pipe is not None:
                    os.set_blocking(pipe.fileno(), False)
                    selector.register(pipe, selectors.EVENT_READ, take)
            while True:
                moment = _MOMENT_S if selector.get_map() else _INSTANT_S  # it ends soon after its output
                is_silent = not self._round(selector, max(0.0, min(moment, end - time.monotonic())))
                is_open = any(key.data == self._take for key in selector.get_map().values())
                if is_silent and not is_open and has_ended(self._process):
                    return bytes(self._printed), bytes(self._complaints)
                if time.monotonic() >= end:
                    raise self._late(is_open=is_open)

    def _round(self, selector: selectors.BaseSelector, seconds: float) -> bool:
        """Take what there is; whether there was anything."""
        ready = selector.select(seconds)
        for key, _ in ready:
            pipe: IO[bytes] = key.fileobj  # type: ignore[assignment]
            block = _read(pipe)
            if block == b"":
                selector.unregister(pipe)
            elif block:
                key.data(block)
        return bool(ready)

    def _take(self, block: bytes) -> None:
        self._printed += block
        if len(self._printed) > self._limits.printed:
            message = f"{self._name} printed more than {self._limits.printed:,} bytes"
            raise Unproven(Reason.MALFORMED, message, self._limits.when_long)

    def _note(self, block: bytes) -> None:
        self._complaints += block[: self._limits.complaints - len(self._complaints)]

    def _late(self, *, is_open: bool) -> Unproven:
        if is_open and has_ended(self._process):
            message = (
                f"{self._name} ended, but something that it started held its output for {self._seconds:g}s"
            )
            return Unproven(Reason.MALFORMED, message, f"use a {self._name} that ends when it is done")
        message = f"{self._name} did not end within {self._seconds:g}s"
        return Unproven(Reason.MALFORMED, message, self._limits.when_late)


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether it has ended. It is not reaped yet, so that its number, and its group's, stays its own."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _read(pipe: IO[bytes]) -> bytes | None:
    try:
        return os.read(pipe.fileno(), _AT_ONCE)
    except BlockingIOError:
        return None


def _end(process: subprocess.Popen[bytes]) -> int:
    """End what is left of its group; how it ended."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    code = process.wait()
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
    return code
