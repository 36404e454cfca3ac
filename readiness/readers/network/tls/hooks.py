"""What Python's ssl does not show in public, asked for in one place; where it is gone, nothing is known.

`SSLContext._msg_callback` is private (3.8 and newer); `get_unverified_chain` is public from 3.13.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from readiness.readers.network.tls import numbers as n
from readiness.readers.network.tls.messages import Garbled
from readiness.readers.network.tls.trace import Trace

_TYPE_AND_LENGTH = 4
_SLICE_S = 0.005


class TracedSocket(ssl.SSLSocket):
    """A TLS connection that remembers what passed over it, and in which way it ended."""

    trace: Trace

    def read(self, len: int = 1024, buffer: Any = None) -> Any:  # noqa: A002 - so it is called in Python's ssl
        """As Python reads, which takes an end without close_notify for the end; here it is noted."""
        try:
            return super().read(len) if buffer is None else super().read(len, buffer)
        except ssl.SSLEOFError:
            self.trace.is_cut = True
            return b"" if buffer is None else 0


def listen(context: ssl.SSLContext) -> None:
    """Let every connection of a context be traced, if this Python can do it."""
    context.sslsocket_class = TracedSocket
    hooked: Any = context
    if hasattr(ssl.SSLContext, "_msg_callback"):
        hooked._msg_callback = _hear


def wrap(context: ssl.SSLContext, sock: socket.socket, name: str) -> TracedSocket:
    """A connection on which no byte was sent yet; it takes the socket over, also when it raises."""
    try:
        made: Any = context.wrap_socket(
            sock, server_hostname=name or None, do_handshake_on_connect=False, suppress_ragged_eofs=False
        )
    except BaseException:
        sock.close()
        raise
    made.trace = Trace()
    connection: TracedSocket = made
    return connection


def hear_out(connection: TracedSocket, seconds: float) -> None:
    """Let a server of TLS 1.3 say what it thinks of a client's certificate before anything is asked of it.

    It sends an alert, or the tickets of whoever is let in. Who writes first may not hear the alert any more: the
    server has closed the connection, and answers with a reset. OSError when it ends the connection.
    """
    stop, usual = time.monotonic() + seconds, connection.gettimeout()
    while connection.trace.is_newest and not connection.trace.tickets:
        if (left := stop - time.monotonic()) <= 0:
            break
        connection.settimeout(min(left, _SLICE_S))
        with suppress(TimeoutError):
            if connection.recv(1):
                raise ssl.SSLError(1, "it speaks before it is asked")
            raise ConnectionAbortedError("the end")
    connection.settimeout(usual)


def peer_chain(connection: ssl.SSLSocket) -> tuple[bytes, ...] | None:
    """What the server sent, in DER, leaf first; None when it cannot be told."""
    hooked: Any = connection
    source = hooked if hasattr(hooked, "get_unverified_chain") else getattr(hooked, "_sslobj", None)
    ask = getattr(source, "get_unverified_chain", None)
    try:
        return tuple(_der(ask() or ())) if ask is not None else None
    except Exception:  # private, so it may do anything: then nothing is known
        return None


def _der(found: Iterable[Any]) -> Iterable[bytes]:
    return (one if isinstance(one, bytes) else ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in found)


def _hear(connection: Any, direction: str, _version: Any, content: Any, _message: Any, data: bytes) -> None:
    trace = getattr(connection, "trace", None)
    if not isinstance(trace, Trace):
        return
    try:
        _note(trace, direction == "read", int(content), data)
    except Garbled:
        return  # OpenSSL judges the message itself, and ends the handshake


def _note(trace: Trace, is_read: bool, content: int, data: bytes) -> None:
    if content == n.ALERT and is_read:
        trace.received_alert(data)
    elif content == n.HANDSHAKE and len(data) >= _TYPE_AND_LENGTH:
        if is_read:
            trace.received(data[0], data[_TYPE_AND_LENGTH:])
        else:
            trace.sent(data[0])
