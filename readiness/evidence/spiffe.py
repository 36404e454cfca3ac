"""SPIFFE IDs, as SPIFFE-ID.md of the SPIFFE standards has them, and what shows that a document is genuine.

Both are written in lower case. Section 2.4 lets a reader take the scheme and the trust domain in any case, while 2.1
demands lower case of whoever writes them: here an ID is judged as it was written, so upper case is refused.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from readiness.evidence.model import Value

SCHEME = "spiffe://"
MAX_ID = 2048
"""Bytes that an ID should not exceed: section 2.3."""
MAX_TRUST_DOMAIN = 255
"""Bytes that a trust domain must not exceed: section 2.3."""
_DOMAIN = re.compile(r"[a-z0-9._-]+")
_SEGMENT = re.compile(r"[a-zA-Z0-9._-]+")


class SpiffeId(NamedTuple):
    """A SPIFFE ID. `path` is empty for the ID of a trust domain itself, else it begins with a slash."""

    trust_domain: str
    path: str

    def __str__(self) -> str:
        return f"{SCHEME}{self.trust_domain}{self.path}"

    @property
    def is_long(self) -> bool:
        """Whether it is longer than it should be."""
        return len(str(self)) > MAX_ID


class NotASpiffeIdError(ValueError):
    """It is no SPIFFE ID. `rule` is a short name for what it breaks, `section` that of SPIFFE-ID.md."""

    def __init__(self, rule: str, section: str, message: str) -> None:
        super().__init__(message)
        self.rule, self.section, self.message = rule, section, message


def parse_spiffe_id(text: str) -> SpiffeId:
    """The parts of an ID, with or without a path; NotASpiffeIdError with the rule that it breaks."""
    if not text.startswith(SCHEME):
        raise _not_the_scheme(text)
    _refuse_parts(text)
    domain, slash, path = text.removeprefix(SCHEME).partition("/")
    parse_trust_domain(domain)
    if slash:
        _refuse_segments(path.split("/"))
    return SpiffeId(domain, slash + path)


def parse_trust_domain(name: str) -> str:
    """The name itself, as in `prod.acme`; NotASpiffeIdError with the rule that it breaks."""
    if not name:
        raise NotASpiffeIdError("id-trust-domain", "2", "it names no trust domain")
    if "@" in name:
        raise NotASpiffeIdError("id-userinfo", "2.1", "its trust domain holds a user (`@`)")
    if ":" in name:
        raise NotASpiffeIdError("id-port", "2.1", "its trust domain holds a colon, as a port would")
    if "%" in name:
        raise NotASpiffeIdError("id-percent", "2.1", "its trust domain is percent-encoded")
    if name.isascii() and name != name.lower():
        raise NotASpiffeIdError("id-lower-case", "2.1", "its trust domain is not in lower case")
    if not _DOMAIN.fullmatch(name):
        message = "its trust domain holds other characters than a-z, 0-9, dot, dash and underscore"
        raise NotASpiffeIdError("id-trust-domain-characters", "2.1", message)
    if len(name) > MAX_TRUST_DOMAIN:
        message = f"its trust domain has {len(name)} bytes, and at most {MAX_TRUST_DOMAIN} are allowed"
        raise NotASpiffeIdError("id-trust-domain-length", "2.3", message)
    return name


def _not_the_scheme(text: str) -> NotASpiffeIdError:
    if text.lower().startswith(SCHEME):
        return NotASpiffeIdError("id-lower-case", "2.1", "its scheme is not in lower case")
    if text.startswith("spiffe:"):
        return NotASpiffeIdError("id-trust-domain", "2", "it names no trust domain behind `spiffe://`")
    return NotASpiffeIdError("id-scheme", "2", "its scheme is not `spiffe`")


def _refuse_parts(text: str) -> None:
    """What is no part of a SPIFFE ID at all, wherever it stands."""
    if "?" in text:
        raise NotASpiffeIdError("id-query", "2", "it has a query (`?`)")
    if "#" in text:
        raise NotASpiffeIdError("id-fragment", "2", "it has a fragment (`#`)")


def _refuse_segments(segments: list[str]) -> None:
    if not segments[-1]:
        raise NotASpiffeIdError("id-trailing-slash", "2.2", "its path ends with a slash")
    for segment in segments:
        if not segment:
            raise NotASpiffeIdError("id-empty-segment", "2.2", "its path has an empty segment (`//`)")
        if segment in (".", ".."):
            raise NotASpiffeIdError("id-dot-segment", "2.2", f"its path has the segment `{segment}`")
        if "%" in segment:
            raise NotASpiffeIdError("id-percent", "2.2", "its path is percent-encoded")
        if not _SEGMENT.fullmatch(segment):
            message = "its path holds other characters than letters, digits, dot, dash and underscore"
            raise NotASpiffeIdError("id-path-characters", "2.2", message)


class Proof(Value, frozen=True, kw_only=True):
    """Whether a document goes back to a bundle. `ok` is None where that could not be told, and `message` says why.

    `bundle` is the bundle as the policy names it, `sha256` its digest; `trust_domain` the one whose authorities were
    taken from it; `authorities` how many those are.
    """

    ok: bool | None
    message: str = ""
    bundle: str = ""
    sha256: str = ""
    trust_domain: str = ""
    authorities: int = 0
