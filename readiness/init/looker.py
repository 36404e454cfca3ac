"""Files that may be evidence by their names, and what their content says of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from readiness.evidence.model import Facts, Unproven
from readiness.init.looks import LOOKS, is_telling
from readiness.init.topics import topic_of
from readiness.init.words import told
from readiness.plugins import Registry
from readiness.readers.base import Context
from readiness.readers.detection import Detector
from readiness.readers.files import FileKind
from readiness.readers.source import MAX_CONTENT, Source

_OTHER_FORMAT = "its format is not known"
_MOST_CANDIDATES = 2_000
_MOST_BYTES = 1_000_000_000
_LARGE = 5_000_000
"""Bytes from which a file is only asked whether it is what its name promises: every format reads it once more."""


class Confirmed(NamedTuple):
    """A file of a kind; `problem` is for one that only its name or its neighbours show to be of it.

    `topic` is what a document is about, empty for what is none.
    """

    file: str
    kind: str
    format: str
    problem: str = ""
    topic: str = ""


class Broken(NamedTuple):
    """A file that no kind could make sense of, and why: empty, cut off, not to be opened."""

    file: str
    kinds: tuple[str, ...]
    message: str


class Looker:
    """Opens files, and asks the kinds whether these are theirs."""

    def __init__(self, registry: Registry, context: Context) -> None:
        self.kinds: dict[str, FileKind[Facts]] = {}
        for name in (*LOOKS, "manifests", "project"):
            kind = registry.kinds[name]()
            if isinstance(kind, FileKind):
                self.kinds[name] = kind
        self._detector = Detector(registry.kinds, context.plugins)
        self._context = context
        self._bytes = self._count = 0
        self.notes: list[str] = []
        self.broken: list[Broken] = []

    def confirm(self, wanted: Iterator[tuple[str, list[str]]]) -> Iterator[Confirmed]:
        """The files whose content is what their names promise; a file behind several names counts once."""
        seen: set[str] = set()
        top = os.path.realpath(self._context.root)
        for file, kinds in wanted:
            path = self._context.root / file
            if self._is_enough():
                return
            real = os.path.realpath(path)
            if real in seen or not real.startswith(os.path.join(top, "")):  # noqa: PTH118 - as text
                continue
            seen.add(real)
            try:
                with Source.open(path) as source:
                    self._count += 1
                    self._bytes += min(source.size, MAX_CONTENT)
                    yield from self._of(file, kinds, source)
            except Unproven as error:
                self.broken.append(Broken(file, tuple(kinds), error.message))

    def _of(self, file: str, kinds: list[str], source: Source) -> Iterator[Confirmed]:
        likely = self._detector.likely(source)[0] if source.size < _LARGE else []
        problems: dict[str, str] = {}
        for kind in kinds:
            if likely and kind not in likely:
                continue
            try:
                format_, _ = self.kinds[kind].detect(source, None, self._context.plugins)
                topic = topic_of(file, source.text) if kind == "document" else ""
                if kind != "document" or topic:
                    yield Confirmed(file, kind, format_, topic=topic)
                    return
            except Unproven as error:
                if not error.message.startswith(_OTHER_FORMAT):
                    problems[kind] = error.message
        if problems:
            self.broken.append(Broken(file, tuple(problems), next(iter(problems.values()))))

    def adopted(self, confirmed: Sequence[Confirmed]) -> Iterator[Confirmed]:
        """What is broken, and was plainly meant to be evidence, stays: to leave it out would make the policy milder.

        Its name says of which kind it is, or else its neighbours, where they are all of one; what is left is told.
        """
        for one in self.broken:
            kinds = [kind for kind in one.kinds if kind in LOOKS and LOOKS[kind].telling]
            named = [kind for kind in kinds if is_telling(PurePosixPath(one.file).name, kind)]
            beside = {other.kind for other in confirmed if _is_beside(one.file, other.file)} & {*kinds}
            if named or len(beside) == 1:
                kind = next(iter(named or beside))
                topic = topic_of(one.file, None) if kind == "document" else ""
                problem = f"{PurePosixPath(one.file).name}: {one.message}"
                yield Confirmed(one.file, kind, "unreadable", problem, topic)
            elif beside:
                self.notes.append(f"{told(one.file)} was left out: {told(one.message)}")

    def _is_enough(self) -> bool:
        if self._count < _MOST_CANDIDATES and self._bytes < _MOST_BYTES:
            return False
        self.notes.append(f"only {self._count:,} of the files that may be evidence were opened")
        return True


def _is_beside(file: str, other: str) -> bool:
    path, beside = PurePosixPath(file), PurePosixPath(other)
    return (path.parent, path.suffix) == (beside.parent, beside.suffix)
