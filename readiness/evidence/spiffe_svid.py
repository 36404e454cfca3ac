"""An X509-SVID with its chain, from a file or from the Workload API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from readiness.evidence.certificate import Certificate
from readiness.evidence.model import Facts
from readiness.evidence.spiffe import Proof


class X509Svid(Facts, frozen=True, kw_only=True):
    """`chain` is what the file holds, the SVID first, at most 32. Never a private key.

    `path` is the chain from the SVID to an authority of the bundle that was found when it was verified; empty when
    none was. `proof` is None when there was no bundle to hold it against.
    """

    kind: ClassVar[str] = "x509-svid"
    source: str
    chain: tuple[Certificate, ...]
    chain_truncated: bool = False
    path: tuple[Certificate, ...] = ()
    proof: Proof | None = None

    @property
    def leaf(self) -> Certificate | None:
        """The SVID itself."""
        return self.chain[0] if self.chain else None

    def summary(self) -> Mapping[str, object]:
        """Who it is, until when, and whether it was verified."""
        leaf = self.leaf
        return {
            "ids": list(leaf.uris[:20]) if leaf else [],
            "not_before": leaf and leaf.not_before and leaf.not_before.isoformat(),
            "not_after": leaf and leaf.not_after and leaf.not_after.isoformat(),
            "chain": len(self.chain),
            "verified": self.proof and self.proof.ok,
        }
