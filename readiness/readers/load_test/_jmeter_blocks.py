"""JMeter's CSV block by block, where every row is a request of its own: then their order does not matter.

A pattern made of the header takes rows whose columns are plain. A row with quotes is taken singly. Whatever may belong
together with other rows (transactions, redirects, a message of several lines) or is not as JMeter writes it makes the
blocks `unfit`: the file is then read from its beginning, row by row, which is what decides on it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from operator import add

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Unproven
from readiness.readers.load_test._course import place
from readiness.readers.load_test._jmeter import OPEN_GROUP, PREFIX, Sample, failure_of
from readiness.readers.load_test._jmeter_rows import Rows
from readiness.readers.load_test._spans import MAX_ELAPSED, MAX_START, Spans, by_second

_TEXT = r'[^,"\n\r]*+'
# Quicker, and the same where there are no quotes, no returns, and as many rows as lines.
_ANY_TEXT = "[^,]*+"
_TOLD = ("label", "responseCode", "responseMessage")
_COUNTED = {
    "timeStamp": "[0-9]{12,13}",
    "elapsed": "[0-9]{1,11}",
    "success": "true|false",
    "allThreads": "[0-9]{1,9}",
}
_TEXTS = ("threadName", "dataType", "failureMessage", "URL", "Filename", "Encoding")
_OTHERS = dict.fromkeys(
    ("IdleTime", "Latency", "Connect", "bytes", "sentBytes", "grpThreads"), "[0-9]{0,15}+"
)
_NUMBERED = re.compile(r"(.*)-[0-9]+", re.DOTALL)
_MOST_LABELS = 5_000
_MOST_KINDS = 20_000
_SAID = ("true", "false")


def are_plain(columns: Sequence[str]) -> bool:
    """Whether files with these columns, parted by commas, may be taken in blocks."""
    needed = {*_TOLD, *_COUNTED}
    joined = ",".join(_TOLD) in ",".join(columns)
    return (
        joined
        and len(set(columns)) == len(columns)
        and needed <= set(columns) <= {*needed, *_OTHERS, *_TEXTS}
    )


@cache
def _pattern(columns: tuple[str, ...], text: str) -> re.Pattern[str]:
    """One row, with a group for each column that counts and one for those of `_TOLD`; or, in the last, another line.

    `text` is what a column of any text may hold.
    """
    parts = []
    for name in columns:
        if name in _COUNTED:
            parts.append(f"({_COUNTED[name]})")
        elif name == _TOLD[0]:
            parts.append(f"({','.join([text] * len(_TOLD))})")
        elif name not in _TOLD:
            parts.append(text if name in _TEXTS else _OTHERS[name])
    return re.compile(",".join(parts) + r"\r?+\n|(.*\n|.+)")


class Blocks:
    """Takes blocks of rows under a header of so many bytes. `unfit` tells that the file must be read in order."""

    def __init__(self, header: str, columns: Sequence[str], skipped: int) -> None:
        self.unfit = False
        self._header, self._columns, self._skipped = header, tuple(columns), skipped
        self._spans = Spans()
        self._good: Counter[tuple[str, str]] = Counter()
        self._labels: set[str] = set()
        self._users = -1
        self._loop = "closed"

    def take(self, at: int, block: memoryview) -> None:
        """Rows that begin at a byte of the file; the header is passed."""
        if self.unfit:
            return
        try:
            self._take(str(block[self._skipped :] if at == 0 else block, "utf-8"))
        except (Unproven, UnicodeDecodeError):
            self.unfit = True

    def merge(self, other: Blocks) -> None:
        """Take what another one has counted."""
        self.unfit |= other.unfit
        other._fold()
        self._spans.merge(other._spans)
        self._labels |= other._labels
        self._users = max(self._users, other._users)
        self._loop = max(self._loop, other._loop)

    def facts(self) -> LoadTest | None:
        """The run; None when the file must be read in order. Raises Unproven as `Spans.facts`."""
        found = (_NUMBERED.fullmatch(label) for label in self._labels)
        if self.unfit or any(match and match[1] in self._labels for match in found):
            return None
        self._fold()
        return self._spans.facts("jmeter", concurrency=max(self._users, 0) or None, loop=self._loop)

    def _take(self, text: str) -> None:
        if OPEN_GROUP in text and _open_group(self._columns).search(text):
            self._loop = "unknown"
        rows = _rows(self._columns, text)
        others = [row[-1] for row in rows if row[-1]]
        if others:
            rows = [row for row in rows if not row[-1]]
            self._take_lines(others)
        if rows:
            self._take_rows(dict(zip(self._order, zip(*rows, strict=True), strict=False)))

    def _take_rows(self, columns: Mapping[str, tuple[str, ...]]) -> None:
        elapsed, told, success = columns["elapsed"], columns[_TOLD[0]], columns["success"]
        took = {text: int(text) for text in set(elapsed)}
        starts = list(map(int, columns["timeStamp"]))
        ends = list(map(add, starts, map(took.__getitem__, elapsed)))
        if max(took.values()) > MAX_ELAPSED or max(starts) > MAX_START:
            self.unfit = True
            return
        for named in set(told):
            self._vet(*named.split(",")[::2])
        self._good.update(zip(elapsed, told, strict=True))
        seconds = [one // 1000 for one in ends]
        times = Counter(zip(seconds, elapsed, strict=True))
        for row, failure in _failures(told, success):
            text = elapsed[row]
            self._good[text, told[row]] -= 1
            times[seconds[row], text] -= 1
            self._spans.add_many(_label(told[row]), took[text], failure, 1)
        if len(self._good) > _MOST_KINDS:
            self._fold()
        places = {text: place(ms) for text, ms in took.items()}
        self._spans.moved(
            starts, ends, [(at, places[text], many) for (at, text), many in times.items() if many]
        )
        self._take_users(starts, columns["allThreads"])

    def _fold(self) -> None:
        """Count what is held of good requests, which repeat from block to block."""
        for (text, named), many in self._good.items():
            if many:
                self._spans.add_many(_label(named), int(text), "", many)
        self._good.clear()

    def _vet(self, label: str, message: str) -> None:
        """Whether a row is a request, and by its label no part of one."""
        self._labels.add(label)
        if message.startswith(PREFIX) or "://" in label or len(self._labels) > _MOST_LABELS:
            self.unfit = True

    def _take_users(self, starts: Sequence[int], active: Sequence[str]) -> None:
        if active.count(active[0]) == len(active):
            pairs = {(second, active[0]) for second in by_second(starts)}
        else:
            pairs = set(zip((one // 1000 for one in starts), active, strict=True))
        for second, text in pairs:
            self.users("", int(text), second * 1000)

    def _take_lines(self, lines: Sequence[str]) -> None:
        """Lines that are not plain: with quotes, say."""
        rows = Rows(self._header, self)
        for line in lines:
            self.unfit |= line.count('"') % 2 == 1 or not line.endswith("\n")
            rows.take(line.removesuffix("\n").removesuffix("\r"), ended=True)
        self.unfit |= not rows.are_zoned

    def sample(self, sample: Sample) -> None:
        """A row that was taken singly."""
        label = sample.label or ""
        self._vet(label, sample.message)
        if OPEN_GROUP in sample.thread:
            self._loop = "unknown"
        self._spans.add(label, sample.start, sample.elapsed, failure_of(sample.success, sample.code))

    def users(self, _host: str, active: int, start: int | None) -> None:
        """How many threads were active, on the one host that there is."""
        self._users = max(self._users, active)
        self._spans.users(start, active)

    @property
    def _order(self) -> tuple[str, ...]:
        """The columns of the groups of the pattern."""
        return tuple(name for name in self._columns if name in _COUNTED or name == _TOLD[0])


def _rows(columns: tuple[str, ...], text: str) -> list[tuple[str, ...]]:
    """The rows, and other lines in their last group."""
    if '"' not in text and "\r" not in text:
        rows = _pattern(columns, _ANY_TEXT).findall(text)
        if len(rows) == text.count("\n"):
            return rows
    return _pattern(columns, _TEXT).findall(text)


def _label(named: str) -> str:
    return named.partition(",")[0]


def _failures(told: Sequence[str], success: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The places of the requests that failed, and why each did: few, as a rule."""
    why = {
        (named, said): failure_of(said == "true", named.split(",")[1])
        for named in set(told)
        for said in _SAID
    }
    doubtful = {named for (named, said), failure in why.items() if said == "true" and failure}
    places = {row for row, named in enumerate(told) if named in doubtful} if doubtful else set()
    if "false" in success:
        places.update(row for row, said in enumerate(success) if said == "false")
    for row in places:
        yield row, why[told[row], success[row]]


@cache
def _open_group(columns: tuple[str, ...]) -> re.Pattern[str]:
    """A plain row whose thread is of an open group."""
    before = columns.index("threadName") if "threadName" in columns else len(columns)
    return re.compile(rf"^(?:{_TEXT},){{{before}}}{_TEXT[:-1]}{OPEN_GROUP}", re.MULTILINE)
