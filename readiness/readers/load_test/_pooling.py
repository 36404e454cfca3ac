"""Shards of one run, from several load generators at the same time -> that run, by counts; nothing is averaged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import combinations
from math import isclose
from typing import Literal, NamedTuple

from msgspec.structs import replace

from readiness.evidence.load_test import LoadTest, Operation
from readiness.evidence.model import Reason, Unproven
from readiness.evidence.series import Series
from readiness.readers.load_test._pooled_course import pooled_course
from readiness.readers.load_test._pooled_latency import holds_every, pooled_latency
from readiness.readers.load_test._vet import contradiction, vetted

_OVERHANG = 0.1
_SLACK = 1.1
_TELLING = 20
_EVERY = "let every load generator write each request"
_APART = "leave `merge` out, so that each file is judged as a run of its own"


class Span(NamedTuple):
    """When a shard ran."""

    start: datetime
    end: datetime


def pooled(shards: Sequence[LoadTest]) -> LoadTest:
    """One run. A shard that is another tool's, another time's, or the same as another is malformed.

    Raises Unproven: insufficient where a shard has only percentiles, or does not tell when it ran.
    """
    if len(shards) == 1:
        return shards[0]
    _vet(shards)
    spans = _spans(shards)
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    seconds = max((end - start).total_seconds(), *(shard.duration_s or 0.0 for shard in shards))
    return vetted(
        LoadTest(
            tool=shards[0].tool,
            requests=sum(shard.requests for shard in shards),
            errors=_sum([shard.errors for shard in shards]),
            duration_s=seconds,
            latency=pooled_latency([shard.latency for shard in shards]),
            operations=_operations(shards),
            started_at=start,
            ended_at=end,
            offered_per_s=_rate(shards),
            dropped=sum(shard.dropped for shard in shards),
            errors_by=dict(sum((Counter(dict(shard.errors_by)) for shard in shards), Counter())),
            concurrency=_sum([shard.concurrency for shard in shards]),
            loop=_loop(shards),
            corrected=_corrected(shards),
            thresholds=_thresholds(shards),
            complete=all(shard.complete for shard in shards),
            course=pooled_course(
                [(span.start, shard.course) for span, shard in zip(spans, shards, strict=True)]
            ),
            series=tuple(_series(shards)),
            more_detail=next((shard.more_detail for shard in shards if shard.more_detail), ""),
        )
    )


def _vet(shards: Sequence[LoadTest]) -> None:
    tools = list(dict.fromkeys(shard.tool for shard in shards))
    if len(tools) > 1:
        message = (
            f"the shards are of different tools ({', '.join(tools[:5])}), which measure different things"
        )
        raise Unproven(Reason.MALFORMED, message, _APART)
    for (here, one), (there, other) in combinations(enumerate(shards, 1), 2):
        if one == other or _is_same(one, other):
            message = f"shard {here} and shard {there} are the same run, which would count twice"
            raise Unproven(Reason.MALFORMED, message, "give each shard a file of its own, and keep it once")
    for number, shard in enumerate(shards, 1):
        _vet_latencies(number, shard)
        _vet_numbers(number, shard)
    _vet_total(shards)


def _is_same(one: LoadTest, other: LoadTest) -> bool:
    """The same counts and, but for rounding, the same latencies: one run in two formats."""
    if (one.requests, one.errors) != (other.requests, other.errors) or not (one.latency and other.latency):
        return False
    mine, theirs = one.latency.buckets, other.latency.buckets
    return len(mine) == len(theirs) >= _TELLING and all(
        here.count == there.count and isclose(here.high_ms, there.high_ms, rel_tol=1e-5, abs_tol=1e-3)
        for here, there in zip(mine, theirs, strict=True)
    )


def _vet_latencies(number: int, shard: LoadTest) -> None:
    """Unproven when the shard succeeded with requests of which it does not hold every latency."""
    if shard.latency is None and shard.requests == shard.errors:
        return
    if shard.latency is None or not shard.latency.count:
        message, remedy = f"shard {number} has no latencies", shard.more_detail or _EVERY
        raise Unproven(Reason.INSUFFICIENT, message, remedy)
    if not holds_every(shard.latency):
        message = (
            f"shard {number} has percentiles, and not every request: percentiles of shards cannot be pooled, "
            "and their average is that of no run"
        )
        raise Unproven(Reason.INSUFFICIENT, message, shard.more_detail or _EVERY)


def _vet_numbers(number: int, shard: LoadTest) -> None:
    """What a shard cannot have done, and what would be lost in the sum: Little's law, and more sent than offered."""
    seconds, latency = shard.duration_s, shard.latency
    if not seconds:
        return
    if shard.offered_per_s is not None and shard.requests > _SLACK * shard.offered_per_s * seconds:
        raise contradiction(f"shard {number} sent {shard.requests:,} requests, more than it was to send")
    if latency is None or latency.mean_ms is None or shard.concurrency is None or shard.corrected:
        return
    overhang = seconds * _OVERHANG if latency.max_ms is None else latency.max_ms / 1000
    if latency.count * latency.mean_ms / 1000 > 1.01 * shard.concurrency * (seconds + overhang):
        at_once = latency.count * latency.mean_ms / 1000 / seconds
        message = f"shard {number} had {at_once:,.4g} requests in flight on average, of {shard.concurrency:,} at most"
        raise contradiction(f"{message} (Little's law)")


def _vet_total(shards: Sequence[LoadTest]) -> None:
    """A report of the whole run beside those of its parts would count everything twice."""
    total = sum(shard.requests for shard in shards)
    for number, shard in enumerate(shards, 1):
        others = [one.latency for one in shards if one is not shard]
        if len(others) < 2 or shard.latency is None or 2 * shard.requests != total:
            continue
        rest = pooled_latency(others)
        if rest is not None and rest.buckets == shard.latency.buckets:
            message = f"shard {number} is the sum of the others, which would count everything twice"
            raise Unproven(
                Reason.MALFORMED, message, "keep the files of the shards, without that of the whole run"
            )


def _spans(shards: Sequence[LoadTest]) -> list[Span]:
    """Unproven when one is unknown, or when there is no moment at which all ran."""
    found: list[Span] = []
    for number, shard in enumerate(shards, 1):
        span = _span(shard)
        if span is None:
            message = (
                f"shard {number} does not tell when it ran, so nothing shows that all ran at the same time"
            )
            raise Unproven(Reason.INSUFFICIENT, message, shard.more_detail or "use a format that tells it")
        found.append(span)
    last, first = max(found, key=lambda span: span.start), min(found, key=lambda span: span.end)
    if last.start >= first.end:
        message = (
            f"shard {found.index(last) + 1} began at {last.start:%Y-%m-%d %H:%M:%S %Z}, when shard "
            f"{found.index(first) + 1} was over ({first.end:%Y-%m-%d %H:%M:%S %Z}): shards run at the same time, "
            "and these are several runs"
        )
        raise Unproven(Reason.MALFORMED, message, _APART)
    return found


def _span(shard: LoadTest) -> Span | None:
    start, end = shard.started_at, shard.ended_at
    seconds = timedelta(seconds=shard.duration_s) if shard.duration_s else None
    if start is None and end is not None and seconds is not None:
        start = end - seconds
    if end is None and start is not None and seconds is not None:
        end = start + seconds
    return Span(start, end) if start is not None and end is not None and start < end else None


def _operations(shards: Sequence[LoadTest]) -> tuple[Operation, ...]:
    """By name. Where one shard does not tell endpoints apart, none are told: they would be those of a part."""
    if not all(shard.operations for shard in shards):
        return ()
    named: dict[str, list[Operation]] = {}
    for shard in shards:
        for one in shard.operations:
            named.setdefault(one.name, []).append(one)
    return tuple(_operation(name, named[name]) for name in sorted(named))


def _operation(name: str, parts: Sequence[Operation]) -> Operation:
    """Its latencies, where every part with a successful request holds each of them."""
    known = [one.latency for one in parts if one.latency is not None or one.requests != one.errors]
    whole = all(one is not None and holds_every(one) for one in known)
    return Operation(
        name=name,
        requests=sum(one.requests for one in parts),
        errors=_sum([one.errors for one in parts]),
        latency=pooled_latency(known) if whole else None,
    )


def _sum(numbers: Sequence[int | None]) -> int | None:
    """None where one of them is not told."""
    known = [one for one in numbers if one is not None]
    return sum(known) if len(known) == len(numbers) else None


def _rate(shards: Sequence[LoadTest]) -> float | None:
    known = [shard.offered_per_s for shard in shards if shard.offered_per_s is not None]
    return sum(known) if len(known) == len(shards) else None


def _loop(shards: Sequence[LoadTest]) -> Literal["open", "closed", "unknown"]:
    return shards[0].loop if all(shard.loop == shards[0].loop for shard in shards) else "unknown"


def _corrected(shards: Sequence[LoadTest]) -> bool | None:
    told = {shard.corrected for shard in shards}
    return True if True in told else False if told == {False} else None


def _thresholds(shards: Sequence[LoadTest]) -> dict[str, bool]:
    """One that any shard has crossed is crossed."""
    names = dict.fromkeys(name for shard in shards for name in shard.thresholds)
    return {name: all(shard.thresholds.get(name, True) for shard in shards) for name in names}


def _series(shards: Sequence[LoadTest]) -> Iterator[Series]:
    """All of them, each with the number of its shard as a label."""
    for number, shard in enumerate(shards, 1):
        for one in shard.series:
            label = "shard" if "shard" not in one.labels else "load_shard"
            yield replace(one, labels={**one.labels, label: str(number)})
