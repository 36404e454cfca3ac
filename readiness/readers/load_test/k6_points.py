"""What `k6 run --out json=FILE` writes: one JSON document a line, one line for each sample of each metric.

k6 packs it with gzip when the name of the file ends in `.gz`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import msgspec

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._k6 import first_line, is_point_or_metric
from readiness.readers.load_test._k6_tally import Tally
from readiness.readers.load_test._vet import AGAIN
from readiness.readers.source import Source
from readiness.readers.strict_json import parse_json, shape

# Lines as k6 writes them, in which no key can stand twice; a line of another form is read by the strict parser.
_LINE = re.compile(
    rb'\{"metric":"(\w+)","type":"Point","data":\{"time":"([0-9T:.Z+-]{19,40})",'
    rb'"value":(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?),"tags":(null|\{[^{}]*\})\}\}'
)
_CACHED = 10_000


class _Data(msgspec.Struct):
    time: str
    value: float
    tags: dict[str, str] | None = None


class _Point(msgspec.Struct):
    metric: str
    data: _Data


class K6Points(Reader[LoadTest]):
    """Every request is there, so that counts of requests over a limit are exact.

    The observation ends with the last sample. The file has the thresholds' expressions, and not their verdicts.
    """

    def recognises(self, source: Source) -> bool:
        """The first line is a document of its own, of type `Point` or `Metric`."""
        return source.opening[:1] == b"{" and is_point_or_metric(first_line(source))

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run."""
        lines = _Lines()
        for number, line in enumerate(source.lines(), 1):
            try:
                lines.take(line)
            except Unproven as error:
                raise Unproven(
                    error.reason, f"line {number:,}: {error.message}", error.remedy or AGAIN
                ) from None
        test = lines.tally.facts()
        return Reading(test, test.ended_at)


class _Lines:
    """Bytes of lines -> samples; what repeats, as tags and times do, is parsed once."""

    def __init__(self) -> None:
        self.tally = Tally()
        self._tags: dict[bytes, dict[str, str]] = {}
        self._time = (b"", 0.0)
        self._declared: set[str] = set()

    def take(self, line: bytes) -> None:
        found = _LINE.fullmatch(line)
        if found is None:
            self._take_slowly(line)
            return
        metric, time, value, tags = found.groups()
        if time != self._time[0]:
            self._time = (time, _seconds(time.decode("ascii")))
        self.tally.add(metric.decode("ascii"), self._time[1], float(value), self._tags_of(tags))

    def _tags_of(self, text: bytes) -> dict[str, str]:
        if text not in self._tags:
            if len(self._tags) >= _CACHED:
                self._tags.clear()
            self._tags[text] = shape(_parsed(text) or {}, dict[str, str], "set of tags")
        return self._tags[text]

    def _take_slowly(self, line: bytes) -> None:
        document = _parsed(line)
        if not is_point_or_metric(document):
            raise Unproven(Reason.MALFORMED, "it is neither a point nor a metric of k6")
        if document["type"] == "Metric":
            self._declare(str(document.get("metric")))
        else:
            point = shape(document, _Point, "point of k6")
            data = point.data
            self.tally.add(point.metric, _seconds(data.time), data.value, data.tags or {})

    def _declare(self, metric: str) -> None:
        """k6 declares each metric once: a second time is a second run in the same file."""
        if metric in self._declared:
            message = f"it declares {metric} twice: two runs were written into one file"
            raise Unproven(Reason.MALFORMED, message, "give each run a file of its own")
        self._declared.add(metric)


def _parsed(text: bytes) -> Any:
    try:
        return parse_json(text.decode())
    except UnicodeDecodeError:
        raise Unproven(Reason.MALFORMED, "it is not UTF-8 text") from None


def _seconds(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Unproven(Reason.MALFORMED, f"{text!r} is not a time") from None
    if moment.tzinfo is None:
        raise Unproven(Reason.MALFORMED, f"the time {text!r} has no zone")
    try:
        return (moment - _EPOCH).total_seconds()
    except OverflowError:
        raise Unproven(Reason.MALFORMED, f"the time {text!r} is out of range") from None


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
