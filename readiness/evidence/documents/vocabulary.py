"""The words for the parts of one sort of document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from readiness.evidence.documents.segments import Segment, normal
from readiness.evidence.documents.statements import Statement, Words, statements

PartT = TypeVar("PartT")


class Vocabulary(Generic[PartT]):
    """What introduces each part, as patterns of normalised text: somewhere in a heading, or the whole of a label."""

    def __init__(self, headings: Mapping[PartT, str], labels: Mapping[PartT, str]) -> None:
        self._labels = {part: re.compile(pattern) for part, pattern in labels.items()}
        self._words = {
            part: Words(re.compile(pattern), self._labels[part], self.is_label)
            for part, pattern in headings.items()
        }

    def named(self, label: str) -> frozenset[PartT]:
        """The parts that a label names; most labels name none."""
        plain = normal(label)
        return frozenset(part for part, own in self._labels.items() if plain and own.fullmatch(plain))

    def is_label(self, label: str) -> bool:
        """Whether a label names any part."""
        return bool(self.named(label))

    def statements(self, segments: Sequence[Segment], part: PartT) -> Iterator[Statement]:
        """Every place that speaks about a part, in the order of the document."""
        return statements(segments, self._words[part])
