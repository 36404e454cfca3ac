"""Worse evidence never gives a better outcome, from whatever outcome one starts."""

from __future__ import annotations

from typing import Any, Literal

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from readiness.evidence.load_test import Bucket, Latency, LoadTest
from tests.checks.performance.runs import counted, error_rate, fast_and_slow, latency, rank, run, throughput

FEW = settings(deadline=None, max_examples=80)
PARAMS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"confidence": st.sampled_from(["95%", "60%", "point"])},
    optional={
        **{key: st.just("200ms") for key in ("p75", "p95", "p99.9")},
        "max": st.just("350ms"),
        "warn": st.just({"p50": "150ms"}),
        "max-errors": st.sampled_from(["1%", "10%"]),
    },
).map(lambda params: params | {"p50": "200ms"})
VALUES = st.sampled_from([50.0, 160.0, 200.0, 201.0, 300.0, 400.0])
OF: st.SearchStrategy[Literal["successful", "all"]] = st.sampled_from(["successful", "all"])


@st.composite
def counts(draw: st.DrawFn) -> dict[float, int]:
    """How many requests took how long: mostly fast, so that passes and warnings come up."""
    found = {100.0: draw(st.sampled_from([20, 58, 60, 299, 400, 3000]))}
    for value in draw(st.lists(VALUES, max_size=3)):
        found[value] = found.get(value, 0) + draw(st.integers(1, 30))
    return found


@st.composite
def summaries(draw: st.DrawFn, of: Literal["successful", "all"]) -> Latency:
    """Percentiles in their order, some of them left out."""
    keys = ("50", "75", "95", "99", "99.9")
    values = sorted(draw(st.lists(VALUES, min_size=7, max_size=7)))
    kept = draw(st.sets(st.sampled_from(keys)))
    source: Any = draw(st.sampled_from(["tool", "sketch"]))
    return Latency(
        count=draw(st.sampled_from([20, 60, 299, 3000])),
        of=of,
        source=source,
        min_ms=values[0],
        max_ms=values[-1],
        percentiles_ms={key: value for key, value in zip(keys, values[1:-1], strict=True) if key in kept},
    )


@st.composite
def runs(draw: st.DrawFn) -> LoadTest:
    """Any run, with errors and dropped iterations."""
    of = draw(OF)
    values = [value for value, count in draw(counts()).items() for _ in range(count)]
    facts = draw(st.one_of(st.just(counted(values, of)), summaries(of)))
    errors = draw(st.integers(0, min(20, facts.count)))
    return run(facts, errors, dropped=draw(st.sampled_from([0, 0, 1, 20])))


def slower(facts: Latency, draw: st.DrawFn) -> Latency:
    """One latency, or one number of a summary, raised; the order of numbers is kept."""
    by = draw(st.sampled_from([1.0, 100.0, 1000.0]))
    if facts.buckets:
        place = draw(st.integers(0, len(facts.buckets) - 1))
        one = facts.buckets[place]
        raised = Bucket(one.low_ms + by, one.high_ms + by, 1)
        left = [
            *facts.buckets[:place],
            Bucket(one.low_ms, one.high_ms, one.count - 1),
            *facts.buckets[place + 1 :],
        ]
        every = sorted([*left, raised], key=lambda bucket: bucket.low_ms)
        kept = tuple(bucket for bucket in every if bucket.count)
        return replace(facts, buckets=kept, min_ms=kept[0].low_ms, max_ms=kept[-1].high_ms)
    floor = draw(VALUES) + by
    raised_all = {key: max(value, floor) for key, value in facts.percentiles_ms.items() if float(key) >= 95}
    return replace(
        facts,
        percentiles_ms={**facts.percentiles_ms, **raised_all},
        max_ms=max(facts.max_ms or 0.0, floor),
    )


def with_one_more_error(test: LoadTest, at_ms: float) -> LoadTest:
    """One more request, which failed; among the latencies where failures are."""
    facts = test.latency
    if facts is not None and facts.of == "all" and facts.buckets:
        values = [one.low_ms for one in facts.buckets for _ in range(one.count)]
        facts = counted([*values, at_ms], "all")
    return replace(test, requests=test.requests + 1, errors=(test.errors or 0) + 1, latency=facts)


@given(runs(), PARAMS, st.data())
@FEW
def test_a_slower_request_never_helps(test: LoadTest, params: dict[str, Any], data: st.DataObject) -> None:
    worse = replace(
        test,
        latency=data.draw(st.composite(lambda draw: slower(test.latency or fast_and_slow(1, 0), draw))()),
    )
    assert rank(latency(params, worse)) >= rank(latency(params, test))


@given(runs(), PARAMS, st.sampled_from([0.0, 100.0, 1000.0]))
@FEW
def test_one_more_error_never_helps_latency(test: LoadTest, params: dict[str, Any], at_ms: float) -> None:
    worse = with_one_more_error(test, at_ms)
    assert rank(latency(params, worse)) >= rank(latency(params, test))


@given(runs(), PARAMS)
@FEW
def test_one_more_dropped_iteration_never_helps_latency(test: LoadTest, params: dict[str, Any]) -> None:
    worse = replace(test, dropped=test.dropped + 1)
    assert rank(latency(params, worse)) >= rank(latency(params, test))


@given(
    st.sampled_from([10, 298, 299, 1000, 5000]),
    st.integers(0, 60),
    st.sampled_from(["1%", "5%", "0.1%"]),
    st.sampled_from(["95%", "60%", "point"]),
    st.booleans(),
)
@FEW
def test_one_more_error_never_helps_the_error_rate(
    good: int, errors: int, limit: str, confidence: str, added: bool
) -> None:
    params = {"max": limit, "warn": "0.1%", "confidence": confidence}
    test = run(None, errors, requests=good + errors)
    worse = replace(test, errors=errors + 1, requests=test.requests + added)
    assert rank(error_rate(params, worse)) >= rank(error_rate(params, test))


@given(st.integers(590, 1300), st.integers(0, 60), st.booleans())
@FEW
def test_one_more_error_never_helps_throughput(good: int, errors: int, added: bool) -> None:
    params = {"min": "10/s", "warn": "20/s"}
    test = run(None, errors, requests=good + errors)
    worse = replace(test, errors=errors + 1, requests=test.requests + added)
    assert rank(throughput(params, worse)) >= rank(throughput(params, test))
