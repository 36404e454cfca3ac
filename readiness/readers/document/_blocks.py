"""Tokens of markdown-it -> blocks of text, each with its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from readiness.evidence.document import Block, BlockKind
from readiness.evidence.model import Reason, Unproven
from readiness.readers.document._inline import refuse_hiding, task, visible

# The parser drops what is nested deeper without a word; so its limit is far above what people write, and refused.
MAX_NESTING = 60
MAX_PARAGRAPH = 100_000


def blocks_of(text: str) -> Iterator[Block]:
    """The blocks in the order of the text; lines count from 1. Raises Unproven (malformed)."""
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable(["table", "strikethrough"])
    parser.core.ruler.before("inline", "bounds", _refuse_long_paragraphs)
    walk = _Walk(text.split("\n"))
    for token in parser.parse(text):
        if token.level >= MAX_NESTING - 4:
            line = token.map[0] + 1 if token.map else walk.line
            raise Unproven(Reason.MALFORMED, f"line {line} is nested too deeply", "flatten the list")
        yield from walk.take(token)


def _refuse_long_paragraphs(state: StateCore) -> None:
    """Inline markup costs more than linear time in the length of one paragraph."""
    for token in state.tokens:
        if token.type == "inline" and len(token.content) > MAX_PARAGRAPH:
            line = token.map[0] + 1 if token.map else 1
            message = f"the paragraph of line {line} has {len(token.content):,} characters"
            raise Unproven(Reason.MALFORMED, message, "break it into paragraphs")


@dataclass
class _Container:
    """A list item or a quotation; only the first paragraph of an item is the item."""

    is_item: bool
    ordered: bool = False


@dataclass
class _Walk:
    lines: list[str]
    line: int = 1
    headings: list[tuple[int, str]] = field(default_factory=list)
    containers: list[_Container] = field(default_factory=list)
    lists: list[bool] = field(default_factory=list)
    level: int = 0
    cells: list[str] = field(default_factory=list)
    row_kind: BlockKind = "row"
    in_table: bool = False

    def take(self, token: Token) -> Iterator[Block]:
        """What one token adds."""
        if token.map:
            self.line = token.map[0] + 1
        if token.type == "inline":
            yield from self._text(token)
        elif token.type in ("fence", "code_block"):
            yield self._code(token)
        elif token.type == "html_block":
            refuse_hiding(token.content, self.line)
        elif token.type == "tr_close":
            yield self._block(self.row_kind, " | ".join(self.cells), cells=tuple(self.cells))
        else:
            self._structure(token)

    def _structure(self, token: Token) -> None:
        match token.type:
            case "heading_open":
                self.level = int(token.tag[1:])
            case "bullet_list_open" | "ordered_list_open":
                self.lists.append(token.type == "ordered_list_open")
            case "bullet_list_close" | "ordered_list_close":
                self.lists.pop()
            case "list_item_open":
                self.containers.append(_Container(True, self.lists[-1]))
            case "blockquote_open":
                self.containers.append(_Container(False))
            case "list_item_close" | "blockquote_close":
                self.containers.pop()
            case "heading_close":
                self.level = 0
            case "table_open" | "table_close":
                self.in_table = token.type == "table_open"
            case "tr_open":
                self.cells = []
            case "thead_open":
                self.row_kind = "columns"
            case "tbody_open":
                self.row_kind = "row"

    def _text(self, token: Token) -> Iterator[Block]:
        text = visible(token, self.line)
        if self.in_table:
            self.cells.append(" ".join(text.split()))
        elif self.level and not self.containers:
            yield self._heading(" ".join(text.split()))
        elif text.strip():
            yield self._paragraph(text)

    def _heading(self, text: str) -> Block:
        self.headings = [(level, name) for level, name in self.headings if level < self.level]
        block = self._block("heading", text, level=self.level)
        self.headings.append((self.level, text))
        return block

    def _paragraph(self, text: str) -> Block:
        container = self.containers[-1] if self.containers else _Container(False)
        if not container.is_item:
            return self._block("paragraph", text)
        container.is_item = False
        checked, rest = task(text)
        return self._block("item", rest, ordered=container.ordered, checked=checked)

    def _code(self, token: Token) -> Block:
        start, end = token.map or (0, 0)
        if token.type == "fence":
            last = self.lines[end - 1].strip(" \t>") if end - start > 1 else ""
            if not last.startswith(token.markup) or last.strip(token.markup[0]):
                message = f"the code block of line {start + 1} is never closed: the text may be cut off"
                raise Unproven(Reason.MALFORMED, message, f"close it with {token.markup}")
            self.line = start + 2 if token.content else start + 1
        return self._block("code", token.content.rstrip("\n"), info=(token.info.split() or [""])[0])

    def _block(
        self,
        kind: BlockKind,
        text: str,
        *,
        level: int = 0,
        info: str = "",
        ordered: bool = False,
        checked: bool | None = None,
        cells: tuple[str, ...] = (),
    ) -> Block:
        return Block(
            kind=kind,
            line=self.line,
            text=text,
            level=level,
            info=info,
            ordered=ordered,
            checked=checked,
            depth=len(self.lists),
            section=tuple(name for _, name in self.headings),
            cells=cells,
        )
