"""SPIFFE bundles, and maps of them, as JSON: SPIFFE_Trust_Domain_and_Bundle.md sections 4 and 5."""

from __future__ import annotations

from readiness.evidence.model import Unproven
from readiness.evidence.spiffe_bundle import SpiffeBundle
from readiness.readers.base import Reader, Reading
from readiness.readers.source import Source
from readiness.readers.spiffe.bundle_facts import bundles_of, is_bundle


class Jwks(Reader[SpiffeBundle]):
    """A JWK Set with the members that SPIFFE adds, or a map of trust domains to such sets."""

    def recognises(self, source: Source) -> bool:
        """A JSON object with `keys`, `trust_domains`, or a member whose name SPIFFE gave."""
        if not source.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return False
        try:
            return is_bundle(source.json)
        except Unproven:
            return any(name in source.head for name in (b'"keys"', b'"trust_domains"', b'"spiffe_'))

    def read(self, source: Source) -> Reading[SpiffeBundle]:
        """Every key, also those that break a rule; Unproven for what is no JSON, or holds a key twice."""
        is_map, bundles = bundles_of(source.json)
        return Reading(SpiffeBundle(source=source.name, is_map=is_map, bundles=bundles))
