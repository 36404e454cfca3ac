"""Packed charts: unpacked in memory, as far as they are what `helm package` writes, and no further than is sane."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from readiness.evidence.model import Reason, Unproven

SUFFIXES = (".tgz", ".tar.gz")
MAX_MEMBERS = 10_000
MAX_UNPACKED = 50_000_000
MAX_DEPTH = 5
_MAX_TAR = MAX_UNPACKED + 2_048 * MAX_MEMBERS  # with the heads of its members
_AGAIN = "pack it with `helm package`"


class Member(NamedTuple):
    """One file of an archive: its path in it, and its content."""

    path: PurePosixPath
    content: bytes


def members(packed: bytes) -> Iterator[Member]:
    """The files of a packed chart, in its order.

    Raises Unproven (malformed) for what is no such archive, for links and devices, for paths that lead out of it or
    are there twice, and for more than 10,000 members or 50 MB.
    """
    seen: set[PurePosixPath] = set()
    room = MAX_UNPACKED
    try:
        with tarfile.open(fileobj=io.BytesIO(_inflated(packed)), mode="r:") as archive:
            for number, entry in enumerate(archive):
                room -= entry.size
                if number >= MAX_MEMBERS or room < 0:
                    raise _too_large()
                path = _path(entry)
                if entry.isdir():
                    continue
                if path in seen:
                    raise _refused(f"it holds {_shown(entry.name)} twice")
                seen.add(path)
                content = archive.extractfile(entry)
                yield Member(path, content.read() if content else b"")
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError, OverflowError) as error:
        raise _refused(f"it is no whole archive: {_shown(str(error))}") from None


def refuse_unsafe(packed: bytes, depth: int = 0) -> None:
    """Unproven (malformed) when an archive, or one that it holds, is not what `members` reads."""
    if depth > MAX_DEPTH:
        raise _refused(f"archives in archives, more than {MAX_DEPTH} deep")
    for one in members(packed):
        if one.path.name.endswith(SUFFIXES):
            refuse_unsafe(one.content, depth + 1)


def _inflated(packed: bytes) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(packed)) as stream:
        found = stream.read(_MAX_TAR + 1)
    if len(found) > _MAX_TAR:
        raise _too_large()
    return found


def _path(entry: tarfile.TarInfo) -> PurePosixPath:
    path = PurePosixPath(entry.name)
    if not (entry.isreg() or entry.isdir()):
        raise _refused(f"it holds {_shown(entry.name)}, which is neither a file nor a folder")
    if path.is_absolute() or ".." in path.parts or "\\" in entry.name or "\0" in entry.name:
        raise _refused(f"it holds {_shown(entry.name)}, which leads out of it")
    return path


def _shown(name: str) -> str:
    text = name.encode("utf-8", "replace").decode()
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:200]


def _too_large() -> Unproven:
    return _refused(f"it unpacks to more than {MAX_MEMBERS:,} files or {MAX_UNPACKED:,} bytes")


def _refused(message: str) -> Unproven:
    return Unproven(Reason.MALFORMED, message, _AGAIN)
