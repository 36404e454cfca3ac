"""Whom to trust over TLS, and as whom to appear. Verification is never switched off."""

from __future__ import annotations

import ssl
from pathlib import Path

from readiness.evidence.model import Reason, Unproven
from readiness.readers.source import Source


def context_for(ca: Path | None, client: tuple[Path, Path] | None) -> ssl.SSLContext:
    """A context that trusts `ca` alone, or what the system trusts; Unproven when a file is missing or unusable."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca is None:
        context.load_default_certs()
    else:
        _trust(context, ca)
    if client is not None:
        _appear_as(context, *client)
    return context


def _trust(context: ssl.SSLContext, ca: Path) -> None:
    # PEM is ASCII; bundles have comments in any encoding, which OpenSSL's text form refuses.
    text = _content(ca, "ca").decode("ascii", "ignore")
    try:
        context.load_verify_locations(cadata=text)
    except (ssl.SSLError, ValueError):
        message = f"`ca` holds no certificate in PEM: {ca}"
        raise Unproven(Reason.MALFORMED, message, "name the PEM file of the authority") from None


def _appear_as(context: ssl.SSLContext, cert: Path, key: Path) -> None:
    _content(cert, "client.cert")
    _content(key, "client.key")
    try:
        # An empty password, lest OpenSSL asks for one at the terminal.
        context.load_cert_chain(cert, key, password="")
    except (ssl.SSLError, OSError) as error:
        why = _words(error) or "not PEM"
        message = f"the client's certificate {cert} and key {key} cannot be used: {why}"
        remedy = "give a PEM certificate with its own key, which has no password"
        raise Unproven(Reason.MALFORMED, message, remedy) from None


def _words(error: OSError) -> str:
    reason = getattr(error, "reason", None)
    return reason.replace("_", " ").lower() if isinstance(reason, str) else ""


def _content(path: Path, key: str) -> bytes:
    try:
        with Source.open(path) as source:
            return source.content
    except Unproven as error:
        message = f"`{key}` cannot be used, {error.message}: {path}"
        raise Unproven(error.reason, message, error.remedy) from None
