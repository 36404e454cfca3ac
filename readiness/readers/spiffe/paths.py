"""From a certificate to an authority: path validation of RFC 5280, as `cryptography` does it, without a network.

Left to the checks, which name each rule: what the certificates on the path may be used for, and the leaf's own rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from readiness.evidence.certificate import Certificate
from readiness.evidence.spiffe import NotASpiffeIdError, Proof, parse_spiffe_id
from readiness.readers.network.tls.certificates import MAX_CHAIN, certificate
from readiness.readers.spiffe.authorities import Bundle
from readiness.readers.spiffe.encodings import shielded

MAX_AUTHORITIES = 1_000
_MAX_MESSAGE = 300
_MOMENT = timedelta(seconds=1)
# The verifier keeps to the algorithms of the web; SPIFFE allows more, and what it cannot check it has not shown.
_NOT_CHECKED = ("forbidden public key algorithm", "forbidden signature algorithm")


def trust_domain_of(leaf: Certificate | None) -> str:
    """The trust domain of an SVID, empty when it has not exactly one SPIFFE ID."""
    try:
        return parse_spiffe_id(leaf.uris[0]).trust_domain if leaf and len(leaf.uris) == 1 else ""
    except NotASpiffeIdError:
        return ""


def prove(ders: Sequence[bytes], bundle: Bundle, now: datetime) -> tuple[Proof, tuple[Certificate, ...]]:
    """Whether a chain leads to an authority of its own trust domain, and the path that was found.

    It is verified at `now`, or at the moment nearest to it at which the leaf is valid: whether it is valid now is for
    a check to say.
    """
    domain = trust_domain_of(certificate(ders[0])) if ders else ""
    known = bundle.of(domain).x509[:MAX_AUTHORITIES] if domain else ()
    about = Proof(
        ok=None, bundle=bundle.name, sha256=bundle.sha256, trust_domain=domain, authorities=len(known)
    )
    if not domain:
        return about.but(message="it has no SPIFFE ID that names a trust domain"), ()
    parsed = [shielded(lambda der=der: x509.load_der_x509_certificate(der)) for der in ders[:MAX_CHAIN]]  # type: ignore[misc]
    chain = [one for one in parsed if one is not None]
    anchors = [
        one
        for der in known
        if (one := shielded(lambda der=der: x509.load_der_x509_certificate(der))) is not None  # type: ignore[misc]
    ]
    if len(chain) != len(ders):
        return about.but(message="its chain cannot be read as a whole"), ()
    if not anchors:
        return about.but(ok=False, message=f"the bundle has no X.509 authority of {domain}"), ()
    return _verified(about, chain, anchors, now)


def _verified(
    about: Proof, chain: list[x509.Certificate], anchors: list[x509.Certificate], now: datetime
) -> tuple[Proof, tuple[Certificate, ...]]:
    leaf, *intermediates = chain
    try:
        verifier = (
            PolicyBuilder()
            .store(Store(anchors))
            .time(_moment(leaf, now))
            .extension_policies(ca_policy=_authorities_only(), ee_policy=ExtensionPolicy.permit_all())
            .build_client_verifier()
        )
        found = verifier.verify(leaf, intermediates).chain
    except VerificationError as error:
        told = str(error).removeprefix("validation failed: ").partition(" (encountered")[0][:_MAX_MESSAGE]
        is_unsure = any(words in told.lower() for words in _NOT_CHECKED)
        return about.but(ok=None if is_unsure else False, message=told), ()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # the verifier is Rust, and a panic of it is no Exception
        return about.but(message=f"it could not be verified ({type(error).__name__})"), ()
    if len(found) < 2:
        return about.but(
            ok=False, message="the bundle holds the SVID itself, where authorities are meant"
        ), ()
    path = tuple(certificate(one.public_bytes(Encoding.DER)) for one in found)
    return about.but(ok=True, message="ok"), path


def _authorities_only() -> ExtensionPolicy:
    """What RFC 5280 asks of whoever signs, section 6.1.4 (k); what SPIFFE asks beyond it is judged by the checks."""
    return ExtensionPolicy.permit_all().require_present(
        x509.BasicConstraints, Criticality.AGNOSTIC, lambda _policy, _certificate, said: _refuse_leaf(said)
    )


def _refuse_leaf(said: x509.BasicConstraints) -> None:
    if not said.ca:
        raise ValueError("a certificate above the leaf is no signing certificate")


def _moment(leaf: x509.Certificate, now: datetime) -> datetime:
    return max(leaf.not_valid_before_utc, min(now, leaf.not_valid_after_utc - _MOMENT))
