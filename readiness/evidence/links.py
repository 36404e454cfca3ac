"""Links in documents and rules, taken apart; nothing is opened."""

from __future__ import annotations

import posixpath
from typing import NamedTuple
from urllib.parse import unquote, urlsplit


class Link(NamedTuple):
    """`scheme` and `host` are empty for a path. `path` has neither query nor anchor."""

    scheme: str
    host: str
    path: str
    anchor: str


def parse_link(text: str) -> Link:
    """A URL, or a path with an anchor, decoded; ValueError when it is none."""
    parts = urlsplit(text)
    return Link(parts.scheme, (parts.hostname or "").lower(), unquote(parts.path), unquote(parts.fragment))


def normal(path: str) -> str:
    """A path without `.`, `..` where they lead nowhere, and doubled slashes; empty stays empty."""
    return posixpath.normpath(path) if path else ""


def joined(folder: str, rest: str) -> str:
    """A path below a folder."""
    return posixpath.join(folder, rest.lstrip("/"))


def last_part(path: str) -> str:
    """The name of a file, without its folders."""
    return posixpath.basename(path)
