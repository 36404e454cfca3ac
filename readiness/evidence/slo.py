"""Service level objectives, as they are defined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from readiness.evidence.model import Facts, Value
from readiness.evidence.promql import Expression
from readiness.evidence.written import Place


class Objective(Value, frozen=True, kw_only=True):
    """One objective of one service. `percent` is the share in percent as a decimal, as in `99.9`.

    `window_s` is in seconds, None where the definition has none; `window` as it is written. `pages` says whether a
    breach wakes somebody, `alerts` whether it tells anybody at all, and `silence` why not. `unmeasured` says why there
    is no indicator; `expressions` are those of Prometheus.
    """

    name: str
    service: str
    percent: str
    place: Place
    window: str = ""
    window_s: float | None = None
    alerts: bool = False
    pages: bool = False
    silence: str = ""
    unmeasured: str = ""
    expressions: tuple[Expression, ...] = ()


class Slos(Facts, frozen=True, kw_only=True):
    """The objectives of one file, or of several."""

    kind: ClassVar[str] = "slo"
    objectives: tuple[Objective, ...]

    def summary(self) -> Mapping[str, object]:
        """Each objective with its service and share."""
        shown = [f"{one.service}/{one.name}: {one.percent}%" for one in self.objectives]
        return {"objectives": len(shown), "named": shown[:100]}

    def objects(self) -> frozenset[str]:
        """The objectives, as `SLO/<service>/<name>`."""
        return frozenset(f"SLO/{one.service}/{one.name}" for one in self.objectives)
