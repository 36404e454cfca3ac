"""Unpacking gzip (RFC 1952) block by block, so that a small file cannot fill the memory or the day."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from readiness.evidence.model import Reason, Unproven

MAGIC = b"\x1f\x8b"
_BLOCK = 4 * 2**20
_MAX_UNPACKED = 20_000_000_000
# Samples of one request repeated come to 80:1; gzip can reach 1,032:1.
_MAX_RATIO = 250
_ANY_RATIO_UP_TO = 64 * 2**20
_GZIP = 16 + zlib.MAX_WBITS
_AGAIN = "pack it again, or name the file as the tool wrote it"


def unpacked(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """What the blocks of one gzip member hold, in blocks of at most 4 MiB.

    Raises Unproven (malformed) when the stream is broken or cut, when something follows it, and when it unpacks to
    more than 20 GB, or to more than 250 times its size.
    """
    stream = zlib.decompressobj(_GZIP)
    read = made = 0
    for block in blocks:
        read += len(block)
        rest = block
        while rest:
            out = _step(stream, rest, _BLOCK)
            made += len(out)
            _refuse_bomb(read, made)
            if out:
                yield out
            rest = stream.unconsumed_tail
    # What zlib still holds back of the last block that it was given.
    while not stream.eof and (out := _step(stream, b"", _BLOCK)):
        made += len(out)
        _refuse_bomb(read, made)
        yield out
    if not stream.eof:
        raise Unproven(Reason.MALFORMED, "its gzip stream ends too early: the file was cut", _AGAIN)


def opening(packed: bytes, size: int) -> bytes:
    """At most the first `size` bytes of what a gzip stream holds, from its own first bytes."""
    return _step(zlib.decompressobj(_GZIP), packed, size)


def _step(stream: zlib._Decompress, packed: bytes, size: int) -> bytes:
    try:
        out = stream.decompress(packed, size)
    except zlib.error as error:
        raise Unproven(Reason.MALFORMED, f"its gzip stream is broken: {error}", _AGAIN) from None
    if stream.unused_data:
        raise Unproven(
            Reason.MALFORMED, "something follows its gzip stream: several runs are several files", _AGAIN
        )
    return out


def _refuse_bomb(read: int, made: int) -> None:
    if made > _MAX_UNPACKED:
        raise Unproven(Reason.MALFORMED, f"it unpacks to more than {_MAX_UNPACKED:,} bytes")
    if made > _ANY_RATIO_UP_TO and made > _MAX_RATIO * read:
        message = f"it unpacks to more than {_MAX_RATIO} times its size, as no output of a load test does"
        raise Unproven(Reason.MALFORMED, message, _AGAIN)
