"""What went wrong on the network, in one sentence and with what to do about it.

The text of foreign exceptions is never shown: it may hold a header or a query.
"""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Iterator

from requests.exceptions import InvalidHeader, InvalidURL
from urllib3.exceptions import HTTPError, IncompleteRead, InvalidChunkLength
from urllib3.exceptions import InvalidHeader as InvalidAnswerHeader
from urllib3.exceptions import TimeoutError as Urllib3TimeoutError

from readiness.evidence.model import Reason, Unproven

_START = "start the service, or correct `url`"
_CHAIN = "name the PEM file of the authority that signed it with `ca:`"
# The codes of OpenSSL's X509_V_ERR_*: include/openssl/x509_vfy.h.in.
_BY_VERIFY_CODE = {
    0: "correct `server-id`, or let the service present the SVID of this ID",
    9: "wait until it is valid, or correct the clocks",
    10: "renew the certificate",
    18: _CHAIN,
    19: _CHAIN,
    20: _CHAIN + ", and let the server send its intermediate certificates",
    21: _CHAIN + ", and let the server send its intermediate certificates",
    62: "use the name in `url` that the certificate is for, or issue one for this name",
    64: "use the name in `url` that the certificate is for, or issue one for this address",
}
_TLS_SETUP = "look at the server's TLS setup, and whether it wants a `client:` certificate"
_BY_ALERT = {
    "CERTIFICATE_REQUIRED": "give it a client certificate with `client: {cert: ..., key: ...}`",
    "HANDSHAKE_FAILURE": "it may ask for a client certificate: `client: {cert: ..., key: ...}`",
    "UNKNOWN_CA": "it does not know the authority of the client's certificate",
    "BAD_CERTIFICATE": "it does not accept the client's certificate",
    "CERTIFICATE_EXPIRED": "renew the client's certificate",
    "WRONG_VERSION_NUMBER": "this port does not speak TLS: correct the port, or write http://",
    "UNSUPPORTED_PROTOCOL": "let the server speak TLS 1.2 or newer",
    "PROTOCOL_VERSION": "let the server speak TLS 1.2 or newer",
}


def explain(error: BaseException) -> Unproven:
    """Any exception of a request as the reason why it shows nothing."""
    chain = list(causes(error))
    for one in chain:
        if isinstance(one, Unproven):
            return one
    for one in chain:
        if isinstance(one, ssl.SSLCertVerificationError):
            remedy = _BY_VERIFY_CODE.get(one.verify_code, "let it present a certificate that can be verified")
            return Unproven(
                Reason.UNREACHABLE, f"its certificate is not trusted: {one.verify_message}", remedy
            )
    for one in chain:
        if isinstance(one, ssl.SSLError):
            return _tls(one)
    return next(filter(None, map(_plain, chain)), None) or _unknown(error)


def is_refusal(error: BaseException) -> bool:
    """Whether every address refused the connection."""
    return any(type(one) is ConnectionRefusedError for one in causes(error))


def _tls(error: ssl.SSLError) -> Unproven:
    reason = error.reason or "it ended the connection"
    remedy = next((text for part, text in _BY_ALERT.items() if part in reason), _TLS_SETUP)
    return Unproven(Reason.UNREACHABLE, f"TLS failed: {reason.replace('_', ' ').lower()}", remedy)


def _plain(error: BaseException) -> Unproven | None:
    match error:
        case ConnectionRefusedError():
            return Unproven(Reason.UNREACHABLE, "the connection was refused", _START)
        case TimeoutError() | Urllib3TimeoutError():
            return Unproven(
                Reason.UNREACHABLE,
                "it did not answer in time",
                "give it a longer `deadline`, or make it faster",
            )
        case http.client.IncompleteRead() | IncompleteRead() | InvalidChunkLength():
            remedy = "make it, or the proxy before it, finish what it begins"
            return Unproven(Reason.MALFORMED, "its body ended before it was complete", remedy)
        case http.client.RemoteDisconnected():
            return Unproven(Reason.UNREACHABLE, "it closed the connection without an answer", _START)
        case ConnectionResetError() | BrokenPipeError():
            return Unproven(
                Reason.UNREACHABLE, "it reset the connection before its answer was complete", _START
            )
        case http.client.HTTPException() | InvalidHeader() | InvalidAnswerHeader():
            remedy = "look whether this port speaks HTTP/1.1, and in clear or over TLS as `url` says"
            return Unproven(Reason.MALFORMED, "its answer is not proper HTTP", remedy)
        case InvalidURL():
            return Unproven(Reason.MALFORMED, "`url` cannot be sent", "correct it")
        case OSError(errno=int(), strerror=str() as words):
            return Unproven(Reason.UNREACHABLE, f"it cannot be reached: {words.lower()}", _START)
        case _:
            return None


def _unknown(error: BaseException) -> Unproven:
    if isinstance(error, (OSError, HTTPError)):
        return Unproven(Reason.UNREACHABLE, f"the request failed ({type(error).__name__})", _START)
    remedy = "please report this as a defect of readiness"
    return Unproven(Reason.MALFORMED, f"asking it failed: {type(error).__name__}", remedy)


def causes(error: BaseException) -> Iterator[BaseException]:
    """The exception, and all that it wraps, however it does so."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        inner = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
        waiting.extend(part for part in inner if isinstance(part, BaseException))
