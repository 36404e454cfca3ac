"""CSV with one point a row: a time, the name of the series, its value; all other columns are labels.

```csv
time,name,value,pod
2026-11-21T03:00:00Z,memory_bytes,222716723,checkout-7d9f
```
"""

from __future__ import annotations

from readiness.evidence.model import Unproven
from readiness.evidence.series import Metrics
from readiness.readers.base import Reader, Reading
from readiness.readers.metrics._gathered import Gathered, Points, malformed, number
from readiness.readers.metrics._naming import Title, title_of
from readiness.readers.metrics._table import Row, Table, at, rows, table_of
from readiness.readers.source import Source

_PLAIN = "write plain numbers, and the unit into the name, as in `memory_bytes` or `memory (MiB)`"


class LongCsv(Reader[Metrics]):
    """Rows of several series may be mixed; within each the times ascend."""

    def recognises(self, source: Source) -> bool:
        """A header that begins with a time, and has columns for the name and the value."""
        table = table_of(source)
        return table is not None and table.long is not None

    def read(self, source: Source) -> Reading[Metrics]:
        """The series, dated by their last point."""
        table = table_of(source)
        if table is None or table.long is None:
            raise malformed("its first line is no header with `time`, `name` and `value`")
        if len(set(table.columns)) < len(table.columns):
            raise malformed("a column stands twice")
        made, known = Gathered(), dict[tuple[str, ...], Points]()
        for row in rows(source, table):
            try:
                _put(made, known, row, table, table.long)
            except Unproven as error:
                raise at(row.line, error) from None
        return made.reading()


def _put(
    made: Gathered, known: dict[tuple[str, ...], Points], row: Row, table: Table, places: tuple[int, int]
) -> None:
    value = places[1]
    key = tuple(cell for place, cell in enumerate(row.cells) if place not in (0, value))
    if key not in known:
        known[key] = made.series(_title(row, table, places))
    if cell := row.cells[value].strip():
        made.put(known[key], row.when, _value(cell))


def _title(row: Row, table: Table, places: tuple[int, int]) -> Title:
    named = title_of(row.cells[places[0]])
    labels = {
        label.strip(): cell
        for place, (label, cell) in enumerate(zip(table.columns, row.cells, strict=True))
        if place not in (0, *places) and cell
    }
    if twice := set(labels) & set(named.labels):
        raise malformed(f"the label {min(twice)[:60]} stands in the name and in a column")
    return Title(named.name, {**named.labels, **labels})


def _value(cell: str) -> float:
    try:
        return number(cell)
    except Unproven as error:
        raise malformed(error.message, _PLAIN) from None
