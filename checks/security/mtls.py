"""Mutual TLS: who is let in."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.check import Check, Finding, Outcome, Params
from readiness.evidence.endpoint import Endpoint
from readiness.evidence.model import Reason
from readiness.evidence.tls import Attempt, ClientAuth, TlsObservation

from ._observed import place, tls_of, unproven

# Statuses with which servers that ask for certificates on the level of HTTP turn clients away: nginx answers 400, and
# 495 and 496 in its own terms.
_TURNED_AWAY = frozenset({400, 401, 403, 495, 496})
_ENDED = frozenset({"alert", "eof", "reset"})
_GIVE = "give the endpoint a good `client: {cert, key}` in the policy: without it a refusal may be anything"


class Mtls(Check[Params]):
    """Only clients with a certificate of the right authority are let in.

    Three clients try: one without a certificate, one with a certificate of an authority that nobody knows, made for
    this purpose, and the one of the policy. The first two must be turned away, in TLS or over HTTP, and the third must
    be served: otherwise their refusals may be anybody's fault.

    ## Why it matters

    In TLS 1.3 a client that will be turned away completes its handshake first, and nginx turns it away over HTTP: so
    "the handshake worked" proves nothing, and "it failed" proves little. A server may also ask for a certificate and
    take any, or none: traffic then looks authenticated, and is not.

    ## How to fix it

    - nginx: `ssl_verify_client on;` with `ssl_client_certificate` naming your authority (not `optional`, and not
      `optional_no_ca`)
    - Envoy and Istio: `require_client_certificate: true` with a validation context; `PeerAuthentication` in `STRICT`
    - Go: `ClientAuth: tls.RequireAndVerifyClientCert` (`RequireAnyClientCert` takes any authority)
    - Unproven: give the endpoint `client: {cert, key}` in the policy, and let it answer that client with 2xx or 3xx.

    ## References

    - RFC 8446, section 4.4.2 and appendix E.1.2: client authentication
    - nginx, ngx_http_ssl_module: ssl_verify_client
    """

    def judge(self, endpoint: Endpoint) -> Iterator[Finding]:
        """Each client in turn, the right one first."""
        tls = tls_of(endpoint)
        if isinstance(tls, Finding):
            yield tls
            return
        auth = tls.client_auth
        if auth is None or (auth.requested is None and auth.none is None):
            yield unproven(
                Reason.INSUFFICIENT, f"{place(tls)}: client certificates were not looked at", _GIVE
            )
            return
        findings = list(_judged(tls, auth))
        yield from findings
        if not findings:
            yield _good(tls, auth)


def _judged(tls: TlsObservation, auth: ClientAuth) -> Iterator[Finding]:
    """What is not good; nothing when all three clients fared as they should."""
    if auth.requested is False and not _is_refusal(auth.none):
        yield _fail(
            tls, "asks for no client certificate", _said(auth.none), "a client certificate is required"
        )
        return
    if _is_served(auth.none):
        yield _fail(tls, "serves a client without a certificate", _said(auth.none), "refused")
    if _is_served(auth.wrong_ca):
        yield _fail(tls, "serves a client of an unknown authority", _said(auth.wrong_ca), "refused")
    if not _is_served(auth.right):
        yield _uncontrolled(tls, auth)
        return
    for who, attempt in (("without a certificate", auth.none), ("of an unknown authority", auth.wrong_ca)):
        if not (_is_served(attempt) or _is_refusal(attempt)):
            yield unproven(
                Reason.INSUFFICIENT,
                f"{place(tls)}: whether a client {who} is turned away is not shown ({_said(attempt)})",
                "let the service answer over HTTP, so that a refusal can be told from silence",
            )
    if auth.requested is not True and not _is_served(auth.none):
        yield unproven(
            Reason.INSUFFICIENT,
            f"{place(tls)}: it is not shown that it asks for a client certificate, although a client without one is "
            f"turned away ({_said(auth.none)})",
        )


def _uncontrolled(tls: TlsObservation, auth: ClientAuth) -> Finding:
    if auth.right is None:
        told = f"a client without a certificate: {_said(auth.none)}"
        return unproven(
            Reason.INSUFFICIENT, f"{place(tls)}: there is no right client to compare with ({told})", _GIVE
        )
    return unproven(
        Reason.INSUFFICIENT,
        f"{place(tls)}: the client of the policy is not served either ({_said(auth.right)}), so that no refusal shows "
        "anything",
        "give it a certificate that the service accepts, and an url that it answers with 2xx or 3xx",
    )


def _good(tls: TlsObservation, auth: ClientAuth) -> Finding:
    return Finding(
        outcome=Outcome.PASS,
        message=f"{place(tls)}: without a certificate: {_said(auth.none)}; of an unknown authority: "
        f"{_said(auth.wrong_ca)}; of the policy: {_said(auth.right)}",
        observed="a client certificate of the right authority is required",
        count=3,
    )


def _fail(tls: TlsObservation, what: str, observed: str, expected: str) -> Finding:
    return Finding(
        outcome=Outcome.FAIL,
        message=f"{place(tls)} {what} ({observed})",
        observed=observed,
        expected=expected,
        next="require a client certificate, and verify it against your own authority",
    )


def _is_served(attempt: Attempt | None) -> bool:
    return attempt is not None and attempt.outcome == "served"


def _is_refusal(attempt: Attempt | None) -> bool:
    if attempt is None:
        return False
    return attempt.outcome in _ENDED or (attempt.outcome == "http" and attempt.status in _TURNED_AWAY)


def _said(attempt: Attempt | None) -> str:
    if attempt is None:
        return "not tried"
    status = f"HTTP {attempt.status}" if attempt.status is not None else ""
    words = [
        {"served": "served", "http": "answered"}.get(attempt.outcome, attempt.outcome),
        status,
        attempt.detail,
    ]
    return " ".join(word for word in words if word)
