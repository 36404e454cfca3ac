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
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return _broken("the output was closed before all of it was written")
    except BaseException as error:  # SystemExit too: only `run` decides
        if type(error).__name__ == "Terminated":  # by its name: its own import may be what is broken
            return TERMINATED
        if os.environ.get("READINESS_DEBUG"):
            raise
        return _broken(f"internal error: {type(error).__name__}: {error} (READINESS_DEBUG=1 shows more)")


def _run() -> int:
    """The command line; it is imported here, so that a broken import is told as what it is."""
    signal.signal(signal.SIGTERM, _terminate)
    gc.disable()  # nothing that imports make is garbage; the gate turns it on before it reads
    from readiness.cli import run

    code = run(sys.argv[1:])
    sys.stdout.flush()
    return code


def _broken(message: str) -> int:
    sys.stderr.write(f"readiness: {message}\n")
    return INTERNAL


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    from readiness.errors import Terminated

    del number, frame
    raise Terminated


if __name__ == "__main__":
    main()
