"""Inline markup -> what a reader of the rendered page sees."""

from __future__ import annotations

import re

from markdown_it.token import Token

from readiness.evidence.model import Reason, Unproven

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HIDING = re.compile(
    r"<!--|<(template|script|style|textarea|title|noscript)\b|\shidden\b|\bstyle\s*=|\bclass\s*=\s*.?hidden",
    re.IGNORECASE,
)
_STRUCK = re.compile(r"<(/?)(?:s|del|strike)\s*>", re.IGNORECASE)
_TASK = re.compile(r"\[([ xX])\]\s+(.*)", re.DOTALL)
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
# Elements of HTML that people use within Markdown; any other tag, such as <version>, is text that was meant.
_ELEMENTS = re.compile(
    "a|abbr|b|big|br|cite|code|details|dfn|em|font|hr|i|img|input|ins|kbd|mark|p|q|samp|small|span|strong|sub|sup"
    "|summary|time|tt|u|var|wbr",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")


def visible(token: Token, line: int) -> str:
    """The text of an inline token; its line breaks are those of the file, or there are none."""
    parts: list[str] = []
    struck = 0
    for child in token.children or ():
        struck += _strikes(child)
        text = _shown(child, line)
        parts.append("\n" * text.count("\n") if struck else text)
    text = "".join(parts).translate(_INVISIBLE)
    if text.count("\n") != token.content.count("\n"):  # a code span runs over lines: which, is lost
        text = text.replace("\n", " ")
    return "\n".join(" ".join(part.split()) for part in text.split("\n"))


def task(text: str) -> tuple[bool | None, str]:
    """The state of a task list's box, None without one, and the text behind it."""
    found = _TASK.match(text)
    return (found[1] != " ", found[2]) if found else (None, text)


def refuse_hiding(html: str, line: int) -> None:
    """Unproven (malformed) when raw HTML might hide the text around it from a reader of the page."""
    if found := _HIDING.search(_COMMENT.sub("", html)):
        message = (
            f"the HTML of line {line} may hide text ({found[0].strip()}), so what is shown cannot be told"
        )
        raise Unproven(Reason.MALFORMED, message, "write it as plain Markdown")


def _shown(child: Token, line: int) -> str:
    if child.type in ("text", "code_inline"):
        return child.content
    if child.type in ("softbreak", "hardbreak"):
        return "\n"
    return _html(child.content, line) if child.type == "html_inline" else ""


def _html(html: str, line: int) -> str:
    breaks = "\n" * html.count("\n")
    refuse_hiding(html, line)
    tag = _TAG.match(html)
    if tag and not _ELEMENTS.fullmatch(tag[1]) and not _STRUCK.match(html):
        return html
    return breaks or (" " if tag and tag[1].lower() == "br" else "")


def _strikes(child: Token) -> int:
    if child.type in ("s_open", "s_close"):
        return child.nesting
    found = _STRUCK.fullmatch(child.content) if child.type == "html_inline" else None
    return (-1 if found[1] else 1) if found else 0
