"""`js/global_stats.json` of Gatling, which it wrote until 3.13.4: the numbers of the whole run."""

from __future__ import annotations

from readiness.evidence.load_test import LoadTest
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._gatling_stats import LOG, Stats, is_stats
from readiness.readers.load_test._vet import vetted
from readiness.readers.source import Source
from readiness.readers.strict_json import shape


class GatlingGlobalStats(Reader[LoadTest]):
    """Counts and extremes hold, percentiles are estimates. The file has no time of its own."""

    def recognises(self, source: Source) -> bool:
        """An object with Gatling's names for its numbers."""
        return source.head[:1] == b"{" and b'"numberOfRequests"' in source.head and is_stats(source.json)

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run."""
        stats = shape(source.json, Stats, "global statistics of Gatling")
        stats.vet()
        counts = stats.number_of_requests
        return Reading(
            vetted(
                LoadTest(
                    tool="gatling",
                    requests=counts.total,
                    errors=counts.ko,
                    duration_s=stats.duration_s,
                    latency=stats.latency(of_run=True),
                    corrected=False,
                    more_detail=LOG,
                )
            )
        )
