"""The kind `dashboards`: several files add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

from readiness.evidence.dashboards import Dashboards
from readiness.evidence.model import Facts, Reason, Unproven
from readiness.readers.base import FileSpec
from readiness.readers.configured import bounded
from readiness.readers.files import FileKind


class DashboardsKind(FileKind[Dashboards]):
    """Dashboards in files."""

    facts: ClassVar[type[Facts]] = Dashboards
    tracked: ClassVar[bool] = True

    def combine(self, parts: Sequence[Dashboards], spec: FileSpec) -> Dashboards:  # noqa: ARG002
        """All dashboards; Unproven (malformed) when two have one uid, of which Grafana keeps the last."""
        made = Dashboards(dashboards=tuple(one for part in parts for one in part.dashboards))
        for uid, times in Counter(one.uid for one in made.dashboards if one.uid).items():
            if times > 1:
                raise Unproven(
                    Reason.MALFORMED, f"{times} dashboards have the uid {uid!r}", "give each its own"
                )
        return bounded(made, "dashboards")
