"""The check infrastructure/replicas."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from readiness.check import Check, Finding, Measure, Params, Stricter
from readiness.evidence.manifests import Manifests, Workload
from readiness.evidence.manifests.scales import Scale

from ._cross import OPEN, Unserved, at, each_workload, misshapen, none_served, scaled, served, unshown
from ._subjects import Subject, failed


class ReplicasParams(Params):
    """How many, and of which workloads."""

    min: Annotated[int, Field(ge=1), Stricter.HIGHER] = 2
    """The least number of pods that a workload may come down to."""
    autoscaled: Literal["minimum", "ignored"] = "minimum"
    """Whether the minimum of an autoscaler counts, or its target is not asked: the check `autoscaler` asks that too."""
    unserved: Unserved = "required"
    """Whether workloads that no Service of the set selects need replicas too.

    They do by default: a worker that is gone does no work either. With `ignored` the set must hold a Service, or
    nothing is shown.
    """


class Replicas(Check[ReplicasParams]):
    """Every workload keeps running when one of its pods is gone.

    ## Why it matters

    A single pod is an outage whenever its node is drained, fails, or is replaced by a cheaper one: some minutes in
    which nothing answers, several times a month, without a release or a mistake.

    Counted is the least number of pods that a workload may come down to: the `minReplicas` of its
    HorizontalPodAutoscaler (1 where it says nothing), the `minReplicaCount` of its KEDA ScaledObject (0 where it says
    nothing), else its `replicas` (1 where it says nothing). An autoscaler leaves a workload alone that is written
    with 0 replicas. A bare Pod is one pod that nothing brings back. DaemonSets, Jobs and CronJobs are not asked.

    ## How to fix it

    Write at least two, and let the autoscaler keep at least as many:

        spec:
          replicas: 2

    What cannot run twice, such as a database without replication, is better waived by `object:`, with its owner and
    an end, than left out of sight.

    ## References

    - Kubernetes, Deployments, replicas: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#replicas
    - Kubernetes, Horizontal Pod Autoscaling:
      https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """Each workload apart, at the least that its autoscalers allow."""
        unserved = self.params.unserved
        running = scaled(manifests, self._is_asked)
        asked = served(manifests, running, unserved)
        none = none_served(manifests, running, unserved, "workload with replicas")
        yield from misshapen(manifests.index.misshapen_scalers)
        rule = partial(_too_few, manifests, self.params.min)
        yield from each_workload(manifests, asked, rule, f"with at least {self.params.min} replicas", none)

    def _is_asked(self, scale: Scale) -> bool:
        is_left = self.params.autoscaled == "ignored" and bool(scale.scalers)
        return scale.sort in ("replicated", "bare", "other") and not is_left


def _too_few(manifests: Manifests, least: int, workload: Workload, subject: Subject) -> Iterator[Finding]:
    scale = manifests.index.scale_of(workload)
    expected = f"at least {least}"
    if None in scale.numbers:
        what = "does not say how many pods it runs, and what runs them is not known"
        yield unshown(subject, ("spec", "replicas"), what, "write `replicas`", expected=expected)
        return
    numbers = [number for number in scale.numbers if number is not None]
    low = min(numbers)
    if low >= least:
        return
    if max(numbers) >= least and scale.perhaps and not scale.scalers:
        other = scale.perhaps[0].resource.identity
        what = f"may be scaled by {other}, of which one leaves its namespace open"
        yield unshown(subject, ("metadata", "namespace"), what, OPEN, expected=expected)
        return
    yield _failed(scale, subject, low, least)


def _failed(scale: Scale, subject: Subject, low: int, least: int) -> Finding:
    measure = Measure(value=low, limit=least, unit="replicas", better="higher")
    expected = f"at least {least}"
    if scale.sort == "bare":
        what, next_ = "is a bare Pod, which nothing brings back", "let a Deployment run it"
        return failed(subject, (), what, next_, observed="1", expected=expected, measure=measure)
    scaler = next((one for one in scale.scalers if one.lowest(scale.written) == low), None)
    if scaler is not None and (scale.written != 0 or scaler.wakes):
        key = "minReplicas" if scaler.sort == "hpa" else "minReplicaCount"
        place, path = at(scaler.resource, subject.name), ("spec", key)
        what = f"may be scaled down to {_pods(low)} by {scaler.resource.identity}"
    else:
        key, place, path = "replicas", at(scale.owner, subject.name), ("spec", "replicas")
        what = f"runs {_pods(low)}" + ("" if scale.written is not None else ", as `replicas` is not written")
    next_ = f"set {key} to {least} or more"
    return failed(place, path, what, next_, observed=str(low), expected=expected, measure=measure)


def _pods(number: int) -> str:
    return f"{number} pod" if number == 1 else f"{number} pods"
