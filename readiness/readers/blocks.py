"""Blocks of a large file, taken by several processes at once, none of which outlives the others.

One process reads the file and hashes it: the very bytes that it hashed are taken by it or handed on through memory
that it shares, so that no second look at the file can differ from the first. A helper is a fresh interpreter, never a
fork, since there may be threads; it ends when its standard input does, which the end of its parent brings about,
however that comes.
"""

from __future__ import annotations

import gc
import mmap
import os
import pickle
import select
import signal
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from typing import NoReturn, Protocol, TypeVar

from readiness.evidence.model import Reason, Unproven
from readiness.readers.collector import uncollected

ALONE = 32 * 2**20
"""Bytes that are read before others are asked to help: what is smaller is done before they have started."""
MOST_HELPERS = 3
_SLOTS = 2
_SLOT = 2**20
_HEAD = struct.Struct("<qqq")
_READY, _DONE = b"r", b"."
_BOOT = "import sys; sys.path[:] = sys.argv[2:]; from readiness.readers.blocks import serve; serve(int(sys.argv[1]))"


class Part(Protocol):
    """Takes blocks of whole lines, each with the place of its first byte, and can be pickled."""

    def take(self, at: int, block: memoryview, /) -> None:
        """One block; raises nothing: a part remembers what is wrong, and where."""


P = TypeVar("P", bound=Part)
Room = Callable[[], memoryview]


def taken(read: Callable[[Room], Iterable[memoryview]], part: P, helpers: int | None = None) -> list[P]:
    """The parts that have taken all blocks between them: `part` itself, and those of helpers, which begin as copies.

    `read` gives the blocks, and puts them into the room that it is given where it can. Which part takes which block is
    chance. `helpers` is as many as there are other processors, up to three, unless told. Raises Unproven where a helper
    ended before its work did, and what `read` raises.
    """
    crew = _Crew(pickle.dumps(part), _others() if helpers is None else helpers)
    at = 0
    try:
        with uncollected():
            for block in read(crew.room):
                if not crew.takes(at, block):
                    part.take(at, block)
                at += len(block)
                if at >= ALONE:
                    crew.begin()
        made: list[P] = [part, *map(pickle.loads, crew.parts())]  # from our own children
        return made
    finally:
        crew.end()


def _others() -> int:
    """How many processors this process may use besides its own."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(count - 1, MOST_HELPERS)


class _Crew:
    """The helpers that there are, none before `begin`."""

    def __init__(self, start: bytes, count: int) -> None:
        self._start, self._count = start, count
        self._helpers: list[_Helper] = []
        self._own = memoryview(bytearray(_SLOT))
        self._free: _Helper | None = None

    def begin(self) -> None:
        """Ask for help, once; where no process can be started there is none."""
        while self._count > 0:
            self._count -= 1
            try:
                self._helpers.append(_Helper(self._start))
            except OSError:
                self._count = 0

    def room(self) -> memoryview:
        """Memory for the next block: of a helper that has time for it, or our own."""
        if self._helpers:
            self._helpers = [one for one in self._helpers if one.hears()]
        free = min(self._helpers, key=lambda one: one.waiting, default=None)
        self._free = free if free and free.waiting < _SLOTS else None
        return self._free.room() if self._free else self._own

    def takes(self, at: int, block: memoryview) -> bool:
        """Whether a helper takes the block."""
        if self._free is None or len(block) > _SLOT:
            return False
        self._free.give(at, block)
        return True

    def parts(self) -> list[bytes]:
        """What the helpers have made of their blocks."""
        return [one.last() for one in self._helpers if one.was_ready]

    def end(self) -> None:
        """Leave no helper behind."""
        for one in self._helpers:
            one.end()


class _Helper:
    """One process, with memory for a few blocks. `waiting` counts those that it has not taken yet."""

    def __init__(self, start: bytes) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `end`
        self._file.truncate(_SLOTS * _SLOT)
        self._memory = mmap.mmap(self._file.fileno(), _SLOTS * _SLOT)
        number = self._file.fileno()
        command = [sys.executable, "-P", "-c", _BOOT, str(number), *sys.path]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=(number,),
            bufsize=0,
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise OSError("there is no pipe to the helper")
        self._stdin, self._stdout = self._process.stdin, self._process.stdout
        self.was_ready = False
        self.waiting = _SLOTS
        self._given = 0
        self._send(_HEAD.pack(0, len(start), 0) + start)

    def hears(self) -> bool:
        """Take note of what it has done; False when it ended before it was ready, and is not needed.

        Raises Unproven when it ended with blocks of ours.
        """
        while select.select([self._stdout], [], [], 0)[0]:
            said = os.read(self._stdout.fileno(), 1)
            if said == _READY:
                self.was_ready, self.waiting = True, 0
            elif said == _DONE:
                self.waiting -= 1
            elif self.was_ready:
                raise self._ended()
            else:
                self.end()
                return False
        return True

    def room(self) -> memoryview:
        """Memory for the next block; there must be some."""
        place = self._given % _SLOTS * _SLOT
        return memoryview(self._memory)[place : place + _SLOT]

    def give(self, at: int, block: memoryview) -> None:
        """Hand on a block; one that is in our room already stays there."""
        place = self._given % _SLOTS * _SLOT
        if block.obj is not self._memory:
            self._memory[place : place + len(block)] = block
        self._given += 1
        self.waiting += 1
        self._send(_HEAD.pack(place, len(block), at))

    def last(self) -> bytes:
        """Its part, when it has taken all of its blocks. Raises Unproven when it ended before."""
        self._send(_HEAD.pack(0, 0, 0))
        said = self._stdout.read()
        made = said[self.waiting :]
        if self._process.wait() != 0 or said[: self.waiting] != _DONE * self.waiting or not made:
            raise self._ended()
        return made

    def end(self) -> None:
        """End it, whatever it does; the memory goes when the last block in it does."""
        self._process.kill()
        self._process.wait()
        for one in (self._stdin, self._stdout, self._file):
            one.close()

    def _send(self, message: bytes) -> None:
        """What cannot be sent, since the other end is gone, is noticed when an answer is missing."""
        view = memoryview(message)
        try:
            while view:
                view = view[os.write(self._stdin.fileno(), view) :]
        except BrokenPipeError:
            return

    def _ended(self) -> Unproven:
        code = self._process.wait()
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        remedy = "judge again; where memory is short, give the gate more"
        return Unproven(Reason.MALFORMED, f"a process that helped to read it ended too early ({how})", remedy)


def serve(number: int) -> NoReturn:
    """Be a helper: take blocks from the memory in a file of that number until there are no more, and tell the part."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    memory = mmap.mmap(number, _SLOTS * _SLOT)
    _, size, _ = _HEAD.unpack(_received(_HEAD.size))
    part: Part = pickle.loads(_received(size))  # noqa: S301 - our own parent
    os.write(1, _READY)
    while True:
        place, size, at = _HEAD.unpack(_received(_HEAD.size))
        if not size:
            break
        part.take(at, memoryview(memory)[place : place + size])
        os.write(1, _DONE)
    with os.fdopen(1, "wb") as out:
        out.write(pickle.dumps(part))
    os._exit(0)


def _received(size: int) -> bytes:
    """So many bytes of standard input; where it ends there is no one left to work for."""
    made = b""
    while len(made) < size:
        more = os.read(0, size - len(made))
        if not more:
            os._exit(1)
        made += more
    return made
