"""Words of an instruction, and the variables in them, as Docker's own shell lexer has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

MAX_DEPTH = 10
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_BRACED = re.compile(r"([A-Za-z_]\w*)(?:(:?[-+?])(.*))?", re.ASCII | re.S)


def words_of(text: str, escape: str) -> list[str]:
    """A text split at white space outside of quotes; quotes and escapes are kept."""
    found, word, quote, at = list[str](), "", "", 0
    while at < len(text):
        char = text[at]
        if char == escape and at + 1 < len(text) and quote != "'":
            word, at = word + text[at : at + 2], at + 2
            continue
        if quote or char in "'\"":
            quote = "" if char == quote else quote or char
        elif char.isspace():
            found, word, at = [*found, word] if word else found, "", at + 1
            continue
        word, at = word + char, at + 1
    return [*found, word] if word else found


def unquoted(text: str, escape: str) -> str:
    """A word without its quotes and escapes."""
    return fill(text, {}, escape, keep=True).text or ""


class Filling(NamedTuple):
    """A word with its variables filled in; `text` is None where one has no value, `names` are all that were used."""

    text: str | None
    names: tuple[str, ...]


def fill(
    text: str, values: Mapping[str, str | None], escape: str, *, keep: bool = False, depth: int = 0
) -> Filling:
    """Fill variables in, and take quotes and escapes off; with `keep` variables stay as they are written.

    A variable that is absent from `values`, or whose value is None, is not known, unless it has a default.
    """
    made, names, quote, at, known = "", list[str](), "", 0, depth <= MAX_DEPTH
    while at < len(text):
        char = text[at]
        if char == escape and quote != "'" and at + 1 < len(text):
            made += text[at + 1] if not quote or text[at + 1] in (*'"$', escape) else text[at : at + 2]
            at += 2
        elif char in "'\"" and quote in ("", char):
            quote, at = "" if quote else char, at + 1
        elif char == "$" and quote != "'" and not keep:
            end, value, used = _variable(text, at, values, escape, depth)
            names += used
            known, made, at = known and value is not None, made + (value or ""), end
        else:
            made, at = made + char, at + 1
    return Filling(made if known else None, tuple(names))


def _variable(
    text: str, at: int, values: Mapping[str, str | None], escape: str, depth: int
) -> tuple[int, str | None, list[str]]:
    """What stands for the variable at a place, and where it ends."""
    if not text.startswith("${", at):
        found = _NAME.match(text, at + 1)
        return (found.end(), values.get(found[0]), [found[0]]) if found else (at + 1, "$", [])
    end = _closing(text, at + 2)
    found = _BRACED.fullmatch(text, at + 2, end)
    if found is None or depth > MAX_DEPTH:
        return end + 1, None, []
    name, how, word = found[1], found[2] or "", found[3] or ""
    value = values.get(name)
    is_set = bool(value) if how.startswith(":") else value is not None
    if how.endswith("-") and not is_set:
        inner = fill(word, values, escape, depth=depth + 1)
        return end + 1, inner.text, [name, *inner.names]
    if how.endswith("+"):
        inner = fill(word, values, escape, depth=depth + 1)
        return end + 1, inner.text if is_set else "", [name, *inner.names]
    return end + 1, value if is_set or not how else None, [name]


def _closing(text: str, at: int) -> int:
    """The brace that ends an expansion; the end of the text where there is none."""
    depth = 1
    while at < len(text):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if not depth:
            return at
        at += 1
    return len(text)
