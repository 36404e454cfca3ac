"""The binary simulation.log of Gatling 3.13 and later, whose reports have no numbers in JSON any more (since 3.13.5).

Layout as in io.gatling.core.stats.writer.LogFileDataWriter of 3.13 and 3.14: big-endian; a byte tells the kind of
record. A text is its length in bytes, the bytes, and a byte for how Java holds them (0 Latin-1, 1 UTF-16 of the
machine, taken as little-endian). A text that may repeat has a number before it: a new one is followed by the text, a
negative one stands for an earlier. Times are ms, in requests counted from the start of the run. Verdicts of
assertions are not in the file.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._gatling import Records, path_of
from readiness.readers.load_test._vet import AGAIN
from readiness.readers.source import Source

_FIRST = re.compile(rb"\A\0\0\0\0[\x05-\x40]\d{1,4}\.\d{1,4}\.[^\0]{1,48}\0")
_RUN, _REQUEST, _USER, _GROUP, _ERROR = range(5)
_MAX_TEXT = 2**20
_MAX_TEXTS = 64 * 2**20
_MAX_PARTS = 1_000
_INT, _LONG = struct.Struct(">i"), struct.Struct(">q")
_ENCODINGS = ("latin-1", "utf-16-le")


class GatlingBinary(Reader[LoadTest]):
    """Every request is there, with Gatling's verdict by its checks."""

    def recognises(self, source: Source) -> bool:
        """A record of a run, with the version of Gatling as its first text."""
        return _FIRST.match(source.head) is not None

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run, which ends with its last request."""
        log = _Log(_Bytes(source.blocks()))
        log.start()
        while log.more():
            log.take()
        test = log.facts()
        return Reading(test, test.ended_at)


class _Bytes:
    """A stream of blocks, read number by number and text by text."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._block, self._at, self._before = b"", 0, 0

    def more(self) -> bool:
        """Whether there is a byte left."""
        return self._at < len(self._block) or self._fill(1)

    def byte(self) -> int:
        """One byte, from 0 to 255."""
        return self._take(1)[0]

    def flag(self) -> bool:
        """A byte that is 0 or 1."""
        value = self.byte()
        if value > 1:
            raise self.wrong(f"a byte is {value}, where 0 or 1 is meant")
        return value == 1

    def number(self) -> int:
        """Four bytes, signed."""
        value: int = _INT.unpack(self._take(4))[0]
        return value

    def long(self) -> int:
        """Eight bytes, signed."""
        number: int = _LONG.unpack(self._take(8))[0]
        return number

    def size(self, most: int) -> int:
        """A number of things, up to `most`."""
        number = self.number()
        if not 0 <= number <= most:
            raise self.wrong(f"a size is {number}")
        return number

    def skip(self, most: int) -> None:
        """Bytes that their size stands before."""
        self._take(self.size(most))

    def text(self) -> str:
        """A text that stands here."""
        size = self.size(_MAX_TEXT)
        if not size:
            return ""
        content, encoding = self._take(size), self.byte()
        if encoding >= len(_ENCODINGS):
            raise self.wrong(f"a text is encoded as {encoding}")
        try:
            return content.decode(_ENCODINGS[encoding])
        except UnicodeDecodeError:
            raise self.wrong("a text is no UTF-16") from None

    def wrong(self, message: str) -> Unproven:
        """Unproven (malformed), with the place."""
        return Unproven(Reason.MALFORMED, f"byte {self._before + self._at:,}: {message}", AGAIN)

    def _take(self, count: int) -> bytes:
        if self._at + count > len(self._block) and not self._fill(count):
            raise self.wrong("it ends too early, within a record")
        self._at += count
        return self._block[self._at - count : self._at]

    def _fill(self, count: int) -> bool:
        self._before += self._at
        self._block, self._at = self._block[self._at :], 0
        while len(self._block) < count:
            block = next(self._blocks, b"")
            if not block:
                return False
            self._block += block
        return True


class _Log:
    """Bytes -> records."""

    def __init__(self, source: _Bytes) -> None:
        self._bytes = source
        self._texts: dict[int, str] = {}
        self._room = _MAX_TEXTS
        self._scenarios = self._run_start = 0
        self._records = Records(0)

    def more(self) -> bool:
        """Whether there is another record."""
        return self._bytes.more()

    def facts(self) -> LoadTest:
        """The run."""
        return self._records.facts()

    def start(self) -> None:
        """The record of the run, which comes first."""
        source = self._bytes
        if source.byte() != _RUN:
            raise source.wrong("it does not begin with the record of a run")
        version, _simulation = source.text(), source.text()
        self._run_start = source.long()
        if not 10**12 <= self._run_start < 10**13:
            raise source.wrong(
                f"the run of Gatling {version[:20]} starts at {self._run_start}, which is no time in ms"
            )
        _description = source.text()
        self._scenarios = source.size(_MAX_PARTS * 100)
        for _ in range(self._scenarios):
            source.text()
        for _ in range(source.size(_MAX_PARTS * 100)):
            source.skip(_MAX_TEXT)
        self._records = Records(self._run_start)

    def take(self) -> None:
        """The next record. Raises Unproven (malformed) when it is none."""
        kind = self._bytes.byte()
        if kind == _REQUEST:
            self._request()
        elif kind == _USER:
            if not 0 <= self._bytes.number() < self._scenarios:
                raise self._bytes.wrong("a user is of a scenario that is not there")
            starts, _when = self._bytes.flag(), self._bytes.number()
            self._records.user(starts=starts)
        elif kind == _GROUP:
            self._groups()
            _span = self._bytes.number(), self._bytes.number(), self._bytes.number(), self._bytes.flag()
        elif kind == _ERROR:
            _told = self._repeated(), self._bytes.number()
            self._records.error()
        else:
            raise self._bytes.wrong(f"there is no record of kind {kind}")

    def _request(self) -> None:
        groups, name = self._groups(), self._repeated()
        start, end = self._bytes.number(), self._bytes.number()
        good, message = self._bytes.flag(), self._repeated()
        try:
            self._records.request(
                path_of(groups, name), self._run_start + start, self._run_start + end, good, message
            )
        except Unproven as error:
            raise self._bytes.wrong(error.message) from None

    def _groups(self) -> list[str]:
        return [self._repeated() for _ in range(self._bytes.size(_MAX_PARTS))]

    def _repeated(self) -> str:
        number = self._bytes.number()
        if number > 0 and number not in self._texts:
            text = self._texts[number] = self._bytes.text()
            self._room -= len(text) + 100
            if self._room < 0:
                raise self._bytes.wrong("the texts are more than are kept")
            return text
        if number >= 0 or -number not in self._texts:
            raise self._bytes.wrong(f"there is no text {number}")
        return self._texts[-number]
