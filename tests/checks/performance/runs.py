"""Load tests made up for the tests of the checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from msgspec.structs import replace

from readiness.check import Finding, Outcome
from readiness.evidence.course import Course, Window
from readiness.evidence.load_test import Bucket, Latency, LoadTest, Operation
from readiness.judge import Judgement
from readiness.testing import judge_check

ORDER = {Outcome.PASS: 0, Outcome.WARN: 1}
Of = Literal["successful", "all"]


def rank(judgement: Judgement) -> int:
    """Pass, warn, then everything else."""
    return ORDER.get(judgement.outcome, 2)


def counted(values: Iterable[float], of: Of = "successful") -> Latency:
    """Latencies of which every one is there."""
    found = sorted(Counter(values).items())
    buckets = tuple(Bucket(ms, ms, count) for ms, count in found)
    total = sum(one.count for one in buckets)
    return Latency(count=total, of=of, source="raw", min_ms=found[0][0], max_ms=found[-1][0], buckets=buckets)


def told(count: int, percentiles: Mapping[str, float], *, of: Of = "successful", **more: Any) -> Latency:
    """Latencies of a summary."""
    return Latency(count=count, of=of, source=more.pop("source", "tool"), percentiles_ms=percentiles, **more)


def run(
    latency: Latency | None, errors: int | None = 0, *, requests: int | None = None, **more: Any
) -> LoadTest:
    """One run; its requests are those with a latency and, where they are apart, those that failed."""
    count = latency.count if latency else 0
    apart = errors or 0 if latency is None or latency.of == "successful" else 0
    whole = LoadTest(
        tool="k6",
        requests=count + apart if requests is None else requests,
        errors=errors,
        duration_s=60.0,
        latency=latency,
    )
    return replace(whole, **more)


def endpoint(name: str, latency: Latency, errors: int | None = 0) -> Operation:
    """One endpoint of a run."""
    return Operation(name=name, requests=latency.count + (errors or 0), errors=errors, latency=latency)


def fast_and_slow(fast: int, slow: int, of: Of = "successful") -> Latency:
    """So many requests of 100 ms, and so many of 300 ms."""
    return counted([100.0] * fast + [300.0] * slow, of)


def second(
    sent: int, ms: float = 20.0, users: int | None = None, errors: int = 0, ended: int | None = None
) -> Window:
    """A window of a second, whose successful requests all took about so long; `timed` puts it into its place."""
    done = sent if ended is None else ended
    counts = [0] * (len(EDGES) - 1)
    counts[next(place for place, edge in enumerate(EDGES[1:]) if ms <= edge)] = done - errors
    return Window(
        from_s=0, to_s=1, sent=sent, requests=done, errors=errors, users=users, counts=tuple(counts)
    )


EDGES = tuple(1.01**step for step in range(150, 720))


def timed(seconds: Sequence[Window], every_s: float = 1.0) -> Course:
    """A course of these windows, one after the other."""
    return Course(
        tuple(
            replace(one, from_s=place * every_s, to_s=(place + 1) * every_s)
            for place, one in enumerate(seconds)
        ),
        EDGES,
    )


def with_course(seconds: Sequence[Window], every_s: float = 1.0, **more: Any) -> LoadTest:
    """The run that a course comes to."""
    course = timed(seconds, every_s)
    buckets = course.buckets(course.windows)
    count = sum(one.count for one in buckets)
    made = Latency(
        count=count,
        of="successful",
        source="raw",
        min_ms=buckets[0].low_ms,
        mean_ms=sum((one.low_ms + one.high_ms) / 2 * one.count for one in buckets) / count,
        max_ms=buckets[-1].high_ms,
        buckets=buckets,
    )
    whole = LoadTest(
        tool="k6",
        requests=sum(one.requests for one in seconds),
        errors=sum(one.errors or 0 for one in seconds),
        duration_s=len(seconds) * every_s,
        latency=made,
        course=course,
    )
    return replace(whole, **more)


def notes(judgement: Judgement) -> list[Finding]:
    """Those of its findings that never count."""
    return [one for one in judgement.findings if one.note]


def latency(params: Mapping[str, Any], *runs: LoadTest) -> Judgement:
    """What performance/latency says."""
    return judge_check("performance/latency", params, load=runs)


def error_rate(params: Mapping[str, Any], *runs: LoadTest) -> Judgement:
    """What performance/error-rate says."""
    return judge_check("performance/error-rate", params, load=runs)


def throughput(params: Mapping[str, Any], *runs: LoadTest) -> Judgement:
    """What performance/throughput says."""
    return judge_check("performance/throughput", params, load=runs)
