"""What the parts of an Artillery report have in common: counters by name, and summaries of sketches."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

import msgspec

from readiness.evidence.load_test import Latency
from readiness.readers.load_test._shapes import Count
from readiness.readers.load_test._vet import contradiction, whole

_PERCENTILES = {"p50": "50", "p75": "75", "p90": "90", "p95": "95", "p99": "99", "p999": "99.9"}
_SKETCH, _ROUNDING = 0.02, 0.1

Summary = dict[str, float | None]


class Period(msgspec.Struct):
    """A part of the run, or all of it."""

    counters: dict[str, float] = {}
    summaries: dict[str, Summary] = {}
    first: Count | None = msgspec.field(name="firstMetricAt", default=None)
    last: Count | None = msgspec.field(name="lastMetricAt", default=None)
    period: str | int | None = None


def errors_by(errors: Mapping[str, int], bad: int, unanswered: int) -> dict[str, int]:
    """Failed requests by what failed: `bad` statuses, errors by Artillery's code, and requests without an answer."""
    timeout = sum(many for code, many in errors.items() if "TIMEDOUT" in code)
    connection = sum(many for code, many in errors.items() if re.fullmatch(r"E[A-Z_]+", code)) - timeout
    rest = max(sum(errors.values()), unanswered) - timeout - connection
    return {"connection": connection, "timeout": timeout, "status": bad, "other": rest}


def unanswered(errors: Mapping[str, int]) -> int:
    """Requests that got no answer, by the codes of Node.js; other errors are of requests that got one."""
    return sum(many for code, many in errors.items() if re.fullmatch(r"E[A-Z_]+", code))


def latency_of(summaries: Mapping[str, Summary], codes: Mapping[str, int]) -> Latency | None:
    """Of the answers of 2xx where they have a summary of their own, else of all answers."""
    good = succeeded(codes)
    own = summaries.get("http.response_time.2xx")
    if good != sum(codes.values()) and own is not None and own.get("count") == good:
        return _sketched(own, good, "successful")
    return latency_of_all(summaries.get("http.response_time"), codes)


def latency_of_all(summary: Summary | None, codes: Mapping[str, int]) -> Latency | None:
    """Of all answers, by a summary of them."""
    answers = sum(codes.values())
    return (
        _sketched(summary, answers, "successful" if succeeded(codes) == answers else "all")
        if summary
        else None
    )


def _sketched(summary: Summary, answers: int, of: Literal["successful", "all"]) -> Latency:
    if (count := summary.get("count") or 0) != answers:
        raise contradiction(f"there are {count:g} latencies of {answers} answers")
    low, high = summary.get("min"), summary.get("max")
    told = {key: summary.get(name) for name, key in _PERCENTILES.items()}
    return Latency(
        count=answers,
        of=of,
        source="sketch",
        min_ms=low,
        mean_ms=summary.get("mean"),
        max_ms=high,
        percentiles_ms={key: _between(value, low, high) for key, value in told.items() if value is not None},
    )


def _between(value: float, low: float | None, high: float | None) -> float:
    """An estimate past min or max, which are exact, stands for the nearer of them: it is off by 1% at most."""
    if high is not None and high < value <= high * (1 + _SKETCH) + _ROUNDING:
        return high
    if low is not None and low * (1 - _SKETCH) - _ROUNDING <= value < low:
        return low
    return value


def succeeded(codes: Mapping[str, int]) -> int:
    """The answers of 2xx and 3xx."""
    return sum(many for code, many in codes.items() if re.fullmatch(r"[23]\d\d", code, re.ASCII))


def named(counters: Mapping[str, float], prefix: str) -> dict[str, int]:
    """Counters by what follows a prefix."""
    return {
        name.removeprefix(prefix): count_of(counters, name) for name in counters if name.startswith(prefix)
    }


def count_of(counters: Mapping[str, float], name: str) -> int:
    """A counter, 0 where there is none."""
    return whole(counters.get(name, 0), name)
