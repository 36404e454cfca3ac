"""A document as segments: its headings, its texts with the label in front, its rows, its code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from readiness.evidence.document import Block, Document

_LABEL = re.compile(r"([^\s:|][^:|\n]{0,70}?)\s?(?::|\s[\u2013\u2014-](?=\s))\s?(.*)", re.DOTALL)
_NUMBERING = re.compile(r"^(?:(?:step|part|section)\s)?\d{1,3}(?:[.)]\d{0,3})*[.):]?\s", re.IGNORECASE)
_ROLL_BACK = re.compile(r"\broll(?:ed|ing|s)?[ -]?back\b")


class Segment(NamedTuple):
    """One statement of a document, and its line.

    `label` and `value` are the parts of `Label: value`; `cells` those of a row, each with the name of its column.
    """

    kind: Literal["heading", "text", "row", "code"]
    line: int
    text: str
    label: str = ""
    value: str = ""
    level: int = 0
    info: str = ""
    is_item: bool = False
    depth: int = 0
    cells: tuple[tuple[str, str], ...] = ()

    @property
    def said(self) -> str:
        """What it says: of a row only what stands behind its first cell, which is its label."""
        return self.value if self.kind == "row" and self.value else self.text


def normal(text: str) -> str:
    """Lower case, without numbering and punctuation, with one spelling of `rollback`."""
    text = _NUMBERING.sub("", text.casefold().replace("_", " "))
    text = _ROLL_BACK.sub("rollback", text)
    return " ".join(re.sub(r"[^\w\s]", " ", text).split())


def segments_of(document: Document, is_label: Callable[[str], bool]) -> Iterator[Segment]:
    """The segments in the order of the document; a paragraph is split before each line with a known label."""
    for name, value in document.properties.items():
        yield Segment("text", document.property_lines.get(name, 1), value, name.replace(".", " "), value)
    columns: tuple[str, ...] = ()
    for block in document.blocks:
        if block.kind == "columns":
            columns = block.cells
        elif block.kind == "row":
            yield _row(block, columns)
        elif block.kind == "heading":
            label, value = label_of(block.text)
            yield Segment("heading", block.line, block.text, label, value, level=block.level)
        elif block.kind == "code":
            yield Segment("code", block.line, block.text, info=block.info, depth=block.depth)
        else:
            yield from _texts(block, is_label)


def label_of(text: str) -> tuple[str, str]:
    """The label and the value of `Label: value`, or two empty texts."""
    found = _LABEL.match(text)
    return (found[1], found[2].strip()) if found else ("", "")


def _row(block: Block, columns: tuple[str, ...]) -> Segment:
    named = [f"{name} {cell}".strip() for name, cell in zip(columns, block.cells, strict=False) if cell]
    value = " | ".join(cell for cell in block.cells[1:] if cell)
    return Segment(
        "row",
        block.line,
        " | ".join(named),
        block.cells[0] if block.cells else "",
        value,
        depth=block.depth,
        cells=tuple(zip(columns, block.cells, strict=False)),
    )


def _texts(block: Block, is_label: Callable[[str], bool]) -> Iterator[Segment]:
    parts: list[tuple[int, list[str]]] = [(block.line, [])]
    for offset, line in enumerate(block.text.split("\n")):
        if parts[-1][1] and is_label(label_of(line)[0]):
            parts.append((block.line + offset, []))
        parts[-1][1].append(line)
    for line_number, lines in parts:
        text = " ".join(line for line in lines if line)
        label, value = label_of(text)
        yield Segment(
            "text", line_number, text, label, value, is_item=block.kind == "item", depth=block.depth
        )
