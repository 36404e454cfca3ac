"""Both summaries of k6."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason
from readiness.testing import read_evidence
from tests.readers.load_test.support import SAMPLES, item_of, read, read_json, sample


def facts(folder: Path, document: Any) -> LoadTest:
    item = read_json(folder, document)
    assert isinstance(item.facts, LoadTest), item.message
    return item.facts


def refusal(folder: Path, document: Any) -> str:
    item = read_json(folder, document)
    assert item.facts is None
    assert item.reason is Reason.MALFORMED
    return item.message


@pytest.mark.parametrize(
    ("name", "format_"),
    [("k6.summary.json", "k6-summary"), ("k6.summary-export.json", "k6-summary-export")],
)
def test_a_summary_is_told_by_its_content_and_read(name: str, format_: str) -> None:
    item = item_of(SAMPLES / name)
    test = read(SAMPLES / name)
    assert item.provenance.format == format_
    assert item.provenance.observed_from == "mtime"
    assert (test.tool, test.requests, test.errors) == ("k6", 62, 3)
    assert test.latency is not None
    assert (test.latency.count, test.latency.of, test.latency.source) == (59, "successful", "tool")
    assert set(test.latency.percentiles_ms) == {"50", "90", "95"}
    assert test.duration_s == pytest.approx(2.05, abs=0.01)
    assert test.loop == "unknown"
    assert "k6 run --out json=points.json script.js" in test.more_detail


@pytest.mark.parametrize("name", ["k6.summary.json", "k6.summary-export.json"])
def test_thresholds_are_true_when_they_were_kept_in_either_form(name: str) -> None:
    assert read(SAMPLES / name).thresholds == {
        "http_req_failed: rate<0.01": False,
        "http_req_duration: p(95)<300": True,
        "http_req_duration{name:items}: p(95)<30": False,
        "http_reqs{name:items}: count>1": True,
    }


def test_every_percentile_that_was_asked_for_is_read_in_milliseconds_whatever_the_unit_of_the_text() -> None:
    test = read(SAMPLES / "k6.detailed.json")
    assert test.latency is not None
    assert set(test.latency.percentiles_ms) == {"50", "90", "95", "99", "99.9"}
    assert test.latency.max_ms == pytest.approx(60.6, abs=0.1)


def test_submetrics_of_names_are_endpoints_whose_failures_are_not_told() -> None:
    (items,) = read(SAMPLES / "k6.summary.json").operations
    assert (items.name, items.requests, items.errors) == ("items", 41, None)
    assert items.latency is not None
    assert (items.latency.count, items.latency.of) == (41, "all")


@pytest.mark.parametrize("name", ["k6.refused.summary.json", "k6.refused.summary-export.json"])
def test_refused_connections_are_failures_and_no_latencies(name: str) -> None:
    test = read(SAMPLES / name)
    assert (test.requests, test.errors, test.latency) == (21, 21, None)
    assert [(one.errors, one.latency) for one in test.operations] == [(11, None)]


def test_dropped_iterations_are_counted() -> None:
    assert read(SAMPLES / "k6.dropped.summary.json").dropped == 374


def test_the_loop_is_known_where_the_script_keeps_its_scenarios(tmp_path: Path) -> None:
    data = sample("k6.summary.json")
    data["options"]["scenarios"] = {"main": {"executor": "constant-arrival-rate"}}
    assert facts(tmp_path, data).loop == "open"
    data["options"]["scenarios"] = {"main": {"executor": "ramping-vus"}}
    assert facts(tmp_path, data).loop == "closed"
    data["options"]["scenarios"]["more"] = {"executor": "ramping-arrival-rate"}
    assert facts(tmp_path, data).loop == "unknown"


def test_failures_are_unknown_where_a_script_switched_their_count_off(tmp_path: Path) -> None:
    data = sample("k6.summary.json")
    del data["metrics"]["http_req_failed"]
    test = facts(tmp_path, data)
    assert test.errors is None
    assert test.latency is not None
    assert test.latency.of == "all"


def test_failures_are_unknown_where_some_requests_were_not_judged(tmp_path: Path) -> None:
    data = sample("k6.summary.json")
    data["metrics"]["http_reqs"]["values"] = {"count": 80}
    assert facts(tmp_path, data).errors is None


def test_a_metric_of_the_scripts_own_may_be_empty(tmp_path: Path) -> None:
    data = sample("k6.summary.json")
    data["metrics"]["orders"] = {"type": "gauge", "contains": "default", "values": {"value": None}}
    assert facts(tmp_path, data).requests == 62


def test_a_run_without_requests_is_missing(tmp_path: Path) -> None:
    data = sample("k6.summary.json")
    data["metrics"] = {name: one for name, one in data["metrics"].items() if not name.startswith("http_")}
    item = read_json(tmp_path, data)
    assert (item.reason, item.message) == (Reason.MISSING, "the run made no request over HTTP")


def changed(name: str, values: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = sample("k6.summary.json")
    data["metrics"].setdefault(name, {"type": "counter", "values": {}})["values"].update(values)
    return data


GOOD = "http_req_duration{expected_response:true}"


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("http_reqs", {"count": 62.5}, "62.5, which is no count"),
        ("http_reqs", {"count": -1}, "-1, which is no count"),
        ("http_reqs", {"count": True}, "got `bool`"),
        ("http_reqs", {"count": "62"}, "got `str`"),
        ("http_reqs", {"count": None}, "got `null`"),
        ("http_reqs", {"count": 61}, "counts 62 requests, http_reqs 61"),
        ("http_reqs", {"rate": 3000}, "the run lasted"),
        ("http_req_failed", {"passes": 0}, "and the rate of http_req_failed is"),
        ("http_req_failed", {"rate": 0}, "and the rate of http_req_failed is"),
        (GOOD, {"p(95)": 61}, "p95 of the run is 61 ms, and max is 60.7733 ms"),
        (GOOD, {"med": 50}, "p50 of the run is 50 ms, and p90 is 43.9115 ms"),
        (GOOD, {"p(50)": 7}, "p50 is both"),
        (GOOD, {"min": 9}, "min of the run is 9 ms"),
        (GOOD, {"min": -1}, "min of the run is -1"),
        (GOOD, {"avg": 61}, "the mean of the run is 61 ms"),
        (GOOD, {"max": 100}, "the max of"),
        (GOOD, {"count": 58}, "has 58 latencies of 59"),
        (
            GOOD,
            dict.fromkeys(("avg", "min", "med", "max", "p(90)", "p(95)"), 0),
            "every latency of the run is 0",
        ),
        ("dropped_iterations", {"count": 0.5}, "0.5, which is no count"),
        ("http_reqs{name:items}", {"count": 99}, "items has 99 requests, the run 62"),
    ],
)
def test_numbers_that_cannot_all_be_true_are_malformed(
    tmp_path: Path, name: str, values: dict[str, Any], message: str
) -> None:
    assert message in refusal(tmp_path, changed(name, values))


def test_a_max_under_that_of_all_is_malformed_when_nothing_failed(tmp_path: Path) -> None:
    data = changed(GOOD, {"max": 60.6})
    data["metrics"]["http_req_failed"]["values"] = {"passes": 0, "fails": 62, "rate": 0}
    assert "the max of http_req_duration{expected_response:true} is 60.6 ms" in refusal(tmp_path, data)


def test_more_requests_than_can_be_are_malformed(tmp_path: Path) -> None:
    data = changed("http_reqs", {"count": 10**14, "rate": 10**14 / 2.054276714})
    assert "more than a load test can send" in refusal(tmp_path, data)


@pytest.mark.parametrize("name", ["k6.summary.json", "k6.summary-export.json"])
def test_a_metric_without_its_count_is_malformed(tmp_path: Path, name: str) -> None:
    data = sample(name)
    metric = data["metrics"]["http_req_failed"]
    del metric.get("values", metric)["passes"]
    assert refusal(tmp_path, data) == "http_req_failed has no passes"


@pytest.mark.parametrize("text", ["NaN", "1e999", "-Infinity"])
def test_numbers_that_are_none_are_malformed(tmp_path: Path, text: str) -> None:
    path = tmp_path / "load.json"
    path.write_text((SAMPLES / "k6.summary.json").read_text().replace("60.773256", text))
    item = item_of(path)
    assert item.reason is Reason.MALFORMED
    assert text in item.message


def test_a_huge_whole_number_is_malformed(tmp_path: Path) -> None:
    path = tmp_path / "load.json"
    path.write_text((SAMPLES / "k6.summary.json").read_text().replace("60.773256", "1" + "0" * 400))
    assert item_of(path).reason is Reason.MALFORMED


def test_a_key_that_stands_twice_is_malformed(tmp_path: Path) -> None:
    path = tmp_path / "load.json"
    path.write_text(
        (SAMPLES / "k6.summary.json").read_text().replace('"passes": 3', '"passes": 3, "passes": 0')
    )
    assert "'passes' stands twice" in item_of(path).message


def test_several_files_are_several_runs_and_not_one(tmp_path: Path) -> None:
    evidence = read_evidence("load-test", SAMPLES, path="k6.*summary.json")
    assert all(item.facts for item in evidence.items)
    assert evidence.whole.reason is Reason.MALFORMED
    assert evidence.whole.message == "3 files are 3 runs, and runs are judged apart, not as one"
