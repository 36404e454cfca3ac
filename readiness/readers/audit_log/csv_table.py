"""A table with a head of names, as `time,actor,action,outcome`."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence.model import Reason, Unproven
from readiness.readers.audit_log._entries import Entry
from readiness.readers.audit_log._reader import LogReader, first_line, numbered
from readiness.readers.source import Source

_LEAST = 3


class CsvTable(LogReader):
    """CSV (RFC 4180) with commas; a row of another length than the head is counted, and shown."""

    def first(self, source: Source) -> Mapping[str, Any] | None:
        """The head, each name for itself: what stands below is not looked at."""
        line = first_line(source)
        if line.startswith(("{", "[", "<")) or "=" in line.partition(",")[0]:
            return None
        head = _row(line)
        return {name: name for name in head} if len(head) >= _LEAST and len(set(head)) == len(head) else None

    def entries(self, source: Source) -> Iterator[Entry]:
        """Each row."""
        lines = numbered(source)
        _, text = next(lines, (0, ""))
        head = _row(text)
        if len(set(head)) != len(head):
            raise Unproven(
                Reason.MALFORMED, "a column stands twice in its head", "give each a name of its own"
            )
        for number, line in lines:
            row = _row(line)
            if len(row) != len(head):
                yield Entry(number, None, line, f"it has {len(row)} columns, and the head {len(head)}")
            else:
                yield Entry(number, dict(zip(head, row, strict=True)), _told(head, row))


def _row(line: str) -> list[str]:
    """The cells of a line; a cell with a line break in it makes rows of another length."""
    try:
        rows = list(csv.reader([line], strict=True))
    except csv.Error:
        return []
    return [cell.strip() for cell in rows[0]] if rows else []


def _told(head: list[str], row: list[str]) -> str:
    """The row as pairs, so that a column called password is one."""
    return ", ".join(f'"{name}": "{cell}"' for name, cell in zip(head, row, strict=True))
