"""A connection to a component: every byte is counted, and none is asked for twice."""

from __future__ import annotations

import io
import socket
import ssl
import time
from types import TracebackType
from typing import Any

from readiness.readers.component._trouble import Trouble
from readiness.readers.network.deadline import Deadline
from readiness.readers.network.tls.hooks import wrap

MOST = 2**20
_BLOCK = 16_384


class Talk:
    """One connection, over which at most `most` bytes are read. EOFError when it ends where more must come.

    `heard` is the moment (of the monotonic clock) at which it last said anything, first of all that it is there.
    `secret` is what must not be sent before TLS is on; an open password is taken for a mistake of the server.
    """

    def __init__(self, sock: socket.socket, deadline: Deadline, secret: bytes = b"") -> None:
        self.sock, self.deadline = sock, deadline
        self.heard = time.monotonic()
        self.secured = False
        self._secret = secret
        self._taken = 0

    def __enter__(self) -> Talk:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.deadline.release()
        self.sock.close()

    def send(self, data: bytes) -> None:
        """Send it all."""
        if self._secret and not self.secured and self._secret in data:
            raise Trouble(
                "insufficient",
                "it asks for the password in the clear, which is sent over TLS only",
                "set `tls: true`, or let it take a password by challenge (SCRAM, caching_sha2)",
            )
        self.deadline.check()
        self.sock.sendall(data)

    def some(self, most: int = _BLOCK) -> bytes:
        """What is there, at least one byte; empty at the end."""
        self.deadline.check()
        part = self.sock.recv(most)
        self.deadline.check()
        self.heard = time.monotonic()
        self._taken += len(part)
        if self._taken > MOST:
            message = f"it sends more than {MOST:,} bytes"
            raise Trouble("malformed", message, "ask for less in `query`, or correct the port in `url`")
        return part

    def exactly(self, size: int) -> bytes:
        """So many bytes."""
        data = bytearray()
        while len(data) < size:
            part = self.some(size - len(data))
            if not part:
                raise EOFError
            data += part
        return bytes(data)

    def line(self, most: int) -> bytes | None:
        """A line without its CRLF; None when it is longer than that. Nothing behind it is taken."""
        data = b""
        while not data.endswith(b"\n"):
            if len(data) >= most:
                return None
            data += self.exactly(1)
        return data.removesuffix(b"\n").removesuffix(b"\r")

    @property
    def chosen(self) -> str:
        """The protocol that was agreed upon in TLS (ALPN); empty for none."""
        told = self.sock.selected_alpn_protocol() if isinstance(self.sock, ssl.SSLSocket) else ""
        return told or ""

    def secure(self, context: ssl.SSLContext, name: str) -> None:
        """Go on over TLS, with a peer that the context trusts; what it said too early breaks the handshake."""
        self.deadline.stage = "the TLS handshake"
        connection = wrap(context, self.sock, name)
        self.sock = connection
        connection.do_handshake()
        self.deadline.stage = "its answer"
        self.secured, self.heard = True, time.monotonic()


class TalkSocket:
    """A talk as the client libraries want it: like a socket, but with the limits of the talk."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk

    def recv(self, size: int) -> bytes:
        """As of a socket."""
        return self._talk.some(size)

    def recv_into(self, buffer: Any, size: int = 0) -> int:
        """As of a socket."""
        part = self._talk.some(size or len(buffer))
        buffer[: len(part)] = part
        return len(part)

    def sendall(self, data: Any) -> None:
        """As of a socket."""
        self._talk.send(bytes(data))

    def makefile(self, mode: str = "r", *_args: Any, **_named: Any) -> Any:
        """A buffered stream of bytes."""
        raw = _Raw(self._talk)
        return io.BufferedRWPair(raw, raw) if "w" in mode else io.BufferedReader(raw)

    def settimeout(self, _seconds: float | None) -> None:
        """Nothing: the deadline holds, whatever a library wants."""

    def gettimeout(self) -> float | None:
        """Nothing, see `settimeout`."""
        return None

    def setsockopt(self, *_args: Any) -> None:
        """Nothing."""

    def shutdown(self, _how: int) -> None:
        """Nothing: the talk ends when its owner says so."""

    def close(self) -> None:
        """Nothing, see `shutdown`."""


class _Raw(io.RawIOBase):
    def __init__(self, talk: Talk) -> None:
        self._talk = talk

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        part = self._talk.some(len(buffer))
        buffer[: len(part)] = part
        return len(part)

    def write(self, data: Any, /) -> int:
        self._talk.send(bytes(data))
        return len(data)
