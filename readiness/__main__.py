"""The entry point: whatever happens, imports included, ends in an exit code that says what it is."""

from __future__ import annotations

import gc
import os
import signal
import sys
from types import FrameType
from typing import NoReturn

INTERNAL, INTERRUPTED, TERMINATED = 3, 130, 143


def main() -> NoReturn:
    """Run the command line and exit."""
    sys.exit(_guarded())


def _guarded() -> int:
    try:
        return _run()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _broken("the output was closed before all of it was written")
    except BaseException as error:  # SystemExit too: only `run` decides
        if type(error).__name__ == "Terminated":  # by its name: its own import may be what is broken
            return TERMINATED
        if os.environ.get("READINESS_DEBUG"):
            raise
        return _broken(f"internal error: {type(error).__name__}: {error} (READINESS_DEBUG=1 shows more)")


def _run() -> int:
    """The command line; it is imported here, so that a broken import is told as what it is."""
    _occupy_streams()
    signal.signal(signal.SIGTERM, _terminate)
    gc.disable()  # nothing that imports make is garbage; the gate turns it on before it reads
    from readiness.cli import run

    code = run(sys.argv[1:])
    sys.stdout.flush()
    return code


def _occupy_streams() -> None:
    """Where the caller closed a stream, nothing of ours may get its number; what is written there fails."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDONLY)
    sys.stdout = sys.stdout or os.fdopen(1, "w", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", closefd=False)


def _broken(message: str) -> int:
    """Say it, if anybody listens; what is left in a buffer must not decide the exit code at the very end."""
    try:
        sys.stderr.write(f"readiness: {message}\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        _silence(2)
    _silence(1)
    return INTERNAL


def _silence(number: int) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), number)


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    from readiness.errors import Terminated

    del number, frame
    raise Terminated


if __name__ == "__main__":
    main()
