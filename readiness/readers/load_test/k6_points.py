"""What `k6 run --out json=FILE` writes: one JSON document a line, one line for each sample of each metric.

k6 packs it with gzip when the name of the file ends in `.gz`.
"""

from __future__ import annotations

from collections.abc import Sequence

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason, Unproven
from readiness.readers import blocks
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._k6 import first_line, is_point_or_metric
from readiness.readers.load_test._k6_lines import Lines
from readiness.readers.load_test._vet import AGAIN
from readiness.readers.source import Source


class K6Points(Reader[LoadTest]):
    """Every request is there, so that counts of requests over a limit are exact.

    The observation ends with the last sample. The file has the thresholds' expressions, and not their verdicts.
    """

    def recognises(self, source: Source) -> bool:
        """The first line is a document of its own, of type `Point` or `Metric`."""
        return source.opening[:1] == b"{" and is_point_or_metric(first_line(source))

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run."""
        parts = blocks.taken(source.whole_lines, Lines())
        if (at := _refused(parts)) is not None:
            raise _told(source, at, parts)
        first, *others = parts
        for one in others:
            first.tally.merge(one.tally)
        test = first.tally.facts()
        return Reading(test, test.ended_at)


def _refused(parts: Sequence[Lines]) -> int | None:
    """The first block with a line that cannot be; one of them declares what another one has declared."""
    failed = [one.failed_at for one in parts if one.failed_at is not None]
    declared: dict[str, list[int]] = {}
    for one in parts:
        for metric, at in one.declared.items():
            declared.setdefault(metric, []).append(at)
    failed += [sorted(places)[1] for places in declared.values() if len(places) > 1]
    return min(failed, default=None)


def _told(source: Source, at: int, parts: Sequence[Lines]) -> Unproven:
    """What is wrong behind a place where a line begins, with the number of the line in the file."""
    lines = Lines()
    lines.declared = {metric: since for one in parts for metric, since in one.declared.items() if since < at}
    before = place = 0
    for block in source.whole_lines():
        good = bytes(block[: max(0, at - place)])
        before += good.count(b"\n")
        place += len(block)
        try:
            lines.lines(block[len(good) :])
        except Unproven as error:
            number = before + lines.number
            return Unproven(error.reason, f"line {number:,}: {error.message}", error.remedy or AGAIN)
        before += lines.number
    return Unproven(Reason.MALFORMED, "it changed while it was read", AGAIN)
