"""What the columns of a table hold, told by their names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from readiness.claims.numbers import Quantity, masked, quantities
from readiness.claims.report import Line, Table
from readiness.claims.units import COUNT, unit_of

_TARGET = re.compile(
    r"(?:.*\b)?(?:targets?|limit|threshold|goal|slo|sla|objective|required|requirement|expected|budget|criterion|criteria|"
    r"acceptance|allowed|max allowed)(?:\b.*)?",
    re.IGNORECASE,
)
_ACHIEVED = re.compile(
    r"(?:.*\b)?(?:achieved|actual|measured|results?|observed|values?|current|reached|found|got)(?:\b.*)?",
    re.IGNORECASE,
)
_ROLES: Mapping[str, re.Pattern[str]] = {
    "total": re.compile(
        r"(?:total|#? ?tests?|count|(?:test )?cases|runs?|items|checks|executed)", re.IGNORECASE
    ),
    "passed": re.compile(
        r"(?:(?:tests? )?pass(?:ed|ing)?|ok|success(?:ful|es)?|succeeded|green|met)", re.IGNORECASE
    ),
    "failed": re.compile(r"(?:(?:tests? )?fail(?:ed|ing|ures?)?|red|not met)", re.IGNORECASE),
    "errored": re.compile(r"(?:errors?|errored)", re.IGNORECASE),
    "skipped": re.compile(r"(?:skip(?:ped|s)?|xfail|ignored|pending|not run|n/a)", re.IGNORECASE),
    "rate": re.compile(
        r"(?:(?:pass|success)(?: rate)?(?: ?\(?%\)?)|(?:pass|success) rate|rate|%|percent(?:age)?|% passed)",
        re.IGNORECASE,
    ),
    "lines": re.compile(r"(?:statements|lines|stmts)", re.IGNORECASE),
    "covered": re.compile(r"(?:covered|hit)", re.IGNORECASE),
    "missed": re.compile(r"(?:miss(?:ed)?|uncovered)", re.IGNORECASE),
    "coverage": re.compile(r"(?:(?:line )?cover(?:age)?(?: ?\(?%\)?)?)", re.IGNORECASE),
}
BRANCHES = re.compile(r"branch|brpart|partial", re.IGNORECASE)
_HEADER_UNIT = re.compile(r"[(\[]\s*([^)\]]{1,20}?)\s*[)\]]\s*$")


@lru_cache(maxsize=2_000)
def role(name: str) -> str:
    """What a column counts: tests (total, passed, failed, ...) or lines (lines, covered, missed); empty for others."""
    bare = " ".join(re.sub(r"[^\w\s%#()/]", " ", name).split())
    return next((role for role, pattern in _ROLES.items() if pattern.fullmatch(bare)), "")


class Target(NamedTuple):
    """The columns of what is wanted and of what came."""

    wanted: int
    got: int


def target_columns(table: Table) -> Target | None:
    """The two columns, where there is one of each; None otherwise."""
    names = [name.strip() for name in table.columns]
    wanted = [i for i, name in enumerate(names) if _TARGET.fullmatch(name)]
    if len(wanted) > 1:
        wanted = [i for i in wanted if any(number(row, i) for row in table.rows)]
    got = [i for i, name in enumerate(names) if i not in wanted and _ACHIEVED.fullmatch(name)]
    if len(got) > 1:
        got = [i for i in got if any(quantities(row.cells[i]) for row in table.rows if i < len(row.cells))][
            :1
        ]
    return Target(wanted[0], got[0]) if len(wanted) == 1 and len(got) == 1 else None


@lru_cache(maxsize=2_000)
def header_unit(name: str) -> str:
    """The unit in brackets behind a column's name, as in `Latency (ms)`; empty without one."""
    found = _HEADER_UNIT.search(name)
    return found[1] if found else ""


def cell(row: Line, column: int) -> str:
    """The text of a cell; empty where the row is short."""
    return row.cells[column] if 0 <= column < len(row.cells) else ""


def number(row: Line, column: int) -> Quantity | None:
    """The number that leads a cell, with the unit of the column's name if it has none; None for other text."""
    text = cell(row, column)
    found = quantities(text)
    if not found or re.search(r"[A-Za-z]{2}", masked(text)[: found[0].start]):
        return None
    name = row.columns[column] if column < len(row.columns) else ""
    return with_unit(found[0], header_unit(name) or ("%" if "%" in name else ""))


def with_unit(quantity: Quantity, written: str) -> Quantity:
    """The quantity in that unit, when it has none of its own."""
    if quantity.dimension != COUNT or not written:
        return quantity
    unit = unit_of(written)
    return quantity._replace(
        low=quantity.low * unit.scale,
        high=quantity.high * unit.scale,
        step=quantity.step * unit.scale,
        last=None if quantity.last is None else quantity.last * unit.scale,
        dimension=unit.dimension,
    )
