"""What `ab` (ApacheBench 2.3) prints: times in whole milliseconds.

support/ab.c: `Failed requests` are about connections and lengths, not statuses; `Non-2xx responses` has a line only
if there are any, and counts 3xx too. A request can be in several of these numbers. Each percentile is the value of
one request, and 100% that of the longest. Since 2.5 latencies are means over a window when there are more requests
than were asked for.
"""

from __future__ import annotations

import re

from readiness.evidence.load_test import Latency, LoadTest
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._printed import (
    COUNT,
    NUMBER,
    Printed,
    Report,
    latency_told,
    printed,
    vet_rate,
)
from readiness.readers.load_test._vet import contradiction, vetted
from readiness.readers.source import Source

_START = re.compile(rb"^This is ApacheBench, Version |^Concurrency Level: +\d", re.MULTILINE)
_FAILED = rf"   \(Connect: {COUNT}, Receive: {COUNT}, Length: {COUNT}, Exceptions: {COUNT}\)"
_MORE = (
    "ab writes no single requests with their status: measure with a tool that does, such as vegeta encode --to json "
    "or k6 run --out json=points.json"
)
_LENGTH = "so that answers of another length do not count as failed: ab -l"


class Ab(Reader[LoadTest]):
    """Errors are told only where one kind of failure occurred: ab counts the same request under several."""

    def recognises(self, source: Source) -> bool:
        """The name of the tool, or the first of its results."""
        return _START.search(source.head) is not None

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run; the content has no time of its own."""
        return Reading(vetted(_facts(Report(source, "ab"))))


def _facts(report: Report) -> LoadTest:
    level = report.one(rf"Concurrency Level: +{COUNT}", "the concurrency")
    seconds = printed(report.one(rf"Time taken for tests: +{NUMBER} seconds", "the duration")[1])
    done = int(report.one(rf"Complete requests: +{COUNT}", "the requests")[1])
    if not done:
        raise Unproven(Reason.MISSING, "no request was completed", "let the server answer, then run ab again")
    rate = report.one(rf"Requests per second: +{NUMBER} \[#/sec\] \(mean\)", "the rate")
    vet_rate(done, seconds, printed(rate[1]))
    kinds = _kinds(report)
    errors = _errors(report, kinds, done)
    return LoadTest(
        tool="ab",
        requests=done,
        errors=errors,
        duration_s=seconds.told or None,
        latency=_latency(report, done, errors) if errors != done else None,
        errors_by=_errors_by(kinds) if errors else {},
        concurrency=int(level[1]),
        loop="closed",
        corrected=False,
        more_detail=_LENGTH if errors is None and kinds["length"] else _MORE,
    )


def _kinds(report: Report) -> dict[str, int]:
    """How often each kind of failure occurred."""
    failed = int(report.one(rf"Failed requests: +{COUNT}", "the failures")[1])
    parts = report.at_most_one(_FAILED, "what failed")
    kinds = dict(
        zip(
            ("connect", "receive", "length", "exceptions"),
            map(int, parts.groups() if parts else [0] * 4),
            strict=True,
        )
    )
    if sum(kinds.values()) != failed:
        raise contradiction(f"{failed} requests failed, and {sum(kinds.values())} by what failed")
    for name, pattern in (("write", "Write errors"), ("status", "Non-2xx responses")):
        found = report.at_most_one(rf"{pattern}: +{COUNT}", pattern)
        kinds[name] = int(found[1]) if found else 0
    return kinds


def _errors(report: Report, kinds: dict[str, int], done: int) -> int | None:
    if int(report.one(rf"Total transferred: +{COUNT} bytes", "the bytes")[1]) == 0:
        return done
    occurred = [many for many in kinds.values() if many]
    if len(occurred) > 1:
        return None
    if sum(occurred) > done:
        raise contradiction(f"{occurred[0]} of {done} requests failed")
    return sum(occurred)


def _errors_by(kinds: dict[str, int]) -> dict[str, int]:
    """Of the one kind that occurred."""
    told = {
        "status": kinds["status"],
        "connection": kinds["connect"] + kinds["receive"] + kinds["exceptions"] + kinds["write"],
        "other": kinds["length"],
    }
    occurred = {name: many for name, many in told.items() if many}
    return occurred if len([many for many in kinds.values() if many]) == 1 else {}


def _latency(report: Report, done: int, errors: int | None) -> Latency | None:
    window = report.at_most_one(rf"Number of requests: +{COUNT}(?: \(window\))?", "the window")
    total = report.at_most_one(r"Total: +(\d{1,12}) +(\d{1,12}) +(?:[\d.]+ +\d+ +)?(\d{1,12})", "the times")
    if total is None or (window and int(window[1]) < done):
        return None
    least, mean, most = (printed(total[place]) for place in (1, 2, 3))
    return latency_told(
        done,
        "successful" if errors == 0 else "all",
        least=least,
        mean=mean,
        most=most,
        percentiles=_percentiles(report, total[3]),
    )


def _percentiles(report: Report, longest: str) -> dict[str, Printed]:
    if not report.all(r"Percentage of the requests served within a certain time \(ms\)"):
        return {}
    last = report.one(rf" +100% +{COUNT} \(longest request\)", "the longest request")
    if int(last[1]) != int(longest):
        raise contradiction(f"the longest request took {last[1]} ms, and the max is {longest} ms")
    return {one[1]: printed(one[2]) for one in report.all(rf" +(\d{{1,2}})% +{COUNT}") if one[1] != "0"}
