"""Reports with one JSON object a line."""

from __future__ import annotations

from typing import Any

from readiness.evidence.model import Unproven
from readiness.readers.scan._made import refuse
from readiness.readers.source import Source
from readiness.readers.strict_json import parse_json

MAX_LINES = 1_000_000


def begins_with_line_of(source: Source, *keys: str) -> bool:
    """Whether the first line is an object with these keys."""
    first = source.opening.partition(b"\n")[0].lstrip(b"\xef\xbb\xbf \t")
    if not first.startswith(b"{") or not all(f'"{key}"'.encode() in first for key in keys):
        return False
    try:
        data = parse_json(first.decode())
    except (Unproven, UnicodeDecodeError):
        return False
    return isinstance(data, dict) and all(key in data for key in keys)


def objects_of(source: Source, remedy: str) -> list[tuple[int, Any]]:
    """The lines as data, each with its number; Unproven when one is no JSON, or when they are too many."""
    lines = [(number, line) for number, line in enumerate(source.text.split("\n"), 1) if line.strip()]
    if len(lines) > MAX_LINES:
        raise refuse(f"it has {len(lines):,} lines; at most {MAX_LINES:,} are read", remedy)
    return [(number, _parsed(number, line, remedy)) for number, line in lines]


def _parsed(number: int, line: str, remedy: str) -> Any:
    try:
        return parse_json(line)
    except Unproven as error:
        raise refuse(f"line {number}: {error.message}", remedy) from None
