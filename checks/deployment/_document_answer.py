"""What one statement of a document says, or lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from ._document_doubt import sentences
from ._document_items import Statement
from ._document_text import Segment

UNSETTLED = re.compile(
    r"(?i)\b(?:unassigned|vacant|unclear|unknown|not (?:yet )?(?:been )?(?:assigned|named|decided|known|agreed"
    r"|appointed|clear|chosen|tested|written|defined|measured)"
    r"|(?:yet |still |will )?(?:to )?be (?:named|assigned|decided|defined|announced|agreed|confirmed|found|chosen"
    r"|appointed|determined|measured|tested)\b|no (?:decision )?owner)\b"
)


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
