"""How a connection ended, in one of few words."""

from __future__ import annotations

import http.client
import ssl
from typing import Literal, NamedTuple

from urllib3.exceptions import TimeoutError as Urllib3TimeoutError

from readiness.evidence.model import Unproven
from readiness.readers.network.tls.numbers import alert_name
from readiness.readers.network.tls.starttls import StartTlsRefused
from readiness.readers.network.tls.trace import Trace
from readiness.readers.network.trouble import causes

Word = Literal["ok", "alert", "eof", "reset", "timeout", "refused", "not-tls", "malformed", "local"]
_NOT_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "PACKET_LENGTH_TOO_LONG")
_LOCAL = (
    "UNSUPPORTED_PROTOCOL",
    "NO_CIPHERS_AVAILABLE",
    "NO_PROTOCOLS_AVAILABLE",
    "DH_KEY_TOO_SMALL",
    "BAD_ECPOINT",
)
_EOF = ("EOF", "CLOSED")


class Outcome(NamedTuple):
    """A word, and the name of the alert or what else tells more."""

    word: Word
    detail: str = ""


def outcome(error: BaseException | None, trace: Trace | None = None) -> Outcome:
    """What an exception of a connection says; an alert of the server says more than what followed it."""
    chain = list(causes(error)) if error is not None else []
    for one in chain:
        if isinstance(one, ssl.SSLCertVerificationError):
            return Outcome("local", one.verify_message)
    if trace is not None and trace.alert is not None:
        return Outcome("alert", alert_name(trace.alert))
    if error is None:
        return Outcome("ok")
    return next((found for one in chain if (found := _of(one))), Outcome("malformed", type(error).__name__))


def _of(error: BaseException) -> Outcome | None:
    match error:
        case StartTlsRefused():
            return Outcome("not-tls", error.message)
        case Unproven():
            return Outcome("malformed", error.message)
        case TimeoutError() | Urllib3TimeoutError():
            return Outcome("timeout")
        case ssl.SSLEOFError() | ssl.SSLZeroReturnError() | http.client.RemoteDisconnected():
            return Outcome("eof")
        case ssl.SSLError():
            return _tls(error.reason or "")
        case ConnectionRefusedError():
            return Outcome("refused")
        case ConnectionAbortedError():  # raised here where a server ended the connection in good order
            return Outcome("eof")
        case ConnectionResetError() | BrokenPipeError():
            return Outcome("reset")
        case OSError(errno=int(), strerror=str() as words):
            return Outcome("refused", words.lower())
        case _:
            return None


def _tls(reason: str) -> Outcome:
    words = reason.replace("_", " ").lower()
    if "ALERT" in reason:
        return Outcome("alert", words.partition("alert ")[2].replace(" ", "_") or words)
    if any(part in reason for part in _NOT_TLS):
        return Outcome("not-tls", words)
    if any(part in reason for part in _LOCAL):
        return Outcome("local", words)
    if any(part in reason for part in _EOF):
        return Outcome("eof")
    return Outcome("malformed", words)
