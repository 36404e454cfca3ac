"""A count that disagrees with what is there to be counted: `30/30 items` over a list of 24."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby, islice, takewhile
from typing import NamedTuple

from readiness.claims.model import Contradiction
from readiness.claims.numbers import Parts
from readiness.claims.report import Line, Report
from readiness.claims.rules import _words
from readiness.claims.rules._scopes import Sections, following
from readiness.claims.status import Status

RULE = "miscounted"
_ITEMS = r"(?:items?|boxes|rows|entries|points|criteria|gates|controls)"
_STATED = re.compile(
    rf"(?:\(|[:\u2014\u2013-]\s)\s*(?P<count>\d{{1,4}})(?P<more>\+)?\s*(?:checklist\s+)?{_ITEMS}\s*\)?\s*:?\s*$"
    rf"|^\W*all (?P<all>\d{{1,4}}) {_ITEMS}\b[^:]{{0,60}}:\s*$",
    re.IGNORECASE,
)
_OF_ITEMS = re.compile(rf"^\W{{0,3}}(?:\w+\s){{0,2}}{_ITEMS}\b", re.IGNORECASE)
_LISTED = re.compile(rf"\b{_ITEMS}\b|checklist", re.IGNORECASE)
_GENERAL = re.compile(
    r"\b(?:total|result|overall|summary|score|checklist|items|checks|criteria|readiness|passed|completed?|done|status)\b"
    r"[^\w]*(?:\w+)?[^\w]*$",
    re.IGNORECASE,
)
_NO_NOUN = re.compile(
    r"[\s\W]*(?:\d+(?:\.\d+)?\s?%)?[\s\W]*(?:pass(?:ed)?|complete[d]?|done|ready|met|green|ok)?[\s\W]*",
    re.IGNORECASE,
)
_LONGEST_LIST = 400
_CLOSES = re.compile(r"\W*(?:total|sum|overall)\b", re.IGNORECASE)
_TEST_NAME = re.compile(r"\btest_\w+|\w+::\w+|\bTest[A-Z]\w+")
_SELECTED = re.compile(
    r"\b(?:passing|failing|failed|selected|highlights?|examples?|main|key|top|notable|largest|most|new|"
    r"known|slowest|such as|e\.g)\b",
    re.IGNORECASE,
)


def find(report: Report) -> Iterator[Contradiction]:
    """Counts in headings, counts beside lists, and totals of fractions."""
    listings = _Listings(report)
    for index, line in enumerate(report.lines):
        yield from _stated(report, index, line)
        in_section = list(_fraction_of_items(listings, line))
        yield from in_section or _beside_a_list(report, listings, index, line)
        yield from _named_tests(report, index, line)
        yield from _sum_of_fractions(report, index, line)


def _stated(report: Report, index: int, line: Line) -> Iterator[Contradiction]:
    """`Code quality (4 items)` over its list."""
    found = _STATED.search(line.text)
    if not found or line.kind not in ("heading", "text") or _words.FUTURE.search(line.text):
        return
    below = following(report.lines, index)
    counts = _counts(below)
    stated = int(found["count"] or found["all"])
    right = any(count >= stated for count in counts) if found["more"] else stated in counts
    selected = any(_SELECTED.search(other.text) for other in below[:1] if other.kind == "text")
    if counts and _marked(below) > 1 and not right and not selected:
        yield _miscounted(line, found[0].strip(" :()\u2014\u2013-"), _marked(below) or max(counts), below)


class _Listings:
    """What is listed in each section, counted once."""

    def __init__(self, report: Report) -> None:
        self._sections = Sections(report)
        self._known: dict[tuple[str, ...], _Listing] = {}

    def around(self, line: Line) -> list[_Listing]:
        """Of the sections around a line, from the innermost to the outermost."""
        return [self._of(name) for name in self._sections.around(line)]

    def _of(self, name: tuple[str, ...]) -> _Listing:
        if name not in self._known:
            lines = self._sections.lines(name)
            called = sum(bool(_LISTED.search(line.text)) for line in lines) + bool(
                _LISTED.search(" ".join(name[-1:]))
            )
            self._known[name] = _Listing(lines, _counts(lines), _marked(lines), called)
        return self._known[name]


class _Listing(NamedTuple):
    """A section: its entries by every honest count, those with a status, and how many lines call it a list."""

    lines: list[Line]
    counts: set[int]
    marked: int
    called: int


def _fraction_of_items(listings: _Listings, line: Line) -> Iterator[Contradiction]:
    """`30/30 items` in or below the section that lists them."""
    for one in line.fractions:
        around = listings.around(line)
        if not _OF_ITEMS.match(line.text[one.end :]) or one.part > one.whole or len(line.section) < 2:
            continue
        by_itself = bool(_LISTED.search(line.text))
        lists = [listing for listing in around if listing.marked > 2 and listing.called > by_itself]
        nearest = min(lists, key=lambda listing: abs(listing.marked - one.whole), default=None)
        if nearest and not any(one.whole in listing.counts for listing in around):
            yield _miscounted(line, one.text, nearest.marked, nearest.lines)
            return


def _beside_a_list(report: Report, listings: _Listings, index: int, line: Line) -> Iterator[Contradiction]:
    """`Total: 30/30 (100%)` directly after a list or table, or as its last row; also its ticks are counted."""
    one = next(iter(line.fractions), None)
    if one is None or len(line.fractions) > 1:
        return
    entries = (
        _entries_under(report, index)
        if line.kind == "heading"
        else _entries_before(report.lines, index, line)
    )
    if not _is_of_all(line.text, one) and not _names_the_rows(line.text, one, entries):
        return
    marked = [other for other in entries if other.status is not None]
    if len(marked) < 3 or len(marked) < len(entries) or any(other.fractions for other in marked):
        return
    good = sum(other.is_ticked for other in marked)
    near = good + sum(other.status is Status.CARE for other in marked)
    if len(marked) != one.whole and not any(one.whole in listing.counts for listing in listings.around(line)):
        yield _miscounted(line, one.text, len(marked), marked)
    elif len(marked) == one.whole and not good <= one.part <= near:
        others = tuple(other for other in marked if not other.is_ticked)[:4]
        message = f"it counts {one.text}, and {good} of the {len(marked)} listed are ticked"
        yield Contradiction(line, RULE, message, f"{good} ticked, {one.part} stated", others)


def _is_of_all(text: str, one: Parts) -> bool:
    """Whether a fraction counts the entries of a list: by a general noun behind it, or by a general label alone."""
    behind = text[one.end :]
    return bool(
        _OF_ITEMS.match(behind) or (_GENERAL.search(text[: one.start]) and _NO_NOUN.fullmatch(behind))
    )


def _names_the_rows(text: str, one: Parts, entries: Sequence[Line]) -> bool:
    """Whether a fraction counts what the first columns of the table are called: `8/8 checks` under `Check`."""
    noun = re.match(r"\W{0,3}([A-Za-z]{3,20}?)s?\b", text[one.end :])
    if any(re.search(r"\d\s?[-\u2013]\s?\d", " ".join(row.cells[:2])) for row in entries):
        return False  # `1-5` in a row stands for five of them.
    names = " ".join(entries[0].columns[:2]).lower() if entries else ""
    return bool(
        noun and _GENERAL.search(text[: one.start]) and noun[1].lower() in names.replace("s ", " ").split()
    )


def _entries_under(report: Report, index: int) -> list[Line]:
    """The entries below a heading, where there is one list or table and nothing else."""
    below = list(
        islice(
            takewhile(lambda other: other.kind != "heading", islice(report.lines, index + 1, None)),
            _LONGEST_LIST,
        )
    )
    one_list = len({other.group for other in below}) == 1 and all(o.kind in ("item", "row") for o in below)
    return below if one_list else []


def _entries_before(lines: Sequence[Line], index: int, line: Line) -> list[Line]:
    """The list or table that ends right before a place."""
    found: list[Line] = []
    for i in range(min(index, len(lines)) - 1, -1, -1):
        other = lines[i]
        wanted = other.kind in ("item", "row") and (not found or other.group == found[0].group)
        if not wanted or (line.kind == "item" and other.depth != line.depth):
            break
        found.append(other)
        if len(found) > _LONGEST_LIST:
            return []
    return found[::-1]


def _miscounted(line: Line, stated: str, counted: int, scope: Sequence[Line]) -> Contradiction:
    listed = [other for other in scope if other.kind in ("item", "row") and other is not line]
    marked = [other for other in listed if other.status is not None]
    shown = marked if len(marked) == counted else listed
    others = (shown[0], shown[-1]) if shown else ()
    return Contradiction(
        line,
        RULE,
        f"it counts {stated}, and {counted} are listed",
        f"{counted} counted, {stated} stated",
        others,
    )


def _counts(scope: Sequence[Line]) -> set[int]:
    """All the ways in which the entries of a scope can honestly be counted."""
    entries = [line for line in scope if line.kind in ("item", "row")]
    if not entries:
        return set()
    top = min((line.depth for line in entries if line.kind == "item"), default=0)
    items = [line for line in entries if line.kind == "item" and line.depth == top]
    rows = [line for line in entries if line.kind == "row"]
    groups = [len(list(lines)) for _, lines in groupby(entries, key=lambda line: line.group)]
    known = {
        len(items),
        len(rows),
        len(items) + len(rows),
        len(entries),
        _marked(scope),
        *groups,
        sum(_ticked(scope)),
    }
    return known - {0}


def _marked(scope: Sequence[Line]) -> int:
    return sum(line.kind in ("item", "row") and line.status is not None for line in scope)


def _ticked(scope: Sequence[Line]) -> list[bool]:
    return [line.is_ticked for line in scope if line.kind in ("item", "row")]


def _named_tests(report: Report, index: int, line: Line) -> Iterator[Contradiction]:
    """`14/14 tests` directly before a list of tests by name."""
    one = next((f for f in line.fractions if f.part == f.whole), None)
    if one is None or "test" not in line.text.lower() or index + 1 >= len(report.lines):
        return
    first = report.lines[index + 1]
    if first.group == line.group:
        return
    listed = list(takewhile(lambda other: other.group == first.group, islice(report.lines, index + 1, None)))
    named = [other for other in listed if _TEST_NAME.search(other.text) and other.status is not None]
    if len(named) >= 3 and len(named) == len(listed) and len(named) != one.whole:
        arithmetic = f"{len(named)} counted, {one.text} stated"
        yield Contradiction(
            line,
            RULE,
            f"it counts {one.text}, and {len(named)} tests are listed",
            arithmetic,
            (named[0], named[-1]),
        )


def _sum_of_fractions(report: Report, index: int, line: Line) -> Iterator[Contradiction]:
    """`18/24 tests` over a list in which every entry has a fraction of its own."""
    if len(line.fractions) != 1 or "test" not in line.text.lower() or line.kind not in ("item", "text"):
        return
    if (
        line.kind == "text"
        and _CLOSES.match(line.text)
        and index
        and report.lines[index - 1].kind in ("item", "row")
    ):
        return
    whole, label = line.fractions[0], ""
    children: list[Line] = []
    for other in islice(report.lines, index + 1, None):
        if not children and not label and other.text.endswith(":") and not other.fractions:
            label = other.text
            continue
        if (other.group != line.group and line.kind == "item") or other.kind != "item" or not other.fractions:
            break
        if other.depth <= line.depth:
            break
        children.append(other)
    if len(children) < 3 or _SELECTED.search(label) or not _all_tests(children):
        return
    parts = sum((child.fractions[0].part for child in children), Fraction(0))
    wholes = sum((child.fractions[0].whole for child in children), Fraction(0))
    if (parts, wholes) != (whole.part, whole.whole):
        sums = " + ".join(child.fractions[0].text for child in children)
        message = f"it says {whole.text}, and the entries below it come to {parts}/{wholes}"
        yield Contradiction(line, RULE, message, f"{sums} = {parts}/{wholes}", (children[0], children[-1]))


def _all_tests(children: Sequence[Line]) -> bool:
    return all(_words.PASSED.search(child.text) for child in children)
