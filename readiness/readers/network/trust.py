"""Whom to trust over TLS, and as whom to appear."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Literal

from readiness.evidence.model import Reason, Unproven
from readiness.readers.network.tls.hooks import listen
from readiness.readers.source import Source

Client = tuple[Path, Path]
Manner = Literal["strict", "lenient", "by-identity", "unverified"]
# No constant before Python 3.12: include/openssl/ssl.h.in.
_OP_LEGACY_SERVER_CONNECT = 0x4


def context_for(
    ca: Path | None, client: Client | None, manner: Manner = "strict", *, server_id: str = ""
) -> ssl.SSLContext:
    """A context that trusts `ca` alone, or what the system trusts; Unproven when a file is missing or unusable.

    `strict` is how a request is made. `lenient` verifies too, and takes old versions and weak suites; `by-identity`
    is strict, leaves it to the caller to compare names, and reads `ca` as a SPIFFE bundle too, in which the trust
    domain of `server_id` is trusted. `unverified` trusts anybody, and is for looking only:
    nothing that is secret goes over it.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_alpn_protocols(["http/1.1"])
    context.hostname_checks_common_name = False  # a common name is no name of a host: RFC 9525 section 1.4
    listen(context)
    if manner in ("strict", "by-identity"):
        context.minimum_version = ssl.TLSVersion.TLSv1_2
    else:
        _take_anything(context)
    if manner in ("by-identity", "unverified"):
        context.check_hostname = False
    if manner == "unverified":
        context.verify_mode = ssl.CERT_NONE
    elif ca is None:
        context.load_default_certs()
    else:
        _trust(context, ca, server_id if manner == "by-identity" else "")
    if client is not None:
        _appear_as(context, *client)
    return context


def _take_anything(context: ssl.SSLContext) -> None:
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    context.options |= _OP_LEGACY_SERVER_CONNECT


def _trust(context: ssl.SSLContext, ca: Path, server_id: str) -> None:
    content = _content(ca, "ca")
    try:
        if server_id and content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            context.load_verify_locations(cadata=_bundled(ca, server_id))
        else:
            # PEM is ASCII; bundles have comments in any encoding, which OpenSSL's text form refuses.
            context.load_verify_locations(cadata=content.decode("ascii", "ignore"))
    except (ssl.SSLError, ValueError):
        message = f"`ca` holds no certificate in PEM: {ca}"
        raise Unproven(Reason.MALFORMED, message, "name the PEM file of the authority") from None


def _bundled(ca: Path, server_id: str) -> bytes:
    """The authorities of one trust domain, in DER."""
    from readiness.readers.spiffe.authorities import read_bundle  # needed by few

    domain = server_id.removeprefix("spiffe://").partition("/")[0]
    try:
        found = read_bundle(ca, str(ca)).of(domain).x509
    except Unproven as error:
        message = error.message.replace("`bundle`", "`ca`", 1)
        raise Unproven(
            error.reason, message, "name the SPIFFE bundle of the trust domain with `ca`"
        ) from None
    if not found:
        message = f"`ca` holds no authority of the trust domain {domain}: {ca}"
        raise Unproven(Reason.MALFORMED, message, "name the SPIFFE bundle of the trust domain with `ca`")
    return b"".join(found)


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
