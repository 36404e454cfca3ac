"""Foreign text made harmless: a report shows it, and neither a terminal, a browser, nor a CI service obeys it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby

LONGEST = 2000
UNKNOWN = "\ufffd"
_SPLIT = "<!-- -->"
_BULLET = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+")
_MARKDOWN = str.maketrans(
    {c: "\\" + c for c in "\\`*_[]~#$"}
    | {"<": "&lt;", ">": "&gt;", "&": "&amp;", "|": "&#124;", "@": "@" + _SPLIT}
)
_AUTOLINKS = (
    (re.compile(r"://"), f":{_SPLIT}//"),
    (re.compile(r"(?i)\b(www|mailto|xmpp)(?=[.:])"), rf"\1{_SPLIT}"),
    (re.compile(r"\\#(?=\d)"), rf"\\#{_SPLIT}"),
    (re.compile(r"(?i)\b(GH)-(?=\d)"), rf"\1{_SPLIT}-"),
    (re.compile(r":(?=[A-Za-z+_-][\w+-]*:|100:|1234:)"), f":{_SPLIT}"),
    (re.compile(r"^(\d{1,9})([.)])(?=\s|$)"), r"\1\\\2"),
    (re.compile(r"^([-+=])(?=[-=\s]|$)"), r"\\\1"),
)
_COMMAND = re.compile(r"##(?=\w*\[)")
_LINK = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(?:[/?#][!-~]*)?", re.ASCII)


def clean(text: str) -> str:
    """One line without anything invisible that acts.

    Line breaks and tabs become a space; control characters and lone surrogates the replacement character; what
    only steers the display (bidi, zero-width, tags) is dropped.
    """
    if not text.isprintable():
        text = "".join(c if c.isprintable() else _visible(c) for c in text)
    return " ".join(text.split())


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if char.isspace() or category in ("Zl", "Zp", "Zs"):
        return " "
    if category in ("Cc", "Cs") or ord(char) & 0xFFFE == 0xFFFE:
        return UNKNOWN
    return "" if category == "Cf" else char


def shorten(text: str, limit: int = LONGEST) -> str:
    """A text that a reader can still read; what was left out is counted."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]} … ({len(text) - limit:,} more characters)"


def paragraphs(text: str) -> Iterator[str]:
    """The paragraphs and list items of a docstring section, each as one clean line."""
    for blank, lines in groupby(text.splitlines(), key=lambda line: not line.strip()):
        if not blank:
            yield from _items(list(lines))


def _items(lines: list[str]) -> Iterator[str]:
    item: list[str] = []
    for line in lines:
        if _BULLET.match(line) and item:
            yield clean(" ".join(item))
            item = []
        item.append(_BULLET.sub("• ", line, count=1) if _BULLET.match(line) else line)
    yield clean(" ".join(item))


def terminal(text: str) -> str:
    """Clean text in which no CI service finds a command of its own (`##[...]`, `##vso[...]`)."""
    return _COMMAND.sub("# #", shorten(clean(text)))


def no_command(line: str) -> str:
    """A line that does not begin as a workflow command does (`::error::`): a ratio sign stands for its colon."""
    return re.sub(r"^(\s*):(?=:)", "\\1\u2236", line)


def markdown(text: str) -> str:
    """Text for GitHub-flavoured Markdown: no markup, no HTML, no mention, no link, one line.

    A backslash stops markup only; mentions and links are found in the text that is left, so an empty comment
    parts them.
    """
    text = shorten(clean(text)).translate(_MARKDOWN)
    for pattern, parted in _AUTOLINKS:
        text = pattern.sub(parted, text)
    return no_command(text)


def markdown_code(text: str) -> str:
    """Text in the type of code, also in a cell of a table."""
    shown = shorten(clean(text))
    if not shown or "`" in shown or "|" in shown:
        return f"<code>{markdown(text)}</code>" if shown else ""
    return f"`{shown}`"


def is_link(text: str) -> bool:
    """Whether a browser may be sent there: http or https, and no name or password in front of the host."""
    return _LINK.fullmatch(text) is not None


def code_parts(text: str) -> Iterator[tuple[bool, str]]:
    """`(is_code, part)` for text in which backticks mark code, as docstrings do."""
    for i, part in enumerate(re.split(r"`([^`]+)`", text)):
        if part:
            yield i % 2 == 1, part
