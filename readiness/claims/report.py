"""What a report holds: its lines, tables and sections, each with the line of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from readiness.claims.numbers import Parts, Quantity, fractions, quantities
from readiness.claims.status import Status, marks, shouted, word_status

Kind = Literal["heading", "item", "text", "row", "code"]
_STATUS_COLUMN = re.compile(
    r"status|result|state|verdict|outcome|ok\??|pass(ed)?\??|pass/fail|met\??|done\??|check|ready\??|complete\??",
    re.IGNORECASE,
)


@dataclass(frozen=True, eq=False)
class Line:
    """One statement: a heading, a list item, a line of text or code, or a row of a table.

    `box` is the state of a task list's box. `cells` are those of a row by the number of their column.
    """

    number: int
    kind: Kind
    text: str
    section: tuple[str, ...]
    group: int
    depth: int = 0
    box: bool | None = None
    cells: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    report: str = ""

    @cached_property
    def marks(self) -> tuple[Status, ...]:
        """Its status symbols, in order."""
        return marks(self.text)

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """Its numbers."""
        return quantities(self.text)

    @cached_property
    def fractions(self) -> tuple[Parts, ...]:
        """Its fractions."""
        return fractions(self.text)

    @cached_property
    def status(self) -> Status | None:
        """How it says that it stands: by its box, its first symbol, its status cell, or a word in capitals."""
        if self.box is not None:
            return Status.GOOD if self.box else Status.OPEN
        if self.kind == "row":
            return self._row_status()
        if self.marks:
            return self.marks[0]
        tail = self.text.rpartition(":")[2]
        said = word_status(tail) if ":" in self.text and len(tail) < 40 else None
        return said or (shouted(self.text) if len(self.text) <= 160 else None)

    def _row_status(self) -> Status | None:
        """That of its status column, else of its only symbol: a matrix of symbols has none."""
        named = [said for cell in self._status_cells() if (said := cell_status(cell))]
        if named:
            return named[0]
        marked = [found[0] for cell in self.cells if (found := marks(cell))]
        return marked[0] if len(marked) == 1 else None

    @property
    def is_ticked(self) -> bool:
        """Whether it says that it is good."""
        return self.status is Status.GOOD

    @cached_property
    def place(self) -> str:
        """Its section and text in lower case, for rules that look for words."""
        return f"{' '.join(self.section)} {self.text}".lower()

    def _status_cells(self) -> Iterator[str]:
        for name, cell in zip(self.columns, self.cells, strict=False):
            if _STATUS_COLUMN.fullmatch(name.strip()):
                yield cell


def cell_status(cell: str) -> Status | None:
    """The status of a cell that holds a symbol, or nothing but a word for one."""
    found = marks(cell)
    return found[0] if found else word_status(cell) or shouted(cell)


@dataclass(frozen=True, eq=False)
class Table:
    """A table: the names of its columns, and its rows."""

    columns: tuple[str, ...]
    rows: tuple[Line, ...]
    section: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Script:
    """A block of code in a programming language: read for the settings of a load test only."""

    number: int
    text: str
    section: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Report:
    """One report, as it is read."""

    name: str
    sha256: str
    title: str
    lines: tuple[Line, ...]
    tables: tuple[Table, ...]
    scripts: tuple[Script, ...]
    notes: tuple[str, ...] = ()
