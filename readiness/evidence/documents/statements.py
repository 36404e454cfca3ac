"""Where a document speaks about a thing: below a heading, behind a label, in a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from readiness.evidence.documents.segments import Segment, normal


class Words(NamedTuple):
    """What introduces a thing, by normalised text: somewhere in a heading, or the whole of a label.

    `is_known` tells the labels of all things of that document: where one begins, the one before has ended.
    """

    heading: re.Pattern[str]
    label: re.Pattern[str]
    is_known: Callable[[str], bool]


class Statement(NamedTuple):
    """A heading with all that stands below it, or a label with its value; `name` is what introduces it."""

    line: int
    name: str
    body: tuple[Segment, ...]

    @property
    def texts(self) -> list[Segment]:
        """What is said in words: no code, no headings, no questions."""
        said = [part for part in self.body if part.kind in ("text", "row")]
        return [part for part in said if part.text.strip() and not part.text.rstrip().endswith("?")]

    @property
    def code(self) -> list[Segment]:
        """The code blocks."""
        return [part for part in self.body if part.kind == "code" and part.text.strip()]


def statements(segments: Sequence[Segment], words: Words) -> Iterator[Statement]:
    """Every place that speaks about a thing, in the order of the document."""
    title = title_of(segments)
    for index, segment in enumerate(segments):
        if segment.kind == "heading":
            if index != title and words.heading.search(normal(segment.text)):
                yield section(segments, index)
        elif segment.kind != "code" and segment.label and words.label.fullmatch(normal(segment.label)):
            yield _labelled(segments, index, words)


def title_of(segments: Sequence[Segment]) -> int | None:
    """The first heading when it stands above all others: it names the document, not a part of it."""
    headings = [(index, part.level) for index, part in enumerate(segments) if part.kind == "heading"]
    if not headings or any(level <= headings[0][1] for _, level in headings[1:]):
        return None
    return headings[0][0]


def section(segments: Sequence[Segment], index: int) -> Statement:
    """A heading's own `: value`, and what follows up to the next heading that is not below it."""
    heading = segments[index]
    tail = (heading._replace(kind="text", text=heading.value),) if heading.value else ()
    end = index + 1
    while end < len(segments) and not (
        segments[end].kind == "heading" and segments[end].level <= heading.level
    ):
        end += 1
    return Statement(heading.line, heading.text, (*tail, *segments[index + 1 : end]))


def _labelled(segments: Sequence[Segment], index: int, words: Words) -> Statement:
    """The value behind a label, or, when there is none, the list, table or code that hangs below it."""
    segment = segments[index]
    if segment.value:
        return Statement(segment.line, segment.label, (segment._replace(text=segment.value),))
    end = index + 1
    while end < len(segments) and _hangs_below(segments[end], segment, words):
        end += 1
    return Statement(segment.line, segment.label, tuple(segments[index + 1 : end]))


def _hangs_below(other: Segment, label: Segment, words: Words) -> bool:
    if words.is_known(other.label) or label.kind == "row":
        return False
    if other.kind == "text":
        return other.is_item and other.depth > label.depth
    return other.kind != "heading" and other.depth >= label.depth
