"""What `hey` (0.1) prints: a summary in seconds with four decimals.

requester/print.go and requester/report.go: latencies are of answers, whatever their status; a request without an
answer is in the `Error distribution` alone; `Requests/sec` counts both; beyond a million answers the rest has no
latency, and the average is wrong.
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
    seconds_of,
    vet_rate,
)
from readiness.readers.load_test._vegeta import error_kind
from readiness.readers.load_test._vet import AGAIN, contradiction, vetted
from readiness.readers.source import Source

MAX_ANSWERS = 1_000_000
_MORE = (
    "hey writes no single requests with their outcome: measure with a tool that does, such as "
    "k6 run --out json=points.json, or vegeta encode --to json"
)
_SECONDS = rf"{NUMBER} secs"
_START = re.compile(rb"^Summary:\r?\n  Total:\t", re.MULTILINE)


class Hey(Reader[LoadTest]):
    """Counts are those of statuses and errors, which must come to the tool's own rate."""

    def recognises(self, source: Source) -> bool:
        """The heading of the summary, and the total below it."""
        return _START.search(source.head) is not None

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run; the content has no time of its own, nor the number of workers."""
        return Reading(vetted(_facts(Report(source, "hey"))))


def _facts(report: Report) -> LoadTest:
    total = report.one(rf"  Total:\t{_SECONDS}", "the duration")
    seconds = seconds_of(total[1], "s")
    statuses, errors = _outcomes(report)
    answered = sum(statuses.values())
    bad = answered - sum(many for code, many in statuses.items() if 200 <= code < 400)
    _vet_counts(report, answered, sum(errors.values()), seconds)
    kinds = {"status": bad} if bad else {}
    for text, many in errors.items():
        kinds[error_kind(text)] = kinds.get(error_kind(text), 0) + many
    return LoadTest(
        tool="hey",
        requests=answered + sum(errors.values()),
        errors=sum(kinds.values()),
        duration_s=seconds.told or None,
        latency=_latency(report, answered, bad) if answered > bad else None,
        errors_by=kinds,
        loop="closed",
        corrected=False,
        more_detail=_MORE,
    )


def _outcomes(report: Report) -> tuple[dict[int, int], dict[str, int]]:
    """Answers by status, and what got no answer by its text."""
    start = report.one("Status code distribution:", "the statuses")
    end = report.at_most_one("Error distribution:", "the errors")
    rest = report.text[start.end() : end.start() if end else None]
    statuses = {int(code): int(many) for code, many in _entries(rest, rf"\[(\d{{3}})\]\t{COUNT} responses")}
    told = report.text[end.end() :] if end else ""
    errors: dict[str, int] = {}
    for many, text in _entries(told, rf"\[{COUNT}\]\t(.+)"):
        errors[text] = errors.get(text, 0) + int(many)
    return statuses, errors


def _entries(text: str, pattern: str) -> list[tuple[str, str]]:
    found = []
    for line in text.splitlines():
        entry = re.fullmatch(rf"  {pattern}", line, re.ASCII)
        if entry is None and line.strip():
            raise Unproven(
                Reason.MALFORMED, f"{line.strip()[:80]!r} is no line of hey's distributions", AGAIN
            )
        if entry is not None:
            found.append((entry[1], entry[2]))
    return found


def _vet_counts(report: Report, answered: int, failed: int, seconds: Printed) -> None:
    """Counts come to the rate; where rounding would hide that errors were cut off, the end must be there."""
    rate = printed(report.one(rf"  Requests/sec:\t{NUMBER}", "the rate")[1])
    vet_rate(answered + failed, seconds, rate)
    slack = seconds.high * rate.high - seconds.low * rate.low
    if slack > 1 and not report.text.endswith("\n\n" if failed else "\n\n\n"):
        raise Unproven(Reason.MALFORMED, "its last lines are missing, which may tell of errors", AGAIN)
    counted = sum(int(one[1]) for one in report.all(rf"  [\d.]+ \[{COUNT}\]\t\|.*"))
    if counted != min(answered, MAX_ANSWERS):
        raise contradiction(f"the histogram has {counted:,} of {answered:,} answers")


def _latency(report: Report, answered: int, bad: int) -> Latency:
    mean, least, most = (_seconds(report, name) for name in ("Average", "Fastest", "Slowest"))
    told = {one[1]: printed(one[2], "s") for one in report.all(rf"  (\d{{1,2}})% in {_SECONDS}")}
    return latency_told(
        min(answered, MAX_ANSWERS),
        "all" if bad else "successful",
        least=least,
        mean=mean if answered <= MAX_ANSWERS else None,
        most=most,
        # A percentile that hey has no value for is printed as 0% in 0.0000 secs.
        percentiles={key: value for key, value in told.items() if key != "0"},
    )


def _seconds(report: Report, name: str) -> Printed:
    return printed(report.one(rf"  {name}:\t{_SECONDS}", f"the {name.lower()}")[1], "s")
