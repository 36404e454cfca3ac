"""Signatures of tokens: RFC 7518 section 3, for the algorithms that JWT-SVID.md section 2.1 allows."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from readiness.evidence.spiffe import NotASpiffeIdError, Proof, parse_spiffe_id
from readiness.readers.spiffe.authorities import Bundle, JwtKey
from readiness.readers.spiffe.jwk import PublicKey

_MAX_KEYS = 100
LEAST_RSA = 2_048
"""Bits of an RSA key that may be used: RFC 7518 sections 3.3 and 3.5."""
_HASHES: Mapping[str, hashes.HashAlgorithm] = {
    "256": hashes.SHA256(),
    "384": hashes.SHA384(),
    "512": hashes.SHA512(),
}
_CURVES: Mapping[str, type[ec.EllipticCurve]] = {
    "256": ec.SECP256R1,
    "384": ec.SECP384R1,
    "512": ec.SECP521R1,
}
ALGORITHMS = frozenset(family + size for family in ("RS", "PS", "ES") for size in _HASHES)


def prove(
    signed: bytes,
    signature: bytes,
    algorithm: str | None,
    kid: str | None,
    subject: str | None,
    bundle: Bundle,
) -> Proof:
    """Whether a key of the subject's trust domain made the signature; with `kid`, only a key of that name counts."""
    about = Proof(ok=None, bundle=bundle.name, sha256=bundle.sha256)
    try:
        domain = parse_spiffe_id(subject or "").trust_domain
    except NotASpiffeIdError:
        return about.but(message="its subject is no SPIFFE ID, so that no bundle is known to be its own")
    keys = bundle.of(domain).jwt
    about = about.but(trust_domain=domain, authorities=len(keys))
    if algorithm not in ALGORITHMS:
        return about.but(message="its algorithm is none that may be used, and was not tried")
    chosen = [one for one in keys if kid is None or one.kid == kid][:_MAX_KEYS]
    if not chosen:
        what = "has no key for tokens" if not keys else "has no key of the token's `kid`"
        return about.but(ok=False, message=f"the bundle {what} in {domain}")
    if any(_is_made_by(one, signed, signature, algorithm) for one in chosen):
        return about.but(ok=True, message="ok")
    return about.but(ok=False, message=f"no key of {domain} in the bundle made its signature")


def _is_made_by(one: JwtKey, signed: bytes, signature: bytes, algorithm: str) -> bool:
    try:
        return _verifies(one.key, signed, signature, algorithm)
    except (InvalidSignature, ValueError):
        return False


def _verifies(key: PublicKey, signed: bytes, signature: bytes, algorithm: str) -> bool:
    """Whether it is a signature of that algorithm, whose key must be of its type and curve; InvalidSignature."""
    family, size = algorithm[:2], algorithm[2:]
    digest = _HASHES[size]
    if isinstance(key, ec.EllipticCurvePublicKey):
        half = (key.curve.key_size + 7) // 8
        if family != "ES" or not isinstance(key.curve, _CURVES[size]) or len(signature) != 2 * half:
            return False
        r, s = int.from_bytes(signature[:half]), int.from_bytes(signature[half:])
        key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(digest))
        return True
    if family == "ES" or not isinstance(key, rsa.RSAPublicKey) or key.key_size < LEAST_RSA:
        return False
    scheme = (
        padding.PSS(mgf=padding.MGF1(digest), salt_length=digest.digest_size)
        if family == "PS"
        else padding.PKCS1v15()
    )
    key.verify(signature, signed, scheme, digest)
    return True
