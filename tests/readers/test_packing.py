"""Files that are packed with gzip: what they hold, and bombs."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.model import Unproven
from readiness.readers.packing import unpacked
from readiness.readers.source import HEAD, MAX_LINE, Source

PIECE = b"0" * 2**20


def bomb(mebibytes: int) -> bytes:
    """A gzip stream that unpacks to so many MiB."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=9) as stream:
        for _ in range(mebibytes):
            stream.write(PIECE)
    return out.getvalue()


def cut(content: bytes, size: int) -> Iterator[bytes]:
    return (content[at : at + size] for at in range(0, len(content), size))


def write(folder: Path, content: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(content)
    return path


@given(content=st.binary(max_size=2_000), size=st.integers(1, 500))
@settings(deadline=None, max_examples=40)
def test_blocks_of_any_size_unpack_to_what_was_packed(content: bytes, size: int) -> None:
    assert b"".join(unpacked(cut(gzip.compress(content, mtime=0), size))) == content


def test_blocks_are_small_whatever_they_are_unpacked_from() -> None:
    content = b"".join(os.urandom(50) * 100 for _ in range(2_000))
    sizes = [len(block) for block in unpacked([gzip.compress(content, mtime=0)])]
    assert sum(sizes) == len(content)
    assert max(sizes) <= 4 * 2**20


@given(place=st.floats(0, 1, exclude_max=True))
@settings(deadline=None, max_examples=40)
def test_a_stream_cut_anywhere_is_refused(place: float) -> None:
    packed = gzip.compress(b"some lines\n" * 100, mtime=0)
    with pytest.raises(Unproven, match=r"its gzip stream (ends too early|is broken)"):
        list(unpacked([packed[: int(place * len(packed))]]))


@given(place=st.integers(10, 60), bit=st.integers(0, 7))
@settings(deadline=None, max_examples=40)
def test_a_changed_bit_is_refused_or_changes_nothing(place: int, bit: int) -> None:
    packed = bytearray(gzip.compress(bytes(range(256)) * 3))
    packed[place] ^= 1 << bit
    found = b""
    with suppress(Unproven):
        found = b"".join(unpacked([bytes(packed)]))
    assert found in (b"", bytes(range(256)) * 3)


@pytest.mark.parametrize("more", [gzip.compress(b"another run", mtime=0), b"\0", b"x"])
def test_what_follows_the_stream_is_refused(more: bytes) -> None:
    with pytest.raises(Unproven, match="something follows its gzip stream"):
        list(unpacked([gzip.compress(b"one run", mtime=0), more]))


def test_a_bomb_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = write(tmp_path, bomb(200))
    assert path.stat().st_size < 300_000
    tracemalloc.start()
    try:
        with Source.open(path) as source, pytest.raises(Unproven, match="more than 250 times its size"):
            for _ in source.unpacked():
                pass
        assert tracemalloc.get_traced_memory()[1] < 40 * 2**20
    finally:
        tracemalloc.stop()


def test_a_bomb_of_one_line_is_refused_as_a_line(tmp_path: Path) -> None:
    with (
        Source.open(write(tmp_path, bomb(30))) as source,
        pytest.raises(Unproven, match="a line is longer than"),
    ):
        list(source.lines())


def test_a_line_that_is_too_long_is_refused_in_a_plain_file_too(tmp_path: Path) -> None:
    path = write(tmp_path, b"x" * (MAX_LINE + 5 * 2**20))
    with Source.open(path) as source, pytest.raises(Unproven, match="a line is longer than 16,777,216 bytes"):
        list(source.lines())


def test_the_opening_of_a_packed_file_is_unpacked_and_short(tmp_path: Path) -> None:
    with Source.open(write(tmp_path, bomb(10))) as source:
        assert source.opening == b"0" * HEAD
        assert source.head.startswith(b"\x1f\x8b")


def test_the_digest_is_that_of_the_file_as_it_is(tmp_path: Path) -> None:
    packed = gzip.compress(b"a\nb\n", mtime=0)
    with Source.open(write(tmp_path, packed)) as source:
        assert list(source.lines()) == [b"a", b"b"]
        assert (source.sha256, source.size) == (hashlib.sha256(packed).hexdigest(), len(packed))


def test_a_file_that_only_begins_like_a_packed_one_is_refused(tmp_path: Path) -> None:
    with (
        Source.open(write(tmp_path, b"\x1f\x8b and text")) as source,
        pytest.raises(Unproven, match="is broken"),
    ):
        source.opening  # noqa: B018 - reading it is the test


def test_a_plain_file_is_what_it_is(tmp_path: Path) -> None:
    with Source.open(write(tmp_path, b"a\nb")) as source:
        assert (source.opening, b"".join(source.unpacked()), list(source.lines())) == (
            b"a\nb",
            b"a\nb",
            [b"a", b"b"],
        )
