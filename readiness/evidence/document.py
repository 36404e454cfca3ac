"""A document for people, with the lines of its parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from readiness.evidence.model import Facts, Value

BlockKind = Literal["heading", "paragraph", "item", "code", "columns", "row"]


class Block(Value, frozen=True, kw_only=True):
    """One part of a document, and the line where it begins; for code, the first line of the code itself.

    `text` is what a reader of the page sees, without markup: no comments, nothing struck out. Its line breaks are
    those of the file, where that can be told. `level` is that of a heading; `info` the language of a code block;
    `depth` how many lists are around it; `section` the headings above it, outermost first; `checked` the state of a
    task list's box; `cells` those of a table: `columns` is its head, each `row` one line below it.
    """

    kind: BlockKind
    line: int
    text: str
    level: int = 0
    info: str = ""
    ordered: bool = False
    depth: int = 0
    checked: bool | None = None
    section: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()


class Document(Facts, frozen=True, kw_only=True):
    """A document.

    `properties` are the scalars of its front matter as text, nested ones as `owner.name`, with their lines.
    `words` counts those of paragraphs and list items that hold a letter: no headings, tables or code.
    """

    kind: ClassVar[str] = "document"
    path: str
    title: str
    blocks: tuple[Block, ...]
    properties: Mapping[str, str] = {}
    property_lines: Mapping[str, int] = {}
    words: int = 0

    def summary(self) -> Mapping[str, object]:
        """Its title, and how long it is."""
        return {
            "title": self.title,
            "words": self.words,
            "headings": sum(b.kind == "heading" for b in self.blocks),
        }
