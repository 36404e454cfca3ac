"""The rules of JWT-SVID.md for a token's header and signature."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from readiness.check import Finding, Outcome
from readiness.evidence.model import Reason
from readiness.evidence.spiffe_jwt import SpiffeJwt

from ._spiffe_clauses import Breach, findings, unproven

FETCH = "let the workload fetch a new token, and give the gate that one"
_ALGORITHMS = tuple(family + size for family in ("RS", "ES", "PS") for size in ("256", "384", "512"))
_HEADERS = frozenset({"alg", "kid", "typ"})


def header_breaches(token: SpiffeJwt) -> Iterator[Breach]:
    """JWT-SVID.md section 2."""
    more = [name[:60] for name in token.headers if name not in _HEADERS]
    if more:
        message = f"its header holds {', '.join(more[:5])}, and may hold alg, kid and typ only"
        yield Breach("headers", "JWT-SVID 2", message, ", ".join(more[:5]), "alg, kid, typ", FETCH)
    if token.alg not in _ALGORITHMS:
        shown = "no text" if "alg" in token.odd else (token.alg or "none")[:60]
        message = f"its `alg` is {shown}, which is not one of the standard"
        yield Breach("algorithm", "JWT-SVID 2.1", message, shown, ", ".join(_ALGORITHMS), FETCH)
    if "kid" in token.odd:
        yield Breach("key-id", "JWT-SVID 2.2", "its `kid` is no text", "no text", "text", FETCH)
    if "typ" in token.odd or token.typ not in (None, "JWT", "JOSE"):
        shown = (token.typ or "no text")[:60]
        yield Breach("type", "JWT-SVID 2.3", f"its `typ` is {shown}", shown, "JWT or JOSE, or none", FETCH)


def unsigned(token: SpiffeJwt) -> Iterator[Finding]:
    """A finding unless its signature was verified."""
    proof = token.proof
    if proof is None:
        message = "its signature was held against no bundle, so that anybody may have made it"
        next_ = "name the bundle of its trust domain with `bundle`"
        yield unproven(Reason.INSUFFICIENT, token.source, message, next_)
    elif proof.ok is None:
        message = f"its signature was not verified against {proof.bundle}: {proof.message}"
        yield unproven(Reason.INSUFFICIENT, token.source, message, FETCH)
    elif not proof.ok:
        message = f"its signature is not good against {proof.bundle}: {proof.message}"
        next_ = "take the bundle of this trust domain as it is now; then suspect the token"
        breach = Breach(
            "signature", "JWT-SVID 4", message, proof.message, "made by a key of the bundle", next_
        )
        yield from findings(token.source, [breach])


def odd_moments(token: SpiffeJwt) -> Iterator[Finding]:
    """RFC 7519 sections 4.1.5 and 4.1.6: what is there must be a moment."""
    breaches = [
        Breach("moments", "RFC 7519 4.1", f"its `{name}` is no moment", "no number", "a number", FETCH)
        for name in ("iat", "nbf")
        if name in token.odd
    ]
    yield from findings(token.source, breaches)


def early(where: str, claim: str, said: str, moment: datetime, now: datetime) -> Finding:
    """A claim that lies ahead, and must not."""
    return Finding(
        outcome=Outcome.FAIL,
        message=f"{where}: it {said} {moment:%Y-%m-%d %H:%M:%S} UTC [{claim}, RFC 7519 4.1]",
        observed=moment.isoformat(),
        expected=f"not after {now.isoformat()}",
        until=moment,
        next="look at the clocks of the issuer and of the gate",
    )
