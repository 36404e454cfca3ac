"""Gatling's numbers in JSON: counts and extremes hold, percentiles are estimates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason
from readiness.testing import judge_check
from tests.readers.load_test.support import SAMPLES, item_of, read, read_json, sample
from tests.support import SHARED

FOLDER = SAMPLES / "gatling"
PUBLIC = SHARED / "samples/load/public/gatling"


@pytest.mark.parametrize("name", ["stats.json", "global_stats.json"])
def test_the_numbers_are_those_of_the_log(name: str) -> None:
    test, log = read(FOLDER / name), read(FOLDER / "text.log")
    assert (test.requests, test.errors) == (log.requests, log.errors) == (500, 8)
    assert test.latency is not None
    assert log.latency is not None
    assert (test.latency.of, test.latency.count) == ("successful", 492)
    assert (test.latency.min_ms, test.latency.max_ms) == (log.latency.min_ms, log.latency.max_ms)
    assert test.duration_s == 6
    assert "simulation.log" in test.more_detail


def test_groups_are_no_endpoints() -> None:
    counts = {one.name: (one.requests, one.errors) for one in read(FOLDER / "stats.json").operations}
    assert counts == {one.name: (one.requests, one.errors) for one in read(FOLDER / "text.log").operations}


@pytest.mark.parametrize("name", ["stats.json", "global_stats.json"])
def test_percentiles_are_estimates_which_prove_nothing(name: str) -> None:
    test = read(FOLDER / name)
    assert test.latency is not None
    assert test.latency.source == "sketch"
    assert dict(test.latency.percentiles_ms) == {"50": 43, "75": 44, "95": 48, "99": 62}
    assert judge_check("performance/latency", {"p95": "70ms"}, load=(test,)).outcome == "unproven"
    assert judge_check("performance/latency", {"p95": "120ms"}, load=(test,)).outcome == "pass"


def test_refused_connections_have_no_latency() -> None:
    test = read(FOLDER / "refused.stats.json")
    assert (test.requests, test.errors, test.latency) == (100, 100, None)
    assert all(one.latency is None for one in test.operations)


def test_a_rate_that_was_rounded_tells_no_duration(tmp_path: Path) -> None:
    data = sample("gatling/global_stats.json")
    data["meanNumberOfRequestsPerSecond"]["total"] = 83
    item = read_json(tmp_path, data)
    assert isinstance(item.facts, LoadTest), item.message
    assert item.facts.duration_s is None


def test_the_files_have_no_time_of_their_own() -> None:
    assert item_of(FOLDER / "stats.json").provenance.observed_from == "mtime"


@pytest.mark.parametrize(
    ("key", "part", "value", "message"),
    [
        ("numberOfRequests", "ko", 7, "has 500 requests, 492 good and 7 failed"),
        ("numberOfRequests", "ko", -8, "has 500 requests, 492 good and -8 failed"),
        ("numberOfRequests", "ok", 492.0, "Expected `int`, got `float`"),
        ("numberOfRequests", "ok", "492", "Expected `int`, got `str`"),
        ("percentiles3", "ok", 40, "p75 of the run is 44 ms, and p95 is 40 ms"),
        ("maxResponseTime", "ok", 61, "p99 of the run is 62 ms, and max is 61 ms"),
        ("meanResponseTime", "ok", 112, "the mean of the run is 112 ms"),
        ("minResponseTime", "ok", -1, "min of the run is -1.0 ms"),
    ],
)
def test_numbers_that_contradict_each_other_are_malformed(
    tmp_path: Path, key: str, part: str, value: object, message: str
) -> None:
    for name in ("gatling/global_stats.json", "gatling/stats.json"):
        data = sample(name)
        data.get("stats", data)[key][part] = value
        item = read_json(tmp_path, data)
        assert item.reason is Reason.MALFORMED
        assert message in item.message


def test_requests_that_do_not_add_up_are_malformed(tmp_path: Path) -> None:
    data = sample("gatling/stats.json")
    (moved,) = [key for key, one in data["contents"].items() if one["name"] == "moved"]
    del data["contents"][moved]
    assert "8 of 500 requests failed, and 8 of 400 by their names" in read_json(tmp_path, data).message


def test_two_requests_of_one_path_are_malformed(tmp_path: Path) -> None:
    data = sample("gatling/stats.json")
    for one in data["contents"].values():
        one["path"] = "same"
    assert "two requests have one path" in read_json(tmp_path, data).message


@pytest.mark.parametrize("depth", [150, 400])
def test_groups_without_end_are_malformed(tmp_path: Path, depth: int) -> None:
    data: Any = sample("gatling/stats.json")
    for _ in range(depth):
        data = {**data, "contents": {"deeper": data}}
    item = read_json(tmp_path, data)
    assert item.facts is None
    assert "please report" not in item.remedy, item.message


def test_verdicts_alone_are_no_load_test() -> None:
    path = PUBLIC / "demo2019-googletest-2019062407313-assertions.json"
    if not path.is_file():
        pytest.skip("the samples are not part of the repository")
    assert "its format is not known" in item_of(path).message


@pytest.mark.parametrize("name", ["stats", "global_stats"])
def test_public_files_are_read(name: str) -> None:
    path = PUBLIC / f"demo2019-googletest-2019062407313-{name}.json"
    if not path.is_file():
        pytest.skip("the samples are not part of the repository")
    test, log = read(path), read(PUBLIC / "demo2019-results-simulation.log")
    assert (test.requests, test.errors, test.duration_s) == (42, 0, 18)
    assert test.latency is not None
    assert log.latency is not None
    assert (test.latency.min_ms, test.latency.max_ms) == (log.latency.min_ms, log.latency.max_ms)
