"""How well a certificate is made: its key, and the hash under its signature."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.check import Finding, Measure, Outcome
from readiness.evidence.certificate import Certificate
from readiness.evidence.model import Reason

from ._observed import unproven

# Their keys have one size, and their signatures no hash to choose.
_EDWARDS = frozenset({"Ed25519", "Ed448"})
_GOOD_HASHES = frozenset(
    {"sha224", "sha256", "sha384", "sha512", "sha512-224", "sha512-256"}
    | {"sha3-224", "sha3-256", "sha3-384", "sha3-512"}
)
_BROKEN_HASHES = frozenset({"md2", "md4", "md5", "sha1"})
_REISSUE = "issue it anew, with a new key"


def judge_key(what: str, one: Certificate, least_rsa: int, least_ec: int) -> Iterator[Finding]:
    """What is not good about its key."""
    if one.key_type in _EDWARDS:
        return
    least = {"RSA": least_rsa, "EC": least_ec}.get(one.key_type)
    if one.key_type == "DSA":
        yield _weak(f"{what} has a DSA key, which TLS no longer takes", "DSA", "RSA, EC or Ed25519")
    elif least is None or one.key_bits is None:
        yield unproven(
            Reason.MALFORMED, f"{what} has a key of an unknown kind or size ({describe_key(one)})", _REISSUE
        )
    elif one.key_bits < least:
        yield _weak(
            f"{what} has an {one.key_type} key of {one.key_bits} bits, and {least} is the least",
            describe_key(one),
            f"at least {least} bits",
        ).but(measure=Measure(one.key_bits, least, "bits", "higher"))


def judge_signature(
    what: str, one: Certificate, issuer: Certificate | None, *, is_verified: bool
) -> Iterator[Finding]:
    """What is not good about the hash under its signature; `issuer` is the next certificate, where it was sent.

    No hash at all belongs to Ed25519 and Ed448, so the issuer must have such a key, or be a root that was not sent:
    then OpenSSL has verified the signature, which it does for no broken hash.
    """
    name = one.signature.lower()
    if name in _GOOD_HASHES:
        return
    if name in _BROKEN_HASHES:
        yield _weak(f"{what} is signed over {name.upper()}, which can be forged", name, "SHA-256 or better")
    elif name or not (issuer.key_type in _EDWARDS if issuer is not None else is_verified):
        yield unproven(
            Reason.MALFORMED,
            f"{what} is signed in a way that is not known here ({name or 'no hash'})",
            _REISSUE,
        )


def describe_key(one: Certificate) -> str:
    """As in `RSA 2048` or `EC secp256r1`."""
    return f"{one.key_type} {one.curve or one.key_bits or ''}".strip() or "untold"


def _weak(message: str, observed: str, expected: str) -> Finding:
    return Finding(outcome=Outcome.FAIL, message=message, observed=observed, expected=expected, next=_REISSUE)
