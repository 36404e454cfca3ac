"""AlertmanagerConfig objects of the Prometheus Operator.

https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1alpha1.AlertmanagerConfig: the same as
`alertmanager.yml` in camel case, for the alerts of one namespace. The operator puts its routes below the first one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.evidence.alertmanager import Alertmanager, Receiver, Route
from readiness.evidence.model import Reason, Unproven
from readiness.evidence.promql import LabelMatch
from readiness.readers.alertmanager._inhibitions import inhibitions_of
from readiness.readers.alertmanager._intervals import intervals_of
from readiness.readers.alertmanager._receivers import receivers_of
from readiness.readers.alertmanager._routes import route_of
from readiness.readers.base import Reader, Reading
from readiness.readers.configured import bounded, needed, only, text_of
from readiness.readers.nodes import Node, documents_of, malformed
from readiness.readers.snake import in_snake_case
from readiness.readers.source import Source

_KIND = re.compile(r"\bAlertmanagerConfig\b")
_SPEC = frozenset({"route", "receivers", "inhibit_rules", "mute_time_intervals", "time_intervals"})


class AlertmanagerConfig(Reader[Alertmanager]):
    """One object; it takes the alerts of its own namespace, as the operator has it unless it is told otherwise."""

    def recognises(self, source: Source) -> bool:
        """An object of that kind, also beside others."""
        return bool(_KIND.search(source.text)) and any(True for _ in _objects(documents_of(source)))

    def read(self, source: Source) -> Reading[Alertmanager]:
        """Its routes below a first one that tells nobody, since what stands above them is not in the file."""
        found = list(_objects(documents_of(source)))
        if len(found) != 1:
            remedy = "name one file for each, and the check for each"
            raise Unproven(
                Reason.MALFORMED, f"{len(found)} AlertmanagerConfig objects, where one is meant", remedy
            )
        namespace = text_of(needed(found[0], "metadata", "the AlertmanagerConfig"), "namespace")
        if not namespace:
            raise malformed(
                found[0].place, "the AlertmanagerConfig has no `namespace`", "write it in `metadata`"
            )
        spec = in_snake_case(needed(found[0], "spec", "the AlertmanagerConfig"))
        only(spec, _SPEC, "the spec of an AlertmanagerConfig")
        receivers, intervals = receivers_of(spec), intervals_of(spec)
        route = needed(spec, "route", "the spec of an AlertmanagerConfig")
        made = route_of(route, {one.name for one in receivers}, intervals, depth=1)
        own = LabelMatch("namespace", "=", namespace)
        above = Receiver(name="(what stands above this AlertmanagerConfig)", place=found[0].place)
        facts = Alertmanager(
            route=Route(
                receiver=above.name,
                place=found[0].place,
                routes=(made.but(matches=(own, *made.matches), goes_on=True),),
            ),
            receivers=(above, *receivers),
            inhibitions=tuple(
                one.but(source=(own, *one.source), target=(own, *one.target)) for one in inhibitions_of(spec)
            ),
            intervals=intervals,
        )
        return Reading(bounded(facts, "configuration"))


def _objects(nodes: list[Node]) -> Iterator[Node]:
    for node in nodes:
        if node.is_map and node.value.get("kind") == "AlertmanagerConfig":
            yield node
