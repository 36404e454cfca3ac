"""What readers of objectives share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.promql import Expression
from readiness.evidence.slo import Objective, Slos
from readiness.readers.configured import bounded
from readiness.readers.nodes import Node, malformed
from readiness.readers.promql import expression

_NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,12})?", re.ASCII)
_TEMPLATE = re.compile(r"\{\{\s*\.?window\s*\}\}")
_UNITS = {
    "m": 60,
    "h": 3_600,
    "d": 86_400,
    "w": 604_800,
    "M": 28 * 86_400,
    "Q": 90 * 86_400,
    "Y": 365 * 86_400,
}
_NAMES = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800, "month": 28 * 86_400}
_NAMES |= {"quarter": 90 * 86_400, "year": 365 * 86_400}
_SHORT = re.compile(r"([0-9]{1,5})([mhdwMQY])", re.ASCII)


def percent_of(node: Node, scale: int) -> str:
    """A share in percent as a decimal; `scale` is 100 where 1 is everything."""
    value = node.value
    text = (
        f"{Decimal(repr(value)):f}"
        if isinstance(value, int | float) and not isinstance(value, bool)
        else node.text()
    )
    if not _NUMBER.fullmatch(text) or not 0 < (share := Decimal(text) * scale) <= 100:
        most = 100 // scale
        raise malformed(node.place, f"{node.path} is {text[:40]!r}; it is more than 0 and at most {most}")
    return f"{share.normalize():f}"


def window_of(text: str) -> float | None:
    """The seconds of `28d`, `1M` (at least 28 days), `1Q`; None where it is none."""
    found = _SHORT.fullmatch(text)
    return float(int(found[1]) * _UNITS[found[2]]) if found else None


def named_window(count: int, unit: str) -> float | None:
    """The seconds of `30` and `Day`; None where the unit is not known."""
    size = _NAMES.get(unit.lower().removesuffix("s"))
    return float(count * size) if size else None


def indicator(node: Node | None, what: str) -> Iterator[Expression]:
    """The expression that stands there; its window is filled in, as in `[{{.window}}]`."""
    if node is not None:
        yield expression(_TEMPLATE.sub("5m", node.text()), node.place, what)


def unique(objectives: Sequence[Objective]) -> Slos:
    """All of them; Unproven when there are none, or one stands there twice."""
    if not objectives:
        raise Unproven(Reason.MISSING, "there is no objective in it", "define one, or name another file")
    seen: set[tuple[str, str]] = set()
    for one in objectives:
        if (one.service, one.name) in seen:
            message = (
                f"line {one.place.line}: the objective {one.name!r} of {one.service!r} stands there twice"
            )
            raise Unproven(Reason.MALFORMED, message)
        seen.add((one.service, one.name))
    return bounded(Slos(objectives=tuple(objectives)), "objectives")
