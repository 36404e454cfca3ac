"""`alertmanager.yml`: https://prometheus.io/docs/alerting/latest/configuration/."""

from __future__ import annotations

import re

from readiness.evidence import alertmanager as facts
from readiness.evidence.model import Reason, Unproven
from readiness.readers.alertmanager._inhibitions import inhibitions_of
from readiness.readers.alertmanager._intervals import intervals_of
from readiness.readers.alertmanager._receivers import receivers_of
from readiness.readers.alertmanager._routes import route_of
from readiness.readers.base import Reader, Reading
from readiness.readers.configured import bounded, needed, only
from readiness.readers.nodes import documents_of
from readiness.readers.source import Source

_HINT = re.compile(r"""^(?:\{\s*)?["']?receivers["']?\s*:|^\s{1,8}"receivers"\s*:""", re.M)
_TOP = frozenset(
    {"global", "route", "receivers", "templates", "inhibit_rules", "time_intervals"}
    | {"mute_time_intervals", "tracing"}
)


class Alertmanager(Reader[facts.Alertmanager]):
    """What `amtool check-config` takes."""

    def recognises(self, source: Source) -> bool:
        """A map with receivers whose keys are those of Alertmanager."""
        if not _HINT.search(source.text):
            return False
        found = documents_of(source)
        return len(found) == 1 and found[0].is_map and {"receivers"} <= found[0].value.keys() <= _TOP

    def read(self, source: Source) -> Reading[facts.Alertmanager]:
        """Routes, receivers, and what silences; never an address or a key."""
        found = documents_of(source)
        if len(found) != 1:
            raise Unproven(Reason.MALFORMED, f"{len(found)} documents, where one is meant")
        root = found[0]
        only(root, _TOP, "the configuration of Alertmanager")
        receivers, intervals = receivers_of(root), intervals_of(root)
        route = needed(root, "route", "the configuration of Alertmanager")
        made = facts.Alertmanager(
            route=route_of(route, {one.name for one in receivers}, intervals),
            receivers=receivers,
            inhibitions=tuple(inhibitions_of(root)),
            intervals=intervals,
        )
        return Reading(bounded(made, "configuration"))
