"""What a service or a file presents as its SVID, and whether it goes back to a bundle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from readiness.check import Finding, Outcome
from readiness.evidence.certificate import Certificate
from readiness.evidence.model import Reason
from readiness.evidence.spiffe_svid import X509Svid
from readiness.evidence.tls import TlsObservation, Verification

from ._observed import place, steps
from ._spiffe_clauses import Breach, findings, unproven

_LONGEST_URI = 4_096  # what facts keep of a name
# What OpenSSL says with a code (X509_V_ERR_*: include/openssl/x509_vfy.h.in), and the rules that say the same. No code:
# the chain is trusted, and its SPIFFE ID is another one than was asked for.
_SAID_BY: Mapping[int | None, tuple[str, ...]] = {
    None: ("expected-", "uri-name", "id-", "leaf-path"),
    9: ("not-yet-valid",),
    10: ("expired",),
    26: ("leaf-purpose-pair",),
}
_VERIFY = (
    "give the endpoint `server-id`, the SPIFFE ID that it must have, and `ca`, the bundle of its trust domain"
)


class Presented(NamedTuple):
    """What there is to judge. `path` is the chain to an authority where it is known.

    `untrusted` is a finding unless it goes back to a bundle; a failure of it is one too many where a rule of `repeated`
    (by the beginnings of their names) has failed already.
    """

    where: str
    chain: tuple[Certificate, ...]
    is_cut: bool
    untrusted: Finding | None
    path: tuple[Certificate, ...] = ()
    repeated: tuple[str, ...] = ()

    @property
    def signing(self) -> tuple[Certificate, ...]:
        """Every certificate above the leaf that was sent or found, each once."""
        return tuple({one.sha256: one for one in (*self.chain[1:], *self.path[1:])}.values())

    def is_told(self, bad: Sequence[Finding]) -> bool:
        """Whether a failure says already why it is not trusted."""
        if self.untrusted is None or self.untrusted.outcome is not Outcome.FAIL:
            return False
        failed = [one.message for one in bad if one.outcome is Outcome.FAIL]
        return any(f"[{rule}" in message for rule in self.repeated for message in failed)


def of_file(svid: X509Svid) -> Presented:
    """An SVID from a file, or from the Workload API."""
    return Presented(svid.source, svid.chain, svid.chain_truncated, _untrusted_file(svid), path=svid.path)


def of_endpoint(tls: TlsObservation) -> Presented:
    """What a service presents."""
    code = tls.verification.code if tls.verification is not None else None
    return Presented(
        place(tls),
        tls.chain,
        tls.chain_truncated,
        _untrusted_endpoint(tls, tls.verification),
        repeated=_SAID_BY.get(code, ()),
    )


def unreadable(where: str, certificates: Sequence[Certificate]) -> Iterator[Finding]:
    """What of the certificates, the leaf first, cannot be read well enough to be judged."""
    for i, one in enumerate(certificates):
        what = "its certificate" if i == 0 else f"signing certificate {one.subject or one.sha256[:12]}"
        next_ = "issue a proper certificate"
        if one.problem:
            yield unproven(Reason.MALFORMED, where, f"{what}: {one.problem}", next_)
        elif one.not_before is None or one.not_after is None or one.not_before >= one.not_after:
            yield unproven(Reason.MALFORMED, where, f"{what} has no lifetime", next_)
        elif any(len(uri) >= _LONGEST_URI for uri in one.uris):
            message = f"{what} has a URI name of {_LONGEST_URI:,} bytes or more, which is not read to its end"
            yield unproven(Reason.MALFORMED, where, message, "issue it with a shorter SPIFFE ID")


def _untrusted_file(svid: X509Svid) -> Finding | None:
    proof = svid.proof
    if proof is None:
        message = "it was held against no bundle, so that anybody may have issued it"
        next_ = "name the bundle of its trust domain with `bundle`"
        return unproven(Reason.INSUFFICIENT, svid.source, message, next_)
    if proof.ok is None:
        message = f"whether it goes back to {proof.bundle} is not shown: {proof.message}"
        return unproven(
            Reason.INSUFFICIENT, svid.source, message, "give a bundle that it can be held against"
        )
    if proof.ok and svid.path:
        return None
    message = (
        f"it does not go back to an authority of {proof.trust_domain} in {proof.bundle}: {proof.message}"
    )
    return _no_path(svid.source, message, proof.message)


def _untrusted_endpoint(tls: TlsObservation, verified: Verification | None) -> Finding | None:
    where = place(tls)
    if verified is None or verified.ok is None:
        message = f"whether it is trusted is not shown ({steps(tls) or 'it was not tried'})"
        return unproven(Reason.INSUFFICIENT, where, message, _VERIFY)
    if not verified.name.startswith("spiffe://") or verified.trust == "system":
        message = (
            f"it was verified as {verified.name or 'a host'} against {verified.trust}, not by its SPIFFE ID"
        )
        return unproven(Reason.INSUFFICIENT, where, message, _VERIFY)
    if verified.ok and tls.leaf is not None and tls.leaf.self_signed:
        return _no_path(where, "its SVID signed itself, and no authority did", "self-signed")
    if verified.ok:
        return None
    code = f" (code {verified.code})" if verified.code else ""
    message = f"it is not trusted as {verified.name} against {verified.trust}: {verified.message}{code}"
    return _no_path(where, message, verified.message)


def _no_path(where: str, message: str, observed: str) -> Finding:
    next_ = "send the intermediates with the SVID, and take the bundle of this trust domain as it is now"
    breach = Breach("path", "X509-SVID 5.1", message, observed, "a path to an authority", next_)
    return next(findings(where, [breach]))
