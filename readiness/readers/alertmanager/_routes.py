"""The tree of routes: https://prometheus.io/docs/alerting/latest/configuration/#route."""

from __future__ import annotations

from collections.abc import Collection

from readiness.evidence.alertmanager import Route
from readiness.evidence.written import Place
from readiness.readers.alertmanager._matchers import matchers_of
from readiness.readers.configured import duration_of, only, text_of, truth_of
from readiness.readers.nodes import Node, malformed

MAX_DEPTH = 50
_ROUTE = frozenset(
    {"receiver", "labels", "group_by", "continue", "match", "match_re", "matchers", "routes", "group_wait"}
    | {"group_interval", "repeat_interval", "mute_time_intervals", "active_time_intervals"}
)


# What Alertmanager takes where nothing is written.
_TOP = Route(receiver="", place=Place("", 1))


def route_of(
    node: Node, receivers: Collection[str], intervals: Collection[str], above: Route = _TOP, depth: int = 0
) -> Route:
    """A route and all below it; Unproven (malformed) where Alertmanager would refuse it."""
    only(node, _ROUTE, "a route")
    if depth > MAX_DEPTH:
        raise malformed(node.place, f"routes are nested more than {MAX_DEPTH} deep")
    receiver = text_of(node, "receiver", above.receiver)
    if receiver not in receivers:
        raise malformed(node.place, f"there is no receiver {receiver[:60]!r}", "name one of `receivers`")
    wait, next_wait, _ = (
        duration_of(node, key) for key in ("group_wait", "group_interval", "repeat_interval")
    )
    muted, active = node.get("mute_time_intervals"), node.get("active_time_intervals")
    made = Route(
        receiver=receiver,
        place=node.place,
        matches=matchers_of(node),
        goes_on=truth_of(node, "continue", otherwise=False),
        muted=muted.texts() if muted is not None else (),
        active=active.texts() if active is not None else (),
        wait_s=above.wait_s if wait is None else wait,
        next_wait_s=above.next_wait_s if next_wait is None else next_wait,
    )
    made = made.but(routes=_below(node, receivers, intervals, made, depth))
    for one in (*made.muted, *made.active):
        if one.text not in intervals:
            raise malformed(one.place, f"there is no interval {one.text[:60]!r}")
    if not depth and (made.matches or made.goes_on or made.muted or made.active):
        raise malformed(
            node.place, "the first route takes every alert, and has neither matchers nor intervals"
        )
    return made


def _below(
    node: Node, receivers: Collection[str], intervals: Collection[str], above: Route, depth: int
) -> tuple[Route, ...]:
    listed = node.get("routes")
    if listed is None:
        return ()
    return tuple(route_of(one, receivers, intervals, above, depth + 1) for one in listed.items())
