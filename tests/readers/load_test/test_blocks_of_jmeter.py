"""Rows of JMeter taken by the block mean what they mean in order, whatever was done to the file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks import load_files
from readiness.evidence.load_test import LoadTest
from readiness.readers.load_test import _jmeter_blocks, _spans, jmeter_csv
from tests.readers.load_test.support import SAMPLES, read_bytes
from tests.readers.load_test.test_blocks_of_points import blocks_of, told

FEW = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
ODD = (b'"', b",", b"\n", b"\r\n", b"\n\n", b"-", b"x", b"9", b"\xff", b" ", b'"a\nb"', b"home-0", b"")
SUM = b'"Number of samples in transaction : 1, number of failing samples : 0"'


@contextmanager
def in_order() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jmeter_csv, "_in_blocks", lambda _: None)
        yield


def is_same(folder: Path, content: bytes, size: int) -> bool:
    """Whether the fast way and the one in order give the same item: what would be shown of two is long."""
    with blocks_of(size):
        fast = told(read_bytes(folder, content))
    with in_order():
        return fast == told(read_bytes(folder, content))


@cache
def rows() -> bytes:
    """A header and 150 rows."""
    with TemporaryDirectory() as name:
        path = Path(name) / "results.csv"
        load_files.write("jmeter", 10_000, path)
        return b"".join(path.read_bytes().splitlines(keepends=True)[:151])


@given(size=st.integers(150, 6_000))
@FEW
def test_facts_do_not_depend_on_the_size_of_blocks(tmp_path: Path, size: int) -> None:
    assert is_same(tmp_path, rows(), size)
    assert isinstance(read_bytes(tmp_path, rows()).facts, LoadTest)


@given(data=st.data(), size=st.integers(150, 6_000))
@settings(FEW, max_examples=60)
def test_changed_bytes_give_the_same_facts_or_refusal(tmp_path: Path, data: st.DataObject, size: int) -> None:
    content = rows()
    for _ in range(data.draw(st.integers(1, 2))):
        at = data.draw(st.integers(0, len(content) - 1))
        gone = data.draw(st.sampled_from((0, 1, 1, 30, 120)))
        content = content[:at] + data.draw(st.sampled_from(ODD)) + content[at + gone :]
    assert is_same(tmp_path, content, size)


def changed(content: bytes, old: bytes, new: bytes) -> bytes:
    assert old in content
    head, _, tail = content.rpartition(old)
    return head + new + tail


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b",200,OK,", b',200,"O, K",'),
        (b",200,OK,", b',200,"O\nK",'),
        (b",200,OK,", b",200," + SUM + b","),
        (b",home,", b',"a ""home""",'),
        (b",home,", b",home-0,"),
        (b",home,", b",elsewhere-0,"),
        (b",home,", b",http://shop.local/,"),
        (b",home,", b",,"),
        (b"Thread Group 1-7", b"Open Model Thread Group 1-7"),
        (b"Thread Group 1-7", b'"Open Model Thread Group, 1-7"'),
        (b",home,", b",Open Model Thread Group,"),
        (b",50,50,", b",50,,"),
        (b",50,50,", b",50,77,"),
        (b",true,", b",TRUE,"),
        (b",true,", b",,"),
        (b"\n17952248", b"\n97952248"),
        (b"\n1795224832", b"\n2026/11/21 01:33:52.000,"),
        (b",home,200,", b",home,99999999999,200,"),
        (b"\n", b"\r\n"),
        (b",0,0\n", b",0,0\n\n"),
        (b",0,0\n", b",0,0"),
        (b",0,0\n", b",0\n"),
    ],
)
@pytest.mark.parametrize("size", [300, 2**20])
def test_what_is_not_plain_is_read_as_it_was(tmp_path: Path, old: bytes, new: bytes, size: int) -> None:
    assert is_same(tmp_path, changed(rows(), old, new), size)


@pytest.mark.parametrize("path", sorted((SAMPLES / "jmeter").glob("*.[ct]sv")), ids=lambda path: path.name)
def test_what_jmeter_wrote_reads_the_same(tmp_path: Path, path: Path) -> None:
    assert is_same(tmp_path, path.read_bytes(), 700)


def test_a_header_of_another_order_and_none_at_all_are_taken(tmp_path: Path) -> None:
    header, _, rest = rows().partition(b"\n")
    assert is_same(tmp_path, rest, 500)
    assert read_bytes(tmp_path, rest).facts == read_bytes(tmp_path, rows()).facts
    columns = header.decode().split(",")
    order = [*columns[2:], *columns[:2]]
    turned = [b",".join([*line.split(b",")[2:], *line.split(b",")[:2]]) for line in rest.splitlines()]
    assert is_same(tmp_path, b"\n".join([",".join(order).encode(), *turned, b""]), 500)
    assert _jmeter_blocks.are_plain(order)


@given(parts=st.lists(st.integers(0, 2), min_size=20, max_size=60), limit=st.sampled_from((3, 30, 20_000)))
@FEW
def test_parts_come_to_the_same_however_they_are_split(parts: list[int], limit: int) -> None:
    header, *lines = rows().splitlines(keepends=True)
    columns = header.decode().strip().split(",")
    made = [_jmeter_blocks.Blocks(header.decode().strip(), columns, 0) for _ in range(4)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_spans, "MAX_EXACT", limit)
        patch.setattr(_spans, "MAX_NAMES", 5)
        for number, line in enumerate(lines):
            made[parts[number % len(parts)]].take(1, memoryview(line))
            made[3].take(1, memoryview(line))
        for one in made[1:3]:
            made[0].merge(one)
        assert made[0].facts() == made[3].facts() is not None
