"""Claims against a scorecard: by check, by measured number, and by the decision."""

from readiness.claims.proof.card import Proof
from readiness.claims.proof.identity import is_identity
from readiness.claims.proof.proving import prove

__all__ = ["Proof", "is_identity", "prove"]
