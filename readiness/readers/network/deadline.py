"""A total deadline over blocking sockets.

Timeouts of sockets count from byte to byte, so that a server that drips is never late. Here a timer shuts the
socket down at the deadline, which wakes whoever reads it. What was read then looks complete: so `check` must be
asked after every return.
"""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from threading import Lock, Timer
from types import TracebackType

from readiness.evidence.model import Reason, Unproven

_MOMENT = 0.005


class Deadline:
    """Counts from the moment at which it is entered. `stage` says what it waits for, for the message."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.stage = "its name to resolve"
        self.expired = False
        self._end = time.monotonic() + seconds
        self._socket: socket.socket | None = None
        self._lock = Lock()
        self._timer = Timer(seconds, self._expire)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        self._end = time.monotonic() + self.seconds
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._timer.cancel()
        self.release()

    @property
    def left(self) -> float:
        """Seconds, never less than a millisecond, for a socket's timeout of 0 means something else."""
        return max(0.001, self._end - time.monotonic())

    @property
    def elapsed_ms(self) -> float:
        """How long it has been counting, in milliseconds."""
        return (time.monotonic() - self._end + self.seconds) * 1000

    @property
    def over(self) -> bool:
        """Whether it has passed; a timeout of a socket may strike a moment before the timer does."""
        return self.expired or time.monotonic() >= self._end - _MOMENT

    def check(self) -> None:
        """Unproven (unreachable) when it has passed."""
        if self.over:
            raise self.failure()

    def failure(self) -> Unproven:
        """What to say when it has passed."""
        message = f"no whole answer within {self.seconds:g}s; it was waiting for {self.stage}"
        return Unproven(Reason.UNREACHABLE, message, "make it answer in time, or give it a longer `deadline`")

    def guard(self, sock: socket.socket) -> None:
        """Shut this socket down when the time is over.

        It keeps a duplicate: wrapping a socket in TLS takes its descriptor away, and a number that was closed may
        already belong to somebody else.
        """
        duplicate = sock.dup()
        self.release()
        with self._lock:
            self._socket = duplicate
            expired = self.expired
        if expired:
            self._shut()

    def release(self) -> None:
        """Let go of the socket, so that closing it closes the connection."""
        with self._lock:
            if self._socket is not None:
                self._socket.close()
            self._socket = None

    def _expire(self) -> None:
        self.expired = True
        self._shut()

    def _shut(self) -> None:
        with self._lock, suppress(OSError):
            if self._socket is not None:
                self._socket.shutdown(socket.SHUT_RDWR)
