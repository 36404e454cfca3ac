"""What one component of a system answered in its own protocol: a database, a broker, a cache."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from readiness.evidence.model import Facts, Reason, Value

Protocol = Literal["postgres", "mysql", "redis", "amqp", "kafka", "grpc", "tcp"]
Scalar = bool | int | float | str | None
Cause = Literal[
    "refused",
    "timeout",
    "reset",
    "closed",
    "unreachable",
    "tls",
    "wrong-protocol",
    "not-ready",
    "login-refused",
    "query-failed",
    "insufficient",
    "malformed",
]


class ComponentFailure(Value, frozen=True, kw_only=True):
    """Why a try did not come to its end.

    `cause` is `wrong-protocol` when what came back cannot be the protocol of the URL, `not-ready` when the component
    says itself that it does not serve now, `login-refused` and `query-failed` when it says no to what was asked. All
    others leave open how it is.
    """

    cause: Cause
    reason: Reason
    message: str
    remedy: str = ""


class ComponentTry(Value, frozen=True, kw_only=True):
    """One try on connections of its own; `attempt` counts from 1.

    `elapsed_ms` counts from before the connection to the last byte of the last answer, TLS included; with a login or
    a query it is that of the connection over which they went. `speaks` is None when nothing tells, which for `tcp`
    is always so. `auth` is what happens to somebody without credentials: `none` lets him in, `required` turns him
    away, None is not known. `login` is what became of the credentials of the policy, None when none were shown.
    `rows` is how many rows a query gave, None when none was asked, and `result` the first value of the first row.
    """

    attempt: int
    elapsed_ms: float
    reachable: bool = False
    speaks: bool | None = None
    version: str = ""
    auth: Literal["none", "required"] | None = None
    login: Literal["accepted", "refused"] | None = None
    rows: int | None = None
    result: Scalar = None
    failure: ComponentFailure | None = None


class Component(Facts, frozen=True, kw_only=True):
    """What one observation of a component saw. `url` holds no credentials; `asks` tells whether there was a query."""

    kind: ClassVar[str] = "component"
    url: str
    protocol: Protocol
    tls: bool = False
    asks: bool = False
    tries: tuple[ComponentTry, ...] = ()

    def summary(self) -> Mapping[str, object]:
        """What every try came to; never what a query gave."""
        return {
            "url": self.url,
            "protocol": self.protocol,
            "tls": self.tls,
            "tries": [
                {
                    "reachable": one.reachable,
                    "speaks": one.speaks,
                    "version": one.version,
                    "auth": one.auth,
                    "login": one.login,
                    "latency_ms": round(one.elapsed_ms, 3),
                    "failure": one.failure.message if one.failure else None,
                }
                for one in self.tries
            ],
        }
