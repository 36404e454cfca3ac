"""Bodies of answers as strict, bounded JSON."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from readiness.evidence.model import Unproven
from readiness.readers.network.redaction import Scrubber
from readiness.readers.strict_json import parse_json

MAX_DEPTH = 100
_BEGINNING = 4_096
_PAGE = re.compile(rb"<(!doctype\s+html|html|head|body)[\s/>]", re.IGNORECASE)
MAX_ELEMENTS = 100_000
_MAX_PROBLEM = 200


def parse_body(body: bytes, scrubber: Scrubber) -> tuple[Any, str]:
    """The document without secrets, and no problem; or None and why it is no JSON that facts can hold."""
    if _elements(body) > MAX_ELEMENTS:
        return None, f"it has more than {MAX_ELEMENTS:,} elements"
    try:
        document = parse_json(body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return None, "it is not UTF-8 text"
    except Unproven as error:
        return None, scrubber.text(error.message)[:_MAX_PROBLEM]
    if _is_deep(document):
        return None, f"it is nested more than {MAX_DEPTH} levels deep"
    if not _survives(document):
        return None, "it holds what JSON cannot carry on, such as half a character"
    return scrubber.data(document), ""


def _elements(body: bytes) -> int:
    """At least as many as the document has, told before it is parsed: a small one takes fifty times its size then."""
    return sum(map(body.count, (b",", b"[", b"{")))


def is_page(body: bytes) -> bool:
    """Whether it begins like HTML, whatever its content type says: browsers look at that too."""
    return _PAGE.search(body[:_BEGINNING].replace(b"\0", b"")) is not None  # without the zeros of UTF-16


def _survives(document: Any) -> bool:
    """Whether it is the same after a journey through JSON, as all facts are."""
    try:
        return bool(msgspec.json.decode(msgspec.json.encode(document)) == document)
    except (msgspec.MsgspecError, OverflowError, UnicodeError, ValueError):
        return False


def _is_deep(document: Any) -> bool:
    level, depth = [document], 0
    while level and depth <= MAX_DEPTH:
        level = [child for node in level for child in _children(node)]
        depth += 1
    return bool(level)


def _children(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else []
