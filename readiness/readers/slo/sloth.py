"""Sloth: `version: prometheus/v1`, and PrometheusServiceLevel objects (https://sloth.dev/specs/default/v1/).

Its window is not in the file: `sloth generate` takes 30 days unless it is told otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.evidence.promql import Expression
from readiness.evidence.slo import Objective, Slos
from readiness.readers.base import Reader, Reading
from readiness.readers.configured import needed, text_of, truth_of
from readiness.readers.nodes import Node, documents_of, malformed
from readiness.readers.slo._objectives import indicator, percent_of, unique
from readiness.readers.source import Source

_HINT = re.compile(r"prometheus/v1\b|\bPrometheusServiceLevel\b")
_MONTH_S = 30 * 86_400.0
# The queries that each form of an indicator needs, as files and as objects write them.
_INDICATORS = (
    ("events", (("error_query", "errorQuery"), ("total_query", "totalQuery"))),
    ("raw", (("error_ratio_query", "errorRatioQuery"),)),
)


class Sloth(Reader[Slos]):
    """Each document that is one, also beside others."""

    def recognises(self, source: Source) -> bool:
        """At least one document of Sloth."""
        return bool(_HINT.search(source.text)) and any(True for _ in _specs(source))

    def read(self, source: Source) -> Reading[Slos]:
        """Every objective."""
        return Reading(unique([one for spec in _specs(source) for one in _objectives(spec)]))


def _specs(source: Source) -> Iterator[Node]:
    for node in documents_of(source):
        if not node.is_map:
            continue
        if node.value.get("version") == "prometheus/v1":
            yield node
        elif node.value.get("kind") == "PrometheusServiceLevel":
            yield needed(node, "spec", "the PrometheusServiceLevel")


def _objectives(spec: Node) -> Iterator[Objective]:
    service = needed(spec, "service", "a file of Sloth").text()
    for one in needed(spec, "slos", "a file of Sloth").items():
        name = needed(one, "name", "an objective").text()
        sends, pages, silence = _alerting(one.get("alerting"))
        yield Objective(
            name=name,
            service=service,
            percent=percent_of(needed(one, "objective", f"the objective {name}"), 1),
            place=one.place,
            window="30d",
            window_s=_MONTH_S,
            alerts=sends,
            pages=pages,
            silence=silence,
            expressions=tuple(_expressions(needed(one, "sli", f"the objective {name}"), name)),
        )


def _alerting(node: Node | None) -> tuple[bool, bool, str]:
    """Whether it alerts, whether it pages, and why not."""
    if node is None or not text_of(node, "name"):
        return False, False, "it has no `alerting` with a `name`"
    pages = not _is_off(node, "page_alert", "pageAlert")
    tickets = not _is_off(node, "ticket_alert", "ticketAlert")
    return pages or tickets, pages, "" if pages else "its `page_alert` is disabled"


def _is_off(node: Node, *keys: str) -> bool:
    found = (node.get(key) for key in keys)
    return any(one is not None and truth_of(one, "disable", otherwise=False) for one in found)


def _expressions(sli: Node, name: str) -> Iterator[Expression]:
    what = f"the objective {name[:80]}"
    plugin = sli.get("plugin")
    if plugin is not None and text_of(plugin, "id"):
        return
    for part, needs in _INDICATORS:
        node = sli.get(part)
        if node is None:
            continue
        for keys in needs:
            found = next((one for key in keys if (one := node.get(key)) is not None), None)
            if found is None or not found.text().strip():
                raise malformed(
                    node.place, f"{what} has no `{keys[0]}`", "write it beside the others of `sli`"
                )
            yield from indicator(found, what)
        return
    raise malformed(sli.place, f"{what} has no indicator", "write `events`, `raw` or `plugin` under `sli`")
