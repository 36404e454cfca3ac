"""One observation of a live endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from readiness.evidence.model import Facts, Reason, Value
from readiness.evidence.tls import TlsObservation


class HttpAnswer(Value, frozen=True, kw_only=True):
    """One answer over HTTP; `attempt` counts the tries from 1.

    `elapsed_ms` counts the whole try, from before the connection to the end of the body, with the `redirects` that
    were followed (on the same origin only). `json` is the body as strict JSON when `is_json`; else `problem` says
    why it is none, and `is_page` whether it begins like a page of HTML. `headers` have lower-case names, and `***` for
    values that are credentials.
    """

    status: int
    elapsed_ms: float
    headers: Mapping[str, str] = {}
    body_bytes: int = 0
    body_sha256: str = ""
    content_type: str = ""
    json: Any = None
    is_json: bool = False
    problem: str = ""
    is_page: bool = False
    attempt: int = 1
    redirects: int = 0


class FailedTry(Value, frozen=True, kw_only=True):
    """One try that gave no whole answer: `attempt` counts from 1, as in `HttpAnswer`.

    `cause` is `refused` when every address of the host refused the connection, and none took any before; `other` for
    whatever else happened.
    """

    attempt: int
    elapsed_ms: float
    reason: Reason
    message: str
    remedy: str = ""
    cause: Literal["refused", "other"] = "other"


class Endpoint(Facts, frozen=True, kw_only=True):
    """What one observation saw: the tries in their order, and what TLS showed, where it is spoken.

    Every try over HTTP is either in `http` or in `failures`. `http` is empty when only TLS was observed: the server is
    not trusted, its answer did not come, HTTP was not asked for (`tls://`), or the connection was refused, where the
    policy says that it may be. `url` holds no credentials.
    """

    kind: ClassVar[str] = "endpoint"
    url: str
    method: str = "GET"
    http: tuple[HttpAnswer, ...] = ()
    failures: tuple[FailedTry, ...] = ()
    tls: TlsObservation | None = None

    @property
    def tries(self) -> int:
        """How often it was asked."""
        return len(self.http) + len(self.failures)

    def summary(self) -> Mapping[str, object]:
        """Status and times of every try; never a body or a header."""
        return {
            "url": self.url,
            "http": [{"status": one.status, "elapsed_ms": round(one.elapsed_ms, 3)} for one in self.http],
            "failures": [{"attempt": one.attempt, "message": one.message} for one in self.failures],
            "tls": None if self.tls is None else self.tls.summary(),
        }
