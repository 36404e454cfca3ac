"""What a protocol must be able to do."""

from __future__ import annotations

import importlib
import math
import re
import ssl
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, NamedTuple

from readiness.evidence.component import Scalar
from readiness.readers.component._talk import Talk
from readiness.readers.component._trouble import Trouble

_LONGEST = 200
_VERSION = re.compile(r"[\x20-\x7e]{1,80}")


@dataclass(frozen=True, slots=True)
class Ask:
    """What to ask, and as whom. It holds secrets, and its repr does not."""

    name: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    database: str = ""
    query: str = field(default="", repr=False)
    service: str = ""
    context: ssl.SSLContext | None = None

    @property
    def enters(self) -> bool:
        """Whether more is wanted than what a stranger sees."""
        return bool(self.user or self.password or self.query)


class Seen(NamedTuple):
    """What one connection showed; the fields are those of `ComponentTry`."""

    version: str = ""
    auth: Literal["none", "required"] | None = None
    login: Literal["accepted", "refused"] | None = None
    rows: int | None = None
    result: Scalar = None
    speaks: bool | None = True


class Dialect(ABC):
    """One protocol. Both ways of asking raise Trouble, OSError or EOFError, and get a talk of their own.

    `library` and `extra` are the module that a login or a query needs, and the extra that brings it; `alpn` is what
    to offer over TLS. `logs_in_openly` says that the password is sent as it is, which the policy then knows.
    """

    library: ClassVar[str] = ""
    extra: ClassVar[str] = ""
    alpn: ClassVar[tuple[str, ...]] = ()
    logs_in_openly: ClassVar[bool] = False

    def begin(self, talk: Talk, ask: Ask, /) -> None:
        """Switch TLS on, where it stands before the protocol."""
        if ask.context is not None:
            talk.secure(ask.context, ask.name)

    def demand(self, ask: Ask) -> None:
        """Trouble when a library is needed and absent."""
        if self.library and ask.enters:
            library(self.library, self.extra)

    @abstractmethod
    def greet(self, talk: Talk, ask: Ask, /) -> Seen:
        """What it shows to a stranger: that it speaks, its version, and whether he is turned away."""

    def enter(self, talk: Talk, ask: Ask, /) -> Seen:
        """What it shows to a friend: whether the credentials are good, and what the query gives."""
        raise NotImplementedError


def library(module: str, extra: str) -> Any:
    """A client library; Trouble (insufficient) when it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError:
        package = module.partition(".")[0]
        raise Trouble(
            "insufficient",
            f"this needs the client library {package}, which is not installed",
            f"pip install 'readiness[{extra}]'",
        ) from None


def told(version: str) -> str:
    """A version as it is told, when it looks like one; else nothing."""
    return version if _VERSION.fullmatch(version) else ""


def scalar(value: object) -> Scalar:
    """The value of a query as plain JSON of a bounded size."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) < 2**53:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, bytes | bytearray):
        value = bytes(value[: 4 * _LONGEST]).decode("utf-8", "replace")
    text = str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
