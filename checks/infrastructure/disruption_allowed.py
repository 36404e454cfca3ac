"""The check infrastructure/disruption-allowed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Annotated

from pydantic import Field

from readiness.check import Check, Finding, Measure, Params, Stricter
from readiness.evidence.manifests import Manifests, Workload
from readiness.evidence.manifests.budgets import Budget
from readiness.evidence.manifests.scales import sort_of
from readiness.evidence.model import Reason

from ._cross import OPEN, each_object, misshapen, unshown
from ._subjects import Subject, failed, whole


class DisruptionAllowedParams(Params):
    """How much must be possible."""

    min: Annotated[int, Field(ge=0), Stricter.HIGHER] = 1
    """The least number of pods that a budget must let go at a time while all are healthy.

    With 0 only a budget that keeps more pods than there are is refused.
    """


class DisruptionAllowed(Check[DisruptionAllowedParams]):
    """Every disruption budget lets pods be evicted.

    ## Why it matters

    A budget that never lets a pod go stops every drain: the upgrade of the cluster hangs, until somebody deletes the
    pods by force or the budget by night. The usual ones are `minAvailable: 1` for a single replica, `minAvailable:
    100%`, and `minAvailable` equal to the `minReplicas` of the autoscaler, which blocks just when it is quiet.

    The number of pods is the least that the workload may come down to, its autoscaler included. Percentages are
    rounded up, as the disruption controller does: of 3 pods, `minAvailable: 67%` keeps 3. Two budgets for one pod make
    every eviction of it fail.

    ## How to fix it

    Say how many may go instead of how many must stay, which is right at every size:

        spec:
          maxUnavailable: 1

    Give a workload that must not be interrupted more replicas, and merge two budgets into one.

    ## References

    - Kubernetes, Specifying a Disruption Budget: https://kubernetes.io/docs/tasks/run-application/configure-pdb/
    - Kubernetes, API-initiated Eviction: https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """Each budget with the workloads that it selects, and each workload with several budgets."""
        seen = manifests.index.budgets
        yield from misshapen(manifests.index.misshapen_scalers)
        rule = partial(_blocking, manifests, self.params.min)
        good = f"letting at least {self.params.min} pod go" if self.params.min == 1 else "letting pods go"
        yield from each_object(
            manifests, seen.good, lambda one: one.resource, rule, "disruption budget", good, bad=seen.bad
        )
        for workload in manifests.index.workloads if len(seen.good) > 1 else ():
            yield from _twice(manifests, workload)


def _blocking(manifests: Manifests, least: int, budget: Budget, subject: Subject) -> Iterator[Finding]:
    if (budget.keep is None) == (budget.lose is None):
        said = "neither minAvailable nor maxUnavailable" if budget.keep is None else "both of them"
        next_ = "set maxUnavailable: 1, and nothing else"
        yield failed(subject, ("spec",), f"says {said}", next_, observed=budget.words)
        return
    at_any_size = budget.allowed_at_any_size
    if at_any_size == 0:
        if least:
            yield _blocked(budget, subject, "", 0, least)
    elif least > 1 or at_any_size is None:
        yield from _by_size(manifests, least, budget, subject)


def _by_size(manifests: Manifests, least: int, budget: Budget, subject: Subject) -> Iterator[Finding]:
    selector = budget.selector
    picked = manifests.index.pods.picked(selector, budget.resource.namespace) if selector else None
    workloads = [one for one in picked.sure if sort_of(one) != "ends"] if picked else []
    path = ("spec", "selector")
    if not workloads:
        is_open = picked is not None and any(sort_of(one) != "ends" for one in picked.perhaps)
        if is_open:
            what, next_ = "may select pods of a workload, and one of both leaves its namespace open", OPEN
        else:
            what = "selects no workload of the set, so how many pods it lets go is not shown"
            next_ = "render its workload into the set, or correct the selector"
        yield unshown(subject, path, what, next_, observed=budget.words)
        return
    total = _pods(manifests, workloads)
    if total is None:
        what = "selects pods whose number is not known, so how many it lets go is not shown"
        next_ = "say maxUnavailable: 1 instead of minAvailable"
        yield unshown(subject, path, what, next_, reason=Reason.INSUFFICIENT, observed=budget.words)
    elif (allowed := budget.allowed(max(total, 1))) < least:
        yield _blocked(budget, subject, f" of {_counted(max(total, 1))}", allowed, least)


def _pods(manifests: Manifests, workloads: Sequence[Workload]) -> int | None:
    total = 0
    for workload in workloads:
        scale = manifests.index.scale_of(workload)
        if scale.sort == "daemon" or scale.least is None:
            return None
        total += scale.least
    return total


def _blocked(budget: Budget, subject: Subject, of: str, allowed: int, least: int) -> Finding:
    key = "minAvailable" if budget.keep is not None else "maxUnavailable"
    lets = f"lets {_counted(allowed)} go" if allowed > 0 else "lets no pod go"
    return failed(
        subject,
        ("spec", key),
        f"{lets}{of} ({budget.words})",
        "set maxUnavailable: 1 instead, or run more replicas",
        observed=str(allowed),
        expected=f"at least {least}",
        measure=Measure(value=allowed, limit=least, unit="pods", better="higher"),
    )


def _counted(number: int) -> str:
    return f"{number} pod" if number == 1 else f"{number} pods"


def _twice(manifests: Manifests, workload: Workload) -> Iterator[Finding]:
    budgets = manifests.index.budgets_of.sure(workload)
    if len(budgets) > 1:
        names = " and ".join(sorted(one.resource.identity for one in budgets))
        what = f"has several disruption budgets ({names}): the API refuses to evict its pods"
        yield failed(whole(workload.resource), (), what, "merge them into one", observed=str(len(budgets)))
