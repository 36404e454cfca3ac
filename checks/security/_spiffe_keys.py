"""The rules for one element of `keys` in a bundle: X509-SVID.md and JWT-SVID.md, sections 6.1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from readiness.evidence.certificate import Certificate
from readiness.evidence.spiffe_bundle import BundleKey

from ._spiffe_certificates import signing_breaches
from ._spiffe_clauses import Breach, should

KEY_RULES = 9
"""How many rules `key_breaches` looks at in an element that is not to be ignored."""
_PUBLISH = "publish the bundle with a SPIFFE implementation: spire-server bundle show -format spiffe"
_BUNDLE = "Trust-Domain-and-Bundle"
USES = ("x509-svid", "jwt-svid")
LEAST_RSA = 2_048
"""Bits of an RSA key with which anything may be signed."""


def is_judged(key: BundleKey) -> bool:
    """Whether it is of a use and a type that SPIFFE gives a meaning; others are ignored by all, wit-svid among them."""
    return key.use in USES and key.is_known_type


def key_breaches(key: BundleKey, domain: str) -> Iterator[Breach]:
    """What is wrong with an element, whatever it is for; `domain` is its trust domain, empty where it is not known."""
    where = named(key)
    if key.has_private:
        message = f"{where} holds a private key: whoever read the bundle can issue identities"
        yield Breach(
            "private-key", f"{_BUNDLE} 4.2", message, "a private key", "public keys", "replace that key now"
        )
    if key.odd:
        yield Breach("key-form", f"{_BUNDLE} 4.2", f"{where}: {key.odd}", key.odd, "a JWK", _PUBLISH)
        return
    for name, value, section in (("kty", key.kty, "4.2.1"), ("use", key.use, "4.2.2")):
        if value is None:
            message = f"{where} has no `{name}`"
            yield Breach(f"key-{name}", f"{_BUNDLE} {section}", message, "absent", "present", _PUBLISH)
    if not is_judged(key):
        return
    if key.problem:
        yield Breach("key-parameters", "RFC 7518 6", f"{where}: {key.problem}", "", "", _PUBLISH)
    if is_short(key):
        message = f"{where} is an RSA key of {key.rsa_bits} bits"
        expected = f"at least {LEAST_RSA} bits"
        yield Breach("key-size", "RFC 7518 3.3", message, f"{key.rsa_bits} bits", expected, _PUBLISH)
    yield from _x509(key, where, domain) if key.use == "x509-svid" else _jwt(key, where)


def is_short(key: BundleKey) -> bool:
    """Whether it can be broken for its size."""
    return key.rsa_bits is not None and key.rsa_bits < LEAST_RSA


def named(key: BundleKey) -> str:
    """How messages call it."""
    kid = f" ({key.kid[:60]})" if key.kid else ""
    return f"key {key.index + 1}{kid}"


def twice(keys: Sequence[BundleKey]) -> Iterator[Breach]:
    """Names that several keys for tokens have."""
    counted = Counter(key.kid for key in keys if key.use == "jwt-svid" and key.kid is not None)
    for kid, count in counted.items():
        if count > 1:
            message = f"{count} keys for tokens have the `kid` {kid[:60]}"
            yield should("kid-once", "RFC 7517 4.5", message, str(count), "1", _PUBLISH)


def _x509(key: BundleKey, where: str, domain: str) -> Iterator[Breach]:
    if key.kid is not None:
        message = f"{where} has a `kid`, and an authority for certificates must have none"
        yield Breach("x509-kid", "X509-SVID 6.1", message, key.kid[:60], "absent", _PUBLISH)
    if key.x5c_count != 1 or key.x5c is None:
        count = "no `x5c`" if key.x5c is None else f"{key.x5c_count} certificates in `x5c`"
        message = f"{where} has {count}, where exactly one is meant"
        yield Breach("x509-certificate", "X509-SVID 6.1", message, count, "1", _PUBLISH)
        return
    (certificate,) = key.x5c
    if certificate.problem:
        message = f"{where}: its certificate cannot be read: {certificate.problem}"
        yield Breach("x509-certificate", "X509-SVID 6.1", message, certificate.problem, "", _PUBLISH)
        return
    if key.matches is False:
        message = f"{where}: its certificate is for another key than its parameters"
        yield Breach("x509-same-key", "RFC 7517 4.7", message, "", "the same key", _PUBLISH)
    if not certificate.self_signed:
        message = f"{where}: its certificate is not self-signed"
        yield should("x509-self-signed", "X509-SVID 6.1", message, certificate.issuer, certificate.subject)
    for breach in signing_breaches(certificate, domain):
        yield breach._replace(message=f"{where}: {breach.message}")


def _jwt(key: BundleKey, where: str) -> Iterator[Breach]:
    if key.kid is None:
        message = f"{where} has no `kid`, and a key for tokens must have one"
        yield Breach("jwt-kid", "JWT-SVID 6.1", message, "absent", "present", _PUBLISH)


def authorities(keys: Sequence[BundleKey]) -> Iterator[Certificate]:
    """The certificates that a consumer takes: the first of each element for certificates."""
    for key in keys:
        if key.use == "x509-svid" and is_judged(key) and key.x5c and not (key.odd or key.x5c[0].problem):
            yield key.x5c[0]
