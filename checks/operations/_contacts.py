"""What a document says of whoever is on call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from readiness.evidence.document import Block, Document

_ON_CALL = re.compile(
    r"(?i)\bon[ _-]?call\b|\bpager(?:duty)?\b|\bescalat(?:ion|e)\b|\bon[ -]duty\b|\bopsgenie\b"
)
_CONTACT = re.compile(
    r"(?<![\w@])@[A-Za-z][\w./-]+|(?<![\w#&])#[a-z][\w-]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://[\w.-]+\.[a-z]{2,}\S*"
    r"|(?<!\w)\+?\d(?:[ ()/.-]?\d){6,14}(?![\w-])"
)
_A_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MADE_UP = re.compile(
    r"(?i)\bexample\.(?:com|org|net)\b|\b(?:todo|tbd|tbc|fixme|xxx+|changeme|placeholder|unknown|nobody|vacant"
    r"|unassigned|to be (?:named|defined|decided))\b|<[^>\n]+>|\b0?1234567|\b555[- ]?0?1\d\d\b"
    r"|@(?:name|user|team|handle)\b"
)
_LABEL = re.compile(r"([^:\n]{1,80}):\s*(.*)", re.DOTALL)


class Told(NamedTuple):
    """One place that speaks of the rota: its line, what it says, and the contact in it, empty where there is none."""

    line: int
    text: str
    contact: str


def told(document: Document) -> list[Told]:
    """Every place: a key of the front matter, a line `On call: ...`, a row, or a heading with what is below it."""
    return list(_places(document))


def is_made_up(text: str) -> bool:
    """Whether it is a placeholder, or an address of nobody."""
    return not re.search(r"\w", text) or bool(_MADE_UP.search(text))


def _places(document: Document) -> Iterator[Told]:
    for name, value in document.properties.items():
        if _ON_CALL.search(name.replace(".", " ")):
            yield _told(document.property_lines.get(name, 1), value)
    for index, block in enumerate(document.blocks):
        if block.kind == "heading" and _ON_CALL.search(block.text):
            below = _below(document.blocks, index)
            yield _told(block.line, " ".join(_text(one) for one in below))
        elif block.kind in ("paragraph", "item"):
            for offset, line in enumerate(block.text.split("\n")):
                label = _LABEL.match(line)
                if label and _ON_CALL.search(label[1]):
                    yield _told(block.line + offset, label[2])
        elif block.kind == "row" and block.cells and _ON_CALL.search(block.cells[0]):
            yield _told(block.line, " ".join(block.cells[1:]))


def _told(line: int, text: str) -> Told:
    plain = _A_DAY.sub(" ", text)
    found = next((one for one in _CONTACT.finditer(plain) if not is_made_up(one[0])), None)
    is_bad = found is None or bool(_MADE_UP.search(plain))
    return Told(line, text, "" if is_bad or found is None else found[0])


def _below(blocks: tuple[Block, ...], index: int) -> Iterator[Block]:
    level = blocks[index].level
    for block in blocks[index + 1 :]:
        if block.kind == "heading" and block.level <= level:
            return
        if block.kind not in ("code", "heading", "columns"):
            yield block


def _text(block: Block) -> str:
    return " ".join(block.cells) if block.kind == "row" else block.text
