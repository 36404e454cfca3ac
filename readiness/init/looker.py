"""Files that may be evidence by their names, and what their content says of it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import PurePosixPath
from typing import NamedTuple

from readiness.evidence.model import Facts, Unproven
from readiness.init.tree import Tree
from readiness.plugins import Registry
from readiness.readers.base import Context
from readiness.readers.files import FileKind
from readiness.readers.source import MAX_CONTENT, Source

KINDS = ("load-test", "test-report", "coverage", "document", "manifests", "project")
ROLLBACK = re.compile(r"roll(ed|ing|s)?[ _-]?back|back(ed|ing)?[ _-]?out", re.IGNORECASE)
"""How people write of rolling back, in prose and in names of files."""
_HEADING = re.compile(r"^#{1,6}[^\n]*\broll(ing)?[ -]?back", re.IGNORECASE | re.MULTILINE)
_OTHER_FORMAT = "its format is not known"
_MOST_CANDIDATES = 2_000
_MOST_BYTES = 1_000_000_000


class _Look(NamedTuple):
    """Which files may be of a kind: their suffixes, and a word in the last parts of their paths."""

    suffixes: tuple[str, ...]
    words: re.Pattern[str]


LOOKS: Mapping[str, _Look] = {
    "load-test": _Look(
        (".json", ".ndjson", ".jsonl"),
        re.compile("load|k6|locust|perf|stress|soak|bench|report|result|summary|artifact|output"),
    ),
    "test-report": _Look((".xml",), re.compile("junit|test|report|result|xunit|surefire|spec")),
    "coverage": _Look((".xml", ".json", ".info", ".lcov"), re.compile("cov|report|result")),
    "document": _Look((".md", ".markdown"), re.compile("roll[ _-]?back|back[ _-]?out|runbook|playbook")),
}


_TELLING = {
    "load-test": re.compile(r"(?<![a-z])load|k6|locust"),
    "test-report": re.compile("junit|test"),
    "coverage": re.compile("cov"),
    "document": re.compile("roll[ _-]?back"),
}


class Confirmed(NamedTuple):
    """A file of a kind; `problem` is for one that only its name or its neighbours show to be of it."""

    file: str
    kind: str
    format: str
    problem: str = ""


class Broken(NamedTuple):
    """A file that no kind could make sense of, and why: empty, cut off, not to be opened."""

    file: str
    kinds: tuple[str, ...]
    message: str


def wanted(tree: Tree, may_be_manifests: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Every file that is worth opening, with the kinds that it may be of."""
    yaml = frozenset(may_be_manifests)
    for file in tree.files:
        words = "/".join(PurePosixPath(file.lower()).parts[-3:])
        kinds = [
            kind
            for kind, look in LOOKS.items()
            if file.lower().endswith(look.suffixes) and look.words.search(words)
        ]
        if "load-test" in kinds and "baseline" in words:
            kinds.remove("load-test")
        if file in yaml:
            kinds.append("manifests")
        if kinds:
            yield file, kinds


class Looker:
    """Opens files, and asks the kinds whether these are theirs."""

    def __init__(self, registry: Registry, context: Context) -> None:
        self.kinds: dict[str, FileKind[Facts]] = {}
        for name in KINDS:
            kind = registry.kinds[name]()
            if isinstance(kind, FileKind):
                self.kinds[name] = kind
        self._context = context
        self._bytes = self._count = 0
        self.notes: list[str] = []
        self.broken: list[Broken] = []

    def confirm(self, wanted: Iterator[tuple[str, list[str]]]) -> Iterator[Confirmed]:
        """The files whose content is what their names promise; a file behind several names counts once."""
        seen: set[str] = set()
        for file, kinds in wanted:
            path = self._context.root / file
            if self._is_enough():
                return
            if (real := os.path.realpath(path)) in seen:
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
        problems: dict[str, str] = {}
        for kind in kinds:
            try:
                format_, _ = self.kinds[kind].detect(source, None, self._context.plugins)
                if kind != "document" or _tells_of_rollback(file, source.text):
                    yield Confirmed(file, kind, format_)
                    return
            except Unproven as error:
                if not error.message.startswith(_OTHER_FORMAT):
                    problems[kind] = error.message
        if problems:
            self.broken.append(Broken(file, tuple(problems), next(iter(problems.values()))))

    def _is_enough(self) -> bool:
        if self._count < _MOST_CANDIDATES and self._bytes < _MOST_BYTES:
            return False
        self.notes.append(f"only {self._count:,} of the files that may be evidence were opened")
        return True


def adopted(broken: Sequence[Broken], confirmed: Sequence[Confirmed]) -> Iterator[Confirmed]:
    """What is broken, and was plainly meant to be evidence, stays: to leave it out would make the policy milder."""
    beside = {(PurePosixPath(one.file).parent, PurePosixPath(one.file).suffix, one.kind) for one in confirmed}
    for one in broken:
        path = PurePosixPath(one.file)
        kinds = [kind for kind in one.kinds if kind in _TELLING]
        by_name = (kind for kind in kinds if _TELLING[kind].search(path.name.lower()))
        by_place = (kind for kind in kinds if (path.parent, path.suffix, kind) in beside)
        for kind in islice(chain(by_name, by_place), 1):
            yield Confirmed(one.file, kind, "unreadable", f"{path.name}: {one.message}")


def _tells_of_rollback(file: str, text: str) -> bool:
    if ROLLBACK.search(PurePosixPath(file).name):
        return ROLLBACK.search(text) is not None
    return _HEADING.search(text) is not None
