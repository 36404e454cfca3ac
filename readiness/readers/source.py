"""The bytes of one file: opened once, capped, hashed as they are read."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any
from xml.etree.ElementTree import Element

from readiness.evidence.model import Reason, Unproven
from readiness.readers import packing
from readiness.readers.strict_json import parse_json
from readiness.readers.strict_xml import parse_xml

MAX_CONTENT = 100_000_000
MAX_STREAM = 20_000_000_000
HEAD = 65_536
BLOCK = 2**20
MAX_LINE = 16 * 2**20
_NEAR = 4_096


@dataclass
class Source:
    """An open file, with the views that detection and readers need, each made once.

    `name` is what reports call it. Use it as a context manager. `head` is its first 64 KiB; `content` all of it, up to
    100 MB; `blocks` streams it, up to 20 GB. `opening`, `unpacked` and `lines` are of what a file that is packed with
    gzip holds; `sha256` and `size` are always those of the file as it is. All of them raise Unproven and nothing else.
    """

    path: Path
    _descriptor: int
    size: int
    modified_at: datetime
    name: str
    _digest: str = field(default="", init=False)

    @classmethod
    def open(cls, path: Path, name: str | None = None) -> Source:
        """Open a regular file; Unproven (missing or malformed) when that cannot be done."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as error:
            raise _unopened(error) from None
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            os.close(descriptor)
            what = "a folder" if stat.S_ISDIR(status.st_mode) else "no regular file"
            raise Unproven(
                Reason.MALFORMED, f"it is {what}, where a file is meant", "name a file, or a glob of files"
            )
        modified_at = datetime.fromtimestamp(status.st_mtime, UTC)
        return cls(path, descriptor, status.st_size, modified_at, name or str(path))

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        os.close(self._descriptor)

    @cached_property
    def head(self) -> bytes:
        """The first 64 KiB."""
        return self._pread(HEAD, 0)

    @cached_property
    def opening(self) -> bytes:
        """The first bytes, at most 64 KiB, of what the file holds: unpacked when it is gzip."""
        return packing.opening(self.head, HEAD) if self._is_packed else self.head

    @cached_property
    def content(self) -> bytes:
        """All bytes; Unproven (malformed) beyond 100 MB."""
        if self.size > MAX_CONTENT:
            message = f"it is {self.size:,} bytes; at most {MAX_CONTENT:,} are read as one document"
            raise Unproven(Reason.MALFORMED, message)
        return b"".join(self.blocks())

    def blocks(self) -> Iterator[bytes]:
        """The bytes in blocks of 1 MiB; afterwards `sha256` is known."""
        digest, offset = hashlib.sha256(), 0
        while block := self._pread(BLOCK, offset):
            offset += len(block)
            _refuse_beyond(offset)
            digest.update(block)
            yield block
        self._digest, self.size = digest.hexdigest(), offset

    def unpacked(self) -> Iterator[bytes]:
        """Blocks of at most 4 MiB of what the file holds: unpacked when it is gzip."""
        return packing.unpacked(self.blocks()) if self._is_packed else self.blocks()

    def whole_lines(self, room: Callable[[], memoryview] | None = None) -> Iterator[memoryview]:
        """What the file holds, in blocks that end where lines end; the last line may have no end.

        A block is valid until the next one is asked for. `room` gives memory for the next one, which is used where the
        file is not packed and its lines are shorter.
        """
        if self._is_packed:
            return map(memoryview, _whole_lines(self.unpacked()))
        return self._whole_lines_in(room or _one_room())

    def _whole_lines_in(self, room: Callable[[], memoryview]) -> Iterator[memoryview]:
        digest, offset = hashlib.sha256(), 0
        while size := self._read_into(block := room(), offset):
            is_last = size < len(block)
            block = _to_line_end(block[:size], is_last=is_last) or memoryview(self._long_line(offset))
            offset += len(block)
            _refuse_beyond(offset)
            yield block
            digest.update(block)
        self._digest, self.size = digest.hexdigest(), offset

    def _long_line(self, offset: int) -> bytes:
        """From an offset to the end of the line, and on to that of the last one that comes with it."""
        made = self._pread(MAX_LINE + 1, offset)
        cut = made.rfind(b"\n") + 1
        if not cut and len(made) > MAX_LINE:
            raise _too_long()
        return made[:cut] if cut else made

    def lines(self) -> Iterator[bytes]:
        """The lines of what the file holds, without their ends; a last line that has no end is a line too."""
        rest = b""
        for block in self.unpacked():
            *whole, rest = (rest + block).split(b"\n")
            yield from whole
            if len(rest) > MAX_LINE:
                raise _too_long()
        if rest:
            yield rest

    @cached_property
    def text(self) -> str:
        """The content as UTF-8; a byte order mark is dropped."""
        try:
            return self.content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            message = f"it is not UTF-8 text: byte {error.start:,} is {self.content[error.start]:#04x}"
            raise Unproven(Reason.MALFORMED, message) from None

    @cached_property
    def json(self) -> Any:
        """The content as strict JSON: no NaN, no infinity, no duplicate keys."""
        return parse_json(self.text)

    @cached_property
    def xml(self) -> Element:
        """The root of the content as XML without entities; elements carry their line as the key `_LINE`."""
        return parse_xml(self.content)

    @property
    def sha256(self) -> str:
        """Of all bytes, as they were read."""
        if not self._digest:
            for _ in self.blocks():
                pass
        return self._digest

    @property
    def _is_packed(self) -> bool:
        return self.head.startswith(packing.MAGIC)

    def _pread(self, size: int, offset: int) -> bytes:
        try:
            return os.pread(self._descriptor, size, offset)
        except OSError as error:
            raise _unread(error) from None

    def _read_into(self, room: memoryview, offset: int) -> int:
        try:
            return os.preadv(self._descriptor, [room], offset)
        except OSError as error:
            raise _unread(error) from None


def _one_room() -> Callable[[], memoryview]:
    room = memoryview(bytearray(BLOCK))
    return lambda: room


def _whole_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for block in blocks:
        cut = block.rfind(b"\n") + 1
        if cut:
            yield rest + block[:cut]
            rest = b""
        rest += block[cut:]
        if len(rest) > MAX_LINE:
            raise _too_long()
    if rest:
        yield rest


def _to_line_end(block: memoryview, *, is_last: bool) -> memoryview:
    """The block up to the end of its last line; empty without one, unless the file ends here."""
    for near in (_NEAR, len(block)):
        since = max(0, len(block) - near)
        cut = bytes(block[since:]).rfind(b"\n") + 1
        if cut:
            return block[: since + cut]
    return block if is_last else block[:0]


def _refuse_beyond(size: int) -> None:
    if size > MAX_STREAM:
        raise Unproven(Reason.MALFORMED, f"it is larger than {MAX_STREAM:,} bytes")


def _too_long() -> Unproven:
    return Unproven(Reason.MALFORMED, f"a line is longer than {MAX_LINE:,} bytes")


def _unread(error: OSError) -> Unproven:
    return Unproven(Reason.MALFORMED, f"it cannot be read: {os.strerror(error.errno or 0)}")


def _unopened(error: OSError) -> Unproven:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return Unproven(
            Reason.MISSING, "there is no such file", "write it before the gate runs, or correct the path"
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return Unproven(Reason.MISSING, "there is no permission to read it", "let the gate's user read it")
    return Unproven(Reason.MISSING, f"it cannot be opened: {os.strerror(error.errno or 0)}")
