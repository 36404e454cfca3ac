"""The numbers of `js/stats.json` and `js/global_stats.json`, which Gatling wrote until 3.13.4.

Defined in io.gatling.charts.template (GlobalStatsJsonTemplate, StatsJsonTemplate) and GeneralStatsBuffers: times in
ms; `ok` and `ko` apart, and 0 where there is none. `percentiles1` to `4` are the 50th, 75th, 95th and 99th unless
gatling.conf (charting.indicators) says otherwise, which the file does not show, and they come from a t-digest:
estimates, which bound nothing. The mean rate is the count over the whole seconds that the run took.
"""

from __future__ import annotations

from typing import Any

import msgspec

from readiness.evidence.load_test import Latency
from readiness.readers.load_test._vet import contradiction

LOG = "keep results/<run>/simulation.log, in which every request is"
_SHOWN = ("50", "75", "95", "99")


class Triple(msgspec.Struct):
    """One number: of all requests, of the good and of the failed ones."""

    total: float
    ok: float
    ko: float


class Counts(msgspec.Struct):
    """How many requests there were, how many were good, how many failed."""

    total: int
    ok: int
    ko: int


class Stats(msgspec.Struct, rename="camel"):
    """The numbers of a run, a group or a request."""

    name: str
    number_of_requests: Counts
    min_response_time: Triple
    max_response_time: Triple
    mean_response_time: Triple
    percentiles1: Triple
    percentiles2: Triple
    percentiles3: Triple
    percentiles4: Triple
    mean_number_of_requests_per_second: Triple

    def vet(self) -> None:
        """Raises Unproven (malformed) where counts do not add up."""
        counts = self.number_of_requests
        if min(counts.total, counts.ok, counts.ko) < 0 or counts.ok + counts.ko != counts.total:
            told = f"{counts.total} requests, {counts.ok} good and {counts.ko} failed"
            raise contradiction(f"{self.name} has {told}")

    def latency(self, *, of_run: bool) -> Latency | None:
        """Of the good requests; None without any, and for an endpoint whose requests all took less than 1 ms."""
        count = self.number_of_requests.ok
        if not count or not (of_run or self.max_response_time.ok):
            return None
        shown = (self.percentiles1, self.percentiles2, self.percentiles3, self.percentiles4)
        return Latency(
            count=count,
            of="successful",
            source="sketch",
            min_ms=self.min_response_time.ok,
            mean_ms=self.mean_response_time.ok,
            max_ms=self.max_response_time.ok,
            percentiles_ms={key: one.ok for key, one in zip(_SHOWN, shown, strict=True)},
        )

    @property
    def duration_s(self) -> float | None:
        """The whole seconds that the run took; None where the rate was rounded, as old versions do."""
        count, rate = self.number_of_requests.total, self.mean_number_of_requests_per_second.total
        if not 0 < rate < 1e12:
            return None
        seconds = count / rate
        return float(round(seconds)) if abs(seconds - round(seconds)) < 1e-6 * max(1.0, seconds) else None


def is_stats(data: Any) -> bool:
    """Whether an object has Gatling's names for its numbers."""
    return isinstance(data, dict) and data.keys() >= {"numberOfRequests", "percentiles1", "meanResponseTime"}
