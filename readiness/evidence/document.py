"""A document for people, with the lines of its parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from readiness.evidence.model import Facts, Value


class Block(Value, frozen=True, kw_only=True):
    """One part of a document, and the line where it begins.

    `text` is what a reader sees, without markup; `level` is that of a heading; `info` the language of a code block;
    `section` the headings above it, outermost first; `checked` the state of a task list's box.
    """

    kind: Literal["heading", "paragraph", "item", "code", "row"]
    line: int
    text: str
    level: int = 0
    info: str = ""
    ordered: bool = False
    checked: bool | None = None
    section: tuple[str, ...] = ()


class Document(Facts, frozen=True, kw_only=True):
    """A document; `properties` are the scalars of its front matter."""

    kind: ClassVar[str] = "document"
    path: str
    title: str
    blocks: tuple[Block, ...]
    properties: Mapping[str, str] = {}
    words: int = 0

    def summary(self) -> Mapping[str, object]:
        """Its title, and how long it is."""
        return {
            "title": self.title,
            "words": self.words,
            "headings": sum(b.kind == "heading" for b in self.blocks),
        }
