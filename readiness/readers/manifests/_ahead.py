"""Texts that another process reads meanwhile, where there is a second processor and enough to read.

The process is a fork, which costs nothing but what it does; so there is none where this process has other threads. It
is given texts and gives back plain data: what it did not read, for whatever reason, is read here.
"""

from __future__ import annotations

import marshal
import os
import threading
from collections.abc import Mapping, Sequence

from readiness.readers.manifests._block_style import Plain, plains_of

MUCH = 2_000_000
"""Characters that are read in a tenth of a second: less is read sooner than shared."""


class Ahead:
    """What another process makes of some texts, each of which is a sequence of parts."""

    def __init__(self, texts: Mapping[str, Sequence[str]]) -> None:
        self._texts = texts
        self._pipe, self._child = _started(list(texts.values()))
        self._made: dict[str, list[Plain | None]] = {}

    def plains(self, text: str) -> list[Plain | None] | None:
        """The parts of a text, read; None when it is none of those that were given, or could not be read there."""
        if self._pipe is not None and text in self._texts:
            self._wait(self._pipe)
        return self._made.pop(text, None)

    def end(self) -> None:
        """Leave no process behind."""
        if self._pipe is not None:
            os.close(self._pipe)  # who writes into it is ended by that
            os.waitpid(self._child, 0)
            self._pipe = None

    def _wait(self, pipe: int) -> None:
        with os.fdopen(os.dup(pipe), "rb") as stream:
            said = stream.read()
        self.end()
        if said.endswith(_WHOLE):
            told = marshal.loads(said)  # noqa: S302 - from our own child
            for text, found in zip(self._texts, told, strict=True):
                self._made[text] = [None if one is None else Plain(*one) for one in found]


_WHOLE = b"\n."


def may_share() -> bool:
    """Whether there is another processor for it, and no other thread that a fork would lose."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return count > 1 and threading.active_count() == 1 and hasattr(os, "fork")


def _started(texts: list[Sequence[str]]) -> tuple[int | None, int]:
    reading, writing = os.pipe()
    try:
        child = os.fork()
    except OSError:
        os.close(reading)
        os.close(writing)
        return None, 0
    if child == 0:
        _be_child(texts, writing)
    os.close(writing)
    return reading, child


def _be_child(texts: list[Sequence[str]], writing: int) -> None:
    try:
        made = [[None if one is None else tuple(one) for one in plains_of(parts)] for parts in texts]
        with os.fdopen(writing, "wb") as stream:
            stream.write(marshal.dumps(made))
            stream.write(_WHOLE)
    finally:
        os._exit(0)
