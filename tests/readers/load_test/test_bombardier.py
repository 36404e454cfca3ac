"""The result of bombardier."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from readiness.evidence.model import Reason
from readiness.testing import judge_check
from tests.readers.load_test.changes import GONE, changed, facts, refusal
from tests.readers.load_test.support import SAMPLES, item_of, read, read_bytes, read_json

HEALTHY, FAILING = "bombardier/healthy.json", "bombardier/failing.json"


def test_a_result_is_told_by_its_content_and_has_no_time() -> None:
    item, test = item_of(SAMPLES / HEALTHY), read(SAMPLES / HEALTHY)
    assert (item.provenance.format, item.provenance.observed_from) == ("bombardier", "mtime")
    assert (test.tool, test.requests, test.errors, test.loop) == ("bombardier", 400, 0, "closed")
    assert (test.duration_s, test.concurrency, test.offered_per_s) == (0.262214, 4, None)


def test_latencies_are_in_microseconds_and_what_was_cut_off_is_added() -> None:
    latency = read(SAMPLES / FAILING).latency
    assert latency is not None
    assert (latency.max_ms, latency.mean_ms) == (2000.114, 12.41825)
    assert latency.percentiles_ms == pytest.approx({"50": 5.812, "75": 5.903, "90": 60.212, "99": 60.988})


def test_failed_requests_are_counted_by_status_and_are_among_the_latencies() -> None:
    test = read(SAMPLES / FAILING)
    assert (test.requests, test.errors, test.offered_per_s) == (1000, 95, 100)
    assert test.errors_by == {"connection": 7, "timeout": 5, "status": 83, "other": 0}
    assert test.latency is not None
    assert test.latency.of == "all"


def test_without_latencies_asked_for_the_option_is_named() -> None:
    test = read(SAMPLES / HEALTHY)
    assert test.latency is not None
    assert test.latency.percentiles_ms == {}
    assert "--latencies (-l)" in test.more_detail


def test_when_all_are_refused_there_are_no_latencies(tmp_path: Path) -> None:
    data = changed(HEALTHY, {"result.req2xx": 0, "result.others": 400})
    test = facts(tmp_path, data)
    assert (test.errors, test.latency) == (400, None)
    assert judge_check("performance/latency", {"p99": "1s"}, load=(test,)).outcome.value == "unproven"


@pytest.mark.parametrize(
    ("name", "values"),
    [(FAILING, {"result.timeTakenSeconds": 6.0}), (HEALTHY, {"spec.numberOfRequests": 500})],
)
def test_a_run_that_was_cut_short_is_not_complete(tmp_path: Path, name: str, values: dict[str, Any]) -> None:
    assert read(SAMPLES / name).complete
    assert not facts(tmp_path, changed(name, values)).complete


def test_a_result_without_latencies_has_none(tmp_path: Path) -> None:
    assert facts(tmp_path, changed(HEALTHY, {"result.latency": GONE})).latency is None


def test_a_run_without_requests_is_missing(tmp_path: Path) -> None:
    assert read_json(tmp_path, changed(HEALTHY, {"result.req2xx": 0})).reason is Reason.MISSING


def test_a_text_that_go_quotes_and_json_does_not_know_is_malformed(tmp_path: Path) -> None:
    content = (SAMPLES / FAILING).read_bytes().replace(b'"timeout"', b'"time\\x00out"')
    assert "it is not JSON: Invalid \\escape" in read_bytes(tmp_path, content).message


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"result.req2xx": -1}, "Expected `int` >= 0"),
        ({"result.req2xx": 905.5}, "got `float`"),
        ({"result.errors.0.count": 5000}, "1000 requests have 5005 errors"),
        ({"result.latency.percentiles.99": 3_000_000}, "p99 of the run is 3000 ms"),
        ({"result.latency.percentiles.90": 5000}, "and p90 is 5.001 ms"),
        ({"result.latency.mean": 3e6}, "the mean of the run is 3000 ms"),
        ({"result.latency": {"mean": 0, "max": 0}}, "every latency of the run is 0"),
        ({"spec.numberOfConnections": "10"}, "got `str`"),
    ],
)
def test_numbers_that_cannot_all_be_true_are_malformed(
    tmp_path: Path, values: dict[str, Any], message: str
) -> None:
    assert message in refusal(tmp_path, changed(FAILING, values))
