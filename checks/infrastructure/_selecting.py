"""Who selects whom: each object of a set with a selector, and what it found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeVar

from readiness.evidence.manifests import Manifests, Resource, Selector, Workload
from readiness.evidence.manifests.isolation import NetworkPolicy
from readiness.evidence.manifests.monitors import Monitor, monitor_of
from readiness.evidence.manifests.seen import Seen, see
from readiness.evidence.manifests.selection import Labelled, Picked
from readiness.evidence.manifests.shapes import Path

T = TypeVar("T")
NOTHING = Selector()
"""The selector of a budget that has none: one that is empty selects every pod, and this one nobody."""
_NOBODY: Picked[Workload] = Picked((), ())


class Selecting(NamedTuple):
    """An object that selects others: whom it selects, and what it found.

    `asker` is the policy or the monitor that it is; `does` goes on with `no workload`.
    """

    resource: Resource
    selector: Selector
    path: Path
    whom: str
    picked: Picked[Workload] | Picked[Resource]
    siblings: int
    asker: NetworkPolicy | Monitor | None = None
    does: str = "selects"


def selecting(manifests: Manifests) -> Iterator[Selecting]:
    """Services, NetworkPolicies and disruption budgets, with the workloads that they select."""
    index, count = manifests.index, len(manifests.index.workloads)
    path: Path = ("spec", "selector")
    for service in index.seen_services.good:
        if service.selector:
            yield _of_pods(manifests, service.resource, service.selector, path)
    for policy in index.network_policies.good:
        if not policy.selector.is_empty or policy.peers:
            one = _of_pods(manifests, policy.resource, policy.selector, ("spec", "podSelector"))
            yield one._replace(asker=policy)
    for budget in index.budgets.good:
        if budget.selector is not None:
            yield _of_pods(manifests, budget.resource, budget.selector, path)
        else:
            yield Selecting(budget.resource, NOTHING, path, "workload", _NOBODY, count)


def _of_pods(manifests: Manifests, resource: Resource, selector: Selector, path: Path) -> Selecting:
    picked = manifests.index.pods.picked(selector, resource.namespace)
    return Selecting(resource, selector, path, "workload", picked, len(manifests.index.workloads))


def peers_of(manifests: Manifests, one: Selecting) -> Iterator[Selecting]:
    """The pods of its own namespace that a policy lets in and out, rule by rule."""
    for path, selector in one.asker.peers if isinstance(one.asker, NetworkPolicy) else ():
        if not selector.is_empty:
            found = _of_pods(manifests, one.resource, selector, path)
            yield found._replace(does="allows traffic with")


def monitors_of(manifests: Manifests) -> Seen[Monitor]:
    """The ServiceMonitors and PodMonitors."""
    kinds = ("ServiceMonitor", "PodMonitor")
    return see([one for kind in kinds for one in manifests.index.by_kind.get(kind, ())], monitor_of)


def watching(manifests: Manifests, monitors: Seen[Monitor]) -> Iterator[Selecting]:
    """Monitors, with the Services or the workloads that they select."""
    if not monitors.good:
        return
    services = [one.resource for one in manifests.index.seen_services.good]
    labelled = Labelled(services, lambda one: (one.namespace, one.labels))
    for one in monitors.good:
        path = ("spec", "selector")
        if one.resource.kind == "PodMonitor":
            pods = _watched(manifests.index.pods, one)
            count = len(manifests.index.workloads)
            yield Selecting(one.resource, one.selector, path, "workload", pods, count, one)
        else:
            found = _watched(labelled, one)
            yield Selecting(one.resource, one.selector, path, "Service", found, len(services), one)


def _watched(things: Labelled[T], one: Monitor) -> Picked[T]:
    if one.namespaces is None:
        return Picked(things.picked_anywhere(one.selector), ())
    picked = [things.picked(one.selector, namespace) for namespace in one.namespaces]
    sure = tuple(thing for each in picked for thing in each.sure)
    return Picked(sure, tuple(thing for each in picked for thing in each.perhaps))
