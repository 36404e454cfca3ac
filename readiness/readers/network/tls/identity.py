"""Who a peer is by its SPIFFE ID: the name in its certificate that stands instead of a host name.

Only what a connection needs is here: the one URI that must be there, a SPIFFE ID, compared as a whole. Whether a
certificate is an X509-SVID in every other regard is judged by the checks, from the facts.
"""

from __future__ import annotations

from readiness.evidence.spiffe import NotASpiffeIdError, SpiffeId, parse_spiffe_id
from readiness.readers.network.tls.certificates import certificate
from readiness.readers.network.tls.handshake import WrongIdentity

_SCHEME = "spiffe://"
_SHOWN = 200


def identify(der: bytes | None, expected: str) -> None:
    """WrongIdentity unless a certificate is of this SPIFFE ID, or of this trust domain when it names no path."""
    leaf = certificate(der) if der else None
    if leaf is None or len(leaf.uris) != 1:
        what = "no certificate" if leaf is None else f"{len(leaf.uris)} URIs in its certificate"
        raise WrongIdentity(f"it has {what}, where one SPIFFE ID must be")
    try:
        found = parse_spiffe_id(leaf.uris[0])
    except NotASpiffeIdError as error:
        raise WrongIdentity(f"the name in its certificate is no SPIFFE ID: {error}") from None
    if not _is_of(found, expected):
        raise WrongIdentity(f"its SPIFFE ID is {str(found)[:_SHOWN]}, and not of {expected}")


def _is_of(found: SpiffeId, expected: str) -> bool:
    """Both are compared byte by byte, for a trust domain is written in lower case: SPIFFE-ID section 2.1."""
    domain, slash, _ = expected.removeprefix(_SCHEME).partition("/")
    return str(found) == expected if slash else bool(found.path) and found.trust_domain == domain
