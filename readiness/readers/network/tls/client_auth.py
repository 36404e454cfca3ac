"""Whether a server wants a client certificate, and whose: by trying to be let in without one, and with a wrong one."""

from __future__ import annotations

import os
import ssl
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from readiness.evidence.tls import Attempt, ClientAuth
from readiness.readers.network.tls.hooks import TracedSocket
from readiness.readers.network.tls.outcomes import outcome
from readiness.readers.network.tls.trace import Trace

WITHOUT, AS_STRANGER = "without a client certificate", "with one of a wrong authority"
AGAIN = "with the right one again"
_DROPPED = frozenset({"eof", "reset"})
# Alerts that speak of a certificate, or of who may enter: RFC 8446 section 6.2. Any other may come of anything.
_PLAIN_ALERTS = frozenset(
    {
        "no_certificate",
        "bad_certificate",
        "unsupported_certificate",
        "certificate_revoked",
        "certificate_expired",
    }
    | {"certificate_unknown", "unknown_ca", "access_denied", "certificate_required"}
)
_DOUBTFUL = "it turned this client away, and did not serve the right client after that either"
_SLICE_S, _SLICES = 0.05, 8


@dataclass(frozen=True, slots=True)
class Tries:
    """How each client asks; every call is one connection."""

    without: Callable[[], Attempt]
    as_stranger: Callable[[], Attempt]
    right: Callable[[], Attempt]

    def after(self, first: Attempt | None) -> ClientAuth:
        """What comes of the other two, where `first` came of the right one.

        A server that ends a connection without a word may have turned a client away, or lost the connection by
        chance. So who was met like that comes again. Also a status or an alert that names no certificate may have
        other causes, as that of a limit of requests has: unless both refusals are plain, the right client comes once
        more at the end, and must be served still. That is up to three connections more, which a server that sends
        plain alerts never sees.
        """
        none, wrong = self.without(), self.as_stranger()
        if first is not None and first.outcome == "served" and (_is_vague(none) or _is_vague(wrong)):
            none, wrong = _again(none, self.without), _again(wrong, self.as_stranger)
            if self.right().outcome != "served":
                none, wrong = _doubted(none), _doubted(wrong)
        return ClientAuth(requested=None, none=none, wrong_ca=wrong, right=first)


def _again(first: Attempt, ask: Callable[[], Attempt]) -> Attempt:
    if first.outcome not in _DROPPED:
        return first
    second = ask()
    return second.but(detail="twice") if second.outcome in _DROPPED else second


def _is_vague(one: Attempt) -> bool:
    """Whether it is a refusal that may have other causes than the client's certificate."""
    is_plain = one.outcome == "alert" and one.detail in _PLAIN_ALERTS
    return one.outcome in ("alert", "http", *_DROPPED) and not is_plain


def _doubted(one: Attempt) -> Attempt:
    return Attempt(outcome="malformed", detail=_DOUBTFUL) if _is_vague(one) else one


def over_http(status: int | None, error: BaseException | None, trace: Trace | None) -> Attempt:
    """One try over HTTP: what it answered, or how it ended."""
    if error is None and status is not None:
        return Attempt(outcome="served" if 200 <= status < 400 else "http", status=status)
    return failed(error, trace)


def failed(error: BaseException | None, trace: Trace | None) -> Attempt:
    """One try that ended without an answer."""
    word, detail = outcome(error, trace)
    match word:
        case "alert" | "eof" | "reset" | "timeout" | "local":
            return Attempt(outcome=word, detail=detail)
        case _:
            return Attempt(outcome="malformed", detail=detail)


def silently(connection: TracedSocket, left: float) -> Attempt:
    """One try without HTTP: after a handshake of TLS 1.3 a server that lets this client in sends tickets.

    In TLS 1.2 the handshake itself is the answer. Where tickets are switched off, nothing comes: `timeout`.
    """
    trace = connection.trace
    if not trace.is_newest:
        return Attempt(outcome="served", detail="the handshake was completed")
    try:
        connection.settimeout(min(_SLICE_S, left))
        for _ in range(_SLICES):
            with suppress(TimeoutError):
                if connection.recv(1):
                    return Attempt(outcome="served", detail="it sent data")
                return _by_tickets(trace) or Attempt(outcome="eof")
            if trace.tickets:
                break
    except OSError as error:
        return failed(error, trace)
    return _by_tickets(trace) or Attempt(outcome="timeout")


def _by_tickets(trace: Trace) -> Attempt | None:
    return Attempt(outcome="served", detail=f"it sent {trace.tickets} tickets") if trace.tickets else None


def stranger(context: ssl.SSLContext, right: Path) -> None:
    """Let a context appear with a certificate that says what the right one says, and that nobody signed.

    Subject, names and issuer are those of the right one, so that only its authority differs. The key is made anew,
    and stands in a file that only this user can read, for as long as OpenSSL takes to read it.
    """
    pem = _forged(right)
    handle, name = tempfile.mkstemp(prefix="readiness-", suffix=".pem")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
        context.load_cert_chain(name, password="")
    finally:
        Path(name).unlink(missing_ok=True)


def _forged(right: Path) -> bytes:
    subject, issuer, names = _said(right)
    key, signer = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]),
            critical=False,
        )
    )
    if names is not None:
        builder = builder.add_extension(names, critical=False)
    made = builder.sign(signer, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(serialization.Encoding.PEM) + private


def _said(right: Path) -> tuple[x509.Name, x509.Name, x509.SubjectAlternativeName | None]:
    try:
        own = x509.load_pem_x509_certificates(right.read_bytes())[0]
        subject, issuer = own.subject, own.issuer
    except (OSError, ValueError, IndexError):
        plain = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "readiness")])
        return plain, plain, None
    try:
        names = own.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return subject, issuer, None
    return subject, issuer, names
