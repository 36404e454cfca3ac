"""Connections of urllib3 that go to addresses resolved before, under a deadline, and believe whole headers only."""

from __future__ import annotations

import http.client
import io
import re
import socket
import ssl
from collections.abc import Sequence
from typing import Any, ClassVar

from urllib3.connection import HTTPConnection, HTTPSConnection

from readiness.evidence.model import Reason, Unproven
from readiness.readers.network.deadline import Deadline
from readiness.readers.network.resolve import Address
from readiness.readers.network.tls import hooks, starttls
from readiness.readers.network.tls.handshake import Handshake
from readiness.readers.network.tls.hooks import TracedSocket
from readiness.readers.network.tls.identity import identify

MAX_HEADERS = 65_536
MAX_INTERIM = 10
_CUT = "make it, or the proxy before it, finish what it begins"
_HTTP = "look at what answers on this port: it, or a proxy before it, does not keep to HTTP/1.1"
# RFC 9112 section 4; the space before an absent reason is left out by some, and ambiguous for nobody.
_STATUS_LINE = re.compile(rb"HTTP/1\.[0-9] [0-9]{3}(?: [^\r\n]*)?(?:\r?\n)?")
_LENGTH = re.compile(r"[0-9]{1,19}")


HANDSHAKE = "handshake"
_PATIENCE_S = 0.1


class PartlyRefused(ConnectionRefusedError):  # noqa: N818 - named as what it is a kind of
    """Some addresses refused the connection, and others failed in another way."""


class Line:
    """The way to one origin: where it is, who must be there, the deadline, and what was seen on each connection.

    `name` is asked for over TLS, and must be in the certificate; with `identity` the SPIFFE ID must be there instead.
    The first address that answers is kept to. `step` is what the next handshake is made for; with `listens` the server
    is heard out after it, before anything is asked.
    """

    def __init__(
        self,
        addresses: Sequence[Address],
        deadline: Deadline,
        *,
        name: str = "",
        starttls: str = "",
        identity: str = "",
    ) -> None:
        self.addresses, self.deadline = tuple(addresses), deadline
        self.name, self.starttls, self.identity = name, starttls, identity
        self.handshakes: list[Handshake] = []
        self.step = HANDSHAKE
        self.listens = False
        self.connections = 0

    @property
    def address(self) -> str:
        """The address that answered; empty before one did."""
        return str(self.addresses[0].where[0]) if self.connections else ""

    def dial(self, seconds: float | None = None) -> socket.socket:
        """A connection to the first address that answers, each having its part of the time that is left."""
        errors: list[OSError] = []
        for i, address in enumerate(self.addresses):
            self.deadline.stage = "the connection"
            self.deadline.check()
            left = min(self.deadline.left, seconds or self.deadline.left)
            try:
                made = self._dial(address, left / (len(self.addresses) - i))
            except OSError as error:
                errors.append(error)
            else:
                self.addresses = (address,)
                self.connections += 1
                return made
        self.deadline.check()
        raise _told(errors)

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

    def secured(self, context: ssl.SSLContext) -> TracedSocket:
        """A new connection over TLS, whose handshake is kept in `handshakes`, also when it fails."""
        sock = self.dial()
        seen = Handshake(self.step, context.verify_mode == ssl.CERT_REQUIRED)
        self.handshakes.append(seen)
        connection: TracedSocket | None = None
        try:
            self.deadline.stage = f"STARTTLS of {self.starttls}" if self.starttls else "the TLS handshake"
            starttls.begin(self.starttls, sock)
            self.deadline.stage = "the TLS handshake"
            connection = hooks.wrap(context, sock, self.name)
            seen.trace = connection.trace
            connection.do_handshake()
            seen.succeeded(connection)
            if seen.verifies and self.identity:
                identify(connection.getpeercert(binary_form=True), self.identity)
            if self.listens:
                hooks.hear_out(connection, min(_PATIENCE_S, self.deadline.left))
        except BaseException as error:
            seen.failed(error, connection)
            (connection or sock).close()
            raise
        self.deadline.stage = "its answer"
        return connection

    def plain(self) -> type[HTTPConnection]:
        """A class of connections that use this line."""
        return type("Plain", (_Plain,), {"line": self})

    def secure(self) -> type[HTTPSConnection]:
        """The same over TLS."""
        return type("Secure", (_Secure,), {"line": self})


def _told(errors: Sequence[OSError]) -> OSError:
    """The one of several failures that says most."""
    refused = [error for error in errors if isinstance(error, ConnectionRefusedError)]
    if refused and len(refused) < len(errors):
        return PartlyRefused(*refused[0].args)
    return errors[-1] if errors else OSError("no address")


class _HeaderLines(io.BufferedReader):
    """The stream of an answer while its headers are read: counts them, and remembers whether they were cut off."""

    taken = 0
    ended = False
    in_body = False
    last = b""

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(-1 if size is None else size)
        self.taken += len(line)
        self.ended, self.last = not line, line
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
        self._refuse_ambiguity()
        lines.in_body = True

    def _refuse_ambiguity(self) -> None:
        """What another client may read in another way: http.client passes over the headers behind a broken line.

        RFC 9112 sections 5.1 and 6.3: a space before the colon, and a length that is no number.
        """
        if self.headers.get_payload():
            message = "its headers hold a line that is none, so that those behind it are not read"
            raise Unproven(Reason.MALFORMED, message, _HTTP)
        told = ",".join(self.headers.get_all("content-length", ["0"])).split(",")
        if not all(_LENGTH.fullmatch(one.strip()) for one in told):
            raise Unproven(Reason.MALFORMED, "its Content-Length is no number", _HTTP)

    def _read_status(self) -> tuple[str, int, str]:
        """The final status line: http.client passes over 100 only, and takes 103, early hints, for the answer.

        101 is final, for what follows it is no HTTP (https://www.rfc-editor.org/rfc/rfc9110#section-15.2).
        """
        parent: Any = super()
        lines: Any = self.fp
        for _ in range(MAX_INTERIM + 1):
            found: tuple[str, int, str] = parent._read_status()
            if not _STATUS_LINE.fullmatch(lines.last):
                raise Unproven(Reason.MALFORMED, "its answer does not begin as one of HTTP/1.1 does", _HTTP)
            if not 100 <= found[1] < 200 or found[1] == http.client.SWITCHING_PROTOCOLS:
                return found
            while self.fp.readline().strip(b"\r\n"):
                pass
        message = f"it sent more than {MAX_INTERIM} interim answers, and no final one"
        raise Unproven(Reason.MALFORMED, message, "let it answer, instead of announcing that it will")


class _Plain(HTTPConnection):
    line: ClassVar[Line]
    response_class = _Answer

    def _new_conn(self) -> socket.socket:
        return self.line.dial()


class _Secure(HTTPSConnection):
    line: ClassVar[Line]
    response_class = _Answer

    def connect(self) -> None:
        if self.ssl_context is None:
            raise ssl.SSLError("no context")
        self.sock = self.line.secured(self.ssl_context)
        # Also when nothing was verified, lest urllib3 warns: what may go over such a line is decided elsewhere.
        self.is_verified = True
