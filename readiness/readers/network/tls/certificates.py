"""Certificates out of DER. What cannot be read is told in `problem`; nothing is raised, whatever the bytes."""

from __future__ import annotations

import hashlib
import re
import warnings
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from itertools import pairwise
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose

from readiness.evidence.certificate import Certificate, Extensions

T = TypeVar("T")
E = TypeVar("E", bound=x509.ExtensionType)
MAX_CHAIN = 32
MAX_CHAIN_BYTES = 256 * 1024
_MAX_TEXT, _MAX_NAMES = 4_096, 5_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_USAGES = {
    "digital_signature": "digitalSignature",
    "content_commitment": "nonRepudiation",
    "key_encipherment": "keyEncipherment",
    "data_encipherment": "dataEncipherment",
    "key_agreement": "keyAgreement",
    "key_cert_sign": "keyCertSign",
    "crl_sign": "cRLSign",
}
_PURPOSES = {
    Purpose.SERVER_AUTH: "serverAuth",
    Purpose.CLIENT_AUTH: "clientAuth",
    Purpose.CODE_SIGNING: "codeSigning",
    Purpose.EMAIL_PROTECTION: "emailProtection",
    Purpose.TIME_STAMPING: "timeStamping",
    Purpose.OCSP_SIGNING: "OCSPSigning",
    Purpose.ANY_EXTENDED_KEY_USAGE: "anyExtendedKeyUsage",
}


@cache
def hush() -> None:
    """Keep what `cryptography` says about odd certificates from users: it goes to stderr, and names no certificate.

    For the whole process, since what is switched off for a moment only is switched off for all threads.
    """
    warnings.filterwarnings("ignore", category=CryptographyDeprecationWarning, module=r"readiness\.")


def certificate(der: bytes) -> Certificate:
    """One certificate; with hardly more than its digest when it cannot be parsed."""
    hush()
    digest = hashlib.sha256(der).hexdigest()
    reader = _Reader()
    parsed = reader.part("it is no certificate", lambda: x509.load_der_x509_certificate(der))
    if parsed is None:
        return Certificate(sha256=digest, problem=reader.problem)
    made = _certificate(digest, parsed, reader)
    return made.but(problem=reader.problem)


def chain(ders: Sequence[bytes]) -> tuple[tuple[Certificate, ...], bool]:
    """The certificates that a server sent, and whether some of them were left out because they are too many."""
    kept: list[Certificate] = []
    size = 0
    for der in ders:
        size += len(der)
        if len(kept) >= MAX_CHAIN or size > MAX_CHAIN_BYTES:
            return tuple(kept), True
        kept.append(certificate(der))
    return tuple(kept), False


def in_order(ders: Sequence[bytes]) -> bool | None:
    """Whether each certificate is signed by the next; None when that cannot be told."""
    hush()
    try:
        parsed = [x509.load_der_x509_certificate(der) for der in ders[:MAX_CHAIN]]
        if any(one.issuer != above.subject for one, above in pairwise(parsed)):
            return False
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # the parser is Rust, and a panic of it is no Exception
        return None
    answers = [_signed_by(one, above) for one, above in pairwise(parsed)]
    return False if False in answers else None if None in answers or not parsed else True


def _signed_by(one: x509.Certificate, above: x509.Certificate) -> bool | None:
    from cryptography.exceptions import InvalidSignature

    try:
        one.verify_directly_issued_by(above)
    except InvalidSignature:
        return False
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # an algorithm that is not known here
        return None
    return True


class _Reader:
    """Reads parts that may be broken each for itself; `problem` is the first that was."""

    def __init__(self) -> None:
        self.problem = ""

    def part(self, problem: str, read: Callable[[], T]) -> T | None:
        """The part, None when it cannot be read."""
        try:
            return read()
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # the parser is Rust, and a panic of it is no Exception
            self.problem = self.problem or f"{problem} ({type(error).__name__})"
            return None

    def extension(self, parsed: x509.Certificate, kind: type[E]) -> x509.Extension[E] | None:
        """An extension of a kind, None when it is not there or not readable."""

        def read() -> x509.Extension[E] | None:
            try:
                return parsed.extensions.get_extension_for_class(kind)
            except x509.ExtensionNotFound:
                return None

        return self.part("its extensions cannot be read", read)


def _certificate(digest: str, parsed: x509.Certificate, reader: _Reader) -> Certificate:
    names = reader.extension(parsed, x509.SubjectAlternativeName)
    general = list(names.value) if names is not None else []
    subject = reader.part("its subject cannot be read", lambda: parsed.subject.rfc4514_string())
    issuer = reader.part("its issuer cannot be read", lambda: parsed.issuer.rfc4514_string())
    if len(general) > _MAX_NAMES:
        reader.problem = reader.problem or f"it has {len(general):,} names, and {_MAX_NAMES:,} are kept"
    kind, bits, curve = reader.part("its key is of an unknown kind", lambda: _key(parsed)) or ("", None, "")
    signature = reader.part("its signature is of an unknown kind", lambda: _hash(parsed))
    made = Certificate(
        sha256=digest,
        subject=_clean(subject or ""),
        issuer=_clean(issuer or ""),
        serial=reader.part("its serial number cannot be read", lambda: f"{parsed.serial_number:x}") or "",
        not_before=_moment(reader, lambda: parsed.not_valid_before_utc),
        not_after=_moment(reader, lambda: parsed.not_valid_after_utc),
        dns=_texts(general, x509.DNSName),
        ips=_texts(general, x509.IPAddress),
        uris=_texts(general, x509.UniformResourceIdentifier),
        emails=_texts(general, x509.RFC822Name),
        others=sum(not isinstance(one, _KNOWN) for one in general),
        key_type=kind,
        key_bits=bits,
        curve=curve,
        signature=signature or "",
        self_signed=reader.part("its issuer cannot be read", lambda: _is_self_signed(parsed)) or False,
    )
    return made.but(extensions=_extensions(parsed, reader, names))


_KNOWN = (x509.DNSName, x509.IPAddress, x509.UniformResourceIdentifier, x509.RFC822Name)


def _texts(names: Sequence[x509.GeneralName], kind: type[x509.GeneralName]) -> tuple[str, ...]:
    return tuple(_clean(str(one.value)) for one in names if isinstance(one, kind))[:_MAX_NAMES]


def _clean(text: str) -> str:
    """On one line: a control character is written as its number, so that it can be seen and never acts."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text[:_MAX_TEXT])


def _moment(reader: _Reader, read: Callable[[], datetime]) -> datetime | None:
    return reader.part("its dates cannot be read", read)


def _key(parsed: x509.Certificate) -> tuple[str, int | None, str]:
    match parsed.public_key():
        case rsa.RSAPublicKey() as key:
            return "RSA", key.key_size, ""
        case ec.EllipticCurvePublicKey() as key:
            return "EC", key.curve.key_size, key.curve.name
        case dsa.DSAPublicKey() as key:
            return "DSA", key.key_size, ""
        case ed25519.Ed25519PublicKey():
            return "Ed25519", None, ""
        case ed448.Ed448PublicKey():
            return "Ed448", None, ""
        case other:
            return type(other).__name__.removesuffix("PublicKey"), None, ""


def _hash(parsed: x509.Certificate) -> str:
    found = parsed.signature_hash_algorithm
    return found.name if found is not None else ""


def _is_self_signed(parsed: x509.Certificate) -> bool:
    return parsed.issuer == parsed.subject and _signed_by(parsed, parsed) is not False


def _extensions(
    parsed: x509.Certificate, reader: _Reader, names: x509.Extension[x509.SubjectAlternativeName] | None
) -> Extensions:
    basic = reader.extension(parsed, x509.BasicConstraints)
    usage = reader.extension(parsed, x509.KeyUsage)
    purposes = reader.extension(parsed, x509.ExtendedKeyUsage)
    return Extensions(
        is_ca=basic.value.ca if basic is not None else None,
        path_length=basic.value.path_length if basic is not None else None,
        key_usage=_usage(usage.value) if usage is not None else None,
        key_usage_critical=usage is not None and usage.critical,
        extended_key_usage=tuple(_PURPOSES.get(one, one.dotted_string) for one in purposes.value)
        if purposes is not None
        else None,
        names_critical=names is not None and names.critical,
        has_names=names is not None,
    )


def _usage(usage: x509.KeyUsage) -> tuple[str, ...]:
    said = [name for field, name in _USAGES.items() if getattr(usage, field)]
    if usage.key_agreement:
        said += [
            name
            for name, is_set in (("encipherOnly", usage.encipher_only), ("decipherOnly", usage.decipher_only))
            if is_set
        ]
    return tuple(said)
