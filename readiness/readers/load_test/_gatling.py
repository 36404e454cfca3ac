"""What the text and the binary simulation.log of Gatling share: the records, whatever they are written as.

Requests of all kinds are in it, redirects and resources too, each of which was sent: none is counted twice. Groups
sum up their requests and are no requests. An error is a request that a session could not make. A user who starts and
does not end was cut off, by `maxDuration` or because the run was stopped, and may have been waiting for an answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason, Unproven
from readiness.readers.load_test._spans import Spans
from readiness.readers.load_test._vet import AGAIN

_STATUS = ("status.", "status(")
_TIMEOUT = ("RequestTimeoutException", "Request timeout", "TimeoutException", "timed out")
_CONNECTION = (
    *("ConnectException", "ConnectTimeoutException", "Connection refused", "Connection reset", "UnknownHost"),
    *(
        "Premature close",
        "ClosedChannel",
        "ConnectionException",
        "SSLException",
        "SocketException",
        "IOException",
    ),
)


class Records:
    """Takes the records of a run that started at `run_start`, in ms since 1970."""

    def __init__(self, run_start: int) -> None:
        self._run_start = run_start
        self._spans = Spans()
        self._started = self._ended = self._errors = 0

    def request(self, path: str, start: int, end: int, good: bool, message: str) -> None:
        """A request by its path, as groups and name. Raises Unproven (malformed) for times that cannot be."""
        if not self._run_start <= start <= end:
            told = f"{path[:80]!r} lasts from {start} to {end}, in a run from {self._run_start}"
            raise Unproven(Reason.MALFORMED, told, AGAIN)
        self._spans.add(path, start, end - start, "" if good else failure_of(message))

    def user(self, *, starts: bool) -> None:
        """A virtual user who starts or ends."""
        self._started += starts
        self._ended += not starts

    def error(self) -> None:
        """A request that was not sent."""
        self._errors += 1

    def facts(self) -> LoadTest:
        """The run."""
        if self._ended > self._started:
            told = f"{self._ended} users end, and {self._started} start"
            raise Unproven(Reason.MALFORMED, f"the file contradicts itself: {told}", AGAIN)
        cut_off = self._started - self._ended
        return self._spans.facts("gatling", dropped=self._errors + cut_off, complete=not cut_off)


def path_of(groups: Sequence[str], name: str) -> str:
    """The path as Gatling's own reports show it."""
    return " / ".join((*groups, name))


def failure_of(message: str) -> str:
    """Why a request failed, by what Gatling says: a status that was not asked for, a timeout, a connection, other."""
    if message.startswith(_STATUS):
        return "status"
    if "ConnectTimeout" not in message and any(one in message for one in _TIMEOUT):
        return "timeout"
    return "connection" if any(one in message for one in _CONNECTION) else "other"
