"""The gate in a child process: what ends the child must not decide.

`os._exit(0)` in a plugin, a regular expression that holds the interpreter, or a crash below Python would otherwise look
like success, or hang. The child tells its exit code over a pipe when everything is written; the parent believes it only
together with the child's own exit status, and ends the child at the deadline.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import NoReturn

from readiness.errors import NoVerdictError, Terminated
from readiness.units import show_duration

_ENDING = (signal.SIGTERM, signal.SIGINT)
_GRACE_S = 2.0
_LONGEST = timedelta(days=365)
_MAX_MESSAGE = 64


def supervise(work: Callable[[], int], deadline: timedelta) -> int:
    """The exit code of `work`, done in a forked child.

    Raises NoVerdictError when the child does not end in time, or ends otherwise than it said. Call it before any
    thread is started.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    reading, writing = os.pipe()
    # Python forgets the signals that reach a child before it has forked: they wait until somebody can hear them.
    heard = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_child(work, writing, heard)
    os.close(writing)
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, heard)
        return _told(child, reading, min(deadline, _LONGEST))
    except BaseException:
        _end(child)
        raise
    finally:
        os.close(reading)


def _be_child(work: Callable[[], int], writing: int, heard: set[int]) -> NoReturn:
    code = 3
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, heard)
        code = work()
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(writing, b"%d\n" % code)
    except KeyboardInterrupt:
        code = 130
    except Terminated:
        code = 143
    except BaseException as error:
        code = 3
        os.write(2, f"readiness: {type(error).__name__}: {error}\n".encode(errors="replace"))
    finally:
        os._exit(code)


def _told(child: int, reading: int, deadline: timedelta) -> int:
    end = time.monotonic() + deadline.total_seconds()
    message = b""
    while not message.endswith(b"\n") and len(message) < _MAX_MESSAGE:
        ready, _, _ = select.select([reading], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            raise NoVerdictError(f"the gate did not end within {show_duration(deadline)} (--deadline)")
        part = os.read(reading, _MAX_MESSAGE)
        if not part:
            break
        message += part
    status = _status(child, max(end, time.monotonic() + _GRACE_S))
    if status is None:
        raise NoVerdictError("the gate did not end after it had told its verdict")
    if status == 130:
        raise KeyboardInterrupt
    if message != b"%d\n" % status:
        raise NoVerdictError(
            f"the gate ended without a verdict ({_how(status)}): a check or a plugin ended the process"
        )
    return status


def _status(child: int, end: float) -> int | None:
    """The exit code of the child, negative for a signal; None when it does not end in time."""
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > end:
            return None
        time.sleep(0.002)


def _how(status: int) -> str:
    return f"exit code {status}" if status >= 0 else f"signal {signal.Signals(-status).name}"


def _end(child: int) -> None:
    """Ask the child to end, and end it when it does not."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(child, number)
            if _status(child, time.monotonic() + _GRACE_S) is not None:
                return
        except (ProcessLookupError, ChildProcessError):
            return
