"""Dates that contradict each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from readiness.claims.model import Contradiction
from readiness.claims.report import Line, Report

RULE = "date"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH = "(?:" + "|".join(_MONTHS) + r")[a-z]{0,6}\.?"
_DATE = re.compile(
    rf"(?:(?P<day>{'|'.join(_DAYS)}),?\s+(?:the\s+)?)?"
    rf"(?:(?P<y1>\d{{4}})-(?P<m1>\d{{2}})-(?P<d1>\d{{2}})(?!\d)"
    rf"|(?P<m2>{_MONTH})\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>\d{{4}})"
    rf"|(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m3>{_MONTH}),?\s+(?P<y3>\d{{4}}))",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\W*(?P<label>[A-Za-z][A-Za-z /-]{1,40}?)\W*[:|]\W*(?=[\w(])")
_OF_REPORT = re.compile(
    r"(?:report )?date|date of (?:the )?report|report generated|generated(?: on)?|prepared(?: on)?|"
    r"completion date|written(?: on)?",
    re.I,
)
_START = re.compile(r"(?:test |run |execution )?(?:start(?:ed|s)?(?: date| on| at)?|begin|began|from)", re.I)
_END = re.compile(
    r"(?:test |run |execution )?(?:end(?:ed|s)?(?: date| on| at)?|finish(?:ed)?(?: on| at)?|until|to)", re.I
)
_SPAN = re.compile(r"\d{4}-\d\d-\d\d\s?(?:to|until|\u2013|—|→|-)\s?\d{4}-\d\d-\d\d", re.IGNORECASE)
_PAST = re.compile(
    r"\b(?:(?:last|was|were)\s+)?(?:tested|executed|rehearsed|completed|verified|performed|measured|ran|"
    r"drilled|restored|deployed) on\b",
    re.I,
)
_PLANNED = re.compile(
    r"\b(?:target|plan(?:ned)?|next|scheduled|expires?|expiry|valid|until|go-?live|due|will|deadline|eta)\b",
    re.I,
)


class Dated(NamedTuple):
    """A date, where it stands, and the label before it."""

    when: date
    line: Line
    label: str
    weekday: str


def dates(report: Report) -> list[Dated]:
    """Every date of the report that there is in the calendar."""
    return [
        one for line in report.lines if line.kind != "heading" or len(line.section) < 2 for one in _of(line)
    ]


def report_date(report: Report) -> Dated | None:
    """The date that the report gives itself: the first behind such a label."""
    labelled = [one for one in dates(report) if _OF_REPORT.fullmatch(one.label)]
    return (
        labelled[0] if labelled else next((one for one in dates(report) if one.line.kind == "heading"), None)
    )


def _of(line: Line) -> Iterator[Dated]:
    for found in _DATE.finditer(line.text):
        year = int(found["y1"] or found["y2"] or found["y3"])
        month = (
            int(found["m1"]) if found["m1"] else _MONTHS.index((found["m2"] or found["m3"])[:3].lower()) + 1
        )
        day = int(found["d1"] or found["d2"] or found["d3"])
        label = _LABEL.match(line.text)
        try:
            when = date(year, month, day)
        except ValueError:
            continue
        yield Dated(when, line, label["label"].strip() if label else "", (found["day"] or "").lower())


def find(report: Report) -> Iterator[Contradiction]:
    """Wrong weekdays, two dates of the report, ends before starts, and what was done after the report was written."""
    known = dates(report)
    for one in known:
        if one.weekday and _DAYS[one.when.weekday()] != one.weekday:
            right = _DAYS[one.when.weekday()].capitalize()
            yield Contradiction(
                one.line,
                RULE,
                "its weekday is another one",
                f"{one.when} is a {right}, stated {one.weekday.capitalize()}",
            )
    yield from _two_dates(known)
    yield from _backwards(report)
    yield from _end_before_start(known)
    written = report_date(report)
    for one in known if written else ():
        if (
            written
            and one.when > written.when
            and _PAST.search(one.line.text)
            and not _PLANNED.search(one.line.text)
        ):
            arithmetic = f"{one.when} is after {written.when}"
            yield Contradiction(
                one.line,
                RULE,
                "it was done after the report that tells of it was written",
                arithmetic,
                (written.line,),
            )


def _backwards(report: Report) -> Iterator[Contradiction]:
    """`2026-02-09 to 2026-02-01` in one line."""
    for line in report.lines:
        told = list(_of(line)) if _SPAN.search(line.text) else []
        if len(told) == 2 and told[1].when < told[0].when:
            arithmetic = f"{told[1].when} is before {told[0].when}"
            yield Contradiction(line, RULE, "it ended before it started", arithmetic)


def _two_dates(known: list[Dated]) -> Iterator[Contradiction]:
    first: dict[str, Dated] = {}
    for one in known:
        if _OF_REPORT.fullmatch(one.label) and one.line.kind != "row" and len(one.line.section) < 2:
            earlier = first.setdefault(one.label.lower(), one)
            if earlier.when != one.when:
                arithmetic = f"{earlier.when} and {one.when}"
                yield Contradiction(
                    one.line,
                    RULE,
                    f"the report gives two dates as its {one.label.lower()}",
                    arithmetic,
                    (earlier.line,),
                )


def _end_before_start(known: list[Dated]) -> Iterator[Contradiction]:
    start: Dated | None = None
    for one in known:
        if _START.fullmatch(one.label):
            start = one
        elif (
            start
            and _END.fullmatch(one.label)
            and one.line.section == start.line.section
            and one.line.group == start.line.group
        ):
            if one.when < start.when:
                yield Contradiction(
                    one.line,
                    RULE,
                    "it ended before it started",
                    f"{one.when} is before {start.when}",
                    (start.line,),
                )
            start = None
