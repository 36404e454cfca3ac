"""Who a peer is by its SPIFFE ID: the name in its certificate that stands instead of a host name.

Only what a connection needs is here: the one URI that must be there, compared as a whole. Whether a certificate is
an X509-SVID in every other regard is judged by the checks, from the facts.
"""

from __future__ import annotations

from readiness.readers.network.tls.certificates import certificate
from readiness.readers.network.tls.handshake import WrongIdentity

_SCHEME = "spiffe://"


def identify(der: bytes | None, expected: str) -> None:
    """WrongIdentity unless a certificate is of this SPIFFE ID, or of this trust domain when it names no path."""
    seen = certificate(der) if der else None
    if seen is None or len(seen.uris) != 1:
        found = "no certificate" if seen is None else f"{len(seen.uris)} URIs in its certificate"
        raise WrongIdentity(f"it has {found}, where one SPIFFE ID must be")
    if not _is_of(seen.uris[0], expected):
        raise WrongIdentity(f"its SPIFFE ID is {seen.uris[0][:200]}, and not of {expected}")


def _is_of(found: str, expected: str) -> bool:
    """Both are compared byte by byte, for a trust domain is written in lower case: SPIFFE-ID section 2.1."""
    if not found.startswith(_SCHEME):
        return False
    domain, slash, _ = expected.removeprefix(_SCHEME).partition("/")
    if slash:
        return found == expected
    there, path, rest = found.removeprefix(_SCHEME).partition("/")
    return bool(path and rest) and there == domain
