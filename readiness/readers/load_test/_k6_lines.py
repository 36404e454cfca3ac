"""The lines of `k6 run --out json`, block by block: most by one pattern that knows what k6 writes, all others singly.

What the pattern takes is proven as well as what is parsed: every byte of every line is matched, the samples of one
request have one time and one set of tags, and a line of any other form goes through the strict parser.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from readiness.evidence.model import Reason, Unproven
from readiness.readers.load_test._k6 import is_point_or_metric
from readiness.readers.load_test._k6_tally import Tally, Told
from readiness.readers.strict_json import parse_json, shape

_CACHED = 10_000
_SHORTEST = 32
"""In bytes; no line of k6 is as short on average, and each that the pattern finds takes many times its room."""
_NUMBER = r"(?:0|[1-9][0-9]{0,17}+)(?:\.[0-9]++)?+"
_TIME = '[^"]{19,40}+'
# The tags end with the line: braces inside of them are left to the parser, which sees each set once.
_TAGS = r"null|\{.*\}"
_OF_REQUEST = ("blocked", "connecting", "tls_handshaking", "sending", "waiting", "receiving")


def _line(metric: str, value: str, time: str, tags: str) -> str:
    return rf'\{{"metric":"{metric}","type":"Point","data":\{{"time":"{time}","value":{value},"tags":{tags}\}}\}}\n'


def _group(name: str, pattern: str) -> str:
    return f"(?P<{name}>{pattern})"


def _request() -> str:
    """The samples of one request, in the order in which k6 writes them (Trail of lib/netext/httpext)."""
    same = "(?P=time)", "(?P=tags)"
    first = _line("http_reqs", "1", _group("time", _TIME), _group("tags", _TAGS))
    duration = _line("http_req_duration", _group("ms", _NUMBER), *same)
    rest = "".join(_line(f"http_req_{one}", _NUMBER, *same) for one in _OF_REQUEST)
    return f"{first}{duration}{rest}(?:{_line('http_req_failed', _group('failed', '[01]'), *same)})?+"


def _iteration() -> str:
    """What the end of an iteration gives."""
    same = "(?P=time_i)", "(?P=tags_i)"
    first = _line("data_sent", _NUMBER, _group("time_i", _TIME), _group("tags_i", _TAGS))
    duration = _line("iteration_duration", _group("ms_i", _NUMBER), *same)
    return first + _line("data_received", _NUMBER, *same) + duration + _line("iterations", _NUMBER, *same)


def _point() -> str:
    """One sample of whatever metric."""
    value = _group("value", rf"-?+{_NUMBER}")
    return _line(_group("metric", "[a-z_]++"), value, _group("time_p", _TIME), _group("tags_p", _TAGS))


# Groups in this order: those of a request, of an iteration, of another sample, and any other line as it is.
_KNOWN = re.compile(f"{_request()}|{_iteration()}|{_point()}|(?P<other>.*\\n|.+)".encode())
_COUNTED = {b"http_reqs", b"http_req_duration", b"http_req_failed", b"dropped_iterations", b"vus"}
_COUNTED.add(b"iteration_duration")


class _Data(msgspec.Struct):
    time: str
    value: float
    tags: dict[str, str] | None = None


class _Point(msgspec.Struct):
    metric: str
    data: _Data


class _Found(NamedTuple):
    """The samples of one block, by what they are of: times in seconds since 1970, durations in ms."""

    ends: list[float]
    ms: list[float]
    told: list[Told]
    failed: Sequence[bytes]
    iterations: list[tuple[float, float]]
    points: list[tuple[str, float, float, Mapping[str, str]]]
    times: Collection[float]
    others: list[bytes]

    def give(self, lines: Lines) -> None:
        """Count them. Raises Unproven for values that cannot be."""
        tally = lines.tally
        for other in self.others:
            lines.line(other.removesuffix(b"\n"))
        for point in self.points:
            tally.add(*point)
        tally.span(self.times)
        tally.add_iterations(self.iterations)
        if self.ends:
            tally.add_requests(self.ends, self.ms, self.told)
            tally.add_verdicts(len(self.failed) - self.failed.count(b""), self.failed.count(b"1"))


class Lines:
    """Blocks of whole lines -> samples; what repeats, as tags and times do, is parsed once.

    `declared` maps each metric to the block in which it was declared; `failed_at` is the block that is refused.
    """

    def __init__(self) -> None:
        self.tally = Tally()
        self.declared: dict[str, int] = {}
        self.failed_at: int | None = None
        self._tags: dict[bytes, Told] = {}
        self._at = self.number = 0

    def take(self, at: int, block: memoryview) -> None:
        """The lines of a block that begins at a byte of the content; nothing once a block was refused."""
        if self.failed_at is not None:
            return
        self._at = at
        try:
            found = self._found(block)
        except Unproven:
            found = None
        try:
            if found is not None:
                found.give(self)
            else:
                self.lines(block)
        except Unproven:
            self.failed_at = at

    def lines(self, block: memoryview) -> None:
        """Every line of a block by the strict parser. Raises Unproven at the line whose `number` in the block it is."""
        self.number = 0
        for number, line in enumerate(bytes(block).removesuffix(b"\n").split(b"\n") if block else (), 1):
            self.number = number
            self.line(line)

    def _found(self, block: memoryview) -> _Found:
        """What the pattern finds in a block. Raises Unproven where it took what it cannot tell."""
        if bytes(block).count(b"\n") * _SHORTEST > len(block):
            raise Unproven(Reason.MALFORMED, "its lines are shorter than those of k6")
        rows = _KNOWN.findall(block)
        rest = [row for row in rows if not row[0]]
        time, tags, ms, failed, *_ = _columns([row for row in rows if row[0]])
        *_, ended, tags_i, lasted, _, _, _, _, _ = _columns([row for row in rest if row[4]])
        points = [row for row in rest if row[7]]
        *_, when, _, tags_p, _ = _columns(points)
        times = {text: seconds(text.decode("ascii", "replace")) for text in {*time, *ended, *when}}
        told = {text: self._told(text) for text in {*tags, *tags_i, *tags_p}}
        return _Found(
            ends=list(map(times.__getitem__, time)),
            ms=list(map(float, ms)),
            told=list(map(told.__getitem__, tags)),
            failed=failed,
            iterations=list(zip(map(times.__getitem__, ended), map(float, lasted), strict=True)),
            points=[
                (row[7].decode(), times[row[8]], float(row[9]), told[row[10]].tags)
                for row in points
                if row[7] in _COUNTED
            ],
            times=times.values(),
            others=[row[11] for row in rest if row[11]],
        )

    def line(self, line: bytes) -> None:
        """Any line, by the strict parser."""
        document = _parsed(line)
        if not is_point_or_metric(document):
            raise Unproven(Reason.MALFORMED, "it is neither a point nor a metric of k6")
        if document["type"] == "Metric":
            self._declare(str(document.get("metric")))
            return
        point = shape(document, _Point, "point of k6")
        self.tally.add(point.metric, seconds(point.data.time), point.data.value, point.data.tags or {})

    def _told(self, text: bytes) -> Told:
        found = self._tags.get(text)
        if found is None:
            if len(self._tags) >= _CACHED:
                self._tags.clear()
            found = self._tags[text] = Told(shape(_parsed(text) or {}, dict[str, str], "set of tags"))
        return found

    def _declare(self, metric: str) -> None:
        """k6 declares each metric once: a second time is a second run in the same file."""
        if metric in self.declared:
            message = f"it declares {metric} twice: two runs were written into one file"
            raise Unproven(Reason.MALFORMED, message, "give each run a file of its own")
        self.declared[metric] = self._at


def _columns(rows: list[tuple[bytes, ...]]) -> Sequence[tuple[bytes, ...]]:
    return list(zip(*rows, strict=True)) or [()] * _KNOWN.groups


def seconds(text: str) -> float:
    """Since 1970. Raises Unproven for what is no time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Unproven(Reason.MALFORMED, f"{text!r} is not a time") from None
    if moment.tzinfo is None:
        raise Unproven(Reason.MALFORMED, f"the time {text!r} has no zone")
    try:
        return moment.timestamp()
    except OverflowError:
        raise Unproven(Reason.MALFORMED, f"the time {text!r} is out of range") from None


def _parsed(text: bytes) -> Any:
    try:
        return parse_json(text.decode())
    except UnicodeDecodeError:
        raise Unproven(Reason.MALFORMED, "it is not UTF-8 text") from None
