"""The files of the commit, and their contents."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from readiness.evidence.model import Reason, Unproven
from readiness.readers.repository._git import Git, text

MAX_BLOB = 1_000_000
MAX_ALL = 60_000_000
_AT_ONCE = 200
_BYTES_AT_ONCE = 8_000_000


@dataclass(frozen=True, slots=True)
class Blob:
    """One file of the commit; a link is one whose content is where it leads."""

    path: str
    name: str
    size: int
    is_link: bool = False


@dataclass
class Tree:
    """The files of HEAD by path; contents are read when they are asked for, each verified by its name."""

    git: Git
    blobs: Mapping[str, Blob]
    submodules: int
    read: int = 0

    @classmethod
    def of(cls, git: Git, commit: str) -> Tree:
        """The tree of a commit."""
        blobs: dict[str, Blob] = {}
        submodules = 0
        listed = git.ask("ls-tree", "-r", "-z", "--full-tree", "-l", commit)
        for entry in filter(None, listed.split(b"\0")):
            about, _, raw = entry.partition(b"\t")
            mode, sort, name, size = text(about).split()
            path = text(raw)
            if sort == "commit":
                submodules += 1
            elif path in blobs:
                raise Unproven(Reason.MALFORMED, f"two files of the commit are both called {path}")
            elif size.isdecimal():
                blobs[path] = Blob(path, name, int(size), mode == "120000")
        return cls(git, blobs, submodules)

    def contents(self, blobs: Iterable[Blob]) -> Iterator[tuple[Blob, bytes | None]]:
        """Each with its bytes; None for one that is too large, or when too much was read already."""
        rest = iter(blobs)
        while group := list(islice(rest, _AT_ONCE)):
            for part in _parts(group):
                yield from self._contents(part)

    def _contents(self, group: list[Blob]) -> Iterator[tuple[Blob, bytes | None]]:
        self.read += sum(one.size for one in group if one.size <= MAX_BLOB)
        wanted = [one for one in group if one.size <= MAX_BLOB and self.read <= MAX_ALL]
        whole = self.git.ask("show", "--no-textconv", *(one.name for one in wanted)) if wanted else b""
        if len(whole) != sum(one.size for one in wanted):
            raise Unproven(Reason.MALFORMED, "git show gave other contents than git ls-tree told of")
        at = 0
        for one in group:
            if one not in wanted:
                yield one, None
                continue
            content = whole[at : at + one.size]
            at += one.size
            _verify(one, content)
            yield one, content


def _parts(group: list[Blob]) -> Iterator[list[Blob]]:
    part: list[Blob] = []
    size = 0
    for one in group:
        own = one.size if one.size <= MAX_BLOB else 0
        if part and size + own > _BYTES_AT_ONCE:
            yield part
            part, size = [], 0
        part.append(one)
        size += own
    if part:
        yield part


def _verify(blob: Blob, content: bytes) -> None:
    whole = b"blob %d\0" % len(content) + content
    made = (
        hashlib.sha1(whole, usedforsecurity=False) if len(blob.name) == 40 else hashlib.sha256(whole)
    ).hexdigest()
    if made != blob.name:
        raise Unproven(Reason.MALFORMED, f"the content of {blob.path} is not what the commit names")
