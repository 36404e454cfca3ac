"""A JWT-SVID: its header and the claims that the standard knows. Never the token, nor its signature."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Literal

from readiness.evidence.model import Facts
from readiness.evidence.spiffe import Proof


class SpiffeJwt(Facts, frozen=True, kw_only=True):
    """`form` is `json` for a token in JSON serialization, of which nothing else is read.

    `headers` are the names of all members of the header. `audience` is None when there is no `aud`; `odd` names the
    members that are of another type than RFC 7515 and RFC 7519 give them. `proof` is None when there was no bundle
    to hold the signature against.
    """

    kind: ClassVar[str] = "spiffe-jwt"
    source: str
    form: Literal["compact", "json"] = "compact"
    headers: tuple[str, ...] = ()
    alg: str | None = None
    typ: str | None = None
    kid: str | None = None
    subject: str | None = None
    audience: tuple[str, ...] | None = None
    expires_at: datetime | None = None
    issued_at: datetime | None = None
    not_before: datetime | None = None
    odd: tuple[str, ...] = ()
    proof: Proof | None = None

    def summary(self) -> Mapping[str, object]:
        """Who, for whom, until when, and whether the signature was verified."""
        return {
            "alg": self.alg,
            "subject": self.subject,
            "audience": None if self.audience is None else list(self.audience),
            "expires_at": self.expires_at and self.expires_at.isoformat(),
            "verified": self.proof and self.proof.ok,
        }
