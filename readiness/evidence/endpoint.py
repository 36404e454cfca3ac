"""One observation of a live endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from readiness.evidence.model import Facts, Value


class HttpAnswer(Value, frozen=True, kw_only=True):
    """One answer over HTTP. `json` is the body as strict JSON, None when it is none; `elapsed_ms` counts the whole."""

    status: int
    elapsed_ms: float
    headers: Mapping[str, str] = {}
    body_bytes: int = 0
    content_type: str = ""
    json: Any = None
    is_json: bool = False


class TlsFacts(Value, frozen=True, kw_only=True):
    """What the connection itself showed."""

    version: str
    cipher: str
    verified: bool
    subject: str = ""
    issuer: str = ""
    not_after: str = ""


class Endpoint(Facts, frozen=True, kw_only=True):
    """What one observation saw: the tries over HTTP in their order, and the TLS of the connection, if any."""

    kind: ClassVar[str] = "endpoint"
    url: str
    http: tuple[HttpAnswer, ...] = ()
    tls: TlsFacts | None = None

    def summary(self) -> Mapping[str, object]:
        """Status and times of every try; never a body or a header."""
        return {
            "url": self.url,
            "http": [{"status": one.status, "elapsed_ms": round(one.elapsed_ms, 3)} for one in self.http],
            "tls": None if self.tls is None else {"version": self.tls.version, "cipher": self.tls.cipher},
        }
