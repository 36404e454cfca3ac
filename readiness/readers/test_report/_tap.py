"""The lines of TAP: levels of test points, each held against its plan.

TAP 13 and 14: https://testanything.org/tap-version-14-specification.html. Subtests are indented by four blanks, before
the point that sums them up, or after it and in braces, as vitest and older node-tap write them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from readiness.evidence.model import Reason, Unproven
from readiness.readers.test_report._cases import Verdict

INDENT = 4
MAX_DEPTH = 50
_PLAN = re.compile(r"1\.\.([0-9]{1,9})\s*(?:#.*)?", re.ASCII)
_POINT = re.compile(r"(not )?ok(?:\s+([0-9]{1,9}))?(?=\s|$)(.*)", re.ASCII)
_BAIL = re.compile(r"Bail out!(.*)")
_DIRECTIVE = re.compile(r"(?<!\\)#\s*(skip|todo)", re.IGNORECASE)
_TAIL = re.compile(r"(?<!\\)\s#\s.*$")
_REWRITE = "keep the whole output of the run: its writer was stopped, or it was cut"


@dataclass(frozen=True, slots=True)
class Point:
    """One test; `path` are the descriptions of the subtests that it stands in."""

    name: str
    verdict: Verdict
    line: int
    path: tuple[str, ...] = ()
    expected_failure: bool = False


@dataclass(slots=True)
class _Level:
    """Points of the same indentation. `braced` is the point that opened it with a brace."""

    indent: int
    line: int
    braced: Point | None = None
    plan: int | None = None
    count: int = 0
    numbers: set[int] = field(default_factory=set)
    points: list[Point] = field(default_factory=list)
    held: list[Point] | None = None
    held_line: int = 0


class TapLines:
    """Takes the lines of one file; `points` are those without subtests, `wrong` is what contradicts the plans."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.bailed: Point | None = None
        self._levels = [_Level(0, 1)]
        self._yaml: int | None = None
        self._may_be_yaml: int | None = None
        self._last_is_point = False

    def take(self, lines: Iterable[str], *, ends: bool) -> list[Point]:
        """The tests of all lines; `ends` says that the last line has an end."""
        for number, line in enumerate(lines, 1):
            if line.strip():
                self._take(line.rstrip(), number)
            if self.bailed is not None:
                return [*self._all(), self.bailed]
        if self._last_is_point and not ends:
            self.wrong.append("its last line has no end: it ends too early")
        if self._yaml is not None:
            self.wrong.append("it ends within the details of a test: it ends too early")
        while len(self._levels) > 1:
            self._close()
        self._check(self._levels[0])
        return self._levels[0].points

    def _take(self, line: str, number: int) -> None:
        text = line.lstrip(" ")
        indent = len(line) - len(text)
        if self._yaml is not None:
            self._yaml = None if text == "..." and indent == self._yaml else self._yaml
            return
        follows, self._may_be_yaml = self._may_be_yaml, None
        if text == "---" and follows is not None and indent in (follows + 2, follows + INDENT):
            self._yaml = indent
            return
        self._last_is_point = False
        if found := _BAIL.fullmatch(text):
            self.bailed = Point(f"Bail out!{found[1]}", Verdict.ERROR, number)
        elif text == "}" and self._is_braced(indent):
            self._close_braced(indent)
        elif found := _PLAN.fullmatch(text):
            if self._enter(indent, number):
                self._plan(int(found[1]), number)
        elif (found := _POINT.fullmatch(text)) and self._enter(indent, number):
            self._point(found, number)

    def _enter(self, indent: int, number: int) -> bool:
        """Go to the level of an indentation; False when no level can have it, which is output of the program."""
        while indent < self._levels[-1].indent and self._levels[-1].braced is None:
            self._close()
        here = self._levels[-1].indent
        if indent == here + INDENT and len(self._levels) < MAX_DEPTH:
            self._levels.append(_Level(indent, number))
            return True
        return indent == here

    def _plan(self, count: int, number: int) -> None:
        level = self._levels[-1]
        if level.plan is not None:
            self.wrong.append(f"line {number}: a second plan, where line {level.line} begins")
        level.plan = count

    def _point(self, found: re.Match[str], number: int) -> None:
        level = self._levels[-1]
        level.count += 1
        index = int(found[2]) if found[2] else level.count
        if index in level.numbers:
            self.wrong.append(f"line {number}: test {index} is there twice")
        level.numbers.add(index)
        self._last_is_point, self._may_be_yaml = True, level.indent
        point = _read(found, number)
        if found[3].rstrip().endswith("{") and level.held is None:
            self._levels.append(_Level(level.indent + INDENT, number, braced=point))
        elif level.held is not None:
            level.points += _summed(point, level.held)
            level.held = None
        else:
            level.points.append(point)

    def _is_braced(self, indent: int) -> bool:
        return any(level.braced is not None and level.indent == indent + INDENT for level in self._levels)

    def _close_braced(self, indent: int) -> None:
        while self._levels[-1].indent != indent + INDENT or self._levels[-1].braced is None:
            if len(self._levels) == 1:
                return
            self._close()
        level = self._levels.pop()
        self._check(level)
        if level.braced is not None:
            self._levels[-1].points += _summed(level.braced, level.points)

    def _close(self) -> None:
        """End the last level: its points wait for the one that sums them up."""
        level = self._levels.pop()
        self._check(level)
        parent = self._levels[-1]
        if level.braced is not None:
            self.wrong.append(f"line {level.line}: a subtest whose brace is not closed: it ends too early")
            parent.points += _summed(level.braced, level.points)
            return
        if parent.held is not None:
            self.wrong.append(f"line {parent.held_line}: a subtest without a test point behind it")
            parent.points += parent.held
        parent.held, parent.held_line = level.points, level.line

    def _check(self, level: _Level) -> None:
        """Hold a level against its plan."""
        if level.held is not None:
            self.wrong.append(f"line {level.held_line}: a subtest without a test point behind it")
            level.points += level.held
            level.held = None
        where = "" if level.indent == 0 else f"the subtest from line {level.line}: "
        if level.plan is None:
            self.wrong.append(f"{where}there is no plan, such as 1..{max(1, level.count)}: it ends too early")
        elif level.plan != level.count:
            self.wrong.append(f"{where}the plan is 1..{level.plan}, and {level.count} tests are there")
        elif level.numbers and max(level.numbers) > level.plan:
            self.wrong.append(f"{where}test {max(level.numbers)} is beyond the plan 1..{level.plan}")

    def _all(self) -> list[Point]:
        return [point for level in self._levels for point in (*level.points, *(level.held or ()))]


def _read(found: re.Match[str], number: int) -> Point:
    text = found[3].strip().removesuffix("{").strip()
    directive = _DIRECTIVE.search(text)
    name = text[: directive.start()] if directive else _TAIL.sub("", f" {text}")
    name = name.strip().removeprefix("- ").strip() or f"test {found[2] or ''}".strip()
    failed = found[1] is not None
    if directive:
        is_todo = directive[1].lower() == "todo"
        return Point(name, Verdict.SKIPPED, number, expected_failure=is_todo and failed)
    return Point(name, Verdict.FAILURE if failed else Verdict.PASSED, number)


def _summed(parent: Point, points: list[Point]) -> list[Point]:
    """The tests of a subtest; the point that sums them up counts when it is worse, or when there are none."""
    inner = [replace(point, path=(parent.name, *point.path)) for point in points]
    if parent.verdict is Verdict.SKIPPED and any(point.verdict is Verdict.PASSED for point in inner):
        return [*inner, parent]
    is_told = any(point.verdict in (Verdict.FAILURE, Verdict.ERROR) for point in inner)
    worse = parent.verdict is Verdict.FAILURE and not is_told
    return [*inner, parent] if worse or not inner else inner


def refuse(message: str) -> Unproven:
    """Output that is not what it plans to be."""
    return Unproven(Reason.MALFORMED, message, _REWRITE)
