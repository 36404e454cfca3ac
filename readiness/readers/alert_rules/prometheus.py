"""Rule files of Prometheus, and of those who write them alike: Thanos, Mimir, VictoriaMetrics."""

from __future__ import annotations

import re

from readiness.evidence.alert_rules import AlertRules
from readiness.evidence.model import Reason, Unproven
from readiness.readers.alert_rules._groups import bounded, group_or_none, groups_of
from readiness.readers.base import Reader, Reading
from readiness.readers.configured import only
from readiness.readers.nodes import documents_of
from readiness.readers.source import Source

_GROUPS = re.compile(r"""^(?:\{\s*)?["']?groups["']?\s*:|^\s{1,8}"groups"\s*:""", re.M)
_TOP = frozenset({"groups", "namespace"})


class Prometheus(Reader[AlertRules]):
    """What `promtool check rules` takes."""

    def recognises(self, source: Source) -> bool:
        """A map with a list of groups that is no Kubernetes object."""
        if not _GROUPS.search(source.text):
            return False
        found = documents_of(source)
        return len(found) == 1 and group_or_none(found[0]) is not None

    def read(self, source: Source) -> Reading[AlertRules]:
        """Every group. Unproven (missing) for a file without a rule."""
        found = documents_of(source)
        if len(found) != 1:
            raise Unproven(Reason.MALFORMED, f"{len(found)} documents, where one is meant")
        only(found[0], _TOP, "a rule file")
        groups = found[0].get("groups")
        made = AlertRules(groups=groups_of(groups) if groups is not None else ())
        if not any(group.rules for group in made.groups):
            raise Unproven(
                Reason.MISSING, "there is no rule in it", "name the file that holds the rules, or write them"
            )
        return Reading(bounded(made))
