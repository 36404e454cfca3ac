"""The kind `alert-drill`: several files add up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from readiness.evidence.alert_drill import AlertDrills
from readiness.evidence.model import Facts
from readiness.readers.base import FileSpec
from readiness.readers.files import FileKind


class AlertDrillKind(FileKind[AlertDrills]):
    """Files that people, or their tools, wrote while they drilled."""

    facts: ClassVar[type[Facts]] = AlertDrills

    def combine(self, parts: Sequence[AlertDrills], spec: FileSpec) -> AlertDrills:  # noqa: ARG002
        """All drills."""
        places = dict.fromkeys(part.environment for part in parts)
        return AlertDrills(
            environment=", ".join(filter(None, places)),
            drills=tuple(one for part in parts for one in part.drills),
        )
