"""What a policy says about a component.

What is refused here may hold credentials: so errors carry `***` for the value, and name the place only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, NoReturn, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from readiness.check import Stricter
from readiness.evidence.component import Protocol
from readiness.readers.base import Spec
from readiness.readers.network.redaction import HIDDEN
from readiness.readers.network.spec import ClientFiles
from readiness.units import Duration

PROTOCOLS: dict[str, tuple[Protocol, int | None]] = {
    "postgres": ("postgres", 5432),
    "postgresql": ("postgres", 5432),
    "mysql": ("mysql", 3306),
    "redis": ("redis", 6379),
    "rediss": ("redis", 6379),
    "amqp": ("amqp", 5672),
    "amqps": ("amqp", 5671),
    "kafka": ("kafka", 9092),
    "grpc": ("grpc", None),
    "tcp": ("tcp", None),
}
_OVER_TLS = frozenset({"rediss", "amqps"})
_ASKED = ("postgres", "mysql", "redis")
_LOGGED_IN = (*_ASKED, "amqp")
_LONGEST = timedelta(minutes=10)
_HOST = re.compile(r"[a-z0-9_.-]{1,253}|[0-9a-f:.]{2,45}")
_ODD = re.compile(r"[\s\x00-\x1f\\]")
_DATABASE = re.compile(r"/?|/[A-Za-z0-9_$.-]{1,63}")
_NUMBER = re.compile(r"/?|/[0-9]{1,3}")
# Commands of Redis that change nothing and wait for nothing.
_READS = frozenset(
    {"PING", "ECHO", "TIME", "GET", "MGET", "EXISTS", "DBSIZE", "INFO", "ROLE", "STRLEN", "LLEN", "LINDEX"}
    | {"TTL", "PTTL", "TYPE", "HGET", "HLEN", "HEXISTS", "SCARD", "SISMEMBER", "ZCARD", "ZSCORE", "XLEN"}
)


def refuse(message: str, *place: str) -> NoReturn:
    """A validation error that does not repeat its input."""
    error = PydanticCustomError("refused", "{what}", {"what": message})
    details: InitErrorDetails = {"type": error, "loc": place, "input": HIDDEN}
    raise ValidationError.from_exception_data("component", [details], hide_input=True)


def _url(value: object) -> str:
    if not isinstance(value, str):
        refuse("a URL is text")
    if "@" in value:
        refuse("a URL holds no user and no password; give them with `user` and `password`")
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError:
        refuse("it is no URL; write it as in postgres://db.internal:5432/shop")
    if (
        parts.scheme not in PROTOCOLS
        or not host
        or not _HOST.fullmatch(host)
        or port == 0
        or _ODD.search(value)
    ):
        refuse(f"it is no URL of {', '.join(PROTOCOLS)}; write it as in postgres://db.internal:5432/shop")
    if port is None and PROTOCOLS[parts.scheme][1] is None:
        refuse(f"a URL of {parts.scheme} needs its port, as in {parts.scheme}://db.internal:8080")
    if parts.query or parts.fragment or "?" in value or "#" in value or not _is_path(parts):
        refuse("behind host and port stands at most the name of a database, or its number for redis")
    return value


def _is_path(parts: SplitResult) -> bool:
    protocol = PROTOCOLS[parts.scheme][0]
    if protocol in ("postgres", "mysql"):
        return bool(_DATABASE.fullmatch(parts.path))
    return bool(_NUMBER.fullmatch(parts.path)) if protocol == "redis" else parts.path in ("", "/")


def _hidden(name: str, longest: int) -> Callable[[object], str]:
    def check(value: object) -> str:
        if not isinstance(value, str) or not 0 < len(value) <= longest or "\0" in value:
            refuse(f"`{name}` is text of 1 to {longest:,} characters")
        return value

    return check


def _secret(name: str, longest: int) -> Any:
    return Annotated[str, PlainValidator(_hidden(name, longest)), WithJsonSchema({"type": "string"})]


def _deadline(value: timedelta) -> timedelta:
    if not timedelta(0) < value <= _LONGEST:
        raise ValueError("is more than 0 and at most 10m")
    return value


Url = Annotated[
    str,
    PlainValidator(_url),
    WithJsonSchema({"type": "string", "pattern": f"^({'|'.join(PROTOCOLS)})://"}),
]


class ComponentSpec(Spec):
    """One component of the system: a database, a broker, a cache, a service of gRPC, or an open port."""

    url: Url = Field(repr=False)
    """What to ask, without user and password: `postgres://host:5432/database`, `mysql://`, `redis://`, `rediss://`,
    `amqp://`, `amqps://`, `kafka://`, `grpc://` or `tcp://`."""
    user: _secret("user", 128) | None = Field(default=None, repr=False)  # type: ignore[valid-type]
    """As whom to log in; never shown."""
    password: _secret("password", 1_000) | None = Field(default=None, repr=False)  # type: ignore[valid-type]
    """With what to log in, as in `"${DB_PASSWORD}"`; never shown."""
    query: _secret("query", 2_000) | None = Field(default=None, repr=False)  # type: ignore[valid-type]
    """What to ask after the login, as in `SELECT 1` or `PING`; needs the client library of an extra. It is asked in a
    transaction that is read only; Redis takes commands that only read."""
    service: Annotated[str, Field(pattern=r"^[A-Za-z0-9_./-]{1,200}$")] | None = None
    """The service of gRPC whose health is asked for; without it, that of the whole server."""
    tls: bool = False
    """Whether it must speak over TLS, and be verified."""
    ca: Annotated[str, Field(min_length=1)] | None = None
    """The authorities to trust in PEM, relative to the root; without it, those of the system."""
    client: ClientFiles | None = None
    """The certificate and key to present over TLS, as in `{cert: client.pem, key: client.key}`."""
    tries: Annotated[int, Field(ge=1, le=20), Stricter.HIGHER] = 1
    """How often to ask, each time on new connections; the worst answer counts."""
    deadline: Annotated[Duration, AfterValidator(_deadline), Stricter.LOWER] = timedelta(seconds=10)
    """How long everything may take, from resolving the name to the last answer; up to 10m."""

    @property
    def protocol(self) -> Protocol:
        """What it must speak."""
        return PROTOCOLS[urlsplit(self.url).scheme][0]

    @property
    def place(self) -> tuple[str, int]:
        """Host and port."""
        parts = urlsplit(self.url)
        return parts.hostname or "", parts.port or PROTOCOLS[parts.scheme][1] or 0

    @property
    def database(self) -> str:
        """The name or number of a database; empty for none."""
        return urlsplit(self.url).path.strip("/")

    @property
    def over_tls(self) -> bool:
        """Whether TLS is demanded, by key or by scheme."""
        return self.tls or urlsplit(self.url).scheme in _OVER_TLS

    @model_validator(mode="after")
    def _fits_the_protocol(self) -> Self:
        protocol = self.protocol
        for key in ("ca", "client"):
            if getattr(self, key) is not None and not self.over_tls:
                refuse(f"`{key}` has no meaning without TLS; set `tls: true`", key)
        if self.over_tls and protocol == "tcp":
            refuse("`tcp://` says nothing; for TLS alone use kind endpoint with `tls://`", "tls")
        if self.service is not None and protocol != "grpc":
            refuse("`service` goes with grpc://", "service")
        self._fits_the_login(protocol)
        if self.query is not None:
            self._fits_the_query(protocol, self.query)
        return self

    def _fits_the_login(self, protocol: Protocol) -> None:
        if (self.user or self.password) and protocol not in _LOGGED_IN:
            refuse(f"there is no login for {protocol}://; leave `user` and `password` out", "user")
        if self.password and not self.user and protocol != "redis":
            refuse("`password` needs `user`", "password")
        if self.user and not self.password and protocol in ("redis", "amqp"):
            refuse("`user` needs `password`", "user")

    def _fits_the_query(self, protocol: Protocol, query: str) -> None:
        if protocol not in _ASKED:
            refuse(f"there is no query for {protocol}://", "query")
        if protocol != "redis" and not self.user:
            refuse("`query` needs `user`", "query")
        if protocol == "redis" and not _is_read(query):
            refuse(f"for Redis it is one command that reads: {', '.join(sorted(_READS))}", "query")


def _is_read(query: str) -> bool:
    import shlex

    try:
        words = shlex.split(query)
    except ValueError:
        return False
    return bool(words) and words[0].upper() in _READS
