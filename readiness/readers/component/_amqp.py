"""RabbitMQ, and whatever else speaks AMQP 0-9-1 (AMQP 0-9-1 specification, sections 2.2 and 2.3; class connection)."""

from __future__ import annotations

import struct
from typing import ClassVar, NamedTuple

from readiness.readers.component._dialect import Ask, Dialect, Seen, told
from readiness.readers.component._talk import Talk
from readiness.readers.component._trouble import Trouble, wrong

_NAME = "AMQP 0-9-1"
_HEADER = b"AMQP\x00\x00\x09\x01"
_METHOD, _END = 1, 0xCE
_MAX_FRAME = 65_536
_CONNECTION, _START, _START_OK, _TUNE, _CLOSE = 10, 10, 11, 30, 50
_ACCESS_REFUSED = 403
# Without this ability the server closes the connection without a word: RabbitMQ documentation, Authentication Failure.
_ABILITY = b"\x1cauthentication_failure_close" + b"t\x01"
_ABILITIES = b"\x0ccapabilities" + b"F" + struct.pack("!I", len(_ABILITY)) + _ABILITY
_FIXED = {b"t": 1, b"b": 1, b"B": 1, b"s": 2, b"u": 2, b"I": 4, b"i": 4, b"f": 4, b"d": 8, b"l": 8, b"T": 8}
_VARIABLE = frozenset({b"S", b"F", b"A", b"x"})


class _Start(NamedTuple):
    version: str
    mechanisms: tuple[str, ...]


class Amqp(Dialect):
    """AMQP 0-9-1."""

    logs_in_openly: ClassVar[bool] = True

    def greet(self, talk: Talk, _ask: Ask, /) -> Seen:
        """The protocol header, answered by Connection.Start; and the login without a name, where that is offered."""
        start = _started(talk)
        if "ANONYMOUS" not in start.mechanisms:
            return Seen(version=start.version, auth="required")
        return Seen(
            version=start.version, auth="none" if _logs_in(talk, "ANONYMOUS", b"readiness") else "required"
        )

    def enter(self, talk: Talk, ask: Ask, /) -> Seen:
        """A login with PLAIN."""
        start = _started(talk)
        if "PLAIN" not in start.mechanisms:
            message = "it does not offer PLAIN, the only way to log in that is tried"
            raise Trouble("insufficient", message, "leave `user` and `password` out")
        if not _logs_in(talk, "PLAIN", f"\0{ask.user}\0{ask.password}".encode()):
            raise Trouble("login-refused", "it refuses the login", "correct `user` and `password`")
        return Seen(version=start.version, login="accepted")


def _started(talk: Talk) -> _Start:
    talk.send(_HEADER)
    method, body = _frame(talk)
    if method != _START:
        raise wrong(_NAME, "its first method is not Connection.Start")
    if body[:2] != b"\x00\x09":
        raise wrong(_NAME, "it is of another version")
    properties, rest = _long(body[2:])
    mechanisms, rest = _long(rest)
    _, rest = _long(rest)
    if rest or not mechanisms:
        raise wrong(_NAME, "its Connection.Start is not whole")
    return _Start(_version(properties), tuple(mechanisms.decode("ascii", "replace").split(" ")))


def _logs_in(talk: Talk, mechanism: str, response: bytes) -> bool:
    name = mechanism.encode()
    talk.send(
        _framed(
            struct.pack("!HHI", _CONNECTION, _START_OK, len(_ABILITIES))
            + _ABILITIES
            + bytes([len(name)])
            + name
            + struct.pack("!I", len(response))
            + response
            + b"\x05en_US"
        )
    )
    method, body = _frame(talk)
    if method == _TUNE:
        return True
    if method != _CLOSE or len(body) < 2:
        raise wrong(_NAME, "its answer to a login is none")
    (code,) = struct.unpack("!H", body[:2])
    if code == _ACCESS_REFUSED:
        return False
    raise Trouble("not-ready", f"it takes no connection: reply code {code}", "look into the server's log")


def _frame(talk: Talk) -> tuple[int, bytes]:
    """The method of class connection in a frame, and its arguments."""
    head = talk.exactly(7)
    if head[:4] == b"AMQP":
        raise wrong(_NAME, "it answers with another version of AMQP")
    kind, channel, size = struct.unpack("!BHI", head)
    if kind != _METHOD or channel or not 4 <= size <= _MAX_FRAME:
        raise wrong(_NAME, "its answer is no frame of a method")
    body = talk.exactly(size + 1)
    class_, method = struct.unpack("!HH", body[:4])
    if body[-1] != _END or class_ != _CONNECTION:
        raise wrong(_NAME, "its frame is not that of a connection")
    return int(method), body[4:-1]


def _framed(body: bytes) -> bytes:
    return struct.pack("!BHI", _METHOD, 0, len(body)) + body + bytes([_END])


def _long(data: bytes) -> tuple[bytes, bytes]:
    """A long string or table, and what stands behind it."""
    if len(data) < 4:
        raise wrong(_NAME, "its Connection.Start is not whole")
    (size,) = struct.unpack("!I", data[:4])
    if size > len(data) - 4:
        raise wrong(_NAME, "its Connection.Start is not whole")
    return data[4 : 4 + size], data[4 + size :]


def _version(table: bytes) -> str:
    """The value of `version` among the properties of the server, as far as they can be read."""
    while table:
        size = table[0]
        name, kind, rest = table[1 : size + 1], table[size + 1 : size + 2], table[size + 2 :]
        if kind in _VARIABLE:
            value, table = _long(rest)
        elif kind in _FIXED or kind == b"V":
            width = _FIXED.get(kind, 0)
            value, table = rest[:width], rest[width:]
        else:
            return ""
        if name == b"version" and kind == b"S":
            return told(value.decode("utf-8", "replace"))
    return ""
