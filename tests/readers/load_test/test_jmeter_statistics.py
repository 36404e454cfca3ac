"""JMeter's statistics.json: what it does not show is not claimed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Item
from readiness.testing import judge_check
from tests.readers.load_test.support import SAMPLES, item_of, read, read_json
from tests.support import SHARED

FOLDER = SAMPLES / "jmeter"


def row(label: str = "Total", count: int = 1000, failed: int = 0, **values: Any) -> dict[str, Any]:
    """The numbers of a label, at 100 samples a second."""
    known: dict[str, Any] = {"transaction": label, "sampleCount": count, "errorCount": failed}
    known |= {"errorPct": 100 * failed / count if count else 0.0, "meanResTime": 20.0, "medianResTime": 18.0}
    known |= {
        "minResTime": 5.0,
        "maxResTime": 90.0,
        "pct1ResTime": 40.0,
        "pct2ResTime": 50.0,
        "pct3ResTime": 80.0,
    }
    return known | {"throughput": 100.0, "receivedKBytesPerSec": 1.0, "sentKBytesPerSec": 1.0} | values


def written(folder: Path, *rows: dict[str, Any]) -> Item:
    """What rows read as."""
    return read_json(folder, {one["transaction"]: one for one in rows})


def facts(folder: Path, *rows: dict[str, Any]) -> LoadTest:
    """The facts of rows that can be read."""
    item = written(folder, *rows)
    assert isinstance(item.facts, LoadTest), item.message
    return item.facts


def test_a_run_without_redirects_has_all_its_numbers(tmp_path: Path) -> None:
    test = facts(tmp_path, row(failed=10), row("GET /", 600, 10), row("POST /", 400))
    assert (test.requests, test.errors, test.duration_s, test.loop) == (1000, 10, 10.0, "closed")
    assert test.latency is not None
    assert (test.latency.min_ms, test.latency.mean_ms, test.latency.max_ms) == (5, 20, 90)
    assert test.latency.of == "all"
    assert [(one.name, one.requests, one.errors) for one in test.operations] == [
        ("GET /", 600, 10),
        ("POST /", 400, 0),
    ]
    assert "-l results.jtl" in test.more_detail


def test_percentiles_are_estimates_since_their_names_and_window_are_not_in_the_file(tmp_path: Path) -> None:
    test = facts(tmp_path, row(), row("GET /"))
    assert test.latency is not None
    assert test.latency.source == "sketch"
    assert dict(test.latency.percentiles_ms) == {"50": 18, "90": 40, "95": 50, "99": 80}
    proven = judge_check("performance/latency", {"p95": "60ms"}, load=(test,))
    assert proven.outcome == "unproven"
    assert "-l results.jtl" in proven.findings[0].next
    assert judge_check("performance/latency", {"p95": "90ms"}, load=(test,)).outcome == "pass"


@pytest.mark.parametrize(("count", "shown"), [(20_000, True), (20_001, False)])
def test_beyond_the_window_there_are_no_percentiles(tmp_path: Path, count: int, shown: bool) -> None:
    latency = facts(tmp_path, row(count=count), row("GET /", count)).latency
    assert latency is not None
    assert bool(latency.percentiles_ms) == shown
    assert latency.max_ms == 90


def test_a_transaction_is_not_in_the_total(tmp_path: Path) -> None:
    test = facts(tmp_path, row(), row("GET /"), row("buy", 500))
    assert (test.requests, test.errors) == (1000, 0)


def test_redirects_are_not_requests_and_hide_how_many_failed() -> None:
    test = read(FOLDER / "statistics.json")
    assert (test.requests, test.errors, test.latency) == (200, None, None)
    names = {one.name: (one.requests, one.errors) for one in test.operations}
    assert names["moved"] == (40, 0)
    assert names["asserted"] == (40, 40)
    assert not {"moved-0", "moved-1"} & names.keys()


def test_redirects_without_failures_leave_the_slowest_request(tmp_path: Path) -> None:
    parts = row("in-0", 400, maxResTime=40.0), row("in-1", 400, maxResTime=40.0)
    test = facts(tmp_path, row(count=1200), row("in", 400), *parts)
    assert (test.requests, test.errors) == (400, 0)
    assert test.latency is not None
    assert (test.latency.count, test.latency.max_ms, test.latency.min_ms) == (400, 90, None)
    assert not test.latency.percentiles_ms


@pytest.mark.parametrize("other", [row("in-0", 600), row("in-0", 400, maxResTime=91.0), row("out-0", 400)])
def test_a_label_that_can_be_no_redirect_is_a_request(tmp_path: Path, other: dict[str, Any]) -> None:
    test = facts(tmp_path, row(count=500 + other["sampleCount"], failed=5), row("in", 500, 5), other)
    assert (test.requests, test.errors) == (500 + other["sampleCount"], 5)
    assert len(test.operations) == 2


def test_labels_of_which_some_are_urls_hide_how_many_requests_there_were(tmp_path: Path) -> None:
    test = facts(tmp_path, row(), row("GET /", 500), row("http://127.0.0.1/", 500))
    assert (test.errors, test.latency) == (None, None)
    assert facts(tmp_path, row(), row("http://127.0.0.1/")).errors == 0


def test_refused_connections_have_no_latency() -> None:
    test = read(FOLDER / "refused.statistics.json")
    assert (test.requests, test.errors, test.latency) == (16, 16, None)


def test_the_file_has_no_time_of_its_own() -> None:
    assert item_of(FOLDER / "statistics.json").provenance.observed_from == "mtime"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([row("GET /")], "there is no row Total"),
        ([row(), row("GET /", 999)], "Total has 1000 samples, its labels 999"),
        ([row(failed=2), row("GET /", failed=1)], "Total has 2 failed samples, its labels 1"),
        ([row(errorPct=1.0), row("GET /")], "0% of Total failed, and errorPct is 1"),
        ([row(), row("GET /", 1000, 10, errorPct=0.01)], "1% of GET / failed, and errorPct is 0.01"),
        ([row(errorCount=1001, errorPct=100.1), row("GET /")], "Total has 1001 failed of 1000 samples"),
        ([row(errorCount=-1), row("GET /")], "Total has -1 failed of 1000 samples"),
        ([row(pct2ResTime=30.0), row("GET /")], "p90 of the run is 40 ms, and p95 is 30"),
        ([row(meanResTime=91.0), row("GET /")], "the mean of the run is 91 ms"),
        ([row(minResTime=-1.0), row("GET /")], "min of the run is -1.0 ms"),
        ([row(throughput=-1.0), row("GET /")], "the throughput of Total is -1/s"),
        ([row(sampleCount="7"), row("GET /")], "it is no JMeter statistics"),
        ([row(sampleCount=1e3), row("GET /")], "it is no JMeter statistics"),
        ([row(), row("GET /")], ""),
        ([row(count=0)], "the run made no request over HTTP"),
    ],
)
def test_numbers_that_contradict_each_other_are_malformed(
    tmp_path: Path, rows: list[dict[str, Any]], message: str
) -> None:
    item = written(tmp_path, *rows)
    assert message in item.message
    assert (item.facts is None) == bool(message)


def test_a_row_of_another_name_is_malformed(tmp_path: Path) -> None:
    assert "the row 'a' is of 'b'" in read_json(tmp_path, {"Total": row(), "a": row("b")}).message


def test_a_public_file_shows_no_percentiles_of_its_82_080_samples() -> None:
    path = SHARED / "samples/load/public/jmeter/statistics.json"
    if not path.is_file():
        pytest.skip("the samples are not part of the repository")
    latency = read(path).latency
    assert latency is not None
    assert (latency.count, latency.max_ms, dict(latency.percentiles_ms)) == (82_080, 1259, {})
