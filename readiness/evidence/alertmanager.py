"""Where Alertmanager sends what fires."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from readiness.evidence.model import Facts, Value
from readiness.evidence.promql import LabelMatch
from readiness.evidence.written import Place, Written


class Integration(Value, frozen=True):
    """One way to tell somebody: `sort` as in `pagerduty`. `flaw` says why it reaches nobody; empty where it may.

    Neither addresses nor keys are kept.
    """

    sort: str
    place: Place
    flaw: str = ""


class Receiver(Value, frozen=True, kw_only=True):
    """Who is told."""

    name: str
    place: Place
    integrations: tuple[Integration, ...] = ()


class Period(Value, frozen=True, kw_only=True):
    """One period of a named interval: minutes of the week, from Sunday 00:00 in its own zone, as half-open ranges.

    `is_dated` says that it counts on some days of the month, months or years only.
    """

    minutes: tuple[tuple[int, int], ...]
    is_dated: bool = False


class Route(Value, frozen=True, kw_only=True):
    """One node of the tree of routes; `receiver` is its own or what it inherits.

    `wait_s` is how long the first alert of a group waits, and `next_wait_s` how long one that joins a group may wait,
    in seconds; its own, or what it inherits.
    """

    receiver: str
    place: Place
    matches: tuple[LabelMatch, ...] = ()
    goes_on: bool = False
    wait_s: float = 30.0
    next_wait_s: float = 300.0
    muted: tuple[Written, ...] = ()
    active: tuple[Written, ...] = ()
    routes: tuple[Route, ...] = ()

    def walk(self) -> Iterator[Route]:
        """This route, and all below it."""
        yield self
        for one in self.routes:
            yield from one.walk()


class Inhibition(Value, frozen=True, kw_only=True):
    """What keeps some alerts silent while others fire."""

    place: Place
    source: tuple[LabelMatch, ...] = ()
    target: tuple[LabelMatch, ...] = ()
    equal: tuple[str, ...] = ()


class Alertmanager(Facts, frozen=True, kw_only=True):
    """One configuration: the root of its routes, its receivers, and what silences."""

    kind: ClassVar[str] = "alertmanager"
    route: Route
    receivers: tuple[Receiver, ...] = ()
    inhibitions: tuple[Inhibition, ...] = ()
    intervals: Mapping[str, tuple[Period, ...]] = {}

    def summary(self) -> Mapping[str, object]:
        """The receivers with their integrations, and how many routes lead to them."""
        return {
            "routes": sum(1 for _ in self.route.walk()),
            "receivers": {one.name: [i.sort for i in one.integrations] for one in self.receivers[:200]},
            "inhibitions": len(self.inhibitions),
        }

    def objects(self) -> frozenset[str]:
        """The receivers, as `Receiver/<name>`."""
        return frozenset(f"Receiver/{one.name}" for one in self.receivers)
