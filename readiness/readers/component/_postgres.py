"""PostgreSQL: protocol 3.0 (PostgreSQL documentation, Frontend/Backend Protocol, Message Formats)."""

from __future__ import annotations

import struct
from typing import Any, ClassVar

from readiness.readers.component._dialect import Ask, Dialect, Seen, library, scalar, told
from readiness.readers.component._talk import Talk, TalkSocket
from readiness.readers.component._trouble import Trouble, wrong

_NAME = "PostgreSQL"
_SSL_REQUEST = struct.pack("!ii", 8, 80877103)
_VERSION_3 = 196608
_MAX_MESSAGE = 65_536
_MAX_MESSAGES = 200
_STRANGER = "readiness"
_GRACE_MS = 250  # the server gives up a query after the gate has, so that it is late and not refused
_METHODS = frozenset({2, 3, 5, 6, 7, 9, 10})  # what AuthenticationRequest may ask for
_KNOWN = frozenset(b"RSKZENv")  # what a server may say before the first query
# SQLSTATE: PostgreSQL documentation, appendix A.
_WORDS = {
    "28P01": "the user or the password is wrong",
    "28000": "this user may not connect from here in this way",
    "3D000": "there is no such database",
    "42501": "this user may not connect to this database",
    "53300": "it has no connection left",
    "57P01": "it is shutting down",
    "57P02": "it has crashed and restarts",
    "57P03": "it does not take connections now: it starts, stops or recovers",
    "25006": "the query would change something, and is asked in a transaction that is read only",
    "57014": "the query was cancelled",
    "42P01": "there is no such table",
    "42601": "the query is no proper SQL",
}


class Postgres(Dialect):
    """PostgreSQL, and what speaks as it does."""

    library: ClassVar[str] = "pg8000.native"
    extra: ClassVar[str] = "postgres"

    def begin(self, talk: Talk, ask: Ask, /) -> None:
        """SSLRequest, and what comes of it."""
        if ask.context is None:
            return
        talk.send(_SSL_REQUEST)
        answer = talk.exactly(1)
        if answer == b"S":
            talk.secure(ask.context, ask.name)
        elif answer == b"N":
            raise Trouble("tls", "it does not offer TLS", "switch `ssl` on in the server")
        else:
            raise wrong(_NAME, "its answer to SSLRequest is neither S nor N")

    def greet(self, talk: Talk, ask: Ask, /) -> Seen:
        """StartupMessage without a password."""
        pairs = {"user": ask.user or _STRANGER, "database": ask.database or ask.user or "postgres"}
        body = b"".join(f"{key}\0{value}\0".encode() for key, value in pairs.items()) + b"\0"
        talk.send(struct.pack("!ii", len(body) + 8, _VERSION_3) + body)
        return _greeted(talk)

    def enter(self, talk: Talk, ask: Ask, /) -> Seen:
        """Log in, and ask, in a transaction that is read only."""
        pg8000 = library(self.library, self.extra)
        try:
            connection = pg8000.Connection(
                ask.user,
                database=ask.database or None,
                password=ask.password or None,
                ssl_context=False,
                sock=TalkSocket(talk),
            )
        except pg8000.DatabaseError as error:
            raise _refusal(_sqlstate(error)) from None
        version = told(str(connection.parameter_statuses.get("server_version", "")))
        if not ask.query:
            return Seen(version=version, login="accepted")
        try:
            connection.run("START TRANSACTION READ ONLY")
            connection.run(f"SET LOCAL statement_timeout = {int(talk.deadline.left * 1000) + _GRACE_MS}")
            rows = connection.run(ask.query)
        except pg8000.DatabaseError as error:
            raise _query_failed(_sqlstate(error)) from None
        first = rows[0][0] if rows and rows[0] else None
        return Seen(version=version, login="accepted", rows=len(rows or ()), result=scalar(first))


def _greeted(talk: Talk) -> Seen:
    version, is_open = "", False
    for _ in range(_MAX_MESSAGES):
        kind, body = _message(talk)
        if kind == b"R":
            method = _method(body)
            if method:
                return Seen(version=version, auth="required")
            is_open = True
        elif kind == b"S":
            name, _, value = body.partition(b"\0")
            version = (
                told(value.rstrip(b"\0").decode("ascii", "replace")) if name == b"server_version" else version
            )
        elif kind == b"E":
            return _turned_away(_state(body), is_open)
        elif kind == b"Z":
            if not is_open:
                raise wrong(_NAME, "it is ready before it let anybody in")
            talk.send(b"X\0\0\0\4")
            return Seen(version=version, auth="none")
    raise wrong(_NAME, "its greeting has no end")


def _message(talk: Talk) -> tuple[bytes, bytes]:
    kind = talk.exactly(1)
    if kind[0] not in _KNOWN:
        raise wrong(_NAME, "its first byte is none of a message")
    (size,) = struct.unpack("!i", talk.exactly(4))
    if not 4 <= size <= _MAX_MESSAGE:
        raise wrong(_NAME, "the length of its message cannot be")
    return kind, talk.exactly(size - 4)


def _method(body: bytes) -> int:
    if len(body) < 4:
        raise wrong(_NAME, "its request for a password is too short")
    (method,) = struct.unpack("!i", body[:4])
    if method not in _METHODS and (method or len(body) != 4):
        raise wrong(_NAME, "it asks for a way to log in that there is none of")
    return int(method)


def _state(body: bytes) -> str:
    fields = {part[:1]: part[1:] for part in body.split(b"\0") if part}
    state = fields.get(b"C", b"").decode("ascii", "replace")
    if len(state) != 5 or not state.isalnum() or b"M" not in fields:
        raise wrong(_NAME, "its error has no SQLSTATE")
    return state


def _turned_away(state: str, is_open: bool) -> Seen:
    """A stranger's name or database is unknown: that comes after he was let in, or he was not."""
    if state.startswith("28") or (is_open and state in ("3D000", "42501")):
        return Seen(auth="none" if is_open else "required")
    raise _not_ready(state)


def _refusal(state: str) -> Trouble:
    if not state.startswith("28"):
        return _not_ready(state)
    return Trouble("login-refused", f"it refuses the login: {_said(state)}", "correct `user` and `password`")


def _not_ready(state: str) -> Trouble:
    return Trouble("not-ready", f"it takes no connection: {_said(state)}", "look into the server's log")


def _query_failed(state: str) -> Trouble:
    return Trouble("query-failed", f"it refuses the query: {_said(state)}", "ask the same with psql")


def _said(state: str) -> str:
    return f"{_WORDS[state]} (SQLSTATE {state})" if state in _WORDS else f"SQLSTATE {state}"


def _sqlstate(error: Any) -> str:
    fields = error.args[0] if error.args else None
    state = fields.get("C", "") if isinstance(fields, dict) else ""
    return state if isinstance(state, str) and len(state) == 5 and state.isalnum() else "unknown"
