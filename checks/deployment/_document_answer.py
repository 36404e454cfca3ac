"""What one statement of a document says, or lacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from readiness.evidence.documents.doubt import sentences
from readiness.evidence.documents.segments import Segment
from readiness.evidence.documents.statements import Statement


class Answer(NamedTuple):
    """What one statement says, or the `problem` with it, and the line of that."""

    line: int
    observed: str = ""
    problem: str = ""
    length: timedelta | None = None


def spoken(statement: Statement) -> Iterator[tuple[Segment, str]]:
    """The sentences of a statement, each with where it stands."""
    return ((part, said) for part in statement.texts for said in sentences(part.text))


def lacking(statement: Statement, problem: str) -> Answer:
    """The problem, or that there is nothing at all."""
    is_empty = not any(part.text.strip() for part in statement.body if part.kind != "heading")
    return Answer(statement.line, _first(statement.body), "is empty" if is_empty else problem)


def _first(parts: Sequence[Segment]) -> str:
    return next((part.text for part in parts if part.kind != "heading" and part.text.strip()), "")
