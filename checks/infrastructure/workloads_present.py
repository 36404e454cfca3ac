"""The check infrastructure/workloads-present."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from pydantic import Field, StringConstraints

from readiness.check import Check, Finding, Measure, Outcome, Params, Stricter
from readiness.evidence.manifests import Manifests, Workload
from readiness.evidence.manifests.shapes import show_path
from readiness.evidence.model import Reason

from ._containers import flawed, place
from ._peers import remarked
from ._scaling import is_started, starting

Name = Annotated[str, StringConstraints(pattern=r"^[^/:\s]+(/[^/\s]+){0,2}$")]


class WorkloadsPresentParams(Params):
    """How many, and which."""

    min: Annotated[int, Field(ge=1), Stricter.HIGHER] = 1
    """The least number of workloads: objects that run pods."""
    names: Annotated[tuple[Name, ...], Field(strict=False)] = ()
    """Objects that must be there: `Kind/name`, `Kind/namespace/name`, or the name alone of a workload."""


class WorkloadsPresent(Check[WorkloadsPresentParams]):
    """The manifests hold the workloads of the release.

    ## Why it matters

    A set of manifests that renders to nothing, or to half of it, applies without an error: a wrong path, an overlay
    that lost a resource, a chart with a component switched off. Every other check of the set then finds little to
    object to. This one asks for what must be there.

    A workload that runs nothing as it stands does not count: `replicas: 0`, `suspend: true`, `parallelism: 0`, a
    template. It does when something of the set starts it: a KEDA ScaledObject, a HorizontalPodAutoscaler whose
    `minReplicas` is 0 (any other one leaves a workload with 0 replicas alone), a Rollout with a `workloadRef` to it.

    What the API server refuses is not there either: an object or a container without a name, two containers of one
    name, pods without a container, a list where a map is meant. Each of them fails.

    ## How to fix it

    Compare the rendered set with what you mean to ship:

        kubectl kustomize deploy/overlays/prod | grep -A3 '^kind: Deployment'

    Bring back the resource that is missing in `kustomization.yaml` or in the chart's values, or correct `path` in
    the policy. List in `names` every workload without which the release is not whole, and raise `min` to match.

    ## References

    - Kubernetes, Workloads: https://kubernetes.io/docs/concepts/workloads/
    - Kustomize, resources: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/resource/
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """Count, then look each name up."""
        if not manifests.resources:
            message = "the set of manifests is empty"
            yield Finding(outcome=Outcome.UNPROVEN, reason=Reason.MISSING, message=message)
            return
        idle = [workload for workload in manifests.index.workloads if workload.idle]
        by = starting(manifests) if idle else {}
        asleep = [workload for workload in idle if not is_started(workload, by)]
        sleeping = {id(workload) for workload in asleep}
        yield self._counted(manifests, asleep)
        yield from _refused(manifests)
        yield from remarked(manifests.remarks)
        awake = _names_of(
            [workload for workload in manifests.index.workloads if id(workload) not in sleeping]
        )
        still = {name: one for name, one in _names_of(asleep).items() if name not in awake}
        there = _names(manifests)
        absent = [name for name in self.params.names if name not in there]
        for name in absent:
            yield _absent(name, len(manifests.resources))
        useless = [name for name in self.params.names if name in still and name in there]
        for name in useless:
            yield _idle(still[name], name)
        told = [still[name] for name in useless]
        yield from (_idle(workload) for workload in asleep if workload not in told)
        if present := len(self.params.names) - len(absent) - len(useless):
            message = f"{present} of the {len(self.params.names)} named objects are there"
            yield Finding(outcome=Outcome.PASS, message=message, count=present)

    def _counted(self, manifests: Manifests, asleep: Sequence[Workload]) -> Finding:
        count, least = len(manifests.index.workloads) - len(asleep), self.params.min
        message = (
            f"{count} {'workload' if count == 1 else 'workloads'} among {len(manifests.resources)} objects"
        )
        if asleep:
            message += f", and {len(asleep)} that {'runs' if len(asleep) == 1 else 'run'} nothing"
        return Finding(
            outcome=Outcome.PASS if count >= least else Outcome.FAIL,
            message=message,
            observed=str(count),
            expected=f"at least {least}",
            measure=Measure(value=count, limit=least, unit="workloads", better="higher"),
            count=max(count, 1),
            next="" if count >= least else "render the whole release, or correct `path` in the policy",
        )


def _refused(manifests: Manifests) -> Iterator[Finding]:
    """What the API server takes none of: it is not there after all."""
    for resource, error in manifests.index.misshapen:
        yield flawed(resource, error.path, f"{show_path(error.path) or 'the object'}: {error}")
    for resource in manifests.resources:
        if not resource.name and resource.fault is None:
            yield flawed(resource, ("metadata", "name"), "has no name")
    for workload in manifests.index.workloads:
        yield from (flawed(workload.resource, path, what) for path, what in workload.flaws)


def _names(manifests: Manifests) -> frozenset[str]:
    """Every way in which the objects may be called; a name alone is that of a workload."""
    names = {workload.resource.name for workload in manifests.index.workloads}
    for resource in manifests.resources:
        names |= {resource.identity, f"{resource.kind}/{resource.name}"}
    return frozenset(names)


def _names_of(workloads: Sequence[Workload]) -> Mapping[str, Workload]:
    return {
        name: workload
        for workload in workloads
        for resource in [workload.resource]
        for name in (resource.name, f"{resource.kind}/{resource.name}", resource.identity)
    }


def _idle(workload: Workload, name: str = "") -> Finding:
    """A failure where it is one of the `names`, else a note."""
    resource = workload.resource
    return Finding(
        outcome=Outcome.FAIL if name else Outcome.PASS,
        message=f"{resource.identity} runs nothing ({workload.idle}), and is not counted",
        observed=workload.idle,
        expected=f"{name} runs" if name else "",
        object=resource.identity,
        location=place(resource, "spec", workload.idle.partition(":")[0]),
        next=f"let {name} run, or take it from `names`" if name else "",
        note=not name,
    )


def _absent(name: str, searched: int) -> Finding:
    return Finding(
        outcome=Outcome.FAIL,
        message=f"{name} is not among the {searched} objects of the set",
        observed="absent",
        expected=name,
        object=None,
        next=f"bring {name} back into the rendered set, or take it from `names` if it is gone for good",
    )
