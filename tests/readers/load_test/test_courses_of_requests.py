"""The course of a run whose file holds every request."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.readers.load_test.edits import facts_of
from tests.readers.load_test.support import SAMPLES, read

WITH_USERS = ("k6.points.json", "jmeter/results.csv", "jmeter/results.xml", "jmeter/parents.csv")
FILES = (*WITH_USERS, "k6.refused.points.json", "jmeter/refused.csv", "jmeter/no-header.tsv")
POINT = '{"metric":"%s","type":"Point","data":{"time":"2026-06-01T10:00:%09.6fZ","value":%s,"tags":{"name":"a"%s}}}\n'


@pytest.mark.parametrize("name", FILES)
def test_windows_add_up_to_the_run(name: str) -> None:
    test = read(SAMPLES / name)
    assert test.course is not None
    windows = test.course.windows
    assert sum(one.requests for one in windows) == test.requests
    assert sum(one.sent or 0 for one in windows) == test.requests
    assert sum(one.errors or 0 for one in windows) == test.errors
    assert sum(one.count for one in test.course.buckets(windows)) == (
        test.latency.count if test.latency else 0
    )
    assert windows[-1].to_s == pytest.approx(test.duration_s, abs=1e-6)


@pytest.mark.parametrize("name", WITH_USERS)
def test_windows_tell_the_users(name: str) -> None:
    test = read(SAMPLES / name)
    assert test.course is not None
    told = [one.users for one in test.course.windows if one.users is not None]
    assert told
    assert test.concurrency in (None, max(told))


def test_every_log_of_gatling_has_a_course() -> None:
    for path in sorted((SAMPLES / "gatling").glob("*.log")):
        test = read(path)
        assert test.course is not None, path
        assert sum(one.requests for one in test.course.windows) == test.requests


def test_windows_tell_no_errors_where_the_run_does_not(tmp_path: Path) -> None:
    lines = [POINT % (name, at, value, "") for at in (1, 2) for name, value in _PAIR]
    test = facts_of(tmp_path, "".join(lines).encode())
    assert test.errors is None
    assert test.course is not None
    assert {one.errors for one in test.course.windows} == {None}
    assert sum(one.requests for one in test.course.windows) == 2


def test_a_run_without_latencies_has_no_course(tmp_path: Path) -> None:
    lines = [POINT % ("http_reqs", at, "1", ',"status":"200"') for at in (1, 2)]
    assert facts_of(tmp_path, "".join(lines).encode()).course is None


def test_requests_of_which_only_counts_are_known_leave_no_course(tmp_path: Path) -> None:
    header = "timeStamp,elapsed,label,responseCode,responseMessage,success,SampleCount,ErrorCount\n"
    rows = "1795262400000,20,a,200,OK,true,1,0\n1795262401000,20,a,200,OK,true,5,1\n"
    test = facts_of(tmp_path, (header + rows).encode())
    assert (test.requests, test.course) == (6, None)


def test_users_that_are_no_count_are_malformed(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"a sample of vus is 2[.]5, which is no count"):
        facts_of(tmp_path, (POINT % ("vus", 1, "2.5", "")).encode())


_PAIR = (("http_reqs", "1"), ("http_req_duration", "12.5"))
