"""Which lines belong together: what follows a heading or a label, and the sections around a line."""

from __future__ import annotations

from collections.abc import Sequence

from readiness.claims.report import Line, Report


def following(lines: Sequence[Line], index: int) -> list[Line]:
    """What a heading, or a line of text that introduces a list, is above of."""
    line = lines[index]
    depth = len(line.section)
    below: list[Line] = []
    for other in lines[index + 1 :]:
        if other.kind == "heading" and len(other.section) <= (depth if line.kind == "heading" else depth - 1):
            break
        if line.kind == "text" and other.kind == "text" and other.section == line.section and below:
            break
        below.append(other)
    return below


class Sections:
    """The lines of each section, those of its subsections among them; one and the same list for all its lines."""

    def __init__(self, report: Report) -> None:
        self._lines: dict[tuple[str, ...], list[Line]] = {}
        for line in report.lines:
            for depth in _depths(line):
                self._lines.setdefault(line.section[:depth], []).append(line)

    def around(self, line: Line) -> list[tuple[str, ...]]:
        """The names of the sections around a line from the innermost to the outermost."""
        return [line.section[:depth] for depth in reversed(_depths(line))]

    def lines(self, name: tuple[str, ...]) -> list[Line]:
        """The lines of a section."""
        return self._lines[name]


def _depths(line: Line) -> range:
    """The whole report is a section only for what stands in no other one."""
    return range(min(2, len(line.section)), len(line.section) + 1)
