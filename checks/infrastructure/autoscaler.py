"""The check infrastructure/autoscaler."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from readiness.check import Check, Finding, Measure, Params, Stricter
from readiness.evidence.manifests import Manifests, Resource
from readiness.evidence.manifests.autoscalers import Autoscaler
from readiness.evidence.manifests.scales import replicas_of

from ._cross import OPEN, each_object, unshown
from ._subjects import Subject, failed


class AutoscalerParams(Params):
    """What an autoscaler needs."""

    min: Annotated[int, Field(ge=1), Stricter.HIGHER] = 2
    """The least number of pods that it may go down to."""
    room: Annotated[int, Field(ge=0), Stricter.HIGHER] = 1
    """By how many pods its maximum must be above its minimum."""
    unwritten_min: Literal["counted", "accepted"] = "counted"
    """Whether a minimum that is not written counts as what it is, which is 1."""
    static_replicas: Literal["refused", "ignored"] = "refused"
    """Whether its target may be written with `replicas`, which every apply sets again."""


class AutoscalerRoom(Check[AutoscalerParams]):
    """Every autoscaler has a target, and room to scale it.

    ## Why it matters

    An autoscaler whose target was renamed scales nothing, and says so only in its own status. One whose maximum is
    its minimum is a fixed number in disguise. One whose target is written with `replicas` is overruled by every
    deployment: in the middle of the day it goes from 30 pods to 3, and climbs up again under full load. Two for one
    target work against each other.

    Asked for: HorizontalPodAutoscalers and KEDA ScaledObjects. A target that is not in the set is a failure when the
    set holds others of its kind, else it is not shown.

    ## How to fix it

    Name the target as it is called now, with its `apiVersion`; take `replicas` out of it; leave room:

        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: checkout}
          minReplicas: 3
          maxReplicas: 12

    ## References

    - Kubernetes, Horizontal Pod Autoscaling:
      https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/
    - KEDA, ScaledObject: https://keda.sh/docs/latest/reference/scaledobject-spec/
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """Each autoscaler with its target."""
        seen = manifests.index.autoscalers
        rule = partial(self._flaws, manifests)
        good = "with a target and room to scale it"
        yield from each_object(
            manifests, seen.good, lambda one: one.resource, rule, "autoscaler", good, bad=seen.bad
        )

    def _flaws(self, manifests: Manifests, one: Autoscaler, subject: Subject) -> Iterator[Finding]:
        if one.flaw:
            yield failed(subject, ("spec",), f"scales nothing: {one.flaw}", "let it scale, or take it away")
        yield from self._bounds(one, subject)
        found = manifests.index.names.find(one.group, one.kind, one.resource.namespace, one.name)
        if found.here is not None:
            yield from self._target(manifests, one, found.here, subject)
        elif found.perhaps is not None:
            what = f"targets {one.target}, and one of both leaves its namespace open"
            yield unshown(subject, ("spec", "scaleTargetRef"), what, OPEN)
        else:
            yield _dangling(manifests, one, subject, found.siblings)

    def _bounds(self, one: Autoscaler, subject: Subject) -> Iterator[Finding]:
        low = "minReplicas" if one.sort == "hpa" else "minReplicaCount"
        high = "maxReplicas" if one.sort == "hpa" else "maxReplicaCount"
        is_asked = one.is_low_written or self.params.unwritten_min == "counted"
        if one.low < self.params.min and is_asked:
            yield failed(
                subject,
                ("spec", low),
                f"may go down to {one.low}",
                f"set {low} to {self.params.min} or more",
                observed=str(one.low),
                expected=f"at least {self.params.min}",
                measure=Measure(value=one.low, limit=self.params.min, unit="replicas", better="higher"),
            )
        if one.high < one.low + self.params.room:
            yield failed(
                subject,
                ("spec", high),
                f"has no room: its minimum is {one.low}, its maximum {one.high}",
                f"raise {high}, or write `replicas` instead of an autoscaler",
                observed=str(one.high),
                expected=f"at least {one.low + self.params.room}",
            )

    def _target(
        self, manifests: Manifests, one: Autoscaler, target: Resource, subject: Subject
    ) -> Iterator[Finding]:
        path = ("spec", "scaleTargetRef")
        same, _ = manifests.index.autoscalers_for(target)
        others = [other.resource.identity for other in same if other is not one]
        if others:
            what = f"works against {others[0]}: both target {target.identity}"
            yield failed(subject, path, what, "keep one of them")
        if target.kind == "DaemonSet":
            yield failed(subject, path, f"targets {target.identity}, which cannot be scaled", "name another")
            return
        written = replicas_of(target)
        if written == 0 and not one.wakes:
            what = f"is switched off: its target {target.identity} is written with 0 replicas"
            yield failed(subject, path, what, "take `replicas` out of the target", observed="replicas: 0")
        elif written is not None and self.params.static_replicas == "refused":
            what = f"is overruled by every apply: {target.identity} is written with replicas: {written}"
            yield failed(
                subject, path, what, "take `replicas` out of the target", observed=f"replicas: {written}"
            )


def _dangling(manifests: Manifests, one: Autoscaler, subject: Subject, siblings: int) -> Finding:
    path = ("spec", "scaleTargetRef")
    if siblings:
        what = f"targets {one.target}, which is not among the {siblings} of its kind"
        return failed(subject, path, what, "name its target as it is called now", observed=one.target)
    kinds = manifests.index.by_kind.get(one.kind, ())
    if kinds:
        what = f"targets {one.target} of the API group '{one.group}', and the set holds none of that group"
        return failed(subject, path, what, f"write apiVersion: {kinds[0].api_version}", observed=one.target)
    what = f"targets {one.target}, which is not in the set"
    return unshown(subject, path, what, "render its target into the set", observed=one.target)
