"""The check infrastructure/selectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from readiness.check import Check, Finding, Params
from readiness.evidence.manifests import Manifests, Resource, Selector, Workload
from readiness.evidence.manifests.monitors import Monitor, monitor_of
from readiness.evidence.manifests.owning import is_asked, own_selector_of
from readiness.evidence.manifests.probes import ports_of
from readiness.evidence.manifests.seen import Seen, see
from readiness.evidence.manifests.selection import Labelled, Picked
from readiness.evidence.manifests.services import Service
from readiness.evidence.manifests.shapes import Path
from readiness.evidence.model import Reason

from ._cross import OPEN, each_object, unshown
from ._subjects import Subject, failed

T = TypeVar("T")
# Labels that the cluster gives to pods while they run: no manifest shows them.
_GIVEN = frozenset(
    {
        "apps.kubernetes.io/pod-index",
        "batch.kubernetes.io/job-name",
        "controller-revision-hash",
        "job-name",
        "pod-template-hash",
        "statefulset.kubernetes.io/pod-name",
    }
)


class SelectorsParams(Params):
    """Nothing to set: a selector that selects nothing is a mistake."""


class _Selecting(NamedTuple):
    """An object that selects others: whom it selects, and what it found."""

    resource: Resource
    selector: Selector
    path: Path
    whom: str
    picked: Picked[Workload] | Picked[Resource]
    siblings: int


class Selectors(Check[SelectorsParams]):
    """Every selector selects something.

    ## Why it matters

    A selector with a typing error is no error for the API server. A Service then has no endpoints and answers nothing,
    a NetworkPolicy protects nobody, a disruption budget lets everything go, a ServiceMonitor watches nothing. All of
    them look well in every list.

    Asked for: the selectors of Deployments, StatefulSets, DaemonSets and the like, which must match the labels of their
    own template; Services, with the named ports that they send traffic to; NetworkPolicies, disruption budgets,
    ServiceMonitors and PodMonitors. An empty selector of a NetworkPolicy means all pods. A Service without a selector
    has its endpoints made by hand, and is not asked.

    ## How to fix it

    Compare the selector with the labels of the pod template, and with the namespace of both:

        kubectl get endpointslices -l kubernetes.io/service-name=checkout

    What selects pods that are not part of the set is waived by `object:`, or its pods are rendered into the set.

    ## References

    - Kubernetes, Labels and Selectors: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
    - Kubernetes, Debug Services: https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """Each object that selects others."""
        index = manifests.index
        monitors = _monitors(manifests)
        owning = [one for one in index.workloads if is_asked(one.resource)]
        things: list[Workload | _Selecting] = [
            *owning,
            *_selecting(manifests),
            *_watching(manifests, monitors),
        ]
        bad = (
            *index.misshapen_workloads,
            *index.seen_services.bad,
            *index.network_policies.bad,
            *index.budgets.bad,
            *monitors.bad,
        )

        def rule(one: Workload | _Selecting, subject: Subject) -> Iterator[Finding]:
            if isinstance(one, Workload):
                yield from _own(one, subject)
            else:
                yield from _empty(manifests, one, subject)

        good = "with a selector that selects something"
        yield from each_object(
            manifests, things, lambda one: one.resource, rule, "object", good, bad, "object with a selector"
        )


def _own(workload: Workload, subject: Subject) -> Iterator[Finding]:
    selector, has_default = own_selector_of(workload.resource)
    path = ("spec", "selector")
    if selector is None:
        if not has_default:
            next_ = "add the selector, with labels of its template"
            yield failed(subject, path, "has no selector, which the API refuses", next_, observed="absent")
    elif selector.is_empty:
        yield failed(
            subject, path, "has an empty selector, which the API refuses", "name labels of its template"
        )
    elif not selector.matches(workload.labels):
        what = f"selects {selector}, which its own template does not have"
        next_ = "let the labels of the template and the selector agree"
        yield failed(subject, path, what, next_, observed=_shown(workload), expected=str(selector))


def _shown(workload: Workload) -> str:
    return ", ".join(f"{key}={value}" for key, value in sorted(workload.labels.items())) or "no labels"


def _selecting(manifests: Manifests) -> Iterator[_Selecting]:
    index, count = manifests.index, len(manifests.index.workloads)
    found: list[tuple[Resource, Selector | None, Path]] = [
        *(
            (one.resource, one.selector, ("spec", "selector"))
            for one in index.seen_services.good
            if one.selector
        ),
        *(
            (one.resource, one.selector, ("spec", "podSelector"))
            for one in index.network_policies.good
            if not one.selector.is_empty
        ),
        *((one.resource, one.selector, ("spec", "selector")) for one in index.budgets.good),
    ]
    for resource, selector, path in found:
        picked = index.pods.picked(selector, resource.namespace) if selector else _NOBODY
        yield _Selecting(resource, selector or _NOTHING, path, "workload", picked, count)


_NOTHING = Selector()
_NOBODY: Picked[Workload] = Picked((), ())


def _monitors(manifests: Manifests) -> Seen[Monitor]:
    kinds = ("ServiceMonitor", "PodMonitor")
    return see([one for kind in kinds for one in manifests.index.by_kind.get(kind, ())], monitor_of)


def _watching(manifests: Manifests, monitors: Seen[Monitor]) -> Iterator[_Selecting]:
    if not monitors.good:
        return
    services = [one.resource for one in manifests.index.seen_services.good]
    labelled = Labelled(services, lambda one: (one.namespace, one.labels))
    for one in monitors.good:
        path = ("spec", "selector")
        if one.resource.kind == "PodMonitor":
            pods = _watched(manifests.index.pods, one)
            count = len(manifests.index.workloads)
            yield _Selecting(one.resource, one.selector, path, "workload", pods, count)
        else:
            yield _Selecting(
                one.resource, one.selector, path, "Service", _watched(labelled, one), len(services)
            )


def _watched(things: Labelled[T], one: Monitor) -> Picked[T]:
    if one.namespaces is None:
        return Picked(things.picked_anywhere(one.selector), ())
    picked = [things.picked(one.selector, namespace) for namespace in one.namespaces]
    sure = tuple(thing for each in picked for thing in each.sure)
    return Picked(sure, tuple(thing for each in picked for thing in each.perhaps))


def _empty(manifests: Manifests, one: _Selecting, subject: Subject) -> Iterator[Finding]:
    if one.picked.sure:
        service = manifests.index.service_by_object.get(id(one.resource))
        if service is not None:
            workloads = [thing for thing in one.picked.sure if isinstance(thing, Workload)]
            yield from _unnamed_ports(service, workloads, subject)
        return
    selects = f"selects no {one.whom}"
    if one.selector is _NOTHING:
        what = "has no selector, and so selects no pods"
        yield failed(subject, one.path, what, "name labels of the pods that are meant", observed="absent")
    elif one.picked.perhaps:
        other = one.picked.perhaps[0]
        name = (other.resource if isinstance(other, Workload) else other).identity
        what = f"may select {name}, and one of both leaves its namespace open"
        yield unshown(subject, ("metadata", "namespace"), what, OPEN, observed=str(one.selector))
    elif given := sorted(one.selector.keys & _GIVEN):
        what = f"selects by {given[0]}, a label that the cluster gives: whom it selects is not shown"
        next_ = "look at it in the cluster and waive this object"
        yield unshown(subject, one.path, what, next_, reason=Reason.INSUFFICIENT, observed=str(one.selector))
    elif not one.siblings or (manifests.index.unseen and one.whom == "workload"):
        what = f"{selects} of the set: its {'pods' if one.whom == 'workload' else 'Services'} are not in it"
        next_ = "render what it selects into the set"
        yield unshown(subject, one.path, what, next_, observed=str(one.selector))
    else:
        what = f"{selects}: none of {one.siblings} has {one.selector} in its namespace"
        next_ = f"let it name labels of the {one.whom} that is meant"
        yield failed(subject, one.path, what, next_, observed=str(one.selector))


def _unnamed_ports(service: Service, workloads: Sequence[Workload], subject: Subject) -> Iterator[Finding]:
    named = [(n, one.target_port) for n, one in enumerate(service.ports) if isinstance(one.target_port, str)]
    if not named:
        return
    there = {
        port.name
        for workload in workloads
        for container in workload.containers
        for port in ports_of(container)
        if port.name
    }
    for number, name in named:
        if name not in there:
            what = f"sends traffic to the port '{name}', which no container that it selects has"
            path = ("spec", "ports", number, "targetPort")
            next_ = f"name a port of the containers {name}, or write the number"
            yield failed(subject, path, what, next_, observed=name, expected=", ".join(sorted(there)))
