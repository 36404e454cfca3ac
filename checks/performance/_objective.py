"""An objective of latency: so many percent of the requests within a limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from readiness.units import show_duration, show_share

THIN = Fraction(1, 100)
SLOW = "profile the slowest requests"


@dataclass(frozen=True)
class Objective:
    """`percentile` (of one) of the requests within `limit`; `name` is its key in the policy."""

    name: str
    percentile: Fraction
    limit: timedelta
    warn: timedelta | None

    @property
    def key(self) -> str:
        """The percentile as facts name it, as in 99.9."""
        return self.name.removeprefix("p")

    @property
    def share(self) -> Fraction:
        """The share that may take longer."""
        return 1 - self.percentile

    @property
    def provable(self) -> Fraction:
        """The share that tells how many requests are enough: no number proves that none is ever slower."""
        return self.share or THIN


def expected(objective: Objective) -> str:
    """As in `95% within 200ms`."""
    return f"{show_share(objective.percentile)} within {show_duration(objective.limit)}"


def ms(limit: timedelta) -> float:
    """A duration in milliseconds."""
    return limit / timedelta(milliseconds=1)
