"""The check infrastructure/disruption-budget."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from readiness.check import Check, Finding, Params
from readiness.evidence.manifests import Manifests, Workload
from readiness.evidence.manifests.budgets import Budget
from readiness.evidence.manifests.scales import Scale

from ._containers import nothing_of
from ._cross import OPEN, Unserved, each_workload, misshapen, none_served, scaled, served, several, unshown
from ._subjects import Subject, failed

_NEXT = "add a PodDisruptionBudget that selects its pods, with maxUnavailable: 1"


class DisruptionBudgetParams(Params):
    """Which workloads need one."""

    unserved: Unserved = "required"
    """Whether workloads that no Service of the set selects need a budget too."""


class DisruptionBudget(Check[DisruptionBudgetParams]):
    """Every workload with several pods has a disruption budget.

    ## Why it matters

    Draining a node evicts all of its pods at once, and an upgrade of the cluster drains all nodes. Without a budget
    nothing keeps it from taking the last replica that still answers: the autoscaler of nodes, an upgrade by night and
    an impatient `kubectl drain` all ask the budgets, and nothing else.

    Asked for: Deployments, StatefulSets, Rollouts and other replicated workloads that run more than one pod, or may:
    `replicas` that are not written count as several. A budget belongs to a workload when its selector matches the
    labels of the pod template, in the same namespace. One that lets all pods go at once guards nothing. Not asked
    for: a single pod, DaemonSets, Jobs.

    ## How to fix it

    Let one pod go at a time:

        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: checkout, namespace: shop}
        spec:
          maxUnavailable: 1
          selector: {matchLabels: {app.kubernetes.io/name: checkout}}

    ## References

    - Kubernetes, Specifying a Disruption Budget: https://kubernetes.io/docs/tasks/run-application/configure-pdb/
    - Kubernetes, Disruptions: https://kubernetes.io/docs/concepts/workloads/pods/disruptions/
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """Each workload with the budgets that select its pods."""
        many = scaled(manifests, several)
        asked = served(manifests, many, self.params.unserved)
        none = nothing_of(manifests, "workload with several pods")
        if many and not asked:
            none = none_served(manifests, many, self.params.unserved, "workload with several pods")
        yield from misshapen((*manifests.index.budgets.bad, *manifests.index.misshapen_scalers))
        yield from each_workload(
            manifests, asked, partial(_lacking, manifests), "with a disruption budget", none
        )


def _lacking(manifests: Manifests, workload: Workload, subject: Subject) -> Iterator[Finding]:
    scale = manifests.index.scale_of(workload)
    budgets = manifests.index.budgets_of.sure(workload)
    perhaps = manifests.index.budgets_of.perhaps(workload)
    expected = "a disruption budget"
    if budgets:
        if all(_guards_nothing(budget, scale) for budget in budgets):
            one = budgets[0]
            what = f"is guarded by {one.resource.identity} against nothing ({one.words})"
            next_ = f"set maxUnavailable: 1 in {one.resource.identity}"
            yield failed(subject, (), what, next_, observed=one.words, expected=expected)
    elif perhaps:
        what = f"may be guarded by {perhaps[0].resource.identity}, and one of both leaves its namespace open"
        yield unshown(subject, ("metadata", "namespace"), what, OPEN, expected=expected)
    else:
        yield failed(subject, (), "has no disruption budget", _NEXT, observed="absent", expected=expected)


def _guards_nothing(budget: Budget, scale: Scale) -> bool:
    if budget.guards_nothing or (budget.keep is not None and budget.lose is not None):
        return True
    least = scale.least
    return least is not None and least > 1 and budget.allowed(least) >= least
