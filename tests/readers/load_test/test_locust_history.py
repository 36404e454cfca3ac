"""The history of Locust."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness.evidence.course import Window
from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Item, Reason
from readiness.testing import judge_check
from tests.readers.load_test.support import SAMPLES, item_of, read, read_bytes
from tests.support import SHARED

HISTORY = SAMPLES / "locust/run_stats_history.csv"
SHARED_LOCUST = SHARED / "samples/load/locust"
HEADER = HISTORY.read_bytes().splitlines(keepends=True)[0].decode()
START = 1_795_238_249
NONE = ",".join(["N/A"] * 11)
FEW = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def row(
    second: int,
    users: int,
    requests: int,
    failures: int = 0,
    p: int | str = 40,
    name: str = "Aggregated",
    most: float = 90.5,
) -> str:
    """One row; `p` stands for every percentile."""
    kind = "" if name == "Aggregated" else "GET"
    shown = NONE if p == "N/A" else ",".join([str(p)] * 11)
    extremes = "20.5,1.5," + str(most) if requests else "0.0,0,0"
    now = f"{START + second},{users},{kind},{name},1.000000,0.000000"
    return f"{now},{shown},{requests},{failures},40,{extremes},2.0\r\n"


def both(second: int, users: int, requests: int, failures: int = 0, p: int | str = 40) -> str:
    """The rows of --csv-full-history."""
    return row(second, users, requests, failures, p, "/") + row(second, users, requests, failures, p)


def history(folder: Path, *rows: str) -> Item:
    return read_bytes(folder, (HEADER + "".join(rows)).encode())


def told(folder: Path, *rows: str) -> LoadTest:
    item = history(folder, *rows)
    assert isinstance(item.facts, LoadTest), item.message
    return item.facts


def windows(folder: Path, *rows: str) -> tuple[Window, ...]:
    test = told(folder, *rows)
    assert test.course is not None
    return test.course.windows


def steps(full: int, *after: str) -> list[str]:
    """A run of so many seconds, with ten requests in each."""
    first = row(0, 0, 0, p="N/A")
    return [first, *(both(second, 5, 10 * second) for second in range(1, full + 1)), *after]


def test_the_history_is_the_run_as_its_last_row_tells_it() -> None:
    item, test = item_of(HISTORY), read(HISTORY)
    assert (item.provenance.format, item.provenance.observed_from) == ("locust-csv", "content")
    assert item.provenance.observed_at == test.ended_at
    assert (test.requests, test.errors, test.duration_s) == (201, 12, None)
    assert [(one.name, one.requests, one.errors) for one in test.operations] == [
        ("GET /fast", 59, 0),
        ("GET /items/[id]", 142, 12),
    ]
    assert test.latency is not None
    assert (test.latency.max_ms, test.latency.percentiles_ms) == (64.93455800045922, {})


def test_its_percentiles_are_not_those_of_the_run() -> None:
    judged = judge_check("performance/latency", {"p95": "1s", "max-errors": "10%"}, load=(read(HISTORY),))
    assert judged.outcome.value != "fail"
    assert (
        judge_check(
            "performance/latency", {"p95": "62ms", "max-errors": "10%"}, load=(read(HISTORY),)
        ).outcome.value
        == "unproven"
    )


def test_windows_are_of_ten_seconds_and_of_differences(tmp_path: Path) -> None:
    rows = steps(25, both(26, 8, 270, 6))
    made = windows(tmp_path, *rows)
    assert [(one.from_s, one.to_s, one.users, one.requests, one.errors) for one in made] == [
        (0, 10, 5, 100, 0),
        (10, 20, 5, 100, 0),
        (20, 26, 8, 70, 6),
    ]


def test_percentiles_are_those_of_a_window_that_lasts_as_long_as_they_do(tmp_path: Path) -> None:
    first, second, last = windows(tmp_path, *steps(25))
    # Locust shows 40 for what took up to 40.5 ms.
    assert first.percentiles_ms == second.percentiles_ms == dict.fromkeys(first.percentiles_ms, 40.5)
    assert "100" not in first.percentiles_ms
    assert last.percentiles_ms == {}


def test_percentiles_of_the_whole_run_so_far_are_of_no_window(tmp_path: Path) -> None:
    rows = [row(0, 0, 0, p="N/A"), *(row(second, 5, 10 * second) for second in range(1, 21))]
    test = told(tmp_path, *rows)
    assert test.operations == ()
    assert test.course is not None
    assert [(one.requests, one.percentiles_ms) for one in test.course.windows] == [(100, {}), (100, {})]


@pytest.mark.parametrize("p", [0, "N/A"])
def test_a_percentile_that_is_not_known_is_none(tmp_path: Path, p: int | str) -> None:
    rows = [row(0, 0, 0, p="N/A"), *(both(second, 5, 10 * second, p=p) for second in range(1, 11))]
    assert windows(tmp_path, *rows)[0].percentiles_ms == {}


def test_percentiles_among_failures_are_of_no_window(tmp_path: Path) -> None:
    rows = [row(0, 0, 0, p="N/A"), *(both(second, 5, 10 * second, second) for second in range(1, 11))]
    assert windows(tmp_path, *rows)[0].percentiles_ms == {}


def test_a_percentile_is_at_most_the_max_of_the_run(tmp_path: Path) -> None:
    rows = [row(0, 0, 0, p="N/A"), *(both(second, 5, 10 * second, p=91) for second in range(1, 11))]
    assert windows(tmp_path, *rows)[0].percentiles_ms["99"] == 90.5


def test_idle_time_before_and_after_the_run_is_none_of_it(tmp_path: Path) -> None:
    idle = [row(second, 0, 0, p="N/A") for second in range(-30, 0)]
    after = [both(second, 0, 100) for second in range(11, 40)]
    test = told(tmp_path, *idle, *steps(10), *after)
    assert test.course is not None
    assert [(one.from_s, one.to_s, one.requests) for one in test.course.windows] == [(0, 10, 100)]
    assert test.started_at is not None
    assert test.started_at.timestamp() == START


def test_time_in_which_nothing_is_answered_is_part_of_the_run(tmp_path: Path) -> None:
    made = windows(tmp_path, *steps(10), *(both(second, 5, 100) for second in range(11, 31)))
    assert [one.requests for one in made] == [100, 0, 0]


def test_requests_before_the_first_row_leave_the_course_out(tmp_path: Path) -> None:
    test = told(tmp_path, *steps(12)[3:])
    assert (test.requests, test.course) == (120, None)


def test_a_run_without_requests_is_missing(tmp_path: Path) -> None:
    assert history(tmp_path, row(0, 0, 0, p="N/A"), row(1, 0, 0, p="N/A")).reason is Reason.MISSING


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([both(1, 5, 20), both(2, 5, 10)], "its counts fall: 20 requests became 10"),
        ([both(1, 5, 20, 5), both(2, 5, 30, 4)], "its counts fall"),
        ([both(2, 5, 10), both(1, 5, 20)], "its rows go back"),
        ([both(1, 5, 20), row(2, 5, 30, name="/")], "does not end with a row Aggregated"),
        ([row(1, 5, 10, name="/"), row(1, 5, 20)], "20 requests with 0 failures are 10 with 0 by the rows"),
        ([row(1, 5, 10, 11)], "the run has 11 failed of 10 requests"),
        ([both(1, 5, 10).replace("20.5,1.5", "99.5,1.5")], "the mean of"),
        ([both(1, 5, 10).replace(",5,,", ",5.5,,")], "User Count is 5.5"),
        ([row(1, 5, 10).replace(str(START + 1), "9" * 12)], "is not a time in seconds since 1970"),
    ],
)
def test_what_cannot_be_true_is_malformed(tmp_path: Path, rows: list[str], message: str) -> None:
    item = history(tmp_path, row(0, 0, 0, p="N/A"), *rows)
    assert item.reason is Reason.MALFORMED
    assert message in item.message


def test_a_percentile_that_locust_does_not_show_is_malformed(tmp_path: Path) -> None:
    rows = [row(0, 0, 0, p="N/A"), *(both(second, 5, 10 * second, p="x") for second in range(1, 11))]
    assert "'x' is no 50% in ms" in history(tmp_path, *rows).message


def test_a_history_that_was_cut_is_a_shorter_run_or_none(tmp_path: Path) -> None:
    content, whole = HISTORY.read_bytes(), read(HISTORY)
    for at in range(0, len(content), 7):
        found = read_bytes(tmp_path, content[:at]).facts
        if isinstance(found, LoadTest):
            assert found.requests <= whole.requests
            assert content[:at].count(b"Aggregated") >= 2


@given(seed=st.integers(0, 10**6))
@FEW
def test_no_change_of_a_history_ends_in_another_exception(tmp_path: Path, seed: int) -> None:
    content, chance = bytearray(HISTORY.read_bytes()), random.Random(seed)  # noqa: S311 - numbers to repeat
    for _ in range(chance.randint(1, 4)):
        content[chance.randrange(len(content))] = chance.choice(b'0123456789-.,"eE\r\n N/A\xff')
    item = read_bytes(tmp_path, bytes(content))
    assert isinstance(item.facts, LoadTest) or item.reason is not None
    assert "please report" not in item.remedy, item.message


@pytest.mark.skipif(not SHARED_LOCUST.is_dir(), reason="the samples are not part of the repository")
def test_histories_agree_with_the_statistics() -> None:
    for name in ("healthy", "degraded"):
        history_, stats = (
            read(SHARED_LOCUST / f"{name}_stats_history.csv"),
            read(SHARED_LOCUST / f"{name}_stats.csv"),
        )
        assert (history_.requests, history_.errors) == (stats.requests, stats.errors)
        assert [one.requests for one in history_.operations] == [one.requests for one in stats.operations]
