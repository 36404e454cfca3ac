"""The check infrastructure/spread."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Annotated

from pydantic import Field, StringConstraints

from readiness.check import Check, Finding, Params
from readiness.evidence.manifests import Manifests, Selector, Workload
from readiness.evidence.manifests.placement import Constraint, Placement, Strength, Term, placement_of
from readiness.evidence.manifests.scales import Scale

from ._containers import nothing_of
from ._cross import each_workload, misshapen, scaled, several
from ._subjects import Subject, failed

Key = Annotated[str, StringConstraints(min_length=1)]
_EXPECTED = "anti-affinity or a spread constraint for its own pods"


class SpreadParams(Params):
    """What counts as spread."""

    topology_keys: Annotated[tuple[Key, ...], Field(strict=False, min_length=1)] = (
        "kubernetes.io/hostname",
        "topology.kubernetes.io/zone",
    )
    """The labels of nodes over whose values pods must be spread; one of them is enough."""
    strength: Strength = "preferred"
    """Whether a preference of the scheduler is enough, or the spread must be `required`.

    `required` leaves pods unscheduled where they cannot be spread: `DoNotSchedule`, or required anti-affinity.
    """


class Spread(Check[SpreadParams]):
    """The pods of every replicated workload are spread over nodes or zones.

    ## Why it matters

    Nothing keeps the scheduler from placing all replicas on one node, and after an upgrade of the cluster it often
    does: the node that came first takes them all. Three replicas on one node are gone together.

    What counts is a pod anti-affinity, or a topology spread constraint, that matches the pods of the workload itself:
    one whose label selector is absent, or matches other pods, spreads nothing. A `maxSkew` that is as large as the
    number of replicas allows all of them on one node.

    Asked for: workloads that run more than one pod, or may. Of DaemonSets, Jobs and single pods no spread is asked, but
    a constraint that is of no use fails there as well.

    ## How to fix it

    Add a constraint with the labels of the pod template:

        topologySpreadConstraints:
          - maxSkew: 1
            topologyKey: kubernetes.io/hostname
            whenUnsatisfiable: ScheduleAnyway
            labelSelector: {matchLabels: {app.kubernetes.io/name: checkout}}

    ## References

    - Kubernetes, Pod Topology Spread Constraints:
      https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
    - Kubernetes, Assigning Pods to Nodes:
      https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """Each workload that runs several pods."""
        many = scaled(manifests, several)
        those = {id(one) for one in many}
        asked = [one for one in manifests.index.workloads if id(one) in those or _is_constrained(one)]
        yield from misshapen(manifests.index.misshapen_scalers)
        none = nothing_of(manifests, "workload with several pods")
        rule = partial(self._flaws, manifests, those)
        yield from each_workload(manifests, asked, rule, "placed well", none)

    def _flaws(
        self, manifests: Manifests, several_pods: set[int], workload: Workload, subject: Subject
    ) -> Iterator[Finding]:
        asked = placement_of(workload)
        for number, one in enumerate(asked.constraints):
            if flaw := one.flaw or _without_selector(one):
                path = (*workload.pod_path, "topologySpreadConstraints", number)
                what = f"has a spread constraint that is of no use: {flaw}"
                yield failed(subject, path, what, "correct the constraint", expected=_EXPECTED)
        if id(workload) not in several_pods:
            return
        why = list(self._reasons(workload, manifests.index.scale_of(workload), asked))
        if "" not in why:
            what = "does not spread its pods" + (f": {why[0]}" if why else "")
            next_ = "add a topologySpreadConstraint that matches the labels of its pods"
            yield failed(
                subject,
                workload.pod_path,
                what,
                next_,
                observed=why[0] if why else "absent",
                expected=_EXPECTED,
            )

    def _reasons(self, workload: Workload, scale: Scale, asked: Placement) -> Iterator[str]:
        """For each thing that is asked of the scheduler why it spreads nothing; empty for one that does."""
        for one in asked.required:
            yield self._of_term(workload, one)
        for one in asked.preferred:
            yield self._of_term(workload, one) or self._too_weak("its anti-affinity is preferred only")
        for constraint in asked.constraints:
            yield constraint.flaw or self._of_constraint(workload, scale, constraint)

    def _of_term(self, workload: Workload, term: Term) -> str:
        namespace = workload.resource.namespace
        if term.namespaces and namespace not in term.namespaces:
            return "its anti-affinity looks at other namespaces"
        if not term.namespaces and term.namespace_selector and not term.namespace_selector.is_empty:
            return "its anti-affinity looks at namespaces by their labels"
        return self._of_key(term.topology_key) or _of_selector(workload, term.label_selector)

    def _of_constraint(self, workload: Workload, scale: Scale, one: Constraint) -> str:
        if one.when_unsatisfiable == "ScheduleAnyway" and (weak := self._too_weak("it may ScheduleAnyway")):
            return weak
        least = scale.least
        if one.max_skew and least is not None and least > 1 and one.max_skew >= least:
            return f"a maxSkew of {one.max_skew} allows all {least} pods in one place"
        return self._of_key(one.topology_key) or _of_selector(workload, one.label_selector)

    def _of_key(self, key: str | None) -> str:
        if key in self.params.topology_keys:
            return ""
        return f"it spreads over {key}, which is not asked for" if key else "it has no topologyKey"

    def _too_weak(self, why: str) -> str:
        return why if self.params.strength == "required" else ""


def _is_constrained(workload: Workload) -> bool:
    return bool(workload.pod.get("topologySpreadConstraints"))


def _without_selector(one: Constraint) -> str:
    return "it has no labelSelector, and so matches no pods" if one.label_selector is None else ""


def _of_selector(workload: Workload, selector: Selector | None) -> str:
    if selector is None:
        return "it has no labelSelector, and so matches no pods"
    return "" if selector.matches(workload.labels) else f"it matches other pods ({selector}), not its own"
