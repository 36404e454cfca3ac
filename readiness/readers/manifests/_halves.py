"""The second half of many files, which another process reads while this one reads the first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from readiness.evidence.model import Unproven
from readiness.places import MAX_BYTES
from readiness.readers.manifests._ahead import MUCH, Ahead, may_share
from readiness.readers.manifests._documents import read_ahead
from readiness.readers.source import Source


@contextmanager
def half_of(paths: Sequence[Path]) -> Iterator[Ahead | None]:
    """What another process makes of the last of these files; None where there is not enough to share.

    A file is opened again when its turn comes, and hashed then: what was made of another content is not taken.
    """
    sizes = [_size(path) for path in paths] if len(paths) > 1 and may_share() else []
    if sum(sizes) < MUCH:
        yield None
        return
    ahead = read_ahead(_texts(paths, sizes))
    try:
        yield ahead
    finally:
        ahead.end()


def _texts(paths: Sequence[Path], sizes: Sequence[int]) -> Iterator[str]:
    left = sum(sizes) // 2
    for path, size in zip(reversed(paths), reversed(sizes), strict=True):
        left -= size
        if left < 0:
            return
        try:
            with Source.open(path) as source:
                yield source.text
        except Unproven:
            continue


def _size(path: Path) -> int:
    """Bytes of a file that may be a manifest; 0 for what will be told about when its turn comes."""
    try:
        size = path.stat().st_size
    except OSError:
        return 0
    return size if size <= MAX_BYTES else 0
