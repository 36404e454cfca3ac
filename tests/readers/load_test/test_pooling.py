"""`merge: shards`: several files as one run, by counts; and everything that is no shard is refused."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.course import Course
from readiness.evidence.load_test import Bucket, Latency, LoadTest, Operation
from readiness.evidence.model import Evidence, Reason, Unproven
from readiness.evidence.series import Series
from readiness.readers.load_test._course import Moments
from readiness.readers.load_test._pooling import pooled
from readiness.readers.load_test._samples import Samples
from readiness.testing import judge_check, read_evidence
from tests.release import scorecard
from tests.support import FIXTURES

START = datetime(2026, 5, 1, 12, tzinfo=UTC)
SAMPLES = st.lists(st.floats(0.01, 5_000), min_size=1, max_size=60)


def document(samples: list[float], errors: int = 0, late_s: float = 0, **more: Any) -> dict[str, Any]:
    """A shard of a minute, in the project's own format."""
    start = START + timedelta(seconds=late_s)
    one = {"name": "GET /", "requests": len(samples) + errors, "errors": errors, "samples_ms": samples}
    return {
        "schema": "readiness/load/1",
        "tool": "test",
        "started_at": start.isoformat(),
        "ended_at": (start + timedelta(minutes=1)).isoformat(),
        "operations": [one],
        **more,
    }


def written(folder: Path, *documents: dict[str, Any], **keys: Any) -> Evidence:
    for number, one in enumerate(documents, 1):
        (folder / f"shard-{number}.json").write_text(json.dumps(one))
    return read_evidence("load-test", folder, path="shard-*.json", **keys)


def shards(folder: Path, *documents: dict[str, Any], **keys: Any) -> Evidence:
    return written(folder, *documents, merge="shards", **keys)


def whole(evidence: Evidence) -> LoadTest:
    assert isinstance(evidence.whole.facts, LoadTest), evidence.whole.message
    return evidence.whole.facts


def shard(samples: list[float], errors: int = 0, late_s: float = 0, **more: Any) -> LoadTest:
    """The same as facts."""
    counted = Samples()
    for one in samples:
        counted.add(one)
    start = START + timedelta(seconds=late_s)
    made = LoadTest(
        tool="test",
        requests=len(samples) + errors,
        errors=errors,
        duration_s=60.0,
        latency=counted.latency("successful"),
        started_at=start,
        ended_at=start + timedelta(minutes=1),
        corrected=False,
    )
    return replace(made, **more)


def refused(*parts: LoadTest) -> Unproven:
    with pytest.raises(Unproven) as caught:
        pooled(parts)
    return caught.value


def noise(seed: int, count: int, scale: float = 1.0) -> list[float]:
    draw = random.Random(seed)  # noqa: S311 - made-up latencies
    return [scale * round(draw.lognormvariate(3, 0.6), 3) for _ in range(count)]


# What is pooled


@given(SAMPLES, SAMPLES)
@settings(deadline=None, max_examples=60)
def test_pooled_latencies_are_those_of_the_joined_samples(mine: list[float], yours: list[float]) -> None:
    mine[0] += 10_000
    found, joined = pooled([shard(mine), shard(yours)]).latency, shard([*mine, *yours]).latency
    assert found is not None
    assert joined is not None
    assert (found.count, found.buckets) == (joined.count, joined.buckets)
    assert found.percentiles_ms == joined.percentiles_ms
    assert (found.min_ms, found.max_ms) == (joined.min_ms, joined.max_ms)
    assert found.mean_ms == pytest.approx(joined.mean_ms)


def test_the_p99_of_shards_is_no_average_of_theirs(tmp_path: Path) -> None:
    fast, slow = noise(1, 3000), noise(2, 3000, 10)
    found = whole(shards(tmp_path, document(fast), document(slow)))
    joined = shard([*fast, *slow]).latency
    assert found.latency is not None
    assert joined is not None
    assert found.latency.percentiles_ms["99"] == joined.percentiles_ms["99"]
    each = [one.percentiles_ms["99"] for made in (fast, slow) if (one := shard(made).latency)]
    assert found.latency.percentiles_ms["99"] > 1.2 * sum(each) / 2


def test_counts_rates_and_users_add_up() -> None:
    one = shard(
        [1.0, 2.0], 1, offered_per_s=0.05, concurrency=2, dropped=1, errors_by={"timeout": 1}, loop="open"
    )
    two = shard(
        [3.0], 2, 5, offered_per_s=0.05, concurrency=3, dropped=2, errors_by={"status": 2}, loop="open"
    )
    found = pooled([one, two])
    assert (found.requests, found.errors, found.dropped) == (6, 3, 3)
    assert (found.offered_per_s, found.concurrency, found.loop) == (0.1, 5, "open")
    assert found.errors_by == {"timeout": 1, "status": 2}
    assert (found.started_at, found.duration_s) == (START, 65.0)
    assert found.ended_at == START + timedelta(seconds=65)


def test_what_one_shard_does_not_tell_is_not_told() -> None:
    one = shard([1.0, 2.0], offered_per_s=0.05, concurrency=2, loop="open")
    two = replace(shard([3.0], late_s=1), errors=None, loop="closed", corrected=None)
    found = pooled([one, two])
    assert (found.errors, found.offered_per_s, found.concurrency) == (None, None, None)
    assert (found.loop, found.corrected) == ("unknown", None)
    assert pooled([one, replace(two, corrected=True)]).corrected is True


def test_one_aborted_shard_is_an_aborted_run_and_one_crossed_threshold_is_crossed() -> None:
    one = shard([1.0, 2.0], thresholds={"p95": True, "errors": True})
    two = shard([3.0], complete=False, thresholds={"p95": False})
    found = pooled([one, two])
    assert not found.complete
    assert found.thresholds == {"p95": False, "errors": True}


def test_a_shard_that_only_failed_counts_with_its_failures() -> None:
    found = pooled([shard([1.0, 2.0]), shard([], 3)])
    assert (found.requests, found.errors) == (5, 3)
    assert found.latency is not None
    assert found.latency.count == 2


def test_endpoints_are_pooled_by_name() -> None:
    def with_(name: str, samples: list[float], late_s: float) -> LoadTest:
        made = shard(samples, late_s=late_s)
        return replace(
            made, operations=(Operation(name=name, requests=len(samples), errors=0, latency=made.latency),)
        )

    found = pooled([with_("a", [1.0], 0), with_("b", [2.0], 1), with_("a", [3.0, 4.0], 2)])
    assert [(one.name, one.requests, one.errors) for one in found.operations] == [("a", 3, 0), ("b", 1, 0)]
    assert found.operations[0].latency == shard([1.0, 3.0, 4.0]).latency
    assert pooled([with_("a", [1.0], 0), shard([2.0])]).operations == ()


def test_an_endpoint_without_every_request_in_one_shard_has_no_latencies() -> None:
    made = shard([1.0, 2.0])
    told = Latency(count=2, of="successful", source="tool", percentiles_ms={"50": 1.0})
    one = replace(made, operations=(Operation(name="a", requests=2, errors=0, latency=made.latency),))
    two = replace(shard([3.0, 4.0]), operations=(Operation(name="a", requests=2, errors=0, latency=told),))
    (found,) = pooled([one, two]).operations
    assert (found.requests, found.latency) == (4, None)


def test_buckets_that_overlap_are_joined_so_that_nothing_is_invented() -> None:
    def of(*buckets: Bucket) -> LoadTest:
        count = sum(one.count for one in buckets)
        made = Latency(count=count, of="successful", source="histogram", buckets=buckets)
        return replace(shard([1.0] * count), latency=made)

    found = pooled([of(Bucket(0, 10, 4), Bucket(20, 30, 1)), of(Bucket(5, 15, 2), Bucket(30, 30, 1))]).latency
    assert found is not None
    assert found.buckets == (Bucket(0, 15, 6), Bucket(20, 30, 1), Bucket(30, 30, 1))
    assert found.source == "histogram"
    assert (found.min_ms, found.mean_ms, found.max_ms) == (None, None, None)


def test_latencies_of_failures_in_one_shard_are_among_those_of_the_run() -> None:
    mixed = shard([1.0, 2.0, 3.0])
    assert mixed.latency is not None
    mixed = replace(mixed, errors=1, latency=replace(mixed.latency, of="all"))
    found = pooled([mixed, shard([4.0], 1)])
    assert found.latency is not None
    assert (found.latency.of, found.latency.count, found.errors) == ("all", 4, 2)


def test_many_different_latencies_are_kept_in_cells_of_a_thousandth() -> None:
    parts = [
        shard([10 + place * 0.001 + number * 1e-5 for place in range(12_000 - number)]) for number in range(4)
    ]
    found = pooled([replace(one, operations=()) for one in parts]).latency
    assert found is not None
    assert found.count == sum(one.count for one in found.buckets) == 47_994
    assert len(found.buckets) < 10_000
    assert all(one.high_ms <= one.low_ms * 1.001 for one in found.buckets)


def test_series_are_kept_and_told_apart() -> None:
    rss = Series(name="rss", unit="bytes", points=((1.0, 2.0),))
    other = Series(name="rss", labels={"shard": "eu"}, unit="bytes", points=((1.0, 3.0),))
    found = pooled([shard([1.0], series=(rss,)), shard([2.0], series=(rss, other))])
    assert [one.title for one in found.series] == [
        'rss{shard="1"}',
        'rss{shard="2"}',
        'rss{load_shard="2", shard="eu"}',
    ]


# The course


def course(requests: list[tuple[float, float]], first: float, last: float) -> Course:
    moments = Moments()
    for at, ms in requests:
        moments.add(at, at + ms / 1000, ms, failed=False)
        moments.users(at, 2)
    made = moments.course(first, last)
    assert made is not None
    return made


def sent(
    seed: int, late_s: float, seconds: float = 30
) -> tuple[LoadTest, list[tuple[float, float]], float, float]:
    draw = random.Random(seed)  # noqa: S311 - made-up latencies
    first = START.timestamp() + late_s
    requests = [
        (first + draw.uniform(0, seconds - 1), round(draw.lognormvariate(3, 0.5), 3)) for _ in range(300)
    ]
    requests[0] = (first, 10.0)
    last = max(at + ms / 1000 for at, ms in requests)
    span: dict[str, Any] = {
        "started_at": datetime.fromtimestamp(first, UTC),
        "ended_at": datetime.fromtimestamp(last, UTC),
    }
    made = shard(
        [ms for _, ms in requests], course=course(requests, first, last), duration_s=last - first, **span
    )
    return made, requests, first, last


@pytest.mark.parametrize("late_s", [0.0, 0.337, 3.0, 7.7])
def test_the_pooled_course_is_that_of_all_requests(late_s: float) -> None:
    one, mine, first, end = sent(1, 0)
    two, yours, _, last = sent(2, late_s)
    found, joined = pooled([one, two]).course, course([*mine, *yours], first, max(end, last))
    assert found is not None
    assert found.edges_ms == pytest.approx(joined.edges_ms)
    assert sum(window.requests for window in found.windows) == 600
    assert {window.users for window in found.windows} <= {2, 4, None}
    inner = range(2, 20)
    for here, there in zip(found.windows, joined.windows, strict=False):
        if late_s == 0 and here.from_s in inner:
            assert (here.sent, here.requests, here.counts) == (there.sent, there.requests, there.counts)
    total = [sum(each) for each in zip(*(window.counts for window in found.windows), strict=True)]
    assert total == [sum(each) for each in zip(*(window.counts for window in joined.windows), strict=True)]


def test_courses_whose_windows_do_not_fit_are_left_out() -> None:
    one, *_ = sent(1, 0)
    two, *_ = sent(2, 0.5)
    assert two.course is not None
    moved = [replace(w, from_s=w.from_s + 0.25, to_s=w.to_s + 0.25) for w in two.course.windows]
    shifted = replace(two, course=Course(tuple(moved), two.course.edges_ms))
    assert pooled([one, shifted]).course is None
    assert pooled([one, replace(two, course=None)]).course is None


def test_latencies_of_windows_are_left_out_where_a_shard_does_not_hold_them() -> None:
    one, *_ = sent(1, 0)
    two, *_ = sent(2, 0)
    assert two.course is not None
    blind = Course(tuple(replace(window, counts=()) for window in two.course.windows))
    found = pooled([one, replace(two, course=blind)]).course
    assert found is not None
    assert found.edges_ms == ()
    assert all(window.counts == () for window in found.windows)
    assert sum(window.requests for window in found.windows) == 600


# What is refused


def test_percentiles_are_never_pooled_and_the_option_of_the_tool_is_named(tmp_path: Path) -> None:
    for number, cut in enumerate(("k6.summary.json", "k6.summary.json"), 1):
        content = json.loads((FIXTURES / "load_test" / cut).read_text())
        content["state"]["testRunDurationMs"] += number
        (tmp_path / f"shard-{number}.json").write_text(json.dumps(content))
    found = read_evidence("load-test", tmp_path, path="shard-*.json", merge="shards").whole
    assert found.reason is Reason.INSUFFICIENT
    assert found.message.startswith("shard 1 has percentiles, and not every request")
    assert "k6 run --out json=" in found.remedy


def test_shards_without_latencies_are_refused() -> None:
    error = refused(shard([1.0]), shard([2.0], latency=None, more_detail="use --log-file"))
    assert (error.reason, error.message, error.remedy) == (
        Reason.INSUFFICIENT,
        "shard 2 has no latencies",
        "use --log-file",
    )


def test_runs_at_different_times_are_no_shards(tmp_path: Path) -> None:
    found = shards(tmp_path, document([1.0]), document([2.0], late_s=30), document([3.0], late_s=60)).whole
    assert found.reason is Reason.MALFORMED
    assert found.message == (
        "shard 3 began at 2026-05-01 12:01:00 UTC, when shard 1 was over (2026-05-01 12:01:00 UTC): shards run at "
        "the same time, and these are several runs"
    )
    assert "leave `merge` out" in found.remedy


def test_shards_that_do_not_tell_when_they_ran_are_refused() -> None:
    error = refused(shard([1.0]), shard([2.0], started_at=None, ended_at=None))
    assert error.reason is Reason.INSUFFICIENT
    assert error.message.startswith("shard 2 does not tell when it ran")


def test_an_end_and_a_duration_tell_when_a_shard_ran() -> None:
    found = pooled([shard([1.0], started_at=None), shard([2.0], late_s=10, ended_at=None)])
    assert (found.started_at, found.duration_s) == (START, 70.0)


def test_shards_of_different_tools_are_refused() -> None:
    error = refused(shard([1.0]), shard([2.0], tool="k6"))
    assert error.reason is Reason.MALFORMED
    assert error.message.startswith("the shards are of different tools (test, k6)")


def test_the_same_shard_twice_is_malformed(tmp_path: Path) -> None:
    (tmp_path / "shard-1.json").write_text(json.dumps(document([1.0, 2.0])))
    (tmp_path / "shard-2.json").write_text(json.dumps(document([1.0, 2.0]), indent=1))
    found = read_evidence("load-test", tmp_path, path="shard-*.json", merge="shards").whole
    assert found.reason is Reason.MALFORMED
    assert found.message == "shard 1 and shard 2 are the same run, which would count twice"


def test_one_run_in_two_formats_is_the_same_shard_twice() -> None:
    values = noise(3, 500)
    rounded = [round(value, 2) for value in values]
    error = refused(shard(rounded), shard([value + 4e-4 for value in rounded], late_s=0.5))
    assert "are the same run" in error.message


def test_the_file_of_the_whole_run_beside_its_shards_is_malformed() -> None:
    one, two = noise(1, 50), noise(2, 60)
    error = refused(shard(one), shard([*one, *two], late_s=1), shard(two))
    assert error.reason is Reason.MALFORMED
    assert error.message.startswith("shard 2 is the sum of the others")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"concurrency": 1}, "shard 1 had 2 requests in flight on average, of 1 at most (Little's law)"),
        ({"offered_per_s": 1.0}, "shard 1 sent 120 requests, more than it was to send"),
    ],
)
def test_a_shard_that_cannot_be_true_is_not_hidden_in_the_sum(changes: dict[str, Any], message: str) -> None:
    idle: dict[str, Any] = {"concurrency": 100, "offered_per_s": 100.0}
    odd = shard([1000.0 + place / 1000 for place in range(120)], **{**idle, **changes})
    error = refused(odd, shard([1.0, 2.0], late_s=1, **idle))
    assert error.reason is Reason.MALFORMED
    assert message in error.message


def test_without_merge_several_runs_are_not_one(tmp_path: Path) -> None:
    evidence = written(tmp_path, document([1.0]), document([2.0]))
    assert not evidence.pooled
    assert evidence.whole.message == "2 files are 2 runs, and runs are judged apart, not as one"
    assert "set `merge: shards`" in evidence.whole.remedy


def test_a_single_file_is_itself(tmp_path: Path) -> None:
    evidence = shards(tmp_path, document([1.0]))
    assert evidence.pooled
    assert evidence.whole.facts == evidence.items[0].facts


def test_merge_takes_nothing_but_shards(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="shards"):
        written(tmp_path, document([1.0]), merge="runs")


@given(SAMPLES, SAMPLES, st.integers(0, 3), st.integers(-90, 90))
@settings(deadline=None, max_examples=60)
def test_pooling_gives_a_run_that_adds_up_or_a_reason(
    mine: list[float], yours: list[float], errors: int, late_s: int
) -> None:
    parts = (shard(mine, errors), shard(yours, late_s=late_s))
    try:
        found = pooled(parts)
    except Unproven as error:
        assert abs(late_s) >= 60 or "same run" in error.message  # noqa: PT017 - both outcomes are meant
        return
    judgement = judge_check("performance/error-rate", {"max": "99%", "confidence": "point"}, load=(found,))
    assert judgement.reason is not Reason.MALFORMED
    assert found.requests == sum(one.requests for one in parts)


# The whole gate

POLICY = """\
readiness: 1
name: prod
release: {name: shop, version: "1.4.2", environment: production}
evidence:
  load: {kind: load-test, path: "shard-*.json"%s}
checks:
  - {use: performance/latency, enforce: required, with: {p99: 150ms}}
  - {use: performance/throughput, with: {min: 90/s}}
"""
THREE = [noise(seed, 2000) for seed in (1, 2, 3)]


def gate(folder: Path, merge: str, *documents: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    for number, one in enumerate(documents, 1):
        (folder / f"shard-{number}.json").write_text(json.dumps(one))
    (folder / "policy.yaml").write_text(POLICY % merge)
    done, card = scorecard(folder)
    assert "Traceback" not in done.err
    return done.code, card


def test_three_shards_are_judged_as_one_run(tmp_path: Path) -> None:
    code, card = gate(tmp_path, ", merge: shards, files: 3", *(document(one) for one in THREE))
    assert code == 0
    assert "of 6,000 successful requests" in card["results"][0]["findings"][0]["observed"]
    assert "100 successful requests per second" in card["results"][1]["summary"]
    joined = shard([value for one in THREE for value in one]).latency
    assert joined is not None
    assert card["evidence"][0]["facts"]["percentiles_ms"]["99"] == joined.percentiles_ms["99"]
    assert card["evidence"][0]["facts"]["requests"] == 6000


def test_without_merge_each_is_a_run_and_none_carries_the_load(tmp_path: Path) -> None:
    code, card = gate(tmp_path, "", *(document(one) for one in THREE))
    assert code == 1
    assert card["results"][1]["summary"].startswith("run 1 of 3: 33.33 successful requests per second")


def test_a_lost_shard_is_unproven(tmp_path: Path) -> None:
    code, card = gate(tmp_path, ", merge: shards, files: 3", *(document(one) for one in THREE[:2]))
    assert code == 5
    assert [one["outcome"] for one in card["results"]] == [Outcome.UNPROVEN, Outcome.UNPROVEN]
    assert card["results"][0]["reason"] == "missing"


def test_the_same_file_twice_is_malformed(tmp_path: Path) -> None:
    code, card = gate(tmp_path, ", merge: shards", document(THREE[0]), document(THREE[0]))
    assert code == 5
    assert card["results"][0]["reason"] == "malformed"
    assert "is a copy of shard-1.json" in card["results"][0]["summary"]
