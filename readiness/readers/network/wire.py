"""Connections of urllib3 that go to addresses resolved before, under a deadline, and believe whole headers only."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from urllib3.connection import HTTPConnection, HTTPSConnection

from readiness.evidence.endpoint import TlsFacts
from readiness.evidence.model import Reason, Unproven
from readiness.readers.network.deadline import Deadline
from readiness.readers.network.resolve import Address

MAX_HEADERS = 65_536
_MAX_NAME = 500
_CUT = "make it, or the proxy before it, finish what it begins"


class Line:
    """The way to one origin: its addresses, its deadline, and what TLS showed on each connection."""

    def __init__(self, addresses: Sequence[Address], deadline: Deadline) -> None:
        self.addresses, self.deadline = addresses, deadline
        self.seen: list[TlsFacts] = []

    def dial(self) -> socket.socket:
        """A connection to the first address that answers, each having its part of the time that is left."""
        refused: OSError | None = None
        for i, address in enumerate(self.addresses):
            self.deadline.stage = "the connection"
            self.deadline.check()
            try:
                return self._dial(address, self.deadline.left / (len(self.addresses) - i))
            except OSError as error:
                refused = refused if isinstance(refused, ConnectionRefusedError) else error
        self.deadline.check()
        raise refused or OSError("no address")

    def _dial(self, address: Address, seconds: float) -> socket.socket:
        sock = socket.socket(address.family, socket.SOCK_STREAM)
        try:
            sock.settimeout(seconds)
            sock.connect(address.where)
            sock.settimeout(self.deadline.left)
            self.deadline.guard(sock)
        except BaseException:
            sock.close()
            raise
        self.deadline.stage = "its answer"
        return sock

    def plain(self) -> type[HTTPConnection]:
        """A class of connections that use this line."""
        return type("Plain", (_Plain,), {"line": self})

    def secure(self) -> type[HTTPSConnection]:
        """The same over TLS."""
        return type("Secure", (_Secure,), {"line": self})


class _HeaderLines(io.BufferedReader):
    """The stream of an answer while its headers are read: counts them, and remembers whether they were cut off."""

    taken = 0
    ended = False
    in_body = False

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(-1 if size is None else size)
        self.taken += len(line)
        self.ended = not line
        if self.taken > MAX_HEADERS and not self.in_body:
            message = f"its headers are longer than {MAX_HEADERS:,} bytes"
            raise Unproven(Reason.MALFORMED, message, "make it send fewer and shorter headers")
        return line


class _Answer(http.client.HTTPResponse):
    """http.client takes the end of the stream for the end of the headers: a status line alone would be an answer."""

    def begin(self) -> None:
        fp: Any = self.fp
        lines = _HeaderLines(fp.detach())
        self.fp = lines
        super().begin()
        if lines.ended:
            raise Unproven(Reason.MALFORMED, "it closed the connection within its headers", _CUT)
        lines.in_body = True


class _Plain(HTTPConnection):
    line: ClassVar[Line]
    response_class = _Answer

    def _new_conn(self) -> socket.socket:
        return self.line.dial()


class _Secure(HTTPSConnection):
    line: ClassVar[Line]
    response_class = _Answer

    def _new_conn(self) -> socket.socket:
        sock = self.line.dial()
        self.line.deadline.stage = "the TLS handshake"
        return sock

    def connect(self) -> None:
        super().connect()
        self.line.deadline.stage = "its answer"
        sock: Any = self.sock
        if isinstance(sock, ssl.SSLSocket):
            self.line.seen.append(_tls_facts(sock, self.is_verified))


def _tls_facts(sock: ssl.SSLSocket, verified: bool) -> TlsFacts:
    certificate: Any = sock.getpeercert() or {}
    cipher = sock.cipher()
    return TlsFacts(
        version=sock.version() or "",
        cipher=cipher[0] if cipher else "",
        verified=verified,
        subject=_name(certificate.get("subject", ())),
        issuer=_name(certificate.get("issuer", ())),
        not_after=_moment(certificate.get("notAfter")),
    )


_SHORT = {"commonName": "CN", "organizationName": "O", "organizationalUnitName": "OU", "countryName": "C"}


def _name(parts: Any) -> str:
    shown = ", ".join(f"{_SHORT.get(key, key)}={value}" for part in parts for key, value in part)
    return shown[:_MAX_NAME]


def _moment(text: str | None) -> str:
    if not text:
        return ""
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(text), UTC).isoformat()
