"""The check infrastructure/selectors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from readiness.check import Check, Finding, Params
from readiness.evidence.manifests import Manifests, Resource, Workload
from readiness.evidence.manifests.isolation import NetworkPolicy
from readiness.evidence.manifests.monitors import Monitor
from readiness.evidence.manifests.owning import is_asked, own_selector_of
from readiness.evidence.model import Reason

from ._cross import OPEN, each_object, unshown
from ._selected_ports import target_flaws, watched_flaws
from ._selecting import NOTHING, Selecting, monitors_of, peers_of, selecting, watching
from ._subjects import Subject, failed

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
    """What is asked beyond that a selector selects something."""

    undeclared_ports: Literal["refused", "ignored"] = "refused"
    """Whether a Service may send traffic to the number of a port that the containers it selects do not declare.

    Asked only where all of them declare some port; a name is always looked up.
    """
    peers: Literal["required", "ignored"] = "required"
    """Whether the pods of their own namespace that NetworkPolicies let in and out must be in the set.

    `ignored` fits a namespace that several sets are applied to.
    """


class Selectors(Check[SelectorsParams]):
    """Every selector selects something.

    ## Why it matters

    A selector with a typing error is no error for the API server. A Service then has no endpoints and answers nothing,
    a NetworkPolicy protects nobody, a disruption budget lets everything go, a ServiceMonitor watches nothing. All of
    them look well in every list.

    Asked for: the selectors of Deployments, StatefulSets, DaemonSets and the like, which must match the labels of their
    own template; Services, with the ports that they send traffic to; NetworkPolicies, with the pods of their own
    namespace that they let in and out; disruption budgets; ServiceMonitors and PodMonitors, with the ports that they
    watch. An empty selector of a NetworkPolicy means all pods. A Service without a selector has its endpoints made by
    hand, and is not asked.

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
        monitors = monitors_of(manifests)
        owning = [one for one in index.workloads if is_asked(one.resource)]
        things: list[Workload | Selecting] = [
            *owning,
            *selecting(manifests),
            *watching(manifests, monitors),
        ]
        bad = (
            *index.misshapen_workloads,
            *index.seen_services.bad,
            *index.network_policies.bad,
            *index.budgets.bad,
            *monitors.bad,
        )

        def rule(one: Workload | Selecting, subject: Subject) -> Iterator[Finding]:
            if isinstance(one, Workload):
                yield from _own(one, subject)
            else:
                yield from self._flaws(manifests, one, subject)

        good = "with a selector that selects something"
        yield from each_object(
            manifests, things, lambda one: one.resource, rule, "object", good, bad, "object with a selector"
        )

    def _flaws(self, manifests: Manifests, one: Selecting, subject: Subject) -> Iterator[Finding]:
        is_of_all = isinstance(one.asker, NetworkPolicy) and one.selector.is_empty
        if not (one.picked.sure or is_of_all):
            yield from _empty(manifests, one, subject)
            return
        yield from self._of_ports(manifests, one, subject)
        for peer in peers_of(manifests, one) if self.params.peers == "required" else ():
            if not peer.picked.sure:
                yield from _empty(manifests, peer, subject)

    def _of_ports(self, manifests: Manifests, one: Selecting, subject: Subject) -> Iterator[Finding]:
        index = manifests.index
        workloads = [thing for thing in one.picked.sure if isinstance(thing, Workload)]
        service = index.service_by_object.get(id(one.resource))
        if service is not None:
            is_asked = self.params.undeclared_ports == "refused"
            yield from target_flaws(service, workloads, subject, declared=is_asked)
        if isinstance(one.asker, Monitor):
            services = [
                index.service_by_object[id(thing)] for thing in one.picked.sure if isinstance(thing, Resource)
            ]
            yield from watched_flaws(one.asker, services or workloads, subject)


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


def _empty(manifests: Manifests, one: Selecting, subject: Subject) -> Iterator[Finding]:
    selects = f"{one.does} no {one.whom}"
    if one.selector is NOTHING:
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
