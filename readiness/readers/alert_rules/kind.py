"""Rules of Prometheus in files; those of several files stand beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from readiness.evidence.alert_rules import AlertRules
from readiness.evidence.model import Facts
from readiness.readers.alert_rules._groups import bounded
from readiness.readers.base import FileSpec
from readiness.readers.files import FileKind


class AlertRulesKind(FileKind[AlertRules]):
    """Rule files, and PrometheusRule objects."""

    facts: ClassVar[type[Facts]] = AlertRules
    tracked: ClassVar[bool] = True

    def combine(self, parts: Sequence[AlertRules], spec: FileSpec) -> AlertRules:  # noqa: ARG002
        """All groups. Two files may have groups of one name, as Prometheus has it."""
        return bounded(AlertRules(groups=tuple(group for part in parts for group in part.groups)))
