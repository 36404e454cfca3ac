"""What the reports of wrk and wrk2 share (main() of src/wrk.c in both).

`requests` counts answers; socket errors are beside them. `Non-2xx or 3xx responses` are those from 400 on, and the
line is there only if there are any, as that of socket errors. Timeouts are answers that came too late in wrk 4, and
connections that wait, counted again and again, in wrk 3 and wrk2: which requests those are cannot be told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from readiness.evidence.load_test import Latency, LoadTest
from readiness.readers.load_test._printed import (
    COUNT,
    NUMBER,
    TIME,
    Printed,
    Report,
    printed,
    seconds_of,
    vet_rate,
)
from readiness.readers.load_test._vet import contradiction, vetted
from readiness.readers.source import Source

START = re.compile(rb"^Running \d+[smh] test @ ", re.MULTILINE)
WRK2 = re.compile(rb"^ *Thread calibration: |\(HdrHistogram - ", re.MULTILINE)
MORE = (
    "wrk writes no single requests: measure with a tool that does and sends at a rate, such as vegeta encode "
    "--to json, or k6 run --out json=points.json with an arrival rate"
)
LATE = "so that no request times out: wrk --timeout 60s"


@dataclass(frozen=True)
class Totals:
    """The lines that both print; `errors` is None when there were timeouts."""

    connections: int
    answered: int
    seconds: float | None
    sockets: int
    bad: int
    timeouts: int
    mean: Printed
    most: Printed

    @property
    def requests(self) -> int:
        """Those that got an answer, and those that got none."""
        return self.answered + self.sockets

    @property
    def errors(self) -> int | None:
        """How many failed."""
        return None if self.timeouts else self.sockets + self.bad

    @property
    def errors_by(self) -> dict[str, int]:
        """The same, by what failed."""
        kinds = {"connection": self.sockets, "status": self.bad}
        return {kind: many for kind, many in kinds.items() if many}


def is_report(source: Source) -> bool:
    """Whether it is a report of wrk or wrk2."""
    return START.search(source.head) is not None


def totals(report: Report) -> Totals:
    """What was counted. Unproven (malformed) when a line is missing, or the rate is not what the counts come to."""
    report.one(r"Running \d+[smh] test @ .+", "the URL")
    threads = report.one(rf"  {COUNT} threads and {COUNT} connections", "the connections")
    times = report.one(rf"    Latency +{TIME} +{TIME} +{TIME} +[\d.]+%", "the latency")
    done = report.one(rf"  {COUNT} requests in {TIME}, .+ read", "the requests")
    rate = report.one(rf"Requests/sec: +{NUMBER}", "the rate")
    report.one(r"Transfer/sec: +[\d.]+[KMGTP]?B", "the transfer")
    answered, seconds = int(done[1]), seconds_of(done[2], done[3])
    vet_rate(answered, seconds, printed(rate[1]))
    sockets, timeouts = _socket_errors(report)
    bad = _bad(report)
    if bad > answered:
        raise contradiction(f"{bad} of {answered} answers are of status 400 and above")
    return Totals(
        connections=int(threads[2]),
        answered=answered,
        seconds=seconds.told or None,
        sockets=sockets,
        bad=bad,
        timeouts=timeouts,
        mean=printed(times[1], times[2]),
        most=printed(times[5], times[6]),
    )


def run(
    tool: str, loop: Literal["open", "closed"], told: Totals, latency: Latency | None, more: str
) -> LoadTest:
    """The facts; both tools rewrite latencies. `more` is what would tell more, where no request timed out."""
    return vetted(
        LoadTest(
            tool=tool,
            requests=told.requests,
            errors=told.errors,
            duration_s=told.seconds,
            latency=latency,
            errors_by=told.errors_by,
            concurrency=told.connections,
            loop=loop,
            corrected=True,
            more_detail=LATE if told.timeouts else more,
        )
    )


def _socket_errors(report: Report) -> tuple[int, int]:
    pattern = rf"  Socket errors: connect {COUNT}, read {COUNT}, write {COUNT}, timeout {COUNT}"
    found = report.at_most_one(pattern, "the socket errors")
    return (int(found[1]) + int(found[2]) + int(found[3]), int(found[4])) if found else (0, 0)


def _bad(report: Report) -> int:
    found = report.at_most_one(rf"  Non-2xx or 3xx responses: {COUNT}", "the bad statuses")
    return int(found[1]) if found else 0
