"""The configuration of a Prometheus server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from readiness.evidence.model import Facts, Value
from readiness.evidence.written import Place, Written


class ScrapeJob(Value, frozen=True):
    """One job that is scraped."""

    name: str
    place: Place


class AlertRelabelling(Value, frozen=True, kw_only=True):
    """One step that changes alerts on their way. `regex` is anchored at both ends; `action` is in small letters."""

    action: str
    place: Place
    regex: str = "(.*)"
    labels: tuple[str, ...] = ()


class PrometheusConfig(Facts, frozen=True, kw_only=True):
    """What it loads, scrapes, and tells of alerts to.

    `rule_files` are globs as written. `alertmanagers` counts the ways to find Alertmanagers: an empty list of targets
    is none. `relabelling` is that of alerts, for all Alertmanagers and for some.
    """

    kind: ClassVar[str] = "prometheus-config"
    path: str
    rule_files: tuple[Written, ...] = ()
    jobs: tuple[ScrapeJob, ...] = ()
    alertmanagers: int = 0
    relabelling: tuple[AlertRelabelling, ...] = ()

    def summary(self) -> Mapping[str, object]:
        """Jobs, rule files, and how many ways lead to an Alertmanager."""
        return {
            "jobs": [one.name for one in self.jobs][:100],
            "rule_files": [one.text for one in self.rule_files][:100],
            "alertmanagers": self.alertmanagers,
        }
