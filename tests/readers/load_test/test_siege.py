"""The output of siege -j."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.readers.load_test.edits import edited, facts_of, latency_of, refused
from tests.readers.load_test.support import SAMPLES, item_of, read


def test_output_below_a_banner_is_read() -> None:
    assert (SAMPLES / "siege/banner.json").read_bytes().startswith(b"New configuration template")
    item, test = item_of(SAMPLES / "siege/banner.json"), read(SAMPLES / "siege/banner.json")
    assert (item.provenance.format, item.provenance.observed_from) == ("siege", "mtime")
    assert (test.tool, test.requests, test.errors, test.duration_s) == ("siege", 6192, 0, 3.01)


def test_failed_transactions_are_beside_those_that_succeeded() -> None:
    test = read(SAMPLES / "siege/failing.json")
    assert (test.requests, test.errors) == (794 + 72, 72)
    assert latency_of(test).of == "all"


def test_transactions_that_are_neither_failed_nor_successful_failed() -> None:
    test = read(SAMPLES / "siege/unauthorized.json")
    assert (test.requests, test.errors) == (3553, 3548)
    assert latency_of(test).of == "all"


def test_a_request_that_ends_with_the_time_is_no_failure(tmp_path: Path) -> None:
    ended = edited(
        "siege/banner.json",
        ('successful_transactions":\t        6192', 'successful_transactions":\t        6194'),
    )
    assert (facts_of(tmp_path, ended).requests, facts_of(tmp_path, ended).errors) == (6192, 0)


def test_two_decimals_of_a_second_leave_one_bucket_and_no_percentile() -> None:
    latency = latency_of(read(SAMPLES / "siege/failing.json"))
    assert (latency.source, latency.count, dict(latency.percentiles_ms)) == ("histogram", 794, {})
    assert [(one.low_ms, one.high_ms, one.count) for one in latency.buckets] == [(0, 135, 794)]
    assert latency.min_ms is None


def test_the_mean_is_told_by_the_concurrency_which_is_finer() -> None:
    assert latency_of(read(SAMPLES / "siege/failing.json")).mean_ms == pytest.approx(4.94 * 2970 / 794)
    assert latency_of(read(SAMPLES / "siege/banner.json")).mean_ms == pytest.approx(2.4, abs=0.01)


def test_a_run_that_was_too_short_to_tell_a_mean_has_none(tmp_path: Path) -> None:
    short = (
        ("        2.97,", "        0.03,"),
        ("      267.34,", "    26466.67,"),
        ("        4.94,", "        0.02,"),
        ('        0.02,\n\t"transaction_rate', '        0.00,\n\t"transaction_rate'),
    )
    assert latency_of(facts_of(tmp_path, edited("siege/failing.json", *short))).mean_ms is None


def test_a_run_that_was_refused_is_errors_without_latencies() -> None:
    test = read(SAMPLES / "siege/refused.json")
    assert (test.requests, test.errors, test.latency) == (10, 10, None)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('         794,\n\t"availability', '        7940,\n\t"availability', "7,940 requests are counted"),
        ("          72,", "           7,", "7 of 801 failed, and the availability is 91.69%"),
        ("          72,", "         -72,", "it is no output of siege"),
        ("        0.13,", "         NaN,", "NaN is not a number"),
        ("        0.13,", "       1e308,", "it is no output of siege"),
        ("        4.94,", "       49.40,", "49.4 requests at once for 2.97 s are 184.783 ms each"),
        ("\n}", "\n", "it ends too early"),
    ],
)
def test_what_siege_does_not_write_is_malformed(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert message in refused(tmp_path, edited("siege/failing.json", (old, new))).message


def test_two_runs_in_one_file_are_not_read(tmp_path: Path) -> None:
    item = refused(tmp_path, (SAMPLES / "siege/failing.json").read_bytes() * 2)
    assert "2 runs stand in it" in item.message
