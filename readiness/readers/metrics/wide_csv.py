"""CSV with a time and a column for each series, as Grafana exports it and as loops around `ps` write it.

```csv
time,memory (MiB),cpu %
2026-11-21T03:00:00Z,212.4,35.1
```

Grafana: toCSV of packages/grafana-data/src/utils/csv.ts, with `Formatted data` switched off. An empty cell is a gap.
"""

from __future__ import annotations

from readiness.evidence.model import Unproven
from readiness.evidence.series import Metrics
from readiness.readers.base import Reader, Reading
from readiness.readers.metrics._gathered import Gathered, malformed, number
from readiness.readers.metrics._naming import UNNAMED, Title, title_of
from readiness.readers.metrics._table import at, rows, table_of
from readiness.readers.source import Source

_PLAIN = "write plain numbers, the unit in the header, as in `memory (MiB)`; in Grafana switch off `Formatted data`"


class WideCsv(Reader[Metrics]):
    """Each column but the first is a series."""

    def recognises(self, source: Source) -> bool:
        """A header that begins with a time, and has no columns for names and values."""
        table = table_of(source)
        return table is not None and table.long is None

    def read(self, source: Source) -> Reading[Metrics]:
        """The series, dated by their last point."""
        table = table_of(source)
        if table is None:
            raise malformed("its first line is no header that begins with `time`")
        made = Gathered()
        columns = [made.series(_title(name)) for name in table.columns[1:]]
        for row in rows(source, table):
            for points, cell in zip(columns, row.cells[1:], strict=True):
                if not cell.strip():
                    continue
                try:
                    made.put(points, row.when, _value(cell.strip()))
                except Unproven as error:
                    raise at(row.line, error) from None
        return made.reading()


def _title(column: str) -> Title:
    return title_of(UNNAMED if column.strip().lower() == "value" else column)


def _value(cell: str) -> float:
    try:
        return number(cell)
    except Unproven as error:
        raise malformed(error.message, _PLAIN) from None
