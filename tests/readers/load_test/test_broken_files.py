"""Files of load tests that were cut or changed on their way."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness.evidence.load_test import LoadTest
from tests.readers.load_test.support import SAMPLES, read, read_bytes

FILES = (
    "k6.summary.json",
    "k6.summary-export.json",
    "k6.points.json",
    "k6.refused.points.json",
    "locust.json",
)
FEW = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def is_part_of(found: LoadTest, whole: LoadTest) -> bool:
    """Whether facts rest on lines of the whole file alone: no request more, and none that is not there."""
    if found == whole:
        return True
    assert found.latency is None or whole.latency is not None
    known = {one.low_ms: one.count for one in (whole.latency.buckets if whole.latency else ())}
    got = found.latency.buckets if found.latency else ()
    return found.requests < whole.requests and all(one.count <= known.get(one.low_ms, 0) for one in got)


@pytest.mark.parametrize("name", FILES)
@given(place=st.floats(0, 1, exclude_max=True))
@FEW
def test_a_file_cut_anywhere_shows_nothing_or_only_whole_lines(
    tmp_path: Path, name: str, place: float
) -> None:
    content, whole = (SAMPLES / name).read_bytes(), read(SAMPLES / name)
    at = int(place * len(content))
    item = read_bytes(tmp_path, content[:at])
    assert "please report" not in item.remedy
    if isinstance(item.facts, LoadTest):
        rest = content[at:].strip()
        assert not rest or (name.endswith("points.json") and is_part_of(item.facts, whole))


@pytest.mark.parametrize("name", ["k6.summary.json", "k6.summary-export.json", "locust.json"])
def test_no_cut_of_a_document_shows_anything(tmp_path: Path, name: str) -> None:
    content = (SAMPLES / name).read_bytes().rstrip()
    for at in range(0, len(content), 37):
        assert read_bytes(tmp_path, content[:at]).facts is None


@pytest.mark.parametrize("name", FILES)
@given(seed=st.integers(0, 2**32))
@FEW
def test_changed_bytes_never_break_the_reader(tmp_path: Path, name: str, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - numbers to repeat
    content = bytearray((SAMPLES / name).read_bytes())
    for _ in range(rng.randint(1, 6)):
        content[rng.randrange(len(content))] = rng.choice(b'0123456789-{}[]",:.eE \n\xff\x00')
    item = read_bytes(tmp_path, bytes(content))
    assert "please report" not in item.remedy, item.message
