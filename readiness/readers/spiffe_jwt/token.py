"""JWT-SVIDs: a token in a file, as JWT-SVID.md and RFC 7515 have it. What it says is kept, the token never is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.spiffe_jwt import SpiffeJwt
from readiness.readers.base import Reader, Reading
from readiness.readers.source import Source
from readiness.readers.spiffe.encodings import url_safe_base64
from readiness.readers.strict_json import parse_json

MAX_TOKEN = 65_536
_COMPACT = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_BEGINS = re.compile(rb"\s*eyJ[A-Za-z0-9_-]*\.")
_MAX_NAMES, _MAX_TEXT, _MAX_AUDIENCE = 50, 2_100, 100
_REMEDY = "write the token as it was issued, and nothing else, into the file"


class Parts(NamedTuple):
    """A token, taken apart. `signed` is what the signature is over."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    signed: bytes
    signature: bytes


class Token(Reader[SpiffeJwt]):
    """Compact serialization; JSON serialization is told as such, and not read."""

    def recognises(self, source: Source) -> bool:
        """The beginning of a header in base64url, or JSON with `payload` and signatures."""
        return _BEGINS.match(source.head) is not None or _is_json_form(source)

    def read(self, source: Source) -> Reading[SpiffeJwt]:
        """The header and the claims; Unproven when it is no token. No message repeats any part of it."""
        if _is_json_form(source):
            return Reading(SpiffeJwt(source=source.name, form="json"))
        facts = _facts(source.name, split(source.content))
        return Reading(facts, observed_at=facts.issued_at)


def split(content: bytes) -> Parts:
    """The parts of a token in compact serialization; Unproven (malformed) when it is none."""
    text = content.strip()
    if len(text) > MAX_TOKEN:
        raise Unproven(Reason.MALFORMED, f"it is longer than {MAX_TOKEN:,} bytes", _REMEDY)
    if not _COMPACT.fullmatch(text):
        raise Unproven(Reason.MALFORMED, "it is no token of three parts in base64url", _REMEDY)
    signed, _, last = text.rpartition(b".")
    header, _, claims = signed.partition(b".")
    signature = url_safe_base64(last.decode())
    if signature is None:
        raise Unproven(Reason.MALFORMED, "its signature is no base64url", _REMEDY)
    return Parts(_object(header, "headers"), _object(claims, "claims"), signed, signature)


def _object(part: bytes, what: str) -> Mapping[str, Any]:
    """A part as a JSON object. Messages of the parser may quote the token, and are not passed on."""
    made = url_safe_base64(part.decode())
    try:
        found = parse_json(made.decode()) if made is not None else None
    except (Unproven, UnicodeDecodeError):
        found = None
    if not isinstance(found, dict):
        raise Unproven(Reason.MALFORMED, f"its {what} hold no strict JSON object in base64url", _REMEDY)
    return found


def _is_json_form(source: Source) -> bool:
    """RFC 7515 section 7.2: an object with a payload, and one signature or several."""
    if not source.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") or source.size > MAX_TOKEN:
        return False
    try:
        document = source.json
    except Unproven:
        return False
    return (
        isinstance(document, dict)
        and "payload" in document
        and bool({"signature", "signatures"} & document.keys())
    )


def _facts(name: str, parts: Parts) -> SpiffeJwt:
    header, claims = parts.header, parts.claims
    texts = {"alg": header, "typ": header, "kid": header, "sub": claims}
    moments = {claim: _moment(claims.get(claim)) for claim in ("exp", "iat", "nbf")}
    audience = _audience(claims.get("aud"))
    odd = [key for key, where in texts.items() if key in where and not _is_text(where[key])]
    odd += [key for key, moment in moments.items() if key in claims and moment is None]
    if "aud" in claims and audience is None:
        odd.append("aud")
    return SpiffeJwt(
        source=name,
        headers=tuple(sorted(header))[:_MAX_NAMES],
        alg=_text(header, "alg"),
        typ=_text(header, "typ"),
        kid=_text(header, "kid"),
        subject=_text(claims, "sub"),
        audience=audience,
        expires_at=moments["exp"],
        issued_at=moments["iat"],
        not_before=moments["nbf"],
        odd=tuple(odd),
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _MAX_TEXT


def _text(where: Mapping[str, Any], key: str) -> str | None:
    value = where.get(key)
    return value if isinstance(value, str) and _is_text(value) else None


def _audience(value: Any) -> tuple[str, ...] | None:
    """One audience or a list of them: RFC 7519 section 4.1.3."""
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or len(values) > _MAX_AUDIENCE or not all(map(_is_text, values)):
        return None
    return tuple(values)


def _moment(value: Any) -> datetime | None:
    """A NumericDate: RFC 7519 section 2."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError):
        return None
