"""Redis and Valkey: RESP2 (Redis serialization protocol specification)."""

from __future__ import annotations

import re
import shlex
from typing import Any, ClassVar

from readiness.readers.component._dialect import Ask, Dialect, Seen, library, scalar, told
from readiness.readers.component._talk import Talk, TalkSocket
from readiness.readers.component._trouble import Trouble, wrong

_NAME = "Redis"
_MAX_LINE, _MAX_INFO = 512, 65_536
_VERSION = re.compile(rb"^(?:valkey|redis)_version:([0-9A-Za-z.+-]{1,40})\r?$", re.MULTILINE)
_TURNED_AWAY = (b"-NOAUTH ", b"-NOPERM ", b"-WRONGPASS ", b"-DENIED ", b"-ERR operation not permitted")
_NOT_READY = {
    b"-LOADING ": "it is still loading its data",
    b"-BUSY ": "a script keeps it busy",
    b"-MASTERDOWN ": "it has lost its master",
    b"-MISCONF ": "it cannot save its data",
    b"-CLUSTERDOWN ": "its cluster is down",
    b"-ERR max number of clients": "it has no connection left",
}


class Redis(Dialect):
    """Redis, Valkey, and what speaks as they do."""

    extra: ClassVar[str] = "redis"
    logs_in_openly: ClassVar[bool] = True

    def demand(self, ask: Ask) -> None:
        """A query needs the library; a login does not."""
        if ask.query:
            library("redis", self.extra)

    def greet(self, talk: Talk, _ask: Ask, /) -> Seen:
        """PING, and INFO where a stranger is served."""
        line = _asked(talk, "PING")
        if line == b"+PONG":
            return Seen(version=_version(talk), auth="none")
        if line.startswith(_TURNED_AWAY):
            return Seen(auth="required")
        raise _other(line)

    def enter(self, talk: Talk, ask: Ask, /) -> Seen:
        """AUTH, and the query."""
        login = None
        if ask.password:
            _log_in(talk, ask)
            login = "accepted"
        line = _asked(talk, "PING")
        if line != b"+PONG" and not line.startswith(b"-NOPERM "):
            raise _login_refused() if line.startswith(_TURNED_AWAY) else _other(line)
        seen = Seen(version=_version(talk), login="accepted" if login else None)
        if not ask.query:
            return seen
        rows, result = _queried(talk, ask)
        return seen._replace(rows=rows, result=result)


def _asked(talk: Talk, *words: str) -> bytes:
    parts = [word.encode() for word in words]
    talk.send(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(one), one) for one in parts))
    kind = talk.exactly(1)
    line = talk.line(_MAX_LINE) if kind in (b"+", b"-", b"$") else None
    if line is None:
        raise wrong(_NAME, f"its answer to {words[0]} is no answer of RESP")
    return kind + line


def _other(line: bytes) -> Trouble:
    for start, words in _NOT_READY.items():
        if line.startswith(start):
            return Trouble("not-ready", f"it does not serve: {words}", "look into the server's log")
    return wrong(_NAME, "its answer to PING is none")


def _version(talk: Talk) -> str:
    line = _asked(talk, "INFO", "server")
    if line.startswith(b"-"):
        return ""  # this user may not ask it
    if not line.startswith(b"$"):
        raise wrong(_NAME, "its answer to INFO is none")
    size = line[1:]
    if not re.fullmatch(rb"[0-9]{1,5}", size) or int(size) > _MAX_INFO:
        raise wrong(_NAME, "the length of its answer to INFO cannot be")
    text = talk.exactly(int(size) + 2)
    found = _VERSION.findall(text)
    return told(found[-1].decode("ascii")) if found else ""


def _log_in(talk: Talk, ask: Ask) -> None:
    line = _asked(talk, "AUTH", *filter(None, (ask.user, ask.password)))
    if line == b"+OK":
        return
    if line.startswith(b"-"):
        raise _login_refused()
    raise wrong(_NAME, "its answer to AUTH is none")


def _login_refused() -> Trouble:
    return Trouble("login-refused", "it refuses the login", "correct `user` and `password`")


def _queried(talk: Talk, ask: Ask) -> tuple[int, Any]:
    redis = library("redis", "redis")
    from redis.backoff import NoBackoff  # only where the library is
    from redis.connection import Connection
    from redis.retry import Retry

    class Given(Connection):  # type: ignore[misc, unused-ignore]
        def _connect(self) -> Any:
            return TalkSocket(talk)

    make: Any = Given
    connection = make(
        host=ask.name,
        db=int(ask.database or 0),
        protocol=2,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        connection.connect()
        connection.send_command(*shlex.split(ask.query))
        answer = connection.read_response()
    except redis.exceptions.ConnectionError:
        raise EOFError from None
    except redis.exceptions.ResponseError:
        message, remedy = "it refuses the query", "ask the same with redis-cli"
        raise Trouble("query-failed", message, remedy) from None
    if isinstance(answer, list | tuple):
        return len(answer), scalar(_first(answer))
    return (0 if answer is None else 1), scalar(answer)


def _first(answer: Any) -> Any:
    while isinstance(answer, list | tuple):
        answer = answer[0] if answer else None
    return answer
