"""What `wrk` (4) prints, with --latency or without.

Times have units and two decimals (src/units.c). wrk adds latencies that it did not measure, against coordinated
omission (stats_correct in src/stats.c): its percentiles are no longer those of requests.
"""

from __future__ import annotations

from readiness.evidence.load_test import Latency, LoadTest
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._printed import TIME, Report, latency_told, printed
from readiness.readers.load_test._wrk import MORE, WRK2, Totals, is_report, run, totals
from readiness.readers.source import Source


class Wrk(Reader[LoadTest]):
    """Latencies are of all answers in time, whatever their status; the output of a script is left alone."""

    def recognises(self, source: Source) -> bool:
        """A report, without the lines that only wrk2 has."""
        return is_report(source) and WRK2.search(source.head) is None

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run; the content has no time of its own."""
        report = Report(source, "wrk")
        told = totals(report)
        latency = _latency(report, told)
        return Reading(run("wrk", "closed", told, latency, _more(latency)))


def _more(latency: Latency | None) -> str:
    has_percentiles = latency is None or latency.percentiles_ms
    return MORE if has_percentiles else f"let wrk print its percentiles: wrk --latency; {MORE}"


def _latency(report: Report, told: Totals) -> Latency | None:
    count = told.answered - told.timeouts
    if count <= 0 or told.bad == told.answered:
        return None
    percentiles = {one[1]: printed(one[2], one[3]) for one in report.all(rf" +(\d{{1,2}})% +{TIME}")}
    return latency_told(
        count,
        "all" if told.bad or told.timeouts else "successful",
        mean=told.mean,
        most=told.most,
        percentiles=percentiles,
    )
