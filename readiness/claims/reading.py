"""A report in Markdown or plain text -> its lines, tables and sections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from readiness.claims.numbers import MOST_NUMBERS
from readiness.claims.report import Kind, Line, Report, Script, Table
from readiness.claims.status import marks, repaired
from readiness.errors import UsageError
from readiness.evidence.document import Block, Document
from readiness.evidence.model import Unproven
from readiness.readers.document.markdown import Markdown
from readiness.readers.source import Source

MAX_BYTES = 500_000
MAX_LINE = 4_000
MAX_BRACKETS = 200
MAX_LINES = 10_000
MAX_COLUMNS = 60
_STARTS_A_LINE = re.compile(r"[\W_]*[A-Za-z][^.:|]{0,60}:(\s|$)|[^\w\s\"'(\[<≤≥>~]", re.ASCII)
_PLAIN_CODE = ("", "text", "txt", "console", "output", "log", "plain", "plaintext", "none")
_HTML = re.compile(
    r"\s{0,3}</?(?:table|tr|t[dh]|ul|ol|li|p|div|h[1-6]|summary|span|section)\b", re.IGNORECASE
)


def read_report(path: Path) -> Report:
    """The report; UsageError, in one line, for what is no text, empty, cut off or too large."""
    name = str(path)
    try:
        with Source.open(path) as source:
            if source.size > MAX_BYTES:
                raise UsageError(
                    f"{name} cannot be used: it is {source.size:,} bytes; a report has at most {MAX_BYTES:,}"
                )
            if not Markdown().recognises(source):
                raise UsageError(f"{name} cannot be used: it is no report in Markdown or plain text")
            _refuse_long_lines(name, source.text)
            facts = Markdown().read(source).facts
            return _report(name, source, facts)
    except Unproven as error:
        raise UsageError(f"{name} cannot be used: {error.message}") from None


def _refuse_long_lines(name: str, text: str) -> None:
    """Markup within a line costs more than linear time in its length."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.count("[") > MAX_BRACKETS:
            raise UsageError(
                f"{name} cannot be used: line {number} holds more than {MAX_BRACKETS} brackets: it is no report"
            )
        if len(line) > MAX_LINE:
            raise UsageError(
                f"{name} cannot be used: line {number} has {len(line):,} characters; at most {MAX_LINE:,} are read"
            )


def _report(name: str, source: Source, document: Document) -> Report:
    made = _Maker(name)
    for key, value in document.properties.items():
        made.add_property(document.property_lines.get(key, 1), f"{key}: {value}")
    for block in document.blocks:
        made.take(block)
        if len(made.lines) > MAX_LINES:
            raise UsageError(f"{name} cannot be used: it makes more than {MAX_LINES:,} statements: split it")
    return Report(
        name=name,
        sha256=source.sha256,
        title=repaired(document.title),
        lines=tuple(made.lines),
        tables=tuple(made.tables()),
        scripts=tuple(made.scripts),
        notes=tuple(_notes(source.text, made.lines)),
    )


def _notes(text: str, lines: Sequence[Line]) -> Iterator[str]:
    """What is not read, told: a claim in raw HTML would go unheard."""
    found = [number for number, line in enumerate(text.splitlines(), 1) if _HTML.match(line)]
    if found:
        yield f"raw HTML is not read: {len(found):,} lines, the first is line {found[0]}"
    for line in lines:
        if len(line.fractions) == MOST_NUMBERS or len(line.quantities) == MOST_NUMBERS:
            yield f"line {line.number}: only the first {MOST_NUMBERS} numbers are read"


class _Maker:
    """Blocks -> lines; lists, tables and paragraphs that follow each other directly share a group."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: list[Line] = []
        self.scripts: list[Script] = []
        self._tables: list[list[Line]] = []
        self._columns_now: tuple[str, ...] = ()
        self._group = 0
        self._kind = ""

    def take(self, block: Block) -> None:
        """Add what one block says."""
        if block.kind != self._kind or block.kind in ("heading", "code"):
            self._group += 1
        self._kind = "row" if block.kind == "columns" else block.kind
        if block.kind == "code":
            self._code(block)
        elif block.kind == "columns":
            self._columns(block)
        elif block.kind == "row":
            self._row(block)
        else:
            self._prose(block)

    def add_property(self, number: int, text: str) -> None:
        """Add a line of the front matter."""
        self.lines.append(Line(number, "text", repaired(text), (), 0, report=self.name))

    def tables(self) -> Iterator[Table]:
        """Every table that has rows."""
        for rows in self._tables:
            if rows:
                yield Table(rows[0].columns, tuple(rows), rows[0].section)

    def _columns(self, block: Block) -> None:
        self._group += 1
        if len(block.cells) > MAX_COLUMNS:
            raise UsageError(
                f"{self.name} cannot be used: the table of line {block.line} has {len(block.cells)} columns"
            )
        self._columns_now = tuple(repaired(cell) for cell in block.cells)
        self._tables.append([])

    def _row(self, block: Block) -> None:
        columns = self._columns_now
        cells = tuple(repaired(cell) for cell in block.cells)
        row = self._line(block, block.line, "row", " | ".join(cells), cells=cells, columns=columns)
        if self._tables:
            self._tables[-1].append(row)

    def _code(self, block: Block) -> None:
        if block.info.lower() not in _PLAIN_CODE:
            self.scripts.append(Script(block.line, block.text, tuple(map(repaired, block.section))))
            return
        for offset, text in enumerate(block.text.split("\n")):
            if text.strip():
                self._line(block, block.line + offset, "code", repaired(text.strip()))

    def _prose(self, block: Block) -> None:
        kind: Kind = "text" if block.kind == "paragraph" else "heading" if block.kind == "heading" else "item"
        box = block.checked
        for number, text in _statements(block):
            for part in _parted(repaired(text)):
                self._line(block, number, kind, part, box=box)
            kind, box = ("text" if kind == "item" else kind), None

    def _line(self, block: Block, number: int, kind: Kind, text: str, *, box: bool | None = None,
              cells: tuple[str, ...] = (), columns: tuple[str, ...] = ()) -> Line:  # fmt: skip
        made = Line(
            number=number,
            kind=kind,
            text=text,
            section=tuple(map(repaired, block.section)),
            group=self._group,
            depth=block.depth,
            box=box,
            cells=cells,
            columns=columns,
            report=self.name,
        )
        self.lines.append(made)
        return made


def _statements(block: Block) -> Iterator[tuple[int, str]]:
    """The lines of a paragraph that say something of their own; wrapped prose is put together again."""
    number, text = block.line, ""
    for offset, part in enumerate(block.text.split("\n")):
        if text and _STARTS_A_LINE.match(part):
            yield number, text
            number, text = block.line + offset, part
        else:
            text = f"{text} {part}".strip()
    yield number, text


def _parted(text: str) -> tuple[str, ...]:
    """`✅ done | ⏳ tests pending` is two statements."""
    parts = [part.strip() for part in text.split(" | ")]
    return tuple(parts) if len(parts) > 1 and all(marks(part) for part in parts) else (text,)
