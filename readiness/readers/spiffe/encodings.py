"""Bytes as PEM, JWK and JWS write them, taken strictly: one text for one value."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import TypeVar

from readiness.evidence.model import Reason, Unproven

T = TypeVar("T")
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")
_MARKS = (b"BEGIN CERTIFICATE", b"END CERTIFICATE")
_URL_SAFE = re.compile(r"[A-Za-z0-9_-]*")
_WHOLE = "give the whole file, as it was issued"


def certificates_in(content: bytes) -> tuple[bytes, ...]:
    """Every certificate of a PEM file in DER, in its order; text around them, and keys, are passed over.

    Unproven (malformed) when one of them is cut off or no base64.
    """
    bodies = _PEM.findall(content)
    if any(len(bodies) != content.count(mark) for mark in _MARKS):
        raise Unproven(Reason.MALFORMED, "a certificate in it is cut off, or no base64", _WHOLE)
    return tuple(map(_body, bodies))


def _body(text: bytes) -> bytes:
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except binascii.Error:
        raise Unproven(Reason.MALFORMED, "a certificate in it is no base64", _WHOLE) from None


def plain_base64(text: str) -> bytes | None:
    """Base64 with padding and without line breaks (RFC 4648 section 4), None for anything else."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return None


def url_safe_base64(text: str) -> bytes | None:
    """Base64url without padding (RFC 7515 section 2), None for anything else; unused bits must be zero."""
    if not _URL_SAFE.fullmatch(text) or len(text) % 4 == 1:
        return None
    made = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return made if base64.urlsafe_b64encode(made).rstrip(b"=").decode() == text else None


def shielded(work: Callable[[], T]) -> T | None:
    """What it returns; None for whatever it raises, a panic of the Rust below it included."""
    try:
        return work()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:
        return None
