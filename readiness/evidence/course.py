"""The course of a run in time: what happened in each part of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from readiness.evidence.model import Value


class Bucket(Value, frozen=True):
    """`count` requests that took at least `low_ms` and at most `high_ms`; both are equal where it is exact."""

    low_ms: float
    high_ms: float
    count: int


class Window(Value, frozen=True, kw_only=True):
    """What happened from `from_s` to `to_s`, in seconds after the start of the run.

    `sent` counts the requests that began in it, `requests` those that ended in it, `errors` those of these that
    failed; `dropped` those that were due in it and never sent, as far as it is known when; `users` is the most users,
    threads or connections that it tells; None where the file does not tell.
    `counts[i]` of the successful ones that ended took from `edges_ms[i]` to `edges_ms[i + 1]` of the course.
    `percentiles_ms` are the tool's own, where the file holds no more.
    """

    from_s: float
    to_s: float
    requests: int
    errors: int | None
    sent: int | None = None
    dropped: int = 0
    users: int | None = None
    counts: tuple[int, ...] = ()
    percentiles_ms: Mapping[str, float] = {}


class Course(Value, frozen=True):
    """The windows of a run, ascending and without overlap.

    Where the reader saw every request, each edge is at most 1% above the one before; else they are those of the file.
    """

    windows: tuple[Window, ...]
    edges_ms: tuple[float, ...] = ()

    def buckets(self, windows: Iterable[Window]) -> tuple[Bucket, ...]:
        """How long the successful requests of some windows took together; empty where the file does not hold it."""
        chosen = [window for window in windows if window.counts]
        totals = (sum(counts) for counts in zip(*(window.counts for window in chosen), strict=True))
        return tuple(
            Bucket(low, high, many)
            for (low, high), many in zip(pairwise(self.edges_ms), totals, strict=False)
            if many
        )
