"""What is said in clear before TLS begins.

Each answer is read byte by byte, so that nothing after it is taken in: what a server sends too early would be taken
for a part of the secured talk (CVE-2011-0411).
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable

from readiness.evidence.model import Reason, Unproven

_MAX_LINE, _MAX_LINES = 2_048, 100
_SSL_REQUEST = bytes.fromhex("0000000804d2162f")  # PostgreSQL, Message Formats: SSLRequest
# LDAPMessage 1, ExtendedRequest 1.3.6.1.4.1.1466.20037: RFC 4511 sections 4.12 and 4.14.
_LDAP_REQUEST = bytes.fromhex("301d02010177188016") + b"1.3.6.1.4.1.1466.20037"
_SEQUENCE, _MAX_LDAP = 0x30, 4_096
_LDAP_OK = re.compile(rb"\x02\x01\x01\x78(?:\x81.|\x82..|[\x00-\x7f])\x0a\x01\x00", re.DOTALL)


def begin(kind: str, sock: socket.socket) -> None:
    """Ask for TLS in a protocol; Unproven when the server does not go along, OSError when the connection ends."""
    if kind:
        _DIALOGUES[kind](sock)


def _postgres(sock: socket.socket) -> None:
    sock.sendall(_SSL_REQUEST)
    answer = _exactly(sock, 1)
    if answer != b"S":
        raise _refused("PostgreSQL", repr(answer)[1:])


def _smtp(sock: socket.socket) -> None:
    _smtp_reply(sock, b"220")
    sock.sendall(b"EHLO readiness.invalid\r\n")
    offers = {line[4:].strip().upper() for line in _smtp_reply(sock, b"250")}
    if b"STARTTLS" not in offers:
        raise _refused("SMTP", "it does not offer it")
    sock.sendall(b"STARTTLS\r\n")
    _smtp_reply(sock, b"220")


def _smtp_reply(sock: socket.socket, code: bytes) -> list[bytes]:
    lines: list[bytes] = []
    while len(lines) < _MAX_LINES:
        line = _line(sock)
        lines.append(line)
        if not line.startswith(code) or line[3:4] not in (b" ", b"-", b""):
            raise _refused("SMTP", _shown(line))
        if line[3:4] != b"-":
            return lines
    raise _refused("SMTP", "its reply has no end")


def _imap(sock: socket.socket) -> None:
    greeting = _line(sock)
    if not greeting.upper().startswith(b"* OK"):
        raise _refused("IMAP", _shown(greeting))
    sock.sendall(b"r1 STARTTLS\r\n")
    for _ in range(_MAX_LINES):
        line = _line(sock)
        if line.upper().startswith(b"R1 OK"):
            return
        if not line.startswith(b"* "):
            raise _refused("IMAP", _shown(line))
    raise _refused("IMAP", "its reply has no end")


def _ldap(sock: socket.socket) -> None:
    sock.sendall(_LDAP_REQUEST)
    head = _exactly(sock, 2)
    size = head[1]
    if head[0] != _SEQUENCE:
        raise _refused("LDAP", "its answer is no LDAP")
    if size & 0x80:
        width = size & 0x7F
        size = int.from_bytes(_exactly(sock, width), "big") if 0 < width <= 4 else _MAX_LDAP + 1
    if size > _MAX_LDAP:
        raise _refused("LDAP", "its answer is too long")
    if not _LDAP_OK.match(_exactly(sock, size)):
        raise _refused("LDAP", "its answer is no success")


_DIALOGUES: dict[str, Callable[[socket.socket], None]] = {
    "postgres": _postgres,
    "smtp": _smtp,
    "imap": _imap,
    "ldap": _ldap,
}


def _line(sock: socket.socket) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        if len(line) >= _MAX_LINE:
            raise _refused("STARTTLS", "its line has no end")
        line += _exactly(sock, 1)
    return line.rstrip(b"\r\n")


def _exactly(sock: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = sock.recv(size - len(data))
        if not part:
            raise ConnectionAbortedError("the end, before TLS began")
        data += part
    return data


def _shown(line: bytes) -> str:
    text = line[:80].decode("ascii", "replace")
    return "".join(one if one.isprintable() else "?" for one in text)


class StartTlsRefused(Unproven):
    """The server does not go over to TLS."""


def _refused(protocol: str, answer: str) -> StartTlsRefused:
    message = f"it does not go over to TLS as {protocol} does: {answer}"
    return StartTlsRefused(Reason.UNREACHABLE, message, "switch TLS on in the server, or correct `starttls`")
