"""`readiness/alert-drill/1`, which docs/monitoring.md describes."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import msgspec

from readiness.evidence.alert_drill import AlertDrills, Drill
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.configured import bounded
from readiness.readers.source import Source
from readiness.readers.strict_json import shape
from readiness.units import parse_instant

SCHEMA = "readiness/alert-drill/1"
_WRITE = "write it as docs/monitoring.md has it, with times as in 2026-05-04T10:00:00Z"


class _Drill(msgspec.Struct, forbid_unknown_fields=True):
    alert: str
    fault: str
    fault_at: str
    firing_at: str | None
    delivered_at: str | None
    waited_until: str | None = None
    receiver: str = ""
    labels: dict[str, str] = {}


class _File(msgspec.Struct, forbid_unknown_fields=True):
    schema: str
    drills: list[_Drill]
    environment: str = ""


class ReadinessAlertDrill(Reader[AlertDrills]):
    """JSON of our own. `firing_at` and `delivered_at` must be written, as null where nothing came."""

    def recognises(self, source: Source) -> bool:
        """By its schema."""
        if (
            not source.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
            or b'"drills"' not in source.content
        ):
            return False
        data = source.json
        return isinstance(data, dict) and data.get("schema") == SCHEMA

    def read(self, source: Source) -> Reading[AlertDrills]:
        """The drills, dated by the last moment of any; Unproven (missing) when there are none."""
        made = shape(source.json, _File, "file of drills")
        if made.schema != SCHEMA:
            raise Unproven(Reason.MALFORMED, f"its schema is {made.schema[:60]!r}", _WRITE)
        drills = tuple(_drill(one, number) for number, one in enumerate(made.drills, 1))
        if not drills:
            raise Unproven(
                Reason.MISSING, "there is no drill in it", "drill an alert, and write down when it came"
            )
        facts = bounded(AlertDrills(environment=made.environment[:200], drills=drills), "drills")
        return Reading(facts, max(max(_moments(one)) for one in drills))


def _drill(one: _Drill, number: int) -> Drill:
    if not one.alert.strip() or not one.fault.strip():
        raise Unproven(Reason.MALFORMED, f"drill {number} names no alert, or no fault", _WRITE)
    made = Drill(
        alert=one.alert[:300],
        fault=one.fault[:500],
        fault_at=_instant(one.fault_at, number),
        firing_at=_instant(one.firing_at, number) if one.firing_at is not None else None,
        delivered_at=_instant(one.delivered_at, number) if one.delivered_at is not None else None,
        waited_until=_instant(one.waited_until, number) if one.waited_until is not None else None,
        receiver=one.receiver[:200],
        labels=one.labels,
    )
    if made.delivered_at is not None and made.firing_at is None:
        raise Unproven(Reason.MALFORMED, f"drill {number} was delivered, and did not fire", _WRITE)
    if any(first > second for first, second in pairwise(_moments(made))):
        message = (
            f"drill {number} ({made.alert[:80]}): its times do not ascend: fault, firing, delivered, waited"
        )
        raise Unproven(Reason.MALFORMED, message, _WRITE)
    return made


def _moments(one: Drill) -> list[datetime]:
    told = (one.fault_at, one.firing_at, one.delivered_at, one.waited_until)
    return [moment for moment in told if moment is not None]


def _instant(text: str, number: int) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None or len(text) < len("2026-05-04T10:00Z"):
            raise ValueError(text)
        return parse_instant(text)
    except ValueError:
        message = f"drill {number}: {text[:40]!r} is no time with a zone"
        raise Unproven(Reason.MALFORMED, message, _WRITE) from None
