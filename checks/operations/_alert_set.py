"""What is wrong with alerts as a set: too few of them, or two that are alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from readiness.check import Finding
from readiness.evidence.alert_rules import Rule
from readiness.evidence.model import Reason

from ._monitored import bad, counted, unshown


def few(chosen: Sequence[Rule], least: int) -> Iterator[Finding]:
    """Fewer than the least number."""
    if len(chosen) < least:
        message = f"there are {counted(len(chosen), 'alert')}, and {least} is the least"
        yield unshown(
            Reason.MISSING, message, "write them", observed=str(len(chosen)), expected=f">= {least}"
        )


def twice(chosen: list[Rule]) -> Iterator[Finding]:
    """Alerts of one name and the same labels, of which nobody can tell which fired."""
    keys = Counter((one.name, tuple(sorted(one.labels.items()))) for one in chosen)
    for (name, _), times in keys.items():
        if times > 1:
            place = next(one.place for one in reversed(chosen) if one.name == name)
            message = f"the alert {name} stands there {times} times with the same labels"
            yield bad(
                message, "give each a name or a severity of its own", object_=f"Alert/{name}", place=place
            )
