"""SVIDs, bundles and tokens for tests, good ones and those that break one rule; made on the spot."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DOMAIN = "prod.acme"
ID = f"spiffe://{DOMAIN}/checkout"
SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
HOUR = timedelta(hours=1)


@cache
def key(name: str) -> ec.EllipticCurvePrivateKey:
    """The key of that name, the same throughout a run."""
    return ec.generate_private_key(ec.SECP256R1())


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    """A key of RSA."""
    return rsa.generate_private_key(65537, 2048)


@dataclass(frozen=True)
class Cert:
    """A certificate to be: a good leaf, but for what is given. None leaves an extension out."""

    subject: str = ""
    issuer: str = "root"
    signer: str = "root"
    holder: str = "leaf"
    uris: tuple[str, ...] = (ID,)
    dns: tuple[str, ...] = ()
    names_critical: bool = True
    is_ca: bool | None = False
    path_length: int | None = None
    usage: tuple[str, ...] | None = ("digital_signature",)
    usage_critical: bool = True
    purposes: tuple[x509.ObjectIdentifier, ...] | None = (SERVER, CLIENT)
    begins: datetime = NOW - HOUR / 4
    ends: datetime = NOW + 3 * HOUR / 4
    critical_unknown: bool = False

    def made(self) -> x509.Certificate:
        """The certificate."""
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(self.subject))
            .issuer_name(_name(self.issuer))
            .public_key(key(self.holder).public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.begins)
            .not_valid_after(self.ends)
        )
        names: list[x509.GeneralName] = [*map(x509.UniformResourceIdentifier, self.uris)]
        names += map(x509.DNSName, self.dns)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), self.names_critical)
        if self.is_ca is not None:
            constraints = x509.BasicConstraints(self.is_ca, self.path_length)
            builder = builder.add_extension(constraints, critical=True)
        if self.usage is not None:
            builder = builder.add_extension(_usage(self.usage), self.usage_critical)
        if self.purposes is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage(self.purposes), critical=False)
        if self.critical_unknown:
            odd = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.1"), b"\x05\x00")
            builder = builder.add_extension(odd, critical=True)
        return builder.sign(key(self.signer), hashes.SHA256())

    @property
    def der(self) -> bytes:
        """In DER."""
        return self.made().public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        """In PEM."""
        return self.made().public_bytes(Encoding.PEM)


def authority(name: str = "root", **about: Any) -> Cert:
    """A good authority that signs itself, but for what is given."""
    usual: dict[str, Any] = {
        "subject": name,
        "issuer": name,
        "signer": name,
        "holder": name,
        "uris": (f"spiffe://{DOMAIN}",),
        "is_ca": True,
        "usage": ("key_cert_sign", "crl_sign"),
        "purposes": None,
        "begins": NOW - timedelta(days=3),
        "ends": NOW + timedelta(days=7),
    }
    return Cert(**(usual | about))


def ec_jwk(name: str, **members: Any) -> dict[str, Any]:
    """A public key as JWK."""
    numbers = key(name).public_key().public_numbers()
    made = {"kty": "EC", "crv": "P-256", "x": b64(numbers.x.to_bytes(32)), "y": b64(numbers.y.to_bytes(32))}
    return made | members


def x509_entry(certificate: Cert | None = None, **members: Any) -> dict[str, Any]:
    """An authority for certificates, as a bundle has it."""
    made = certificate or authority()
    entry = ec_jwk(made.holder, use="x509-svid", x5c=[base64.b64encode(made.der).decode()])
    return entry | members


def jwt_entry(name: str = "tokens", **members: Any) -> dict[str, Any]:
    """A key for tokens, as a bundle has it."""
    return ec_jwk(name, use="jwt-svid", kid=name) | members


def rsa_entry(kid: str = "rsa") -> dict[str, Any]:
    """The key of RSA for tokens, as a bundle has it."""
    numbers = rsa_key().public_key().public_numbers()
    n, e = b64(numbers.n.to_bytes(256)), b64(numbers.e.to_bytes(3))
    return {"kty": "RSA", "use": "jwt-svid", "kid": kid, "n": n, "e": e}


def bundle(*entries: dict[str, Any], **members: Any) -> dict[str, Any]:
    """A good bundle of these entries; without any, of one authority for certificates and one key for tokens."""
    usual = {
        "spiffe_sequence": 7,
        "spiffe_refresh_hint": 300,
        "keys": list(entries or (x509_entry(), jwt_entry())),
    }
    return usual | members


def claims(**about: Any) -> dict[str, Any]:
    """The claims of a good token; None leaves one out."""
    now = int(NOW.timestamp())
    made = {"sub": ID, "aud": ["orders"], "iat": now - 60, "exp": now + 240} | about
    return {name: value for name, value in made.items() if value is not None}


def token(
    said: dict[str, Any] | None = None, *, signer: str = "tokens", drop: str = "", **header: Any
) -> str:
    """A token, signed with ES256, or with the algorithm of RSA that the header names."""
    head = {"alg": "ES256", "kid": signer, "typ": "JWT"} | header
    head = {name: value for name, value in head.items() if name != drop}
    signed = (
        f"{b64(json.dumps(head).encode())}.{b64(json.dumps(claims() if said is None else said).encode())}"
    )
    return f"{signed}.{b64(_signature(str(head.get('alg')), signer, signed.encode()))}"


def _signature(algorithm: str, signer: str, signed: bytes) -> bytes:
    if algorithm == "RS256":
        return rsa_key().sign(signed, padding.PKCS1v15(), hashes.SHA256())
    if algorithm == "PS256":
        return rsa_key().sign(signed, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    r, s = decode_dss_signature(key(signer).sign(signed, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32) + s.to_bytes(32)


def b64(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)] if text else [])


def _usage(names: tuple[str, ...]) -> x509.KeyUsage:
    every = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
        *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    return x509.KeyUsage(**{name: name in names for name in every})
