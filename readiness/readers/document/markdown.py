"""CommonMark with tables and struck-out text, and YAML front matter (https://spec.commonmark.org/0.31.2/)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from readiness.evidence.document import Block, Document
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.document._blocks import blocks_of
from readiness.readers.document._front_matter import split
from readiness.readers.document._prose import is_prose
from readiness.readers.likeness import Likeness
from readiness.readers.source import Source

MAX_BYTES = 5_000_000
MAX_LINE = 20_000
MAX_FACTS = 4_000_000
_OTHER_FORMATS = re.compile(
    rb"\s*(\{|<\?xml|<!doctype|<html|%PDF-|PK\x03\x04|-----BEGIN |(?-i:eyJ)[\w-]{10,}\.)", re.IGNORECASE
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_WRITE_TEXT = "name a Markdown file in UTF-8"


class Markdown(Reader[Document]):
    """Text with headings, lists, tables and code; HTML is no text, and what a browser would hide is refused."""

    def recognises(self, source: Source) -> bool:
        """Whether it is text, and none of the formats that are text as well but no Markdown."""
        head = source.head
        if b"\0" in head:
            raise _binary()
        if not head.removeprefix(b"\xef\xbb\xbf").strip():
            raise Unproven(Reason.MALFORMED, "it is empty", "write the document")
        return not _OTHER_FORMATS.match(head)

    def likeness(self, source: Source) -> Likeness:
        """Not of its own: what has headings and is no data may be Markdown, as any text may."""
        fits = self.recognises(source) and is_prose(source.head.decode("utf-8-sig", "replace"))
        return Likeness.GENERAL if fits else Likeness.NONE

    def read(self, source: Source) -> Reading[Document]:
        """The blocks and properties; Unproven (malformed) for what is binary, empty, cut off or too large."""
        text = _text(source)
        properties, lines, body = split(text)
        blocks = tuple(blocks_of(body))
        if not blocks and not properties:
            raise Unproven(Reason.MALFORMED, "it holds no text", "write the document")
        document = Document(
            path=source.name,
            title=properties.get("title") or _title(blocks),
            blocks=blocks,
            properties=properties,
            property_lines=lines,
            words=sum(map(_words, blocks)),
        )
        return Reading(_bounded(document))


def _text(source: Source) -> str:
    if source.size > MAX_BYTES:
        message = f"it is {source.size:,} bytes; a document has at most {MAX_BYTES:,}"
        raise Unproven(Reason.MALFORMED, message, "split the document, and name the part that is meant")
    text = source.text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise _binary()
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        message = f"line {line} holds the control character {ord(found[0]):#04x}: it is no text"
        raise Unproven(Reason.MALFORMED, message, _WRITE_TEXT)
    for number, line_text in enumerate(text.split("\n"), 1):
        if len(line_text) > MAX_LINE:
            message = f"line {number} has {len(line_text):,} characters; at most {MAX_LINE:,} are read"
            raise Unproven(Reason.MALFORMED, message, "break the line")
    return text


def _binary() -> Unproven:
    return Unproven(Reason.MALFORMED, "it holds NUL bytes: it is binary, or not UTF-8", _WRITE_TEXT)


def _title(blocks: Sequence[Block]) -> str:
    headings = [block for block in blocks if block.kind == "heading"]
    return min(headings, key=lambda block: block.level).text if headings else ""


def _words(block: Block) -> int:
    if block.kind not in ("paragraph", "item"):
        return 0
    return sum(any(letter.isalpha() for letter in word) for word in block.text.split())


def _bounded(document: Document) -> Document:
    """Facts stay under 4 MiB, and each block repeats the headings above it."""
    size = sum(len(b.text) + sum(map(len, b.section)) + sum(map(len, b.cells)) + 40 for b in document.blocks)
    if size > MAX_FACTS:
        message = f"it comes to {size:,} characters with its headings; at most {MAX_FACTS:,} are kept"
        raise Unproven(Reason.MALFORMED, message, "split the document, and name the part that is meant")
    return document
