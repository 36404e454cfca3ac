"""An authority of the lab, and certificates of every kind, good and bad, made on the spot."""

from __future__ import annotations

import ipaddress
import json
import ssl
import subprocess
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = timedelta(days=1)
SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
_PEM = serialization.Encoding.PEM


@cache
def key_of(kind: str = "ec") -> Any:
    """A key; one of each kind is enough for a whole run."""
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind[3:]))
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP256R1())


def signer(name: str) -> Any:
    """The key of an authority."""
    return _signer(name)


@cache
def _signer(name: str) -> Any:
    return key_of(name) if name.startswith("rsa") else ec.generate_private_key(ec.SECP256R1())


def name(text: str) -> x509.Name:
    """A name of one part."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)] if text else [])


def general(text: str) -> x509.GeneralName:
    """A host, an address or a URI."""
    if "://" in text:
        return x509.UniformResourceIdentifier(text)
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


class Pki:
    """A folder with a root, an intermediate that it signed, and whatever is issued; `root.pem` is to be trusted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = self.authority("root")
        self.middle = self.authority("middle", issuer="root")
        self.authority("stranger")
        self.authority("late", issuer="root", ends=-DAY)
        self.authority("rsa1024", issuer="root")
        self.authority("spire", issuer="root", uri="spiffe://prod.acme")
        self.bundle("bundle.json", "root")
        self.bundle("domains.json", "root", domain="prod.acme")
        self.bundle("revoked.json")
        self.issue("client", names=("client.test",))
        self.issue("stray", names=("client.test",), issuer="stranger", chain=())

    def authority(
        self, text: str, *, issuer: str | None = None, uri: str = "", ends: timedelta = 300 * DAY
    ) -> x509.Certificate:
        """The certificate of an authority, in `<name>.pem`."""
        builder = (
            _builder(name(issuer or text), name(text), signer(text).public_key(), -30 * DAY, ends)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(signer(text).public_key()), critical=False
            )
        )
        if issuer:
            builder = builder.add_extension(_issued_by(signer(issuer)), critical=False)
        if uri:
            builder = builder.add_extension(x509.SubjectAlternativeName([general(uri)]), critical=False)
        made: x509.Certificate = builder.sign(signer(issuer or text), hashes.SHA256())
        (self.folder / f"{text}.pem").write_bytes(made.public_bytes(_PEM))
        return made

    def bundle(self, file: str, *authorities: str, domain: str = "") -> None:
        """A SPIFFE bundle of these authorities in JSON; a map of bundles where a trust domain is named."""
        ders = [ssl.PEM_cert_to_DER_cert((self.folder / f"{one}.pem").read_text()) for one in authorities]
        curve = {"kty": "EC", "crv": "P-256"}
        keys = [{**curve, "use": "x509-svid", "x5c": [b64encode(one).decode()]} for one in ders]
        made: dict[str, Any] = {"keys": keys, "spiffe_sequence": 1}
        (self.folder / file).write_text(json.dumps({"trust_domains": {domain: made}} if domain else made))

    def issue(
        self,
        text: str,
        *,
        names: Sequence[str | x509.GeneralName] = ("localhost", "127.0.0.1"),
        issuer: str = "middle",
        key: str = "ec",
        begins: timedelta = -DAY,
        ends: timedelta = 60 * DAY,
        chain: Sequence[str] = ("middle",),
        purposes: Sequence[x509.ObjectIdentifier] = (SERVER, CLIENT),
        usage: Sequence[str] = ("digital_signature",),
        is_ca: bool = False,
        subject: str | x509.Name | None = None,
        digest: hashes.HashAlgorithm | None = None,
    ) -> tuple[Path, Path]:
        """A certificate with what the server sends beside it, and its key: `<name>.pem` and `<name>.key`."""
        own = key_of(key) if issuer else signer(text)
        said = subject if isinstance(subject, x509.Name) else name(text if subject is None else subject)
        builder = _builder(name(issuer) if issuer else said, said, own.public_key(), begins, ends)
        builder = builder.add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        if usage:
            builder = builder.add_extension(_usage(*usage), critical=True)
        if purposes:
            builder = builder.add_extension(x509.ExtendedKeyUsage(list(purposes)), critical=False)
        if names:
            listed = [general(one) if isinstance(one, str) else one for one in names]
            builder = builder.add_extension(x509.SubjectAlternativeName(listed), critical=not said)
        if issuer:
            builder = builder.add_extension(_issued_by(signer(issuer)), critical=False)
        made = builder.sign(signer(issuer) if issuer else own, digest or hashes.SHA256())
        beside = b"".join((self.folder / f"{one}.pem").read_bytes() for one in chain)
        cert_file, key_file = self.folder / f"{text}.pem", self.folder / f"{text}.key"
        cert_file.write_bytes(made.public_bytes(_PEM) + beside)
        key_file.write_bytes(
            own.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )
        return cert_file, key_file

    def sign_over_sha1(self, files: tuple[Path, Path]) -> tuple[Path, Path]:
        """The same certificate with a signature over SHA-1, which `cryptography` no longer makes: by `openssl`."""
        cert_file, key_file = files
        above, below = self.folder / "middle.pem", self.folder / "middle.key"
        below.write_bytes(
            signer("middle").private_bytes(
                _PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        request, x509 = self.folder / "request.pem", ["openssl", "x509", "-copy_extensions", "copyall"]
        own = ["-in", str(cert_file), "-signkey", str(key_file), "-x509toreq", "-out", str(request)]
        by = ["-req", "-in", str(request), "-CA", str(above), "-CAkey", str(below), "-days", "60", "-sha1"]
        subprocess.run([*x509, *own], capture_output=True, check=True)
        made = subprocess.run([*x509, *by], capture_output=True, check=True).stdout
        cert_file.write_bytes(made + above.read_bytes())
        return cert_file, key_file

    def context(
        self,
        files: tuple[Path, Path] | None = None,
        *,
        versions: tuple[str, str] = ("TLSv1_2", "TLSv1_3"),
        ciphers: str = "",
        clients: ssl.VerifyMode = ssl.CERT_NONE,
    ) -> ssl.SSLContext:
        """A server's context; with `clients` it asks for a certificate that the root vouches for."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        lowest, highest = versions
        if lowest in ("TLSv1", "TLSv1_1") or ciphers:
            context.set_ciphers(ciphers or "ALL:@SECLEVEL=0")
        context.minimum_version = getattr(ssl.TLSVersion, lowest)
        context.maximum_version = getattr(ssl.TLSVersion, highest)
        context.load_cert_chain(*(files or self.issue("good")))
        if clients is not ssl.CERT_NONE:
            context.load_verify_locations(self.folder / "root.pem")
            context.verify_mode = clients
        return context


def _builder(issuer: x509.Name, subject: x509.Name, key: Any, begins: timedelta, ends: timedelta) -> Any:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + begins)
        .not_valid_after(now + ends)
    )


def _issued_by(key: Any) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def _usage(*said: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{one: one in said for one in _USAGES})
