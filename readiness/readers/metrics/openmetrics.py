"""OpenMetrics with a time on every line, as `promtool tsdb dump-openmetrics` writes it.

The text format: prometheus.io/docs/specs/om/open_metrics_spec. Times are in seconds, and the last line is `# EOF`:
a file without it was cut, or is a page of metrics as a service shows them, which is of one moment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.series import Metrics
from readiness.readers.base import Reader, Reading
from readiness.readers.metrics._gathered import Gathered, Points, malformed, number
from readiness.readers.metrics._naming import Title, labels_of
from readiness.readers.source import MAX_LINE, Source

_COMMENTS = ("# HELP ", "# TYPE ", "# UNIT ", "# EOF")
# A name that ends with a colon is a key of YAML: the format allows it, and nobody writes it.
_SAMPLE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*(?<!:))(?:\{(.*)\})? (\S+)(?: (\S+))?", re.ASCII)
_VALUE = re.compile(r"[+-]?(?:[0-9.]+(?:[eE][+-]?\d+)?|Inf|NaN)", re.ASCII)
_MOMENT = "a page of metrics is of one moment; export a range: api/v1/query_range, or promtool tsdb dump-openmetrics"


class Openmetrics(Reader[Metrics]):
    """Each sample is a point. `NaN` is a gap: it marks where a series went stale."""

    def recognises(self, source: Source) -> bool:
        """A comment of the format, or a sample."""
        first = source.opening.partition(b"\n")[0].decode("utf-8", "replace").removesuffix("\r")
        found = _SAMPLE.fullmatch(first)
        return first.startswith(_COMMENTS) or (found is not None and bool(_VALUE.fullmatch(found[3])))

    def read(self, source: Source) -> Reading[Metrics]:
        """The series, dated by their last point."""
        made, known, ended = Gathered(), dict[str, Points](), False
        for line, text in _lines(source):
            if ended and text.strip():
                raise malformed(f"line {line:,}: it goes on after # EOF")
            ended = ended or text == "# EOF"
            if text.startswith("#") or ended:
                continue
            try:
                _put(made, known, text)
            except Unproven as error:
                raise Unproven(error.reason, f"line {line:,}: {error.message}", error.remedy) from None
        if not ended:
            raise malformed("its last line is not # EOF: it was cut, or is no OpenMetrics", _MOMENT)
        return made.reading()


def _put(made: Gathered, known: dict[str, Points], text: str) -> None:
    found = _SAMPLE.fullmatch(text)
    labels = labels_of(found[2] or "") if found else None
    if found is None or labels is None:
        raise malformed(f"{text[:80]!r} is no sample")
    if found[4] is None:
        raise Unproven(Reason.INSUFFICIENT, "a sample without a time", _MOMENT)
    title = f"{found[1]}{{{found[2] or ''}}}"
    if title not in known:
        known[title] = made.series(Title(found[1], labels))
    if found[3] == "NaN":
        return
    made.put(known[title], number(found[4]), number(found[3]))


def _lines(source: Source) -> Iterator[tuple[int, str]]:
    number_, rest = 0, b""
    for block in source.unpacked():
        *whole, rest = (rest + block).split(b"\n")
        for line in whole:
            number_ += 1
            yield number_, _text(number_, line)
        if len(rest) > MAX_LINE:
            raise malformed(f"a line is longer than {MAX_LINE:,} bytes")
    if rest:
        yield number_ + 1, _text(number_ + 1, rest)


def _text(line: int, told: bytes) -> str:
    try:
        return told.decode()
    except UnicodeDecodeError:
        raise malformed(f"line {line:,} is not UTF-8 text") from None
