"""Results -> score, in whole numbers: a half of a weight is the unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from readiness.check import Outcome
from readiness.evidence.model import Value
from readiness.policy.rules import Enforce, Stake
from readiness.waivers import Result

_EARNED_HALVES = {Outcome.PASS: 2, Outcome.WARN: 1}
_PROVEN = (Outcome.PASS, Outcome.WARN, Outcome.FAIL)


class Score(Value, frozen=True):
    """Sums of weights; `earned_halves` counts halves, so that a warn is a whole number too."""

    earned_halves: int = 0
    possible: int = 0
    proven: int = 0
    waived: int = 0

    @property
    def share(self) -> Fraction | None:
        """Earned of possible, exactly; None when no weight counts."""
        return Fraction(self.earned_halves, 2 * self.possible) if self.possible else None

    @property
    def proven_share(self) -> Fraction | None:
        """Weight that is pass, warn or fail, of possible; None when no weight counts."""
        return Fraction(self.proven, self.possible) if self.possible else None

    @property
    def waived_share(self) -> Fraction:
        """Waived weight, of all that would count without waivers."""
        whole = self.possible + self.waived
        return Fraction(self.waived, whole) if whole else Fraction(0)


def score(results: Iterable[Result], stakes: Mapping[str, Stake]) -> Score:
    """The score of the results that have a stake, at the weights of the stakes."""
    earned = possible = proven = waived = 0
    for result in results:
        stake = stakes.get(result.rule.id)
        if stake is None or stake.enforce is Enforce.ADVISORY or result.outcome is Outcome.NOT_APPLICABLE:
            continue
        if result.is_waived:
            waived += stake.weight
            continue
        possible += stake.weight
        earned += stake.weight * _EARNED_HALVES.get(result.outcome, 0)
        proven += stake.weight * (result.outcome in _PROVEN)
    return Score(earned, possible, proven, waived)


def score_without_waivers(results: Iterable[Result], stakes: Mapping[str, Stake]) -> Score:
    """The score as if there were no waivers."""
    plain = [Result(rule=one.rule, judgement=one.judgement, outcome=one.judgement.outcome) for one in results]
    return score(plain, stakes)
