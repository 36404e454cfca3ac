"""The latencies of `readiness/load/1`: samples, buckets or percentiles of each operation, and of all together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

import msgspec

from readiness.evidence.load_test import Bucket, Latency
from readiness.evidence.model import Reason, Unproven
from readiness.readers.load_test._samples import MAX_MS, Samples, merged, percentiles
from readiness.readers.load_test._shapes import Count, Number
from readiness.readers.load_test._vet import AGAIN, MAX_BUCKETS, contradiction

_FORMS = ("samples_ms", "histogram", "percentiles_ms")
_PERCENTILE = re.compile(r"(?!0+(?:\.0+)?$)\d{1,2}(?:\.\d{0,8}[1-9])?", re.ASCII)
_MAX_EXACT = 20_000


class _Bucket(msgspec.Struct, forbid_unknown_fields=True):
    low_ms: Number
    high_ms: Number
    count: Count


class OwnLatencies(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Requests as the file tells them, with latencies of the successful ones in milliseconds, in one of three forms."""

    requests: Count
    errors: Count
    samples_ms: list[float] | None = None
    histogram: list[_Bucket] | None = None
    percentiles_ms: dict[str, Number] | None = None

    @property
    def title(self) -> str:
        """What messages call it."""
        raise NotImplementedError

    @property
    def extremes(self) -> tuple[float | None, float | None, float | None]:
        """Min, mean and max, where they are told."""
        return None, None, None


class OwnOperation(OwnLatencies, forbid_unknown_fields=True, kw_only=True):
    """One operation as the file tells it."""

    name: str
    min_ms: Number | None = None
    mean_ms: Number | None = None
    max_ms: Number | None = None

    @property
    def title(self) -> str:
        """Its name."""
        return self.name

    @property
    def extremes(self) -> tuple[float | None, float | None, float | None]:
        """Min, mean and max, which go with percentiles."""
        return self.min_ms, self.mean_ms, self.max_ms


class Own(NamedTuple):
    """An operation with its latencies."""

    told: OwnOperation
    latency: Latency | None


def latency_of(one: OwnLatencies) -> Latency | None:
    """What an operation tells, None when no request succeeded; Unproven (malformed) when it tells it twice."""
    given = [form for form in _FORMS if getattr(one, form) is not None]
    if len(given) != 1:
        what = " and ".join(given) or f"none of {', '.join(_FORMS)}"
        raise Unproven(
            Reason.MALFORMED, f"{one.title} has {what}, where one is meant", "see docs/load-format.md"
        )
    if one.percentiles_ms is None and one.extremes != (None, None, None):
        raise contradiction(
            f"min_ms, mean_ms and max_ms go with percentiles_ms, and {one.title} has {given[0]}"
        )
    if one.errors > one.requests:
        raise contradiction(f"{one.title} has {one.errors} failed of {one.requests} requests")
    if one.samples_ms is not None:
        return _sampled(one, one.samples_ms)
    return _bucketed(one, one.histogram) if one.histogram is not None else _told(one)


def latency_of_all(own: Sequence[Own]) -> Latency | None:
    """Of the whole run: pooled by samples and counts. Percentiles of several operations cannot be pooled."""
    known = [one.latency for one in own if one.latency is not None]
    if len(known) == 1:
        return known[0]
    if known and all(one.source == "raw" for one in known):
        return _raw(chain.from_iterable(one.told.samples_ms or () for one in own))
    if known and all(one.buckets for one in known):
        return _histogram(tuple(merged(one for each in known for one in each.buckets)))
    return _pooled(known) if known else None


def _sampled(one: OwnLatencies, samples: Sequence[float]) -> Latency | None:
    if len(samples) != one.requests - one.errors:
        counts = f"{one.requests} requests, {one.errors} errors and {len(samples)} samples"
        raise contradiction(f"{one.title} has {counts}; there is one sample for each successful request")
    if any(not 0 < sample <= MAX_MS for sample in samples):
        raise Unproven(Reason.MALFORMED, f"{one.title} has a sample that is no time in ms", AGAIN)
    return _raw(samples)


def _raw(values: Iterable[float]) -> Latency | None:
    samples = Samples()
    for value in values:
        if samples.add(value) and samples.exact is not None and len(samples.exact) > _MAX_EXACT:
            samples.coarsen()
    return samples.latency("successful")


def _bucketed(one: OwnLatencies, told: Sequence[_Bucket]) -> Latency | None:
    counted = sum(bucket.count for bucket in told)
    if counted != one.requests - one.errors:
        counts = f"{one.requests} requests, {one.errors} errors and {counted} latencies in its histogram"
        raise contradiction(f"{one.title} has {counts}")
    if any(not bucket.low_ms <= bucket.high_ms <= MAX_MS for bucket in told):
        raise contradiction(f"{one.title} has a bucket that ends before it begins, or never")
    if any(after.low_ms < before.high_ms for before, after in pairwise(told)):
        raise contradiction(f"the buckets of {one.title} overlap, or do not ascend")
    if len(told) > MAX_BUCKETS:
        raise Unproven(
            Reason.MALFORMED, f"{one.title} has {len(told):,} buckets; at most {MAX_BUCKETS:,} are kept"
        )
    buckets = tuple(Bucket(each.low_ms, each.high_ms, each.count) for each in told if each.count)
    if buckets and not buckets[-1].high_ms:
        raise contradiction(f"every latency of {one.title} is 0")
    return _histogram(buckets) if buckets else None


def _histogram(buckets: tuple[Bucket, ...]) -> Latency:
    """The file tells no min, mean and max: they lie somewhere in the buckets."""
    return Latency(
        count=sum(one.count for one in buckets),
        of="successful",
        source="histogram",
        percentiles_ms=percentiles(buckets),
        buckets=buckets,
    )


def _told(one: OwnLatencies) -> Latency | None:
    told = one.percentiles_ms or {}
    if wrong := [key for key in told if not _PERCENTILE.fullmatch(key)]:
        message = f"{one.title} has the percentile {wrong[0][:20]!r}"
        raise Unproven(Reason.MALFORMED, message, 'write it as in "95" or "99.9", above 0 and below 100')
    if one.requests == one.errors:
        return None
    low, mean, high = one.extremes
    if not any((*told.values(), mean, high)):
        raise contradiction(f"{one.title} has successful requests, and no latency above 0")
    return Latency(
        count=one.requests - one.errors,
        of="successful",
        source="tool",
        min_ms=low,
        mean_ms=mean,
        max_ms=high,
        percentiles_ms=told,
    )


def _pooled(known: Sequence[Latency]) -> Latency:
    """Min, mean and max of all, as far as every operation tells its own."""
    count = sum(one.count for one in known)
    lows, highs = [_edge(one, 0) for one in known], [_edge(one, -1) for one in known]
    means = [one.mean_ms for one in known if one.mean_ms is not None]
    whole = [one.count * one.mean_ms for one in known if one.mean_ms is not None]
    return Latency(
        count=count,
        of="successful",
        source="tool",
        min_ms=min(low for low in lows if low is not None) if None not in lows else None,
        mean_ms=min(max(sum(whole) / count, min(means)), max(means)) if len(means) == len(known) else None,
        max_ms=max(high for high in highs if high is not None) if None not in highs else None,
    )


def _edge(latency: Latency, place: int) -> float | None:
    """Min or max; of buckets, whose values lie within, what they can at most be."""
    if latency.buckets:
        bucket = latency.buckets[place]
        return bucket.high_ms if place else bucket.low_ms
    return latency.max_ms if place else latency.min_ms
