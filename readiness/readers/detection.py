"""What kind of evidence a file is, where nobody said: the one that knows its content best."""

from __future__ import annotations

from collections.abc import Mapping

from readiness.catalog import Catalog
from readiness.evidence.model import Unproven
from readiness.readers.base import AnyKind, AnyReader
from readiness.readers.formats import formats_of
from readiness.readers.likeness import Likeness
from readiness.readers.source import Source

Kinds = Mapping[str, type[AnyKind]]


def reads_files(kind: type[AnyKind]) -> bool:
    """Whether evidence of the kind is a path."""
    return not kind.networked and "path" in kind.spec.model_fields


def file_kinds(kinds: Kinds) -> Kinds:
    """The kinds that read files, by name."""
    return {name: kind for name in kinds if reads_files(kind := kinds[name])}


class Detector:
    """Asks the readers of all kinds; their folders are not listed again for each of many files."""

    def __init__(self, kinds: Kinds, plugins: Mapping[str, str]) -> None:
        self._readers = {name: formats_of(kind, plugins) for name, kind in file_kinds(kinds).items()}

    def likely(self, source: Source) -> tuple[list[str], list[Unproven]]:
        """The kinds that the content is most like, and what readers said of content too broken to tell."""
        refusals: list[Unproven] = []
        found = {name: _likeness(readers, source, refusals) for name, readers in self._readers.items()}
        best = max(found.values(), default=Likeness.NONE)
        return [name for name, likeness in found.items() if likeness is best is not Likeness.NONE], refusals


def _likeness(readers: Catalog[AnyReader], source: Source, refusals: list[Unproven]) -> Likeness:
    best = Likeness.NONE
    for name in readers:
        try:
            best = max(best, readers[name]().likeness(source))
        except Unproven as error:
            refusals.append(error)
    return best
