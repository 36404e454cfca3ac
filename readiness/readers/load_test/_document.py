"""Files that are one JSON object, told from files that have one on each line."""

from __future__ import annotations

from typing import Any

from readiness.evidence.model import Unproven
from readiness.readers.source import Source
from readiness.readers.strict_json import parse_json


def document(source: Source) -> dict[str, Any]:
    """The object that the file is; empty when it is something else. Raises Unproven when it is broken.

    A file whose first line is a document of its own may be very long, and is not read as a whole.
    """
    if source.head[:1] != b"{" or _is_followed(source.head):
        return {}
    data = source.json
    return data if isinstance(data, dict) else {}


def _is_followed(head: bytes) -> bool:
    line, _, rest = head.partition(b"\n")
    if not rest.strip():
        return False
    try:
        parse_json(line.decode())
    except (Unproven, UnicodeDecodeError):
        return False
    return True
