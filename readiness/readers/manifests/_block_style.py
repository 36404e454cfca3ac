"""Documents in the plain block style in which tools write manifests, read line by line.

The events of a YAML parser cost far more than what they tell: most lines of most manifests are `key: word`. Here a
document is read when each of its lines has a form that leaves nothing open; with one odd line it is not read at all,
but left to the strict parser of `readiness.places`. What both read, both read alike: the tests compare them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from sys import intern
from typing import Any, NamedTuple

from readiness.places import MAX_DEPTH, resolved
from readiness.readers.manifests._flow_style import QUOTED, OddError, read_flow

# Each line is of one form only, so no part of it is ever tried twice (`++`).
# Of a plain scalar: no `#`, and a colon stands within a word only, so that nothing in it ends it.
_IN_WORD = r"""[!"$-9;-~]"""
_REST = rf"{_IN_WORD}*+(?::{_IN_WORD}++)*+(?: ++{_IN_WORD}++(?::{_IN_WORD}++)*+)*+"
_PLAIN = rf"(?:[A-Za-z0-9_/.+~=(^$\\;<]|-(?={_IN_WORD})){_REST}"
_FLOW = r"""[\[{][ !"$-~]*[\]}]"""
_KEY = r"(?:([A-Za-z0-9_][\w./-]{0,250}+):(?=[ \n]) *+)?+"
# `|` or `|-`, and the lines that stand no further left than the first of them.
_LITERAL = r"(\|-?)\n(( ++)[!-~][ -~]*+\n(?:\6[ -~]*+\n|\n)*+)"
_END = r"(?:\n| *+(?:(?<![!-~])#[ -~]*+)?+\n)"
_LINE = re.compile(
    rf"( *+)((?:- )*+){_KEY}(?:{_LITERAL}|({_PLAIN}|{QUOTED}|{_FLOW})?+{_END})|(.+\n?)", re.ASCII
)
_DEEP = MAX_DEPTH // 4


class Plain(NamedTuple):
    """One document: its map, the line of its first key counted from 0, and how far below it each key stands."""

    body: dict[str, Any]
    line: int
    lines: tuple[int, ...]


def plains_of(parts: Iterable[str]) -> list[Plain | None]:
    """Parts of a text, each of which holds one document; None for one that is left to the strict parser."""
    style = BlockStyle()
    return [style.read(part) if part.endswith("\n") else None for part in parts]


class BlockStyle:
    """Reads documents of one file; words that are written alike are kept once."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {}

    def read(self, text: str) -> Plain | None:
        """A document of whole lines, without the marks around it; None when a line of it is odd, or it is empty."""
        try:
            return self._read(text)
        except OddError:
            return None

    def _read(self, text: str) -> Plain | None:
        known = self._known
        root: dict[str, Any] = {}
        # The innermost map or list that is open, and its column; those around it; the key whose value may follow.
        node: Any = root
        column, outer, waiting = 0, list[tuple[int, Any]](), ""
        line, lines = -1, list[int]()
        for indent, dashes, key, literal, block, margin, value, odd in _LINE.findall(text):
            line += 1
            if not key:
                if odd or literal or (dashes and not value) or (value and not dashes):
                    return None
                if not value:
                    continue  # blank, or a comment
            at = len(indent)
            if waiting:
                if at > column or (dashes and at == column):
                    outer.append((column, node))
                    if len(outer) > _DEEP:
                        return None
                    node[waiting] = node = [] if dashes else {}
                    column = at
                waiting = ""
            while at < column:
                column, node = outer.pop()
            if dashes:
                if at != column or type(node) is not list or len(dashes) > _DEEP:
                    return None
                column, node = _at_item(column, node, len(dashes) // 2, bool(key), outer)
            elif at != column or type(node) is list:
                if at != column or outer[-1][0] != at:
                    return None
                column, node = outer.pop()  # the list below a key of the same column ends
            if not key:
                node.append(known[value] if value in known else self._meant(value, line, lines))
                continue
            if key in node:
                return None
            lines.append(line)
            if value:
                try:
                    node[intern(key)] = known[value]
                except KeyError:
                    node[intern(key)] = self._meant(value, line, lines)
            elif literal:
                if len(margin) <= column:
                    return None
                node[intern(key)] = _joined(block, margin, literal)
                line += block.count("\n")
            else:
                waiting = intern(key)
                node[waiting] = None
        return _plain(root, lines) if lines else None

    def _meant(self, written: str, line: int, lines: list[int]) -> Any:
        """What a value means that is not known yet; each key in it is of this line. OddError."""
        if written[0] not in "[{":
            return self._word(written)
        made = read_flow(written, self._word, lambda: lines.append(line))
        if "{" not in written:
            self._known[written] = (
                made  # nobody changes what was read: lists may be shared, as they are by aliases
            )
        return made

    def _word(self, written: str) -> Any:
        made = written[1:-1] if written[0] in "\"'" else resolved(written)
        self._known[written] = made = intern(made) if type(made) is str else made
        return made


def _plain(body: dict[str, Any], lines: list[int]) -> Plain:
    first = lines[0]
    return Plain(body, first, tuple(lines) if not first else tuple([line - first for line in lines]))


def _at_item(
    column: int, node: Any, dashes: int, is_map: bool, outer: list[tuple[int, Any]]
) -> tuple[int, Any]:
    """Where an item of a list goes that is begun by so many dashes, as lists in lists, or as a map in the last one."""
    for number in range(1, dashes + is_map):
        inner: Any = {} if number == dashes else []
        outer.append((column, node))
        node.append(inner)
        node, column = inner, column + 2
    return column, node


def _joined(block: str, margin: str, sign: str) -> str:
    """The lines of a literal block without their margin; `|` keeps the end of the last one that is not empty."""
    found = block.replace("\n" + margin, "\n")[len(margin) :].rstrip("\n")
    return found if sign == "|-" else found + "\n"
