"""Limits of latency as policies write them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Self

from pydantic import Field, model_validator

from readiness.check import Params, Stricter
from readiness.units import Duration

SHARES = {"p50": "50", "p75": "75", "p90": "90", "p95": "95", "p99": "99", "p99.9": "99.9", "max": "100"}
"""The percentile, in percent, that each limit is about."""
Limit = Annotated[Duration | None, Stricter.LOWER]


class LatencyLimits(Params):
    """Limits of percentiles; each is the time within which that part of the successful requests is answered."""

    p50: Limit = None
    """The limit of half of the requests, as a duration."""
    p75: Limit = None
    """The limit of 75% of the requests, as a duration."""
    p90: Limit = None
    """The limit of 90% of the requests, as a duration."""
    p95: Limit = None
    """The limit of 95% of the requests, as a duration. 59 requests are the least that can prove it at 95%."""
    p99: Limit = None
    """The limit of 99% of the requests, as a duration. 299 requests are the least that can prove it at 95%."""
    p99_9: Annotated[Limit, Field(alias="p99.9")] = None
    """The limit of 99.9% of the requests, as a duration. 2,995 requests are the least that can prove it at 95%."""
    max: Limit = None
    """The limit of every request of the run, as a duration; asks for as many requests as p99 does."""

    @model_validator(mode="after")
    def _are_longer_than_nothing(self) -> Self:
        for name, limit in self.limits().items():
            if limit <= timedelta():
                raise ValueError(f"{name} must be longer than 0ms")
        return self

    def limits(self) -> dict[str, timedelta]:
        """Those that are set, by the key that policies write."""
        named = {key: getattr(self, key.replace(".", "_")) for key in SHARES}
        return {key: limit for key, limit in named.items() if limit is not None}
