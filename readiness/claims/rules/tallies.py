"""Counts that are told together and do not fit: `150 total, 140 passed, 5 failed, 2 skipped`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from readiness.claims.model import Contradiction
from readiness.claims.numbers import masked, quantities
from readiness.claims.report import Line, Report
from readiness.claims.units import RATE, SHARE, TIME, shown

RULE = "tally"
_WORDS = r"total|passed|failed|failures|skipped"
_BEHIND = re.compile(rf"(?<![\w.,/:])(\d[\d,]{{0,12}}) (?:tests? )?({_WORDS})\b", re.IGNORECASE)
_KEYED = re.compile(
    rf"\W*((?:total )?(?:tests|requests)|(?:tests? |requests? )?(?:{_WORDS}))"
    r"\W{0,4}[:=]\W{0,4}(\d[\d,]{0,12})\W*$",
    re.IGNORECASE,
)
# Further kinds of outcome: with one of them beside the others, the sum is not known.
_FURTHER = re.compile(
    r"\b(?:blocked|errors?|errored|flaky|x?pass|xfail\w*|xpass\w*|todo|pending|not run|n/a|deferred|cancel\w*|"
    r"inconclusive|warn\w*|deselect\w*|retr\w+|ignored|aborted|timed? ?outs?|broken|"
    r"unknown|quarantined|known|expected|of which)\b",
    re.IGNORECASE,
)
_ROLES = {"total": "total", "tests": "total", "requests": "total", "passed": "passed", "failed": "failed",
          "failures": "failed", "skipped": "skipped"}  # fmt: skip
_ERROR_RATE = re.compile(r"\W*(?:error|failure) rate\W*[:=]", re.IGNORECASE)
_OF_REQUESTS = re.compile(
    r"(?P<total>\d[\d,]{0,15}) (?:total )?(?P<noun>requests|operations|calls|transactions)\W{1,3}(?:of which )?"
    r"(?P<bad>\d[\d,]{0,12}) (?:\w+ )?(?:failed|errors?|failures)\W{1,3}(?P<rest>\d[\d.,]{0,12}\s?%)",
    re.IGNORECASE,
)
_IN_TIME = re.compile(
    r"(?P<total>\d[\d,]{0,15}) (?:requests|operations|ops|calls|transactions|events|messages) (?:in|over|within) "
    r"(?P<time>\d[\d.,]{0,8}\s?(?:ms|s|secs?|seconds?|m|mins?|minutes?|h|hours?))\s?[(=:,]\s?(?P<rate>[^)\s][^);]{1,30})",
    re.IGNORECASE,
)
_OTHER_RATE = re.compile(
    r"\b(?:peak|max\w*|burst|up to|per (?:node|pod|user|thread|client))\b", re.IGNORECASE
)


class _Tally(NamedTuple):
    line: Line
    counts: Mapping[str, Fraction]
    others: tuple[Line, ...] = ()


def find(report: Report) -> Iterator[Contradiction]:
    """Counts within a line, and those of lines that follow each other."""
    for line in report.lines:
        if line.kind != "row":
            yield from _sum(_Tally(line, _behind(line.text)), line.text)
            yield from _of_requests(line)
            yield from _in_time(line)
    prose = [line for line in report.lines if line.kind in ("item", "text", "code")]
    for _, lines in groupby(prose, key=lambda line: (line.section, line.group, line.depth)):
        yield from _in_lines(list(lines))


def _number(text: str) -> Fraction:
    return Fraction(text.replace(",", "").rstrip("."))


def _behind(text: str) -> Mapping[str, Fraction]:
    """The counts of a line by their words; none when one is told twice."""
    counts: dict[str, Fraction] = {}
    for number, word in _BEHIND.findall(masked(text)):
        role = _ROLES[word.lower()]
        if role in counts:
            return {}
        counts[role] = _number(number)
    return counts


def _in_lines(lines: Sequence[Line]) -> Iterator[Contradiction]:
    counts: dict[str, Fraction] = {}
    where: list[Line] = []
    for line in lines:
        found = _KEYED.match(line.text)
        role = _ROLES[found[1].lower().split()[-1]] if found else ""
        if role in counts:
            return
        if found:
            counts[role] = _number(found[2])
            where.append(line)
    if len(where) < 2:
        return
    yield from _sum(_Tally(where[0], counts, tuple(where[1:])), " ".join(line.text for line in lines))
    rate_line = next((line for line in lines if _ERROR_RATE.match(line.text)), None)
    if rate_line is not None and {"total", "failed"} <= set(counts):
        yield from _rate(rate_line, counts["failed"], counts["total"], tuple(where))


def _sum(tally: _Tally, text: str) -> Iterator[Contradiction]:
    """The parts never come to more than the total; with all three of them told they come to it."""
    counts = tally.counts
    if "total" not in counts or "passed" not in counts or len(counts) < 3 or _FURTHER.search(text):
        return
    ran = counts["passed"] + counts.get("failed", Fraction(0))
    come = ran + counts.get("skipped", Fraction(0))
    if counts["total"] in (ran, come) or (come < counts["total"] and len(counts) < 4):
        return
    terms = " + ".join(
        f"{shown(counts[role], '')} {role}" for role in ("passed", "failed", "skipped") if role in counts
    )
    yield Contradiction(
        tally.line,
        RULE,
        "its counts do not come to their total",
        f"{terms} = {shown(come, '')}, stated {shown(counts['total'], '')}",
        tally.others,
    )


def _rate(line: Line, bad: Fraction, total: Fraction, others: tuple[Line, ...]) -> Iterator[Contradiction]:
    shares = [one for one in line.quantities if one.dimension == SHARE]
    if len(shares) != 1 or not shares[0].is_plain or not total or bad > total:
        return
    share = bad / total * 100
    if not shares[0].could_be(share):
        arithmetic = f"{shown(bad, '')} / {shown(total, '')} = {shown(share, SHARE)}, stated {shares[0].text}"
        yield Contradiction(
            line, RULE, "its rate does not follow from the counts beside it", arithmetic, others
        )


def _of_requests(line: Line) -> Iterator[Contradiction]:
    found = _OF_REQUESTS.search(line.text)
    if found:
        bad, total = _number(found["bad"]), _number(found["total"])
        yield from _rate(line, bad, total, ())


def _in_time(line: Line) -> Iterator[Contradiction]:
    """`60,000 requests in 60 s (2,000 req/s)`."""
    found = _IN_TIME.search(line.text)
    if not found or _OTHER_RATE.search(found["rate"]):
        return
    times, rates = quantities(found["time"]), quantities(found["rate"])
    if len(times) != 1 or not rates or times[0].dimension != TIME or rates[0].dimension != RATE:
        return
    time, rate = times[0], rates[0]
    total = _number(found["total"])
    if not time.low or not rate.is_plain:
        return
    # The time is rounded too: half of its last digit either way.
    fast = total / max(time.low - time.step / 2, time.low / 2) * 1000
    slow = total / (time.low + time.step / 2) * 1000
    if not slow - rate.step <= rate.low <= fast + rate.step:
        came = total / time.low * 1000
        arithmetic = f"{found['total']} / {found['time']} = {shown(came, RATE)}, stated {rate.text}"
        yield Contradiction(line, RULE, "its rate does not follow from the counts beside it", arithmetic)
