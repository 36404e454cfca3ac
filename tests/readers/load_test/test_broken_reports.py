"""Reports in text, and files of a request a line, that were cut or changed on their way."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness.evidence.load_test import LoadTest
from tests.readers.load_test.support import SAMPLES, read, read_bytes

DOCUMENTS = (
    "oha/breakdown.json",
    "oha/timed.json",
    "siege/banner.json",
    "vegeta/buckets.json",
    "vegeta/report.json",
)
REPORTS = (
    "ab/failing.txt",
    "h2load/lost.txt",
    "h2load/timed.txt",
    "hey/closed.txt",
    "hey/failing.txt",
    "wrk/closed.txt",
    "wrk/failing.txt",
    "wrk2/failing.txt",
)
ROWS = (
    "ab/failing.tsv",
    "h2load/failing.tsv",
    "hey/failing.csv",
    "vegeta/results.csv",
    "vegeta/results.json",
)
FEW = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
CHANGES = b'0123456789-{}[]",:.eE \t\n\xff\x00'


@pytest.mark.parametrize("name", DOCUMENTS)
@given(place=st.floats(0, 1, exclude_max=True))
@FEW
def test_no_cut_of_a_document_shows_anything(tmp_path: Path, name: str, place: float) -> None:
    content = (SAMPLES / name).read_bytes().rstrip()
    item = read_bytes(tmp_path, content[: int(place * len(content))])
    assert item.facts is None
    assert "please report" not in item.remedy, item.message


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_cut_anywhere_shows_nothing_or_what_it_says(tmp_path: Path, name: str) -> None:
    content, whole = (SAMPLES / name).read_bytes(), read(SAMPLES / name)
    for at in range(0, len(content), 7 if len(content) < 3000 else 31):
        item = read_bytes(tmp_path, content[:at])
        assert "please report" not in item.remedy, item.message
        assert item.facts is None or (isinstance(item.facts, LoadTest) and says_no_more(item.facts, whole))


def says_no_more(found: LoadTest, whole: LoadTest) -> bool:
    """The same counts, and latencies that are the same as far as they are there."""
    if (found.requests, found.errors, found.dropped) != (whole.requests, whole.errors, whole.dropped):
        return False
    if found.latency is None or whole.latency is None:
        return True
    told = whole.latency.percentiles_ms
    part = all(told[key] == value for key, value in found.latency.percentiles_ms.items())
    return part and (found.latency.count, found.latency.max_ms) == (whole.latency.count, whole.latency.max_ms)


@pytest.mark.parametrize("name", ROWS)
@given(place=st.floats(0, 1, exclude_max=True))
@FEW
def test_rows_cut_anywhere_show_nothing_or_only_whole_rows(tmp_path: Path, name: str, place: float) -> None:
    content, whole = (SAMPLES / name).read_bytes(), read(SAMPLES / name)
    at = int(place * len(content))
    item = read_bytes(tmp_path, content[:at])
    assert "please report" not in item.remedy, item.message
    if isinstance(item.facts, LoadTest):
        assert at == 0 or content[at - 1 : at] == b"\n" or content[at : at + 1] == b"\n"
        known = {one.low_ms: one.count for one in (whole.latency.buckets if whole.latency else ())}
        got = item.facts.latency.buckets if item.facts.latency else ()
        assert item.facts.requests <= whole.requests
        assert all(one.count <= known.get(one.low_ms, 0) for one in got)


@pytest.mark.parametrize("name", [*DOCUMENTS, *REPORTS, *ROWS])
@given(seed=st.integers(0, 2**32))
@FEW
def test_changed_bytes_never_break_a_reader(tmp_path: Path, name: str, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - numbers to repeat
    content = bytearray((SAMPLES / name).read_bytes())
    for _ in range(rng.randint(1, 6)):
        content[rng.randrange(len(content))] = rng.choice(CHANGES)
    item = read_bytes(tmp_path, bytes(content))
    assert "please report" not in item.remedy, item.message
    if isinstance(item.facts, LoadTest):
        assert item.facts.errors is None or 0 <= item.facts.errors <= item.facts.requests
