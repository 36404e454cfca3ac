"""What `ab -e FILE` (ApacheBench 2.3) writes: a percentile a row, in milliseconds (support/ab.c)."""

from __future__ import annotations

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.source import Source


class AbPercentiles(Reader[LoadTest]):
    """It tells neither how many requests there were nor how many failed: it is recognised, and shows nothing."""

    def recognises(self, source: Source) -> bool:
        """The names of the columns."""
        return source.head.partition(b"\n")[0].rstrip(b"\r") == b"Percentage served,Time in ms"

    def read(self, source: Source) -> Reading[LoadTest]:  # noqa: ARG002 - nothing in it helps
        """Raises Unproven (insufficient)."""
        message = "ab -e writes percentiles without the number of requests that they are of, and no failures"
        raise Unproven(Reason.INSUFFICIENT, message, "keep what ab prints: ab -n 10000 -c 10 URL > ab.txt")
