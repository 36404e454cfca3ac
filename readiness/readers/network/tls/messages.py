"""Messages of a server, out of bytes: RFC 8446 section 4, RFC 5246 section 7.4.

Each function takes the body of one message, without its type and length, and raises `Garbled` when it is no such thing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from readiness.readers.network.tls import numbers as n

# The SHA-256 of "HelloRetryRequest", which stands for the random value: RFC 8446 section 4.1.3.
_RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
_NAMED_CURVE = 3


class Garbled(ValueError):  # noqa: N818 - it says what the bytes are
    """These bytes are no such message."""


class Cursor:
    """Reads bytes from the front, and never past their end."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    @property
    def left(self) -> int:
        """How many bytes are left."""
        return len(self._data) - self._at

    def take(self, size: int) -> bytes:
        """The next bytes."""
        if size > self.left:
            raise Garbled(f"{size} bytes where {self.left} are left")
        self._at += size
        return self._data[self._at - size : self._at]

    def number(self, width: int) -> int:
        """The next bytes as a number."""
        return int.from_bytes(self.take(width), "big")

    def vector(self, width: int) -> Cursor:
        """What follows its own length."""
        return Cursor(self.take(self.number(width)))


class ServerHello(NamedTuple):
    """What a server chose: numbers of the version, the suite, and the group where it names one."""

    version: int
    suite: int
    group: int | None
    is_retry: bool


def server_hello(body: bytes) -> ServerHello:
    """A ServerHello, or a HelloRetryRequest, which has the same form."""
    cursor = Cursor(body)
    version, random = cursor.number(2), cursor.take(32)
    cursor.vector(1)
    suite = cursor.number(2)
    cursor.take(1)
    group = None
    for kind, content in _extensions(cursor):
        if kind == n.SUPPORTED_VERSIONS:
            version = content.number(2)
        elif kind == n.KEY_SHARE:
            group = content.number(2)
    return ServerHello(version, suite, group, random == _RETRY)


def certificates(body: bytes, version: int) -> Iterator[bytes]:
    """The certificates of a Certificate message, in DER, as they were sent."""
    cursor = Cursor(body)
    is_newest = version == n.CODES["1.3"]
    if is_newest:
        cursor.vector(1)
    chain = cursor.vector(3)
    while chain.left:
        entry = chain.vector(3)
        yield entry.take(entry.left)
        if is_newest:
            chain.vector(2)


def authorities(body: bytes, version: int) -> Iterator[bytes]:
    """The names in a CertificateRequest, in DER: of authorities whose certificates a server would take."""
    cursor = Cursor(body)
    if version == n.CODES["1.3"]:
        cursor.vector(1)
        for kind, content in _extensions(cursor):
            if kind == n.CERTIFICATE_AUTHORITIES:
                yield from _names(content)
        return
    cursor.vector(1)
    if version == n.CODES["1.2"]:
        cursor.vector(2)
    yield from _names(cursor)


def exchange_group(body: bytes) -> int | None:
    """The curve of a ServerKeyExchange, None when it names none."""
    cursor = Cursor(body)
    return cursor.number(2) if cursor.left >= 3 and cursor.number(1) == _NAMED_CURVE else None


def protocol(body: bytes) -> str:
    """What EncryptedExtensions chose for the protocol above, as in `http/1.1`."""
    for kind, content in _extensions(Cursor(body)):
        if kind == n.ALPN:
            chosen = content.vector(2).vector(1)
            return chosen.take(chosen.left).decode("ascii", "replace")
    return ""


def _names(cursor: Cursor) -> Iterator[bytes]:
    names = cursor.vector(2)
    while names.left:
        one = names.vector(2)
        yield one.take(one.left)


def _extensions(cursor: Cursor) -> Iterator[tuple[int, Cursor]]:
    if not cursor.left:
        return
    block = cursor.vector(2)
    while block.left:
        kind = block.number(2)
        yield kind, block.vector(2)
