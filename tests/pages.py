"""Pages of documentation, and what can be held against the code: their blocks of code, links, headings and tables."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

_OPERATORS = frozenset({"|", "||", "&&", ";", ">", ">>"})
_PARSER = MarkdownIt("commonmark").enable("table")


class Fence(NamedTuple):
    """A block of code, and the heading that it stands below."""

    language: str
    text: str
    heading: str


class Page:
    """One Markdown file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tokens = _PARSER.parse(path.read_text(encoding="utf-8"))

    def fences(self, language: str, heading: str | None = None) -> list[Fence]:
        """The blocks of a language, of the whole page or right below one heading."""
        found = [one for one in self._fences() if one.language == language]
        return [one for one in found if heading is None or one.heading == heading]

    def inline_code(self) -> list[str]:
        """Everything between backticks."""
        return [one.content for one in self._inline() if one.type == "code_inline"]

    def links(self) -> list[str]:
        """Where its links and pictures lead."""
        found = (one.attrGet("href") or one.attrGet("src") for one in self._inline())
        return [str(target) for target in found if target]

    def anchors(self) -> set[str]:
        """The names of its headings, as GitHub makes them."""
        return {_slug(title) for title, _ in self._headings()}

    def rows(self, heading: str) -> list[list[str]]:
        """The cells of the tables right below a heading, without their heads."""
        rows: list[list[str]] = []
        current, in_body = "", False
        for token, after in zip(self.tokens, [*self.tokens[1:], None], strict=True):
            if token.type == "heading_open" and after is not None:
                current = after.content
            in_body = token.type == "tbody_open" or (in_body and token.type != "tbody_close")
            if current == heading and in_body:
                if token.type == "tr_open":
                    rows.append([])
                elif token.type == "inline":
                    rows[-1].append(token.content)
        return rows

    def commands(self, program: str) -> Iterator[list[str]]:
        """The arguments of every call of a program, in blocks and between backticks."""
        for text in [*self.inline_code(), *self._lines()]:
            yield from _calls(text, program)

    def _fences(self) -> Iterator[Fence]:
        headings = {line: title for title, line in self._headings()}
        for token in self.tokens:
            if token.type == "fence" and token.map:
                above = [line for line in headings if line < token.map[0]]
                yield Fence(token.info, token.content, headings[max(above)] if above else "")

    def _lines(self) -> Iterator[str]:
        for fence in self._fences():
            if fence.language == "yaml":
                yield from _texts(yaml.safe_load(fence.text))
            elif fence.language in ("sh", "groovy"):
                yield from fence.text.replace("\\\n", " ").splitlines()

    def _headings(self) -> Iterator[tuple[str, int]]:
        for token, after in zip(self.tokens, self.tokens[1:], strict=False):
            if token.type == "heading_open" and token.map:
                yield after.content, token.map[0]

    def _inline(self) -> Iterator[Token]:
        for token in self.tokens:
            yield from token.children or ()


def _calls(text: str, program: str) -> Iterator[list[str]]:
    if not re.search(rf"(?<![\w./-]){program}\s|/{program}\s", text):
        return
    try:
        words = shlex.split(text, comments=True)
    except ValueError:  # a quote that ends on another line: what matters stands before it
        words = text.replace("'''", " ").split()
    for i, word in enumerate(words):
        if " " in word:
            yield from _calls(word, program)
        elif word == program or word.endswith(f"/{program}"):
            rest = words[i + 1 :]
            end = next((n for n, one in enumerate(rest) if one in _OPERATORS), len(rest))
            yield rest[:end]


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        data = [*data.keys(), *data.values()]
    if isinstance(data, list):
        for one in data:
            yield from _texts(one)
    elif isinstance(data, str):
        yield from data.splitlines()


def _slug(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
