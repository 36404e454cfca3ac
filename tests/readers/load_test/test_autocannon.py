"""The result of autocannon."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from readiness.evidence.model import Reason
from readiness.testing import judge_check
from tests.readers.load_test.changes import GONE, changed, facts, refusal
from tests.readers.load_test.support import SAMPLES, item_of, read, read_json
from tests.support import SHARED

HEALTHY, FAILING = "autocannon/healthy.json", "autocannon/failing.json"


def test_a_result_is_told_by_its_content_and_dated_by_its_end() -> None:
    item, test = item_of(SAMPLES / HEALTHY), read(SAMPLES / HEALTHY)
    assert (item.provenance.format, item.provenance.observed_from) == ("autocannon", "content")
    assert item.provenance.observed_at == test.ended_at
    assert (test.tool, test.requests, test.errors, test.loop) == ("autocannon", 300, 0, "closed")
    assert (test.duration_s, test.concurrency, test.corrected) == (7.01, 2, False)


def test_percentiles_are_those_that_it_prints_with_the_rest_of_the_millisecond_and_there_is_no_p95() -> None:
    test = read(SAMPLES / HEALTHY)
    assert test.latency is not None
    assert (test.latency.of, test.latency.source, test.latency.count) == ("successful", "tool", 300)
    assert test.latency.percentiles_ms["97.5"] == 49
    assert test.latency.percentiles_ms["99.9"] == 53
    assert (test.latency.min_ms, test.latency.mean_ms, test.latency.max_ms) == (3, 43.55, 53)
    assert "95" not in test.latency.percentiles_ms
    assert "has no p95" in test.more_detail


def test_answers_that_are_not_2xx_are_failures() -> None:
    test = read(SAMPLES / FAILING)
    assert (test.requests, test.errors, test.errors_by["status"]) == (226, 18, 18)
    assert test.latency is not None
    assert test.latency.of == "all"


def test_latencies_of_2xx_alone_are_of_successful_requests(tmp_path: Path) -> None:
    latency = facts(tmp_path, changed(FAILING, {"latency.totalCount": 208})).latency
    assert latency is not None
    assert (latency.of, latency.count) == ("successful", 208)


def test_connections_that_failed_are_requests_too(tmp_path: Path) -> None:
    test = facts(tmp_path, changed(HEALTHY, {"errors": 5, "timeouts": 2, "requests.sent": 305}))
    assert (test.requests, test.errors) == (305, 5)
    assert test.errors_by == {"connection": 3, "timeout": 2, "status": 0, "other": 0}


def test_a_server_that_answers_nothing_is_no_run_that_sent_nothing() -> None:
    item = item_of(SAMPLES / "autocannon/silent.json")
    assert (item.facts, item.reason) == (None, Reason.INSUFFICIENT)
    assert item.message == "none of 16,329 requests that were sent was answered or counted as an error"


def test_a_body_that_is_not_the_one_expected_is_a_failure(tmp_path: Path) -> None:
    test = facts(tmp_path, changed(HEALTHY, {"mismatches": 7}))
    assert test.errors == 7
    assert test.latency is not None
    assert test.latency.of == "all"


def test_when_all_are_refused_latencies_of_0_are_none() -> None:
    test = read(SAMPLES / "autocannon/refused.json")
    assert (test.requests, test.errors, test.latency) == (10, 10, None)
    assert test.errors_by["connection"] == 10


@pytest.mark.parametrize("check", ["performance/latency", "performance/error-rate"])
def test_a_run_that_was_refused_passes_nothing(check: str) -> None:
    params = {"p99": "100ms"} if check == "performance/latency" else {"max": "5%"}
    assert (
        judge_check(check, params, load=(read(SAMPLES / "autocannon/refused.json"),)).outcome.value != "pass"
    )


def test_latencies_that_a_rate_made_up_are_refused() -> None:
    item = item_of(SAMPLES / "autocannon/rewritten.json")
    assert item.reason is Reason.MALFORMED
    assert "it has 7,553 latencies of 150 answers: autocannon made up the rest" in item.message
    assert "without -R" in item.remedy


def test_made_up_latencies_fewer_than_the_answers_are_refused_too(tmp_path: Path) -> None:
    assert "made up the rest" in refusal(tmp_path, changed(FAILING, {"latency.totalCount": 220}))


@pytest.mark.parametrize("name", ["autocannon/closed.json", "autocannon/rate.json"])
def test_requests_without_an_outcome_leave_the_errors_unknown(name: str) -> None:
    test = read(SAMPLES / name)
    assert test.errors is None
    assert "does not count connections that the server closed" in test.more_detail
    assert judge_check("performance/error-rate", {"max": "5%"}, load=(test,)).outcome.value == "unproven"


def test_an_answer_within_the_first_millisecond_is_not_below_min() -> None:
    latency = read(SAMPLES / "autocannon/closed.json").latency
    assert latency is not None
    assert (latency.min_ms, latency.percentiles_ms["1"]) == (0, 1)


def test_without_a_count_of_latencies_there_are_none(tmp_path: Path) -> None:
    assert facts(tmp_path, changed(HEALTHY, {"latency.totalCount": GONE})).latency is None


def test_a_run_without_requests_is_missing(tmp_path: Path) -> None:
    nothing = {"requests.total": 0, "requests.sent": 0, "2xx": 0, "latency.totalCount": 0}
    assert read_json(tmp_path, changed(HEALTHY, nothing)).reason is Reason.MISSING


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"2xx": 299}, "there were 300 answers, and 299 by their statuses"),
        ({"non2xx": 1}, "1 answers were not 2xx, and 0 by their statuses"),
        ({"errors": -1}, "Expected `int` >= 0"),
        ({"errors": True}, "got `bool`"),
        ({"timeouts": 3}, "3 of 0 errors are timeouts"),
        ({"requests.total": 300.5}, "300.5, which is no count"),
        ({"requests.total": GONE}, "requests.total is -1"),
        ({"latency.p50": 53}, "p50 of the run is 53 ms"),
        ({"latency.p97_5": -1}, "p97.5 of the run is -1"),
        ({"latency.mean": 60}, "the mean of the run is 60 ms"),
        ({"latency.max": 10**400}, "it is no autocannon result"),
        ({"latency.p99": "48"}, "got `str`"),
        ({"finish": "2026-11-21T05:15:12.000Z"}, "the run ends before it starts"),
        ({"duration": 3.01}, "the run lasted 3.01 s, and 7.0"),
        ({"start": "soon"}, "'soon' is not a time"),
    ],
)
def test_numbers_that_cannot_all_be_true_are_malformed(
    tmp_path: Path, values: dict[str, Any], message: str
) -> None:
    assert message in refusal(tmp_path, changed(HEALTHY, values))


@pytest.mark.skipif(
    not (SHARED / "samples/load").is_dir(), reason="the samples are not part of the repository"
)
def test_a_sample_with_made_up_latencies_is_refused() -> None:
    item = item_of(SHARED / "samples/load/autocannon/healthy.json")
    assert "22,300 latencies of 1,009 answers" in item.message
