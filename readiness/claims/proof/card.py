"""A scorecard, made ready to be asked about claims."""

from __future__ import annotations

from dataclasses import dataclass, field

from readiness.claims.model import Label, Reason
from readiness.claims.proof import wording
from readiness.claims.proof.measures import Measured, measured
from readiness.scorecard import Scorecard


@dataclass
class Proof:
    """A scorecard, made ready to be asked."""

    card: Scorecard
    numbers: tuple[Measured, ...] = field(init=False)
    own_words: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = measured(self.card)
        release = self.card.release
        self.own_words = frozenset(wording.words(f"{release.name} {release.environment or ''}"))


def reason(label: Label, rule: str, message: str, arithmetic: str = "") -> Reason:
    """Why a claim has a label."""
    return Reason(label=label, rule=rule, message=message, arithmetic=arithmetic)
