"""What keeps alerts silent: https://prometheus.io/docs/alerting/latest/configuration/#inhibit_rule."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.alertmanager import Inhibition
from readiness.readers.alertmanager._matchers import named_matchers
from readiness.readers.configured import only
from readiness.readers.nodes import Node

_INHIBIT = frozenset(
    {"name", "equal"}
    | {f"{side}{form}" for side in ("source", "target") for form in ("_match", "_match_re", "_matchers")}
)


def inhibitions_of(root: Node) -> Iterator[Inhibition]:
    """Every inhibition."""
    listed = root.get("inhibit_rules")
    for one in listed.items() if listed is not None else ():
        only(one, _INHIBIT, "an inhibition")
        equal = one.get("equal")
        yield Inhibition(
            place=one.place,
            source=named_matchers(one, "source"),
            target=named_matchers(one, "target"),
            equal=tuple(text.text for text in equal.texts()) if equal is not None else (),
        )
