"""What `wrk2` prints, which calls itself wrk: with --latency a spectrum in milliseconds.

src/wrk.c: it sends at a rate, and measures from when a request should have been sent; the first ten seconds are left
out of the latencies and not of the counts (calibrate). The spectrum is an HdrHistogram of three digits, in which each
row has the number of latencies up to a value (src/hdr_histogram.c). Without --latency the report does not tell
how many latencies its mean is of.
"""

from __future__ import annotations

import re

from readiness.evidence.load_test import Bucket, Latency, LoadTest
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._printed import Report
from readiness.readers.load_test._samples import percentiles
from readiness.readers.load_test._vet import AGAIN, contradiction
from readiness.readers.load_test._wrk import MORE, WRK2, Totals, is_report, run, totals
from readiness.readers.source import Source

_TITLE = "(HdrHistogram - Recorded Latency)"
_ROW = re.compile(r" *(\d{1,12}\.\d{3}) +[01]\.\d{6} +(\d{1,15}) +(?:\d+\.\d\d|inf) *", re.ASCII)
_MEAN = re.compile(r" *#\[Mean *= *(\d{1,12}\.\d{3}), .*", re.ASCII)
_TOTAL = re.compile(r" *#\[Max *= *\d{1,12}\.\d{3}, *Total count *= *(\d{1,15})\] *", re.ASCII)


class Wrk2(Reader[LoadTest]):
    """The rate that was asked for is not in the report."""

    def recognises(self, source: Source) -> bool:
        """A report, with the calibration or the histogram of wrk2."""
        return is_report(source) and WRK2.search(source.head) is not None

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run; the content has no time of its own."""
        report = Report(source, "wrk2")
        told = totals(report)
        latency = _latency(report, told)
        return Reading(run("wrk2", "open", told, latency, _more(latency)))


def _more(latency: Latency | None) -> str:
    return MORE if latency is not None else "let wrk2 print its histogram: wrk -R RATE --latency"


def _latency(report: Report, told: Totals) -> Latency | None:
    if _TITLE not in report.text or told.bad == told.answered:
        return None
    lines = report.text.partition(_TITLE)[2].partition("\n---")[0].splitlines()
    buckets = tuple(_buckets(lines))
    count = sum(one.count for one in buckets)
    if count != int(_only(_TOTAL, lines, "the total count")):
        raise contradiction(f"the spectrum has {count} latencies, and the total count is another")
    if not count:
        return None
    mean = float(_only(_MEAN, lines, "the mean"))
    return Latency(
        count=count,
        of="all" if told.bad or told.timeouts else "successful",
        source="histogram",
        mean_ms=min(max(mean, buckets[0].low_ms), buckets[-1].high_ms),
        max_ms=buckets[-1].high_ms,
        percentiles_ms=percentiles(buckets),
        buckets=buckets,
    )


def _buckets(lines: list[str]) -> list[Bucket]:
    """From each row to the next: so many latencies above the value before, and at most of this one."""
    before, seen, made = 0.0, 0, []
    for found in filter(None, map(_ROW.fullmatch, lines)):
        value, count = float(found[1]), int(found[2])
        if value < before or count < seen:
            raise contradiction(f"the spectrum falls at {value:g} ms")
        if count > seen:
            made.append(Bucket(before, value, count - seen))
        before, seen = value, count
    return made


def _only(pattern: re.Pattern[str], lines: list[str], what: str) -> str:
    found = [match[1] for match in map(pattern.fullmatch, lines) if match]
    if len(found) != 1:
        raise Unproven(Reason.MALFORMED, f"the spectrum has no line that tells {what}", AGAIN)
    return found[0]
