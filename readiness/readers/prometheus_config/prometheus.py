"""`prometheus.yml`: https://prometheus.io/docs/prometheus/latest/configuration/configuration/."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.prometheus_config import AlertRelabelling, PrometheusConfig, ScrapeJob
from readiness.readers import configured
from readiness.readers.base import Reader, Reading
from readiness.readers.configured import needed, only, text_of
from readiness.readers.nodes import Node, documents_of, malformed
from readiness.readers.source import Source

_TOP = frozenset(
    {"global", "rule_files", "scrape_configs", "scrape_config_files", "alerting", "remote_write"}
    | {"remote_read", "storage", "tracing", "runtime", "otlp"}
)
_HINT = re.compile(r"""^(?:\{\s*)?["']?(?:scrape_configs|rule_files|alerting)["']?\s*:""", re.M)


class Prometheus(Reader[PrometheusConfig]):
    """What `promtool check config` takes."""

    def recognises(self, source: Source) -> bool:
        """A map whose keys are those of the server, with jobs, rules or alerting among them."""
        if not _HINT.search(source.text):
            return False
        found = documents_of(source)
        return len(found) == 1 and found[0].is_map and found[0].value.keys() <= _TOP

    def read(self, source: Source) -> Reading[PrometheusConfig]:
        """Jobs, rule files and Alertmanagers."""
        found = documents_of(source)
        if len(found) != 1:
            raise Unproven(Reason.MALFORMED, f"{len(found)} documents, where one is meant")
        root = found[0]
        only(root, _TOP, "the configuration of Prometheus")
        rules, jobs = root.get("rule_files"), root.get("scrape_configs")
        facts = PrometheusConfig(
            path=source.name,
            rule_files=rules.texts() if rules is not None else (),
            jobs=tuple(_job(one) for one in jobs.items()) if jobs is not None else (),
            alertmanagers=_alertmanagers(root.get("alerting")),
            relabelling=tuple(_relabelling(root.get("alerting"))),
        )
        for name, times in Counter(one.name for one in facts.jobs).items():
            if times > 1:
                raise Unproven(Reason.MALFORMED, f"the job {name!r} stands there {times} times")
        return Reading(configured.bounded(facts, "configuration"))


def _job(node: Node) -> ScrapeJob:
    name = needed(node, "job_name", "a scrape configuration")
    if not name.text():
        raise malformed(name.place, "a scrape configuration has no name")
    return ScrapeJob(name.text(), node.place)


def _alertmanagers(alerting: Node | None) -> int:
    listed = alerting.get("alertmanagers") if alerting is not None else None
    return sum(map(_ways, listed.items())) if listed is not None else 0


def _ways(node: Node) -> int:
    count = 0
    for key, value in node.pairs():
        if key == "static_configs" and value.value is not None:
            targets = (one.get("targets") for one in value.items())
            count += sum(
                bool(one.text.strip()) for found in targets if found is not None for one in found.texts()
            )
        elif key.endswith("_sd_configs") and value.value:
            count += any(bool(one.value) for one in value.items())
    return count


def _relabelling(alerting: Node | None) -> Iterator[AlertRelabelling]:
    """The steps for all Alertmanagers, then those for some of them."""
    if alerting is None:
        return
    listed = alerting.get("alertmanagers")
    for holder in (alerting, *(listed.items() if listed is not None else ())):
        steps = holder.get("alert_relabel_configs")
        for one in steps.items() if steps is not None else ():
            labels = one.get("source_labels")
            yield AlertRelabelling(
                action=text_of(one, "action", "replace").lower(),
                place=one.place,
                regex=text_of(one, "regex", "(.*)"),
                labels=tuple(found.text for found in labels.texts()) if labels is not None else (),
            )
