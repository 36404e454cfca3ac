"""CSV with a head (RFC 4180): a list of maps, one a row. What is written as JSON writes a number is one."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from readiness.readers.data._content import refuse
from readiness.readers.data._form import Form
from readiness.readers.source import Source

_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,17})(\.\d{1,17})?(?:[eE][+-]?\d{1,2})?", re.ASCII)
_MOST_ROWS = 200_000


class CsvData(Form):
    """Rows as long as the head. `007` is text, an empty cell is null."""

    def parse(self, text: str, source: Source) -> Any:  # noqa: ARG002 - the text is enough
        """The rows."""
        try:
            rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
        except csv.Error as error:
            raise refuse(f"it is not CSV: {error}") from None
        if not rows:
            raise refuse("it has no head")
        if len(rows) > _MOST_ROWS:
            raise refuse(f"it has more than {_MOST_ROWS:,} rows", "write a smaller file")
        head = [name.strip() for name in rows[0]]
        if len(set(head)) != len(head) or "" in head:
            raise refuse("a column has no name, or the name of another", "give each a name of its own")
        for number, row in enumerate(rows[1:], 1):
            if len(row) != len(head):
                raise refuse(f"row {number} has {len(row)} columns, and the head {len(head)}")
        return [dict(zip(head, map(_cell, row), strict=True)) for row in rows[1:]]


def _cell(text: str) -> Any:
    plain = text.strip()
    if not plain:
        return None
    if found := _NUMBER.fullmatch(plain):
        return float(plain) if found[1] or "e" in plain.lower() else int(plain)
    return plain
