"""Certificates in PEM, as agents and helpers write SVIDs: the SVID first, then its intermediates."""

from __future__ import annotations

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.spiffe_svid import X509Svid
from readiness.readers.base import Reader, Reading
from readiness.readers.network.tls.certificates import chain
from readiness.readers.source import Source
from readiness.readers.spiffe.encodings import certificates_in


class Pem(Reader[X509Svid]):
    """The format is that of RFC 7468. A private key in the same file is passed over, and never kept."""

    def recognises(self, source: Source) -> bool:
        """A certificate's first line."""
        return b"-----BEGIN CERTIFICATE-----" in source.head

    def read(self, source: Source) -> Reading[X509Svid]:
        """The chain, not verified yet."""
        ders = certificates_in(source.content)
        if not ders:
            raise Unproven(Reason.MALFORMED, "it holds no certificate", "name the file of the SVID in PEM")
        kept, is_cut = chain(ders)
        return Reading(X509Svid(source=source.name, chain=kept, chain_truncated=is_cut))
