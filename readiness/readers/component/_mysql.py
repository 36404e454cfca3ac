"""MySQL and MariaDB: protocol 10 (MySQL Internals Manual, Connection Phase)."""

from __future__ import annotations

import re
import struct
from typing import Any, ClassVar, Literal

from readiness.readers.component._dialect import Ask, Dialect, Seen, library, scalar, told
from readiness.readers.component._talk import Talk, TalkSocket
from readiness.readers.component._trouble import Trouble, wrong

_NAME = "MySQL"
_MAX_PACKET = 65_536
_PROTOCOL = 10
_OK, _ERROR, _MORE, _SWITCH = 0x00, 0xFF, 0x01, 0xFE
_CLIENT_SSL = 0x800
# LONG_PASSWORD, PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH.
_ABILITIES = 0x1 | 0x200 | 0x8000 | 0x80000
_UTF8MB4 = 45
_STRANGER = "readiness"
# Error numbers: MySQL Server Error Message Reference; 2000 and up are the client's.
_REFUSALS = frozenset({1044, 1045, 1130, 1227, 1251, 1524, 1698, 1862, 3118, 3159, 4151})
_LOST = frozenset({2002, 2003, 2006, 2013, 2055})
_WORDS = {
    1040: "it has no connection left",
    1044: "this user may not use this database",
    1045: "the user or the password is wrong",
    1049: "there is no such database",
    1053: "it is shutting down",
    1064: "the query is no proper SQL",
    1129: "it has blocked this address after many errors",
    1130: "this address may not connect",
    1146: "there is no such table",
    1698: "this user may not log in with a password",
    1792: "the query would change something, and is asked in a transaction that is read only",
    3118: "the account is locked",
    3159: "it takes connections over TLS only",
}


class MySql(Dialect):
    """MySQL, MariaDB, and what speaks as they do."""

    library: ClassVar[str] = "pymysql"
    extra: ClassVar[str] = "mysql"

    def begin(self, talk: Talk, ask: Ask, /) -> None:
        """Nothing: the server speaks first, in the clear."""

    def greet(self, talk: Talk, ask: Ask, /) -> Seen:
        """Its greeting, answered by a login without a password: one that is broken off may get this address blocked."""
        sequence, body = _packet(talk)
        version, abilities = _greeting(body)
        flags = _ABILITIES
        if ask.context is not None:
            if not abilities & _CLIENT_SSL:
                raise Trouble("tls", "it does not offer TLS", "switch TLS on in the server")
            flags |= _CLIENT_SSL
            sequence += 1
            _send(talk, sequence, _opening(flags))
            talk.secure(ask.context, ask.name)
        user = (ask.user or _STRANGER).encode()
        sequence += 1
        _send(talk, sequence, _opening(flags) + user + b"\0\0mysql_native_password\0")
        return Seen(version=version, auth=_let_in(talk))

    def enter(self, talk: Talk, ask: Ask, /) -> Seen:
        """Log in, and ask, in a transaction that is read only."""
        pymysql = library(self.library, self.extra)
        try:
            connection = _connected(pymysql, talk, ask)
        except pymysql.MySQLError as error:
            raise _refusal(_number(error)) from None
        version = _version(str(connection.get_server_info()))
        if not ask.query:
            return Seen(version=version, login="accepted")
        try:
            with connection.cursor() as cursor:
                cursor.execute("START TRANSACTION READ ONLY")
                cursor.execute(ask.query)
                rows = cursor.fetchall()
        except pymysql.MySQLError as error:
            raise _query_failed(_number(error)) from None
        first = rows[0][0] if rows and rows[0] else None
        return Seen(version=version, login="accepted", rows=len(rows), result=scalar(first))


def _connected(pymysql: Any, talk: Talk, ask: Ask) -> Any:
    sock = TalkSocket(talk)
    given: dict[str, Any] = {"ssl_disabled": True}
    if (context := ask.context) is not None:

        def over_tls(_sock: Any, **_named: Any) -> TalkSocket:
            talk.secure(context, ask.name)
            return sock

        given = {"ssl": _upgrade(over_tls)}
    connection = pymysql.Connection(
        host=ask.name,
        user=ask.user,
        password=ask.password,
        database=ask.database or None,
        defer_connect=True,
        **given,
    )
    connection.connect(sock)
    return connection


def _upgrade(over_tls: Any) -> Any:
    """A context whose only use is to let the talk go on over TLS; PyMySQL takes contexts of ssl only."""
    import ssl

    made: Any = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.wrap_socket = over_tls
    return made


def _packet(talk: Talk) -> tuple[int, bytes]:
    head = talk.exactly(4)
    size = int.from_bytes(head[:3], "little")
    if not 1 <= size <= _MAX_PACKET:
        raise wrong(_NAME, "the length of its packet cannot be")
    return head[3], talk.exactly(size)


def _send(talk: Talk, sequence: int, body: bytes) -> None:
    talk.send(len(body).to_bytes(3, "little") + bytes([sequence & 0xFF]) + body)


def _opening(flags: int) -> bytes:
    return struct.pack("<IIB23x", flags, _MAX_PACKET, _UTF8MB4)


def _greeting(body: bytes) -> tuple[str, int]:
    if body[0] == _ERROR:
        raise _not_ready(_error(body))
    version, end, rest = body[1:].partition(b"\0")
    # thread id 4, scramble 8, filler 1, abilities 2, charset 1, status 2, abilities 2, length 1, zeros 10
    if body[0] != _PROTOCOL or not end or len(rest) < 31 or rest[12]:
        raise wrong(_NAME, "its first packet is no greeting of protocol 10")
    low, high = struct.unpack("<H", rest[13:15])[0], struct.unpack("<H", rest[18:20])[0]
    return _version(version.decode("ascii", "replace")), low | high << 16


def _version(text: str) -> str:
    """MariaDB puts 5.5.5 before its own version, for old clients."""
    return told(text.removeprefix("5.5.5-") if "MariaDB" in text else text)


def _let_in(talk: Talk) -> Literal["none", "required"]:
    for _ in range(4):
        sequence, body = _packet(talk)
        if body[0] == _OK:
            return "none"
        if body[0] == _ERROR:
            number = _error(body)
            if number in (1044, 1049):  # he was let in, and the database is another matter
                return "none"
            if number in _REFUSALS:
                return "required"
            raise _not_ready(number)
        if body[0] not in (_SWITCH, _MORE):
            break
        _send(talk, sequence + 1, b"")
    raise wrong(_NAME, "its answer to a login is none")


def _error(body: bytes) -> int:
    found = re.match(rb"\xff(..)(?:#[0-9A-Z]{5})?", body, re.DOTALL)
    if found is None:
        raise wrong(_NAME, "its error has no number")
    return int.from_bytes(found[1], "little")


def _refusal(number: int) -> Exception:
    if number in _LOST:
        return EOFError()
    if number not in _REFUSALS:
        return _not_ready(number)
    return Trouble("login-refused", f"it refuses the login: {_said(number)}", "correct `user` and `password`")


def _not_ready(number: int) -> Trouble:
    return Trouble("not-ready", f"it takes no connection: {_said(number)}", "look into the server's log")


def _query_failed(number: int) -> Exception:
    if number in _LOST:
        return EOFError()
    return Trouble("query-failed", f"it refuses the query: {_said(number)}", "ask the same with mysql")


def _said(number: int) -> str:
    return f"{_WORDS[number]} (error {number})" if number in _WORDS else f"error {number}"


def _number(error: Any) -> int:
    number = error.args[0] if error.args else 0
    return number if isinstance(number, int) else 0
