"""Drills of alerts: a fault was made, and somebody looked when the alert came."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from readiness.evidence.model import Facts, Value


class Drill(Value, frozen=True, kw_only=True):
    """One fault. `firing_at` and `delivered_at` are None where that did not happen while somebody waited.

    `waited_until` is when they stopped to wait.
    """

    alert: str
    fault: str
    fault_at: datetime
    firing_at: datetime | None = None
    delivered_at: datetime | None = None
    waited_until: datetime | None = None
    receiver: str = ""
    labels: Mapping[str, str] = {}


class AlertDrills(Facts, frozen=True, kw_only=True):
    """The drills of one file, or of several."""

    kind: ClassVar[str] = "alert-drill"
    environment: str = ""
    drills: tuple[Drill, ...]

    def summary(self) -> Mapping[str, object]:
        """Which alerts were drilled, and when."""
        return {
            "environment": self.environment,
            "drills": [
                {"alert": one.alert, "fault_at": one.fault_at.isoformat()} for one in self.drills[:100]
            ],
        }

    def objects(self) -> frozenset[str]:
        """The alerts, as `Alert/<name>`."""
        return frozenset(f"Alert/{one.alert}" for one in self.drills)
