"""Whether a certificate is trusted, for the name that was asked for, and sent with what leads to its authority."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.check import Finding, Outcome
from readiness.evidence.certificate import Certificate
from readiness.evidence.model import Reason
from readiness.evidence.tls import TlsObservation, Verification

from ._observed import place, steps, unproven

_SHOWN = 5
# X509_V_ERR_*: include/openssl/x509_vfy.h.in of OpenSSL.
_NEXT = {
    9: "wait until it is valid, or correct the clocks",
    10: "renew it, and let the server load the new one",
    18: "let an authority sign it, or name its own file in `ca`",
    19: "name the file of that authority in `ca`, or use one that is trusted",
    20: "let the server send its intermediate certificates, or name the file of the authority in `ca`",
    21: "let the server send its intermediate certificates, or name the file of the authority in `ca`",
    26: "issue it for servers: extended key usage serverAuth",
    62: "issue it for this name, or use in `url` a name that it is for",
    64: "issue it for this address, or use in `url` a name that it is for",
    66: "issue it with a larger key",
}
_OTHER_HOST = frozenset({62, 64})
_NO_ISSUER = frozenset({20, 21})


def judge_trust(tls: TlsObservation) -> Iterator[Finding]:
    """What stands against trusting the server, as OpenSSL said it."""
    said = tls.verification
    if said is None or said.ok is None:
        told = steps(tls) or "no handshake that verifies was made"
        yield unproven(Reason.INSUFFICIENT, f"{place(tls)}: whether it is trusted was not seen ({told})")
    elif said.ok is False:
        yield _distrusted(tls, said)
    elif said.code not in (0, None):
        yield unproven(
            Reason.MALFORMED,
            f"{place(tls)}: it is trusted and is not (verify code {said.code}: {said.message})",
        )
    elif not said.name:
        yield unproven(Reason.INSUFFICIENT, f"{place(tls)}: its name was not compared with any")


def _distrusted(tls: TlsObservation, said: Verification) -> Finding:
    code = "no verify code" if said.code is None else f"verify code {said.code}"
    observed = f"{said.message or 'not trusted'} ({code})"
    hint = ""
    if said.code in _OTHER_HOST and tls.leaf is not None:
        hint = f"; it is for {_names(tls.leaf)}"
    elif said.code in _NO_ISSUER and tls.chain:
        hint = f"; the last certificate that it sends is of {_shown(tls.chain[-1].issuer)}, which is not known here"
    return Finding(
        outcome=Outcome.FAIL,
        message=f"{place(tls)} is not trusted for {said.name or 'any name'} by {trust_of(said)}: {observed}{hint}",
        observed=observed,
        expected=f"trusted for {said.name} by {trust_of(said)}",
        next=_NEXT.get(said.code or 0, "let it present a certificate that can be verified"),
    )


def judge_chain(tls: TlsObservation, *, may_be_self_signed: bool) -> Iterator[Finding]:
    """What is not good about the certificates as they were sent."""
    leaf = tls.leaf
    if leaf is not None and leaf.self_signed and not may_be_self_signed:
        yield Finding(
            outcome=Outcome.FAIL,
            message=f"{place(tls)}: its certificate is signed by itself ({_shown(leaf.subject)})",
            observed="self-signed",
            expected="signed by an authority",
            next="let an authority sign it; one of your own will do, with its file in `ca`",
        )
    if leaf is not None and leaf.extensions.is_ca and not leaf.self_signed:
        yield Finding(
            outcome=Outcome.FAIL,
            message=f"{place(tls)}: its certificate is one of an authority (cA is set): whoever has the key of the "
            "server can issue others",
            observed="CA:TRUE",
            expected="CA:FALSE",
            next="issue one for a server, with basicConstraints CA:FALSE",
        )
    if tls.chain_truncated:
        many = f"it sends more than the {len(tls.chain)} certificates that were kept"
        yield unproven(Reason.INSUFFICIENT, f"{place(tls)}: {many}", "send the chain, and nothing else")
    if tls.chain_in_order is None:
        yield unproven(Reason.INSUFFICIENT, f"{place(tls)}: the order of its certificates was not seen")
    elif not tls.chain_in_order:
        order = " / ".join(_shown(one.subject) for one in tls.chain[:_SHOWN])
        yield Finding(
            outcome=Outcome.FAIL,
            message=f"{place(tls)}: its certificates are out of order, or some belong to another chain: {order}",
            observed=order,
            expected="each one signed by the next",
            next="write the server's certificate first, then the one that signed it, and so on",
        )


def trust_of(said: Verification) -> str:
    """Whom the gate held it against."""
    return "the authorities of this system" if said.trust == "system" else said.trust


def _names(leaf: Certificate) -> str:
    names = (*leaf.dns, *leaf.ips, *leaf.uris)
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(map(_shown, names[:_SHOWN])) + more if names else "no name at all"


def _shown(text: str) -> str:
    return (text if len(text) <= 100 else f"{text[:97]}...") or "an empty name"
