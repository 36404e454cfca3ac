"""The result of a load test: one run of one tool."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Literal

from readiness.evidence.course import Bucket, Course
from readiness.evidence.model import Facts, Value
from readiness.evidence.series import Series

__all__ = ["Bucket", "Course", "Latency", "LoadTest", "Operation", "Series"]


class Latency(Value, frozen=True, kw_only=True):
    """How long requests took. What the tool did not write is None or empty; nothing is interpolated.

    `source` is where the percentiles come from: `raw` samples, a `histogram`, a `sketch`, or the `tool`'s own
    summary. `buckets`, ascending, are there when the file holds every request (exactly, or rounded).
    """

    count: int
    of: Literal["successful", "all"]
    source: Literal["raw", "histogram", "sketch", "tool"]
    min_ms: float | None = None
    mean_ms: float | None = None
    max_ms: float | None = None
    percentiles_ms: Mapping[str, float] = {}
    buckets: tuple[Bucket, ...] = ()


class Operation(Value, frozen=True, kw_only=True):
    """One endpoint of the test, by the name that the tool gives it; `errors` is None when it does not tell."""

    name: str
    requests: int
    errors: int | None
    latency: Latency | None = None


class LoadTest(Facts, frozen=True, kw_only=True):
    """One run. Times in milliseconds, durations in seconds, counts of requests.

    `errors` counts requests that failed for whatever reason; None when the file does not tell. `errors_by` tells them
    apart as far as the file does: `connection`, `status`, `timeout`, `other`. `concurrency` is how many requests the
    generator kept in flight at most: users, threads or connections. `loop` is `open`
    when the rate did not depend on the answers. `corrected` tells whether the tool rewrote latencies for coordinated
    omission. `thresholds` are the tool's own verdicts. `course` is what happened when, where the file tells
    it; `series` are other numbers that it holds, such as memory. `more_detail` is the option of the tool that would
    give more.
    """

    kind: ClassVar[str] = "load-test"
    tool: str
    requests: int
    errors: int | None
    duration_s: float | None
    latency: Latency | None
    operations: tuple[Operation, ...] = ()
    started_at: datetime | None = None
    ended_at: datetime | None = None
    offered_per_s: float | None = None
    dropped: int = 0
    errors_by: Mapping[str, int] = {}
    concurrency: int | None = None
    loop: Literal["open", "closed", "unknown"] = "unknown"
    corrected: bool | None = None
    thresholds: Mapping[str, bool] = {}
    complete: bool = True
    course: Course | None = None
    series: tuple[Series, ...] = ()
    more_detail: str = ""

    @property
    def throughput_per_s(self) -> float | None:
        """Requests per second over the whole run."""
        return self.requests / self.duration_s if self.duration_s else None

    def objects(self) -> frozenset[str]:
        """The endpoints of the test as `Endpoint/<name>`, and its series as `Series/<title>`."""
        series = (f"Series/{one.title}" for one in self.series)
        return frozenset([*(f"Endpoint/{one.name}" for one in self.operations), *series])

    def summary(self) -> Mapping[str, object]:
        """What every report shows: requests, errors, error_rate (0 to 1), duration, throughput, percentiles."""
        return {
            **_numbers(self.requests, self.errors, self.latency),
            "duration_s": self.duration_s,
            "throughput_per_s": self.throughput_per_s,
            "loop": self.loop,
            "tool": self.tool,
            "endpoints": {op.name: _numbers(op.requests, op.errors, op.latency) for op in self.operations},
        }


def _numbers(requests: int, errors: int | None, latency: Latency | None) -> dict[str, Any]:
    return {
        "requests": requests,
        "errors": errors,
        "error_rate": None if errors is None or not requests else errors / requests,
        "mean_ms": latency and latency.mean_ms,
        "max_ms": latency and latency.max_ms,
        "percentiles_ms": dict(latency.percentiles_ms) if latency else {},
    }
