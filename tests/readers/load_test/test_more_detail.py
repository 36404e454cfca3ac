"""Each output that leaves something open names the option of its tool that would settle it, or the tool that would."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.readers.formats import formats_of
from readiness.readers.load_test.kind import LoadTestKind
from tests.readers.load_test.changes import GONE, changed, facts
from tests.readers.load_test.support import SAMPLES, item_of, read

POINTS = "k6 run --out json=points.json"
ENCODED = "vegeta encode --to json"
OPTIONS = {
    "vegeta/report.json": "vegeta encode --to json results.bin > results.json",
    "oha/failing.json": "oha --stats-success-breakdown",
    "oha/timed.json": "oha -w",
    "oha/oha.json": ENCODED,
    "hey/hey.txt": ENCODED,
    "hey/failing.csv": "hey's summary (without -o csv)",
    "ab/ab.txt": ENCODED,
    "ab/ab.tsv": "what ab prints",
    "h2load/h2load.txt": ENCODED,
    "h2load/h2load.tsv": "what h2load prints",
    "siege/banner.json": ENCODED,
    "wrk/wrk.txt": POINTS,
    "wrk/plain.txt": "wrk --latency",
    "wrk2/wrk2.txt": POINTS,
    "wrk2/plain.txt": "wrk -R RATE --latency",
    "autocannon/healthy.json": POINTS,
    "autocannon/closed.json": "leave -R out",
    "bombardier/healthy.json": "--latencies (-l)",
    "bombardier/failing.json": POINTS,
    "artillery/failing.json": POINTS,
    "artillery/version-1.json": POINTS,
    "fortio/healthy.json": "fortio load -r 0.0001 -json result.json",
    "nighthawk/as-fortio.json": "--output-format json",
    "nighthawk/failing.json": POINTS,
    "locust/run.json": POINTS,
    "locust/run_stats.csv": "locust --headless --json-file load",
    "locust/run_stats_history.csv": "locust --headless --json-file load",
    "k6.summary.json": POINTS,
    "k6.summary-export.json": POINTS,
    "k6/machine.json": POINTS,
}
"""What the reader of a fixture says; options as the documentation and the help of each tool name them."""
WHOLE = ("vegeta/results.json", "vegeta/results.csv", "ghz/healthy.json", "k6.points.json", "k6/points.csv")
SUMMARIES = {
    "ab", "ab-gnuplot", "artillery", "artillery-1", "autocannon", "bombardier", "fortio", "h2load", "h2load-log", "hey",
    "hey-csv", "k6-machine-summary", "k6-summary", "k6-summary-export", "locust", "locust-csv", "nighthawk", "oha",
    "siege", "vegeta-report", "wrk", "wrk2",
}  # fmt: skip
OF_THEIR_OWN = {
    "ab-percentiles", "gatling-binary", "gatling-global-stats", "gatling-stats", "gatling-text", "ghz", "jmeter-csv",
    "jmeter-statistics", "jmeter-xml", "k6-csv", "k6-points", "readiness-load", "vegeta-csv", "vegeta-json",
}  # fmt: skip
"""Formats that hold every request, or whose own tests say what they ask for."""


@pytest.mark.parametrize("name", OPTIONS)
def test_a_summary_names_the_option_that_would_settle_it(name: str) -> None:
    assert OPTIONS[name] in read(SAMPLES / name).more_detail


@pytest.mark.parametrize("name", WHOLE)
def test_what_holds_every_request_asks_for_nothing(name: str) -> None:
    assert read(SAMPLES / name).more_detail == ""


def test_every_format_is_one_of_these() -> None:
    assert {item_of(SAMPLES / name).provenance.format for name in OPTIONS} == SUMMARIES
    assert set(formats_of(LoadTestKind, {})) == SUMMARIES | OF_THEIR_OWN


def test_ghz_asks_for_its_details_or_for_fewer_calls(tmp_path: Path) -> None:
    assert "ghz -O json" in facts(tmp_path, changed("ghz/healthy.json", {"details": GONE})).more_detail
    more = {"count": 201, "statusCodeDistribution.OK": 201}
    assert "-n 1000000" in facts(tmp_path, changed("ghz/healthy.json", more)).more_detail


def test_latencies_that_autocannon_made_up_are_settled_by_its_option() -> None:
    assert (
        item_of(SAMPLES / "autocannon/rewritten.json").remedy
        == "run autocannon without -R and -r, or with -C"
    )
