"""Public keys as RFC 7517 and RFC 7518 write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from readiness.readers.spiffe.encodings import shielded, url_safe_base64

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
KNOWN_TYPES = ("RSA", "EC")
_CURVES: Mapping[str, ec.EllipticCurve] = {
    "P-256": ec.SECP256R1(),
    "P-384": ec.SECP384R1(),
    "P-521": ec.SECP521R1(),
}
_MAX_MODULUS = 2_048  # bytes
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


def public_key(jwk: Mapping[str, Any]) -> PublicKey | None:
    """The key of a JWK of a known type, None when its parameters make none."""
    kind = jwk.get("kty")
    if kind == "RSA":
        return shielded(lambda: _rsa(jwk))
    return shielded(lambda: _ec(jwk)) if kind == "EC" else None


def rsa_bits(key: PublicKey | None) -> int | None:
    """The size of an RSA key in bits, None for any other."""
    return key.key_size if isinstance(key, rsa.RSAPublicKey) else None


def is_private(jwk: Mapping[str, Any]) -> bool:
    """Whether it holds what must stay secret: RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1."""
    return bool(_PRIVATE & jwk.keys())


def is_key_of(key: PublicKey, der: bytes) -> bool | None:
    """Whether a certificate is for this key; None when the certificate cannot be read."""
    certified = shielded(lambda: x509.load_der_x509_certificate(der).public_key())
    return None if certified is None else certified == key


def _rsa(jwk: Mapping[str, Any]) -> PublicKey | None:
    modulus, exponent = _octets(jwk, "n"), _octets(jwk, "e")
    if not modulus or not exponent or len(modulus) > _MAX_MODULUS or len(exponent) > _MAX_MODULUS:
        return None
    numbers = rsa.RSAPublicNumbers(int.from_bytes(exponent), int.from_bytes(modulus))
    return numbers.public_key()


def _ec(jwk: Mapping[str, Any]) -> PublicKey | None:
    curve = _CURVES[jwk["crv"]]
    x, y = _octets(jwk, "x"), _octets(jwk, "y")
    size = (curve.key_size + 7) // 8
    if x is None or y is None or len(x) != size or len(y) != size:
        return None
    return ec.EllipticCurvePublicNumbers(int.from_bytes(x), int.from_bytes(y), curve).public_key()


def _octets(jwk: Mapping[str, Any], name: str) -> bytes | None:
    text = jwk.get(name)
    return url_safe_base64(text) if isinstance(text, str) else None
