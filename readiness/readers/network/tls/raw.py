"""One question in TLS, asked without OpenSSL: its own policy must not stand between a server and the truth."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from typing import NamedTuple, Protocol

from readiness.evidence.model import Unproven
from readiness.evidence.tls import Step
from readiness.readers.network.deadline import Deadline
from readiness.readers.network.tls import numbers as n
from readiness.readers.network.tls import starttls
from readiness.readers.network.tls.messages import Cursor, Garbled
from readiness.readers.network.tls.outcomes import Outcome, outcome
from readiness.readers.network.tls.trace import Trace

_RECORD_HEAD = 5
_MAX_RECORD = 16_384 + 2_048
_MAX_BYTES = 256 * 1024
_PEEK = 24
_MOMENT_S = 0.05


class Way(Protocol):
    """How to get there."""

    deadline: Deadline
    starttls: str

    def dial(self, seconds: float | None = None) -> socket.socket:
        """A new connection."""


class Answer(NamedTuple):
    """What a server said to one hello; `trace` holds it, and `outcome` is `ok` when it went along."""

    outcome: Outcome
    trace: Trace
    elapsed_ms: float

    def step(self, name: str) -> Step:
        """The same as a step."""
        word, detail = self.outcome
        return Step(name=name, outcome=word, detail=detail[:200], elapsed_ms=self.elapsed_ms)


def ask(way: Way, hello: bytes, seconds: float, *, until: int = n.SERVER_HELLO) -> Answer:
    """Say hello, and hear until a message of this type; never raises.

    What follows a ServerHello of TLS 1.3 is encrypted, and not waited for.
    """
    started = time.monotonic()
    trace = Trace()
    way.deadline.stage = "what it says about TLS"
    try:
        with way.dial(seconds) as sock:
            found = _Talk(sock, trace, started + seconds).say(way.starttls, hello, until)
    except (OSError, Unproven) as error:
        found = outcome(error, trace)
    finally:
        way.deadline.release()
    if way.deadline.over:
        found = Outcome("timeout")  # the socket was shut down, which looks like its end
    return Answer(found, trace, (time.monotonic() - started) * 1000)


class _Talk:
    """One connection, with a moment at which it must be over, and a limit for what is taken in."""

    def __init__(self, sock: socket.socket, trace: Trace, stop: float) -> None:
        self._sock, self._trace, self._stop = sock, trace, stop
        self._taken = 0
        self._first = b""
        self._waiting = b""

    def say(self, protocol: str, hello: bytes, until: int) -> Outcome:
        self._hurry()
        starttls.begin(protocol, self._sock)
        self._sock.sendall(hello)
        try:
            while not self._is_over(until):
                self._record()
        except Garbled as error:
            return Outcome("malformed", str(error))
        except _NotTls:
            self._peek()
            return Outcome("not-tls", _shown(self._first))
        return outcome(None, self._trace)

    def _is_over(self, until: int) -> bool:
        trace = self._trace
        if trace.alert is not None:
            return True
        if trace.hello is None:
            return False
        is_all = trace.hello.version != n.CODES["1.2"] or (
            trace.asked is not None and trace.chain is not None
        )
        return until == n.SERVER_HELLO or is_all

    def _record(self) -> None:
        head = self._exactly(_RECORD_HEAD)
        kind, size = head[0], int.from_bytes(head[3:], "big")
        if kind not in (n.CHANGE_CIPHER_SPEC, n.ALERT, n.HANDSHAKE, n.APPLICATION_DATA) or head[1] != 3:
            if self._trace.hello is None:
                raise _NotTls
            raise Garbled("what follows its hello is no record")
        if not 0 < size <= _MAX_RECORD:
            raise Garbled(f"a record of {size} bytes")
        body = self._exactly(size)
        if kind == n.ALERT:
            self._alert(body)
        elif kind == n.HANDSHAKE:
            self._handshake(body)
        else:
            raise Garbled("a record that belongs to a later part")

    def _alert(self, body: bytes) -> None:
        if len(body) == 2 and body[1] == 0:
            raise ConnectionAbortedError("close_notify")
        self._trace.received_alert(body)

    def _handshake(self, body: bytes) -> None:
        self._waiting += body
        while len(self._waiting) >= 4:
            cursor = Cursor(self._waiting)
            kind, size = cursor.number(1), cursor.number(3)
            if size > _MAX_BYTES:
                raise Garbled(f"a message of {size} bytes")
            if size > cursor.left:
                return
            message = cursor.take(size)
            self._waiting = cursor.take(cursor.left)
            if self._trace.hello is None and kind != n.SERVER_HELLO:
                raise Garbled(f"message {kind} where a ServerHello belongs")
            self._trace.received(kind, message)
            if self._trace.is_newest:
                return

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            self._hurry()
            part = self._sock.recv(size - len(data))
            if not part:
                if self._first and self._trace.hello is None and self._first[0] not in (n.ALERT, n.HANDSHAKE):
                    raise _NotTls
                if data or self._waiting:
                    raise Garbled("the end within a record or a message")
                raise ConnectionAbortedError("the end")
            self._first = (self._first + part)[:_PEEK]
            self._taken += len(part)
            if self._taken > _MAX_BYTES:
                raise Garbled(f"more than {_MAX_BYTES:,} bytes")
            data += part
        return data

    def _peek(self) -> None:
        """A little more of what is no TLS, if it is there at once: its beginning tells what it is."""
        with suppress(OSError):
            self._sock.settimeout(_MOMENT_S)
            self._first = (self._first + self._sock.recv(_PEEK))[:_PEEK]

    def _hurry(self) -> None:
        left = self._stop - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)


class _NotTls(Exception):  # noqa: N818 - it is a finding
    """These first bytes are of something else."""


def _shown(data: bytes) -> str:
    return "".join(chr(one) if 0x20 <= one < 0x7F else "." for one in data)
