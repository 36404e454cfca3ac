"""The samples of JMeter, in the order in which it writes them -> the requests that they stand for.

Three kinds of rows are no requests of their own (TransactionController, SampleResult and CSVSaveService of JMeter 5.6,
and runs of it):

- A Transaction Controller writes a row that sums up its requests, known by its response message. Its requests stand
  before it, or, with "Generate parent sample", behind it.
- A redirect and embedded resources are written behind their request as its parts: named after it with `-0`, `-1`, ...
  since JMeter 5.0, else by their own URL; on the same thread and within its time.
- A row of a batching sender stands for several samples, and says so in `SampleCount`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason, Unproven
from readiness.readers.load_test._spans import Spans
from readiness.readers.load_test._vet import AGAIN

PREFIX = "Number of samples in transaction : "
_TRANSACTION = re.compile(PREFIX + r"(\d{1,12}), number of failing samples : (\d{1,12})", re.ASCII)
_NO_ANSWER = "Non HTTP response code: "
OPEN_GROUP = "Open Model Thread Group"
_MAX_THREADS = 100_000
_ROUNDING_MS = 1


@dataclass(slots=True)
class Sample:
    """One row. What a file does not have is None, or empty for text; times are in ms, `start` since 1970."""

    thread: str = ""
    label: str | None = None
    start: int | None = None
    elapsed: int | None = None
    idle: int = 0
    code: str | None = None
    message: str = ""
    success: bool | None = None
    url: str = ""
    count: int = 1
    failed: int | None = None

    @property
    def end(self) -> int | None:
        """When it ended; None without a start or a duration."""
        return None if self.start is None or self.elapsed is None else self.start + self.elapsed


@dataclass(slots=True)
class _Open:
    """A sample that the rows behind it may be parts of."""

    sample: Sample
    parts: int = 0


@dataclass(slots=True)
class _Thread:
    """What is remembered of one thread: the last request with its parts, and transactions that lack requests."""

    open: list[_Open] = field(default_factory=list)
    owing: Sample | None = None


class Samples:
    """Takes the rows of a file in their order.

    `transactions_told` says whether rows have a response message, by which transactions are known.
    """

    def __init__(self, *, transactions_told: bool, verdicts: bool) -> None:
        self.spans = Spans()
        self._told, self._verdicts = transactions_told, verdicts
        self._threads: dict[str, _Thread] = {}
        self._transactions = self._unlisted = 0
        self._failing: Counter[str] = Counter()
        self._users: dict[str, int] = {}
        self._loop = "closed"

    def sample(self, sample: Sample) -> None:
        """One row. Raises Unproven (malformed) for values that cannot be."""
        thread = self._thread(sample.thread)
        if sample.message.startswith(PREFIX):
            self._take_transaction(thread, sample)
        elif not _take_part(thread, sample):
            self._take_request(thread, sample)

    def users(self, host: str, active: int, start: int | None) -> None:
        """How many threads were active on a host; in the course, those of the busiest one."""
        self.spans.users(start, active)
        if active > self._users.get(host, 0) and (host in self._users or len(self._users) < _MAX_THREADS):
            self._users[host] = active

    def facts(self, zone: tzinfo = UTC) -> LoadTest:
        """The run; `zone` is that of its times.

        Raises Unproven where transactions stand for requests that the file does not list.
        """
        unlisted = self._unlisted + sum(one.owing is not None for one in self._threads.values())
        if unlisted or (self._transactions and not self.spans.run.requests):
            raise _summed_up(f"{unlisted or self._transactions} transactions stand without their requests")
        for label, failing in self._failing.items():
            if failing > self.spans.run.failed:
                told = f"the transactions {label!r} count {failing} failed requests"
                raise _summed_up(f"{told}, the file lists {self.spans.run.failed}")
        users = sum(self._users.values())
        return self.spans.facts(
            "jmeter", zone, verdicts=self._verdicts, concurrency=users or None, loop=self._loop
        )

    def _thread(self, name: str) -> _Thread:
        found = self._threads.get(name)
        if found is None:
            if OPEN_GROUP in name:
                self._loop = "unknown"
            if len(self._threads) >= _MAX_THREADS:
                self._unlisted += sum(one.owing is not None for one in self._threads.values())
                self._threads.clear()
            found = self._threads[name] = _Thread()
        return found

    def _take_transaction(self, thread: _Thread, sample: Sample) -> None:
        found = _TRANSACTION.fullmatch(sample.message)
        if found is None:
            raise Unproven(Reason.MALFORMED, f"a transaction says {sample.message[:80]!r}", AGAIN)
        self._transactions += 1
        self._failing[sample.label or ""] += int(found[2])
        if not int(found[1]) or sample.start is None or _began(thread, sample.start):
            return
        if thread.owing is not None and not _holds(thread.owing, sample):
            self._unlisted += 1
            thread.owing = None
        thread.owing = thread.owing or sample

    def _take_request(self, thread: _Thread, sample: Sample) -> None:
        if not self._told and thread.open and _overlap(thread.open[0].sample, sample):
            message = "requests of one thread overlap: some are transactions, which only their response message tells"
            raise Unproven(Reason.MALFORMED, message, "keep jmeter.save.saveservice.response_message=true")
        if thread.owing is not None:
            self._unlisted += not _holds(thread.owing, sample)
            thread.owing = None
        thread.open = [_Open(sample, 0)]
        if sample.count != 1:
            unknown = 0 if sample.success else sample.count
            self.spans.add_unmeasured(
                sample.label, sample.count, unknown if sample.failed is None else sample.failed
            )
            return
        failure = failure_of(sample.success, sample.code) if self._verdicts else ""
        self.spans.add(sample.label, sample.start, sample.elapsed, failure)


def failure_of(success: bool | None, code: str | None) -> str:
    """Why a sample failed, or nothing.

    JMeter's own verdict holds, with its assertions, except that an answer of 500 and above is never a good one. Without
    a verdict, an answer from 200 to 399 is.
    """
    status = int(code) if code and code.isascii() and code.isdigit() and len(code) == 3 else None
    if status is not None and (status >= 500 or (success is not True and not 200 <= status < 400)):
        return "status"
    if success or (success is None and status is not None):
        return ""
    if code and code.startswith(_NO_ANSWER):
        return "timeout" if "Timeout" in code else "connection"
    return "other"


def _take_part(thread: _Thread, sample: Sample) -> bool:
    """Whether the row is a part of a request before it."""
    # A part ends in its number or is called by its URL: to rule that out is quick.
    label = sample.label
    if not thread.open or not label or not (label[-1].isdigit() or label == sample.url):
        return False
    place = _parent(thread.open, sample)
    if place is None:
        return False
    thread.open[place].parts += 1
    del thread.open[place + 1 :]
    thread.open.append(_Open(sample))
    return True


def _parent(opened: list[_Open], sample: Sample) -> int | None:
    for place in range(len(opened) - 1, -1, -1):
        one = opened[place]
        if sample.label == f"{one.sample.label}-{one.parts}" and _within(one.sample, sample):
            return place
    by_url = "://" in sample.url and sample.label == sample.url
    timed = bool(sample.start and sample.elapsed and sample.thread)
    return 0 if by_url and timed and _within(opened[0].sample, sample) else None


def _within(whole: Sample, part: Sample) -> bool:
    """Whether a sample's time lies in another's; without times it cannot take longer."""
    if part.elapsed is None or whole.elapsed is None:
        return True
    if part.start is None or whole.start is None:
        return part.elapsed <= whole.elapsed
    return whole.start <= part.start and part.start + part.elapsed <= whole.start + whole.elapsed


def _began(thread: _Thread, start: int) -> bool:
    """Whether the thread's last request is one of a transaction that began at `start`."""
    last = thread.open[0].sample.start if thread.open else None
    return last is not None and last >= start


def _holds(outer: Sample, inner: Sample) -> bool:
    """Whether a row behind a transaction's is of it: within its time, which leaves out what was idle."""
    if outer.end is None or inner.end is None:
        return True
    return inner.end <= outer.end + outer.idle + _ROUNDING_MS


def _overlap(before: Sample, after: Sample) -> bool:
    ends, starts = (before.end, after.end), (before.start, after.start)
    if ends[0] is None or ends[1] is None or starts[0] is None or starts[1] is None or not after.thread:
        return False
    return min(ends[0], ends[1]) - max(starts[0], starts[1]) > _ROUNDING_MS


def _summed_up(message: str) -> Unproven:
    remedy = (
        "write them: jmeter -Jjmeter.save.saveservice.subresults=true, or untick 'Generate parent sample'"
    )
    return Unproven(Reason.INSUFFICIENT, message, remedy)
