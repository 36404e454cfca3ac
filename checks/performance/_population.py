"""Which requests of a run or endpoint an objective of latency is about, and how many of them took longer."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from readiness.check import Finding
from readiness.check.confidence import POINT
from readiness.evidence.load_test import Latency
from readiness.evidence.model import Reason
from readiness.statistics.ranks import above, over_at_most
from readiness.units import show_share

from ._percent import percent
from ._requests import highest, requests_over
from ._targets import Target, unproven


@dataclass(frozen=True)
class Population:
    """The successful requests of a target.

    `n` counts those that were never measured too. `hidden` are those without a latency (dropped by the load
    generator, or left out by the tool), each of which may have been slow. `mixed` are failed requests whose
    latencies are among the others, each of which may have been fast or slow.
    """

    latency: Latency
    n: int
    hidden: int
    mixed: int

    def over(self, limit_ms: float) -> tuple[int, int]:
        """The least and the most of the `n` that took longer."""
        least, most = requests_over(self.latency, limit_ms)
        return max(0, least - self.mixed), min(self.n, most + self.hidden)

    def highest(self, beyond: int) -> float | None:
        """The least value that at most `beyond` of the `n` are known to exceed; None when the file shows none."""
        return highest(self.latency, beyond - self.hidden, over_at_most)

    def lowest(self, beyond: int) -> float | None:
        """A value that at least `beyond` of the `n` are known to reach; None when the file shows none."""
        rest = beyond + self.mixed
        for one in reversed(self.latency.buckets):
            rest -= one.count
            if rest <= 0:
                return one.low_ms
        return None

    def plain(self, key: str, percentile: Fraction) -> tuple[float | None, float | None]:
        """The percentile itself, as the tool tells it or as it is counted: the least and the most that it can be."""
        told = self.latency.percentiles_ms.get(key)
        if told is not None and not (self.latency.buckets or self.hidden or self.mixed):
            return told, told
        beyond = above(self.n, percentile)
        if self.latency.buckets:
            return self.lowest(beyond + 1), self.highest(beyond)
        return self._told_below(beyond), highest(self.latency, beyond - self.hidden, above)

    def _told_below(self, beyond: int) -> float | None:
        n, latency = self.latency.count, self.latency
        told = [
            value
            for key, value in latency.percentiles_ms.items()
            if above(n, Fraction(key) / 100) >= beyond + self.mixed
        ]
        return max([*told, *([latency.min_ms] if latency.min_ms is not None else [])], default=None)


def population(
    target: Target, max_errors: Fraction, confidence: Fraction | Literal["point"]
) -> Population | Finding:
    """The successful requests of a target; a finding where their latencies show nothing."""
    if gap := _gap(target, max_errors):
        return unproven(Reason.INSUFFICIENT, target.where + gap[0], gap[1], target.object)
    latency, errors = target.latency, target.errors
    if latency is None or errors is None:
        raise TypeError("a target without latency or errors has a gap")
    mixed = errors if latency.of == "all" else 0
    hidden = target.requests - errors + mixed - latency.count
    counted = sum(one.count for one in latency.buckets)
    if hidden < 0 or (latency.buckets and counted != latency.count):
        message = f"{target.where}{latency.count:,} latencies do not fit {target.requests:,} requests"
        return unproven(Reason.MALFORMED, message, "run the load test again", target.object)
    if target.run.corrected and confidence != POINT:
        message = f"{target.where}the tool rewrote latencies against coordinated omission: they are no longer requests"
        return unproven(Reason.INSUFFICIENT, message, "use a tool that measures every request", target.object)
    dropped = target.run.dropped
    return Population(latency, target.requests - errors + dropped, hidden + dropped, mixed)


def _gap(target: Target, max_errors: Fraction) -> tuple[str, str] | None:
    """Why latencies show nothing, and what to do; None when they show something."""
    more = target.run.more_detail
    if target.errors is None:
        return "the file does not tell how many requests failed, and failed ones are often fast", more
    if not 0 <= target.errors <= target.requests or not target.requests:
        return (
            f"{target.errors:,} of {target.requests:,} requests failed, which shows nothing",
            "run it again",
        )
    share = Fraction(target.errors, target.requests)
    if share > max_errors:
        told = f"{target.errors:,} of {target.requests:,} requests failed ({percent(float(share))})"
        message = f"{told}; over {show_share(max_errors)} (`max-errors`) latencies show nothing"
        return message, "mend what makes requests fail, then run the load test again"
    if target.latency is None or not target.latency.count:
        return "the file has no latencies of successful requests", more
    return None
