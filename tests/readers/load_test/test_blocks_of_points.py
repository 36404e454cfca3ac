"""Points of k6 taken by the block mean what they mean line by line, whatever was done to the file."""

from __future__ import annotations

import gzip
import random
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks import load_files
from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Item, Reason, Unproven
from readiness.readers import blocks
from readiness.readers.load_test import _k6_lines, _k6_tally
from readiness.readers.load_test._k6_lines import Lines
from tests.readers.load_test.support import SAMPLES, read_bytes

FEW = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
ODD = (b'"', b"\\", b"{", b"}", b"\n", b"\r\n", b",", b"0", b"-", b"e9", b"\xff", b" ", b"NaN", b"")


@contextmanager
def line_by_line() -> Iterator[None]:
    def refused(self: Lines, block: memoryview) -> NoReturn:
        raise Unproven(Reason.MALFORMED, "not in this test")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Lines, "_found", refused)
        yield


@contextmanager
def blocks_of(size: int) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "_SLOT", size)
        yield


def told(item: Item) -> tuple[object, ...]:
    """What an item tells, but for the time of the file."""
    return item.facts, item.reason, item.message, item.remedy, item.provenance.sha256


def is_same(folder: Path, content: bytes, size: int) -> bool:
    """Whether the fast way and the strict one give the same item: what would be shown of two is long."""
    with blocks_of(size):
        fast = told(read_bytes(folder, content))
    with line_by_line():
        return fast == told(read_bytes(folder, content))


@cache
def points() -> bytes:
    """Sixteen requests, the samples of some of which are out of order."""
    with TemporaryDirectory() as name:
        path = Path(name) / "points.json"
        load_files.write("k6", 10_000, path)
        lines = path.read_bytes().splitlines(keepends=True)
    some = lines[16:88]
    random.Random(3).shuffle(some)  # noqa: S311 - a shuffle to repeat
    return b"".join([*lines[:16], *some, *lines[88 : 16 + 16 * 14 + 2]])


def test_samples_of_k6_are_taken_by_the_pattern() -> None:
    content = (SAMPLES / "k6.points.json").read_bytes()
    found = Lines()._found(memoryview(content))
    assert all(b'"type":"Metric"' in line for line in found.others)
    assert len(found.ends) == 61  # between the samples of the first one, metrics are declared


@given(size=st.integers(200, 6_000))
@FEW
def test_facts_do_not_depend_on_the_size_of_blocks(tmp_path: Path, size: int) -> None:
    assert is_same(tmp_path, points(), size)
    assert isinstance(read_bytes(tmp_path, points()).facts, LoadTest)


@given(data=st.data(), size=st.integers(200, 6_000))
@settings(FEW, max_examples=60)
def test_changed_bytes_give_the_same_facts_or_refusal(tmp_path: Path, data: st.DataObject, size: int) -> None:
    content = points()
    for _ in range(data.draw(st.integers(1, 2))):
        at = data.draw(st.integers(0, len(content) - 1))
        gone = data.draw(st.sampled_from((0, 1, 1, 40, 300)))
        content = content[:at] + data.draw(st.sampled_from(ODD)) + content[at + gone :]
    assert is_same(tmp_path, content, size)


def changed(content: bytes, old: bytes, new: bytes) -> bytes:
    assert old in content
    head, _, tail = content.rpartition(old)
    return head + new + tail


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"metric":"http_reqs"', b'"metric":"http_req\\u0073"'),
        (b'"metric":"http_req_duration"', b'"metric":"http_req_duration","metric":"vus"'),
        (b'"scenario":"main"', b'"scenario":"main","scenario":"main"'),
        (b'"value":1,', b'"value":1,"value":1,'),
        (b'"value":1,', b'"value": 1,'),
        (b'"value":153', b'"value":NaN'),
        (b'"value":153', b'"value":1e999'),
        (b'"value":153', b'"value":0153'),
        (b'"value":306', b'"value":' + b"9" * 400),
        (b'"time":"2026-', b'"time":"2026-13'),
        (b'"name":"home"', b'"name":"http://a/${}?b={c}"'),
        (b'"type":"Point"', b'"type":"Metric"'),
        (b'"tags":{"group":"","scenario":"main"}', b'"tags":null'),
        (
            b'"tags":{"group":"","scenario":"main"}',
            b'"tags":{"group":"","scenario":"main"},"metadata":{"a":"b"}',
        ),
        (b'{"metric":"iterations"', b'{"metric":"data_sent","x":{"metric":"iterations"'),
        (b'}}}\n{"metric":"http_req_failed"', b'}}}{"metric":"http_req_failed"'),
    ],
)
@pytest.mark.parametrize("size", [300, 5_000, 2**20])
def test_what_the_pattern_does_not_know_is_parsed(tmp_path: Path, old: bytes, new: bytes, size: int) -> None:
    assert is_same(tmp_path, changed(points(), old, new), size)


@pytest.mark.parametrize("size", [700, 2**20])
def test_two_runs_in_one_file_are_malformed(tmp_path: Path, size: int) -> None:
    assert is_same(tmp_path, points() * 2, size)
    message = read_bytes(tmp_path, points() * 2).message
    assert "declares http_reqs twice" in message
    assert message.startswith(f"line {len(points().splitlines()) + 1:,}: ")


def test_packed_points_are_taken_by_the_block(tmp_path: Path) -> None:
    with blocks_of(900):
        packed = read_bytes(tmp_path, gzip.compress(points()))
    assert packed.facts == read_bytes(tmp_path, points()).facts


@given(parts=st.lists(st.integers(0, 2), min_size=20, max_size=60), limit=st.sampled_from((3, 30, 20_000)))
@FEW
def test_parts_come_to_the_same_however_they_are_split(parts: list[int], limit: int) -> None:
    lines = points().splitlines(keepends=True)
    split, whole = [Lines(), Lines(), Lines()], Lines()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_k6_tally, "MAX_EXACT", limit)
        patch.setattr(_k6_tally, "MAX_NAMES", 5)
        for number, line in enumerate(lines):
            split[parts[number % len(parts)]].take(number, memoryview(line))
            whole.take(number, memoryview(line))
        for one in split[1:]:
            split[0].tally.merge(one.tally)
        assert split[0].tally.facts() == whole.tally.facts()


def test_numbers_of_the_pattern_are_those_of_json() -> None:
    assert _k6_lines._KNOWN.groups == 12


def test_a_block_of_nothing_but_ends_of_lines_takes_little_room() -> None:
    lines = Lines()
    tracemalloc.start()
    try:
        lines.take(0, memoryview(b"\n" * 2**20))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert lines.failed_at == 0
    assert peak < 40 * 2**20
