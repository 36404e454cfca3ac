"""One JSON object a line: `{"time": "2026-11-21T10:00:00Z", "actor": "ada", "action": "login", "outcome": "ok"}`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence.model import Unproven
from readiness.readers.audit_log._entries import Entry
from readiness.readers.audit_log._reader import LogReader, first_line, numbered
from readiness.readers.source import Source
from readiness.readers.strict_json import parse_json


class JsonLines(LogReader):
    """JSON lines (https://jsonlines.org/); a line that is none is counted, and shown."""

    def first(self, source: Source) -> Mapping[str, Any] | None:
        """The first object."""
        line = first_line(source)
        return _object(line) if line.startswith("{") else None

    def entries(self, source: Source) -> Iterator[Entry]:
        """Each line."""
        for number, text in numbered(source):
            made = _object(text)
            yield Entry(number, made, text, "" if made is not None else "it is no JSON object")


def _object(line: str) -> Mapping[str, Any] | None:
    try:
        data = parse_json(line)
    except Unproven:
        return None
    return data if isinstance(data, dict) else None
