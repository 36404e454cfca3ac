"""A word for the whole over parts that are open: a ticked box over open ones, `100% complete`, `all checks pass`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from readiness.claims.model import Contradiction
from readiness.claims.report import Line, Report
from readiness.claims.rules import _words
from readiness.claims.rules._scopes import Sections
from readiness.claims.status import Status

RULE = "all-and-some"
BOX_RULE = "ticked-but-open"
_ALL = re.compile(
    r"\ball (?:the |our |of the )?(?:\d{1,4} )?(?P<what>checks?|gates?|criteria|items|requirements|"
    r"boxes|controls|steps)\b(?:\W|\bare\b|\bhave\b|\bwere\b|\bbeen\b){0,4}(?:pass(?:ed|ing)?|met|green|complete[d]?|done|satisfied|ok)\b",
    re.IGNORECASE,
)
_HUNDRED = re.compile(r"\b100\s?% (?:complete[d]?|done|ready)\b", re.IGNORECASE)
_BUT = re.compile(
    r"\b(?:except|but|apart|besides|other than|bar|once|when|if|until|must|should|will|need|goal|target|mandatory|"
    r"required|applicable|critical|p0|p1|blocking)\b",
    re.IGNORECASE,
)
_MOST = 6


def find(report: Report) -> Iterator[Contradiction]:
    """Boxes over boxes, and sentences over what their section lists."""
    yield from _boxes(report.lines)
    sections = Sections(report)
    known: dict[tuple[tuple[str, ...], bool], tuple[list[Line], int]] = {}
    for line in report.lines:
        whole = _HUNDRED.search(line.text) or _ALL.search(line.text)
        is_said = line.kind in ("text", "heading") and line.status not in (Status.OPEN, Status.BAD)
        if whole and is_said and not _BUT.search(line.text) and not _words.negated(line.text, whole.start()):
            key = (line.section, whole.re is _HUNDRED)
            if key not in known:
                known[key] = _open_in(sections.lines(line.section), is_boxes=key[1])
            against, count = known[key]
            if against:
                message = f"it speaks of all, and {len(against)} of the {count} listed are open or failed"
                yield Contradiction(line, RULE, message, "", tuple(against[:_MOST]))


def _boxes(lines: Sequence[Line]) -> Iterator[Contradiction]:
    """A ticked box directly over open boxes."""
    for i, line in enumerate(lines):
        if line.box is not True or line.kind != "item":
            continue
        below: list[Line] = []
        for other in lines[i + 1 :]:
            if other.kind == "heading" or (other.kind == "item" and other.depth <= line.depth):
                break
            below += [other] if other.kind == "item" and other.depth == line.depth + 1 else []
        opened = [one for one in below if one.box is False and not _is_excused(one)]
        if opened and not _is_excused(line):
            message = "its box is ticked, and boxes below it are not"
            yield Contradiction(
                line, BOX_RULE, message, f"{len(opened)} of {len(below)} are open", tuple(opened[:_MOST])
            )


def _open_in(scope: Sequence[Line], *, is_boxes: bool) -> tuple[list[Line], int]:
    """What is open or failed among the entries of a section, and how many entries there are."""
    entries = [one for one in scope if one.kind in ("item", "row") and one.status is not None]
    against = [
        one
        for one in entries
        if not _is_excused(one)
        and (one.status is Status.BAD or (is_boxes and one.box is False))
        and not any(_words.NEXT.search(name) or _words.FUTURE.search(name) for name in one.section)
    ]
    is_mixed = len(entries) > 1 and any(one.is_ticked for one in entries)
    return (against if is_mixed else []), len(entries)


def _is_excused(line: Line) -> bool:
    return bool(_words.EXCUSED.search(line.text) or _words.FUTURE.search(line.text) or not line.text.strip())
