"""A text -> the Kubernetes objects in it.

Documents in plain block style go the short way, all others the strict one.
`---` alone on a line begins a document wherever it stands, within scalars of every style too, so a text may be cut
there. A text in which anything is wrong is read once more in one piece by the strict parser: what is told of it does
not depend on the way that it went.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from readiness.evidence.manifests import Resource
from readiness.evidence.model import Unproven
from readiness.places import MAX_BYTES, MAX_NODES, LinedMap, Text, YamlError, load_kubernetes
from readiness.readers.manifests._ahead import MUCH, Ahead, may_share
from readiness.readers.manifests._block_style import Plain, plains_of
from readiness.readers.manifests._objects import object_of, objects_of

_MARK = "---\n"
_LINE_ENDS = re.compile("[\x85\u2028\u2029\ufeff]")
_ALIAS = re.compile(r"(?:^|[\s\[{,:?-])\*\S", re.M)
_Document = tuple[Any, int]


def resources_in(text: Text, file: str, ahead: Ahead | None = None) -> list[Resource]:
    """Every object of a text, in its order; `file` is what places call it.

    `ahead` may have read it already. Raises YamlError, and Unproven for what is no object.
    """
    if can_be_cut(text.content):
        try:
            return list(_resources(_cut(text, ahead), file))
        except (_OnlyWhole, YamlError, Unproven):
            pass
    return list(_resources(load_kubernetes(text), file))


def read_ahead(texts: Iterable[str]) -> Ahead:
    """Let another process begin with these."""
    return Ahead({text: [part for _, part in _parts(text)] for text in texts if can_be_cut(text)})


def _resources(documents: Iterable[_Document], file: str) -> Iterator[Resource]:
    for number, (document, line) in enumerate(documents, 1):
        if type(document) is Plain:
            yield object_of(document, file, number, line)
        elif document is not None:
            yield from objects_of(document, file, number, line)


class _OnlyWhole(Exception):  # noqa: N818 - it is no error
    """What is counted over a whole text must not be counted piece by piece."""


def can_be_cut(content: str) -> bool:
    """Whether `---` and line feeds tell where things stand, and no limit can be met that is one of a whole text."""
    if "\r" in content or not (content.isascii() or _LINE_ENDS.search(content) is None):
        return False
    size = len(content) if content.isascii() else len(content.encode("utf-8", "replace"))
    return size <= MAX_NODES or (size <= MAX_BYTES and _most_values(content) <= MAX_NODES)


def _most_values(content: str) -> int:
    """More values than these, or than there are lines, no text has without aliases."""
    return sum(content.count(mark) for mark in ("\n", "-", ",", "[", "{", ":", "?"))


def _cut(text: Text, ahead: Ahead | None) -> Iterator[_Document]:
    """Each document with the line on which it begins, empty ones too."""
    line, parts = 1, list(_parts(text.content))
    plains = ahead.plains(text.content) if ahead is not None else None
    if plains is None:
        plains = _plains([part for _, part in parts], text.content)
    for (mark, part), plain in zip(parts, plains, strict=True):
        line += len(mark) // len(_MARK)
        if plain is not None and "items" not in plain.body:
            yield plain, line + plain.line
        else:
            yield from _strictly(text.name, part, mark, line)
        line += part.count("\n")


def _plains(parts: list[str], content: str) -> list[Plain | None]:
    """The parts of one text, the second half of which another process reads when there is much of it."""
    half = len(parts) // 2
    if len(content) < MUCH or not half or not may_share():
        return plains_of(parts)
    ahead = Ahead({"": parts[half:]})
    try:
        first = plains_of(parts[:half])
        return first + (ahead.plains("") or plains_of(parts[half:]))
    finally:
        ahead.end()


def _parts(content: str) -> Iterator[tuple[str, str]]:
    """What stands between the marks, each part with the mark above it; the first has none, unless one is above it."""
    first, *others = ("\n" + content).split("\n" + _MARK)
    last = len(others)
    if first:
        yield "", first[1:] + ("\n" if last else "")
    for number, part in enumerate(others, 1):
        yield _MARK, part + ("\n" if number < last else "")


def _strictly(name: str, part: str, mark: str, line: int) -> Iterator[_Document]:
    """The documents of a part of a text that begins at a line; the mark before it is of the line above."""
    if _ALIAS.search(part):
        raise _OnlyWhole
    above = line - (2 if mark else 1)
    for document, at in load_kubernetes(Text(name, mark + part)):
        _move(document, above)
        yield document, at + above


def _move(node: Any, lines: int) -> None:
    """Let all maps of a document know that they stand further down; without aliases each is there once."""
    if isinstance(node, LinedMap):
        node.line += lines
        for key, value in node.items():
            node.lines[key] += lines
            _move(value, lines)
    elif isinstance(node, list):
        for item in node:
            _move(item, lines)
