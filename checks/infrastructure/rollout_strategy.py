"""The check infrastructure/rollout-strategy."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Annotated

from pydantic import Field

from readiness.check import Check, Finding, Measure, Params, Stricter
from readiness.evidence.manifests import Manifests, Workload
from readiness.evidence.manifests.rollouts import Rollout, rollout_of
from readiness.evidence.manifests.scales import Scale
from readiness.evidence.model import Reason

from ._cross import Unserved, at, each_workload, misshapen, none_served, scaled, served, unshown
from ._rollout_claims import unshared_claims
from ._subjects import Subject, failed


class RolloutStrategyParams(Params):
    """What must stay up, and what must be kept."""

    min_available: Annotated[int, Field(ge=1), Stricter.HIGHER] = 1
    """The least number of pods that stay available in every moment of a rollout."""
    min_history: Annotated[int, Field(ge=0), Stricter.HIGHER] = 1
    """The least number of old revisions that are kept to go back to (`revisionHistoryLimit`; 10 where it is absent)."""
    unserved: Unserved = "required"
    """Whether workloads that no Service of the set selects are asked too."""


class RolloutStrategy(Check[RolloutStrategyParams]):
    """A rollout replaces the pods of every workload without an outage, and can be undone.

    ## Why it matters

    `Recreate` ends all pods before the first new one starts. A `maxUnavailable` that comes to all replicas does the
    same, and so does a rolling update of a StatefulSet with one replica. `OnDelete`, a `partition`, `paused: true` and
    a bare Pod or ReplicaSet are rolled out without an error, and keep running the old release. Without a history of
    revisions `kubectl rollout undo` has nothing to go back to. Where the pods share a claim that one node at a time may
    mount (ReadWriteOnce), a new pod on another node waits for the old one, which waits for the new one.

    Percentages are rounded as Kubernetes does: of a Deployment `maxUnavailable` down and `maxSurge` up, and one pod
    where both come to 0. Counted is the least number of replicas that an autoscaler allows.

    ## How to fix it

    Start new pods before old ones go:

        spec:
          revisionHistoryLimit: 5
          strategy:
            type: RollingUpdate
            rollingUpdate: {maxSurge: 25%, maxUnavailable: 0}

    ## References

    - Kubernetes, Deployments, strategy: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy
    - Kubernetes, StatefulSets, update strategies:
      https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#update-strategies
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """Each workload that keeps running."""
        running = scaled(manifests, lambda scale: scale.sort != "ends")
        asked = served(manifests, running, self.params.unserved)
        none = none_served(manifests, running, self.params.unserved, "workload that is rolled out")
        yield from misshapen(manifests.index.misshapen_scalers)
        good = "that can be replaced without an outage"
        yield from each_workload(manifests, asked, partial(self._flaws, manifests), good, none)

    def _flaws(self, manifests: Manifests, workload: Workload, subject: Subject) -> Iterator[Finding]:
        scale = manifests.index.scale_of(workload)
        rollout = rollout_of(workload, scale.owner)
        if rollout is None:
            return
        place = at(scale.owner, subject.name)
        if rollout.way == "unknown":
            yield _unknown(place, rollout)
            return
        yield from _of_way(place, rollout)
        if rollout.way == "rolling":
            yield from self._of_numbers(place, rollout, scale)
            if scale.sort == "replicated" and _is_met_by_another(rollout, scale):
                yield from unshared_claims(manifests.index, workload, subject)
        yield from self._of_history(place, rollout)

    def _of_numbers(self, place: Subject, rollout: Rollout, scale: Scale) -> Iterator[Finding]:
        if scale.sort == "daemon":
            if rollout.lose.is_everything:
                what = "takes all of its pods down at once"
                yield failed(place, rollout.path, what, "lower maxUnavailable", observed=str(rollout.lose))
            return
        least = scale.least
        if not least:
            return
        left, floor = least - rollout.missing(least), self.params.min_available
        if left >= floor:
            return
        what = f"keeps {left} of {least} {'pod' if least == 1 else 'pods'} during a rollout"
        yield failed(
            place,
            (*rollout.path, "maxUnavailable"),
            what,
            "set maxUnavailable: 0 and maxSurge: 1, or run more replicas",
            observed=f"maxUnavailable: {rollout.lose}, maxSurge: {rollout.surge}",
            expected=f"at least {floor} available",
            measure=Measure(value=left, limit=floor, unit="pods", better="higher"),
        )

    def _of_history(self, place: Subject, rollout: Rollout) -> Iterator[Finding]:
        kept, floor = rollout.history, self.params.min_history
        if kept is not None and kept < floor and rollout.way != "none":
            what = f"keeps {kept} old revisions" if kept != 1 else "keeps 1 old revision"
            next_ = f"set revisionHistoryLimit to {floor} or more, so that a rollout can be undone"
            path = ("spec", "revisionHistoryLimit")
            yield failed(place, path, what, next_, observed=str(kept), expected=f"at least {floor}")


def _is_met_by_another(rollout: Rollout, scale: Scale) -> bool:
    """Whether a pod meets another one of its workload, at any time."""
    total = scale.least or 1
    return total > 1 or (not rollout.rounds_up and rollout.surge.rounded_up(total) > 0)


def _of_way(place: Subject, rollout: Rollout) -> Iterator[Finding]:
    if rollout.way == "recreate":
        what = "ends all of its pods before new ones start (Recreate)"
        yield failed(place, ("spec", "strategy", "type"), what, "use RollingUpdate", observed="Recreate")
    elif rollout.way == "on-delete":
        what = "keeps its old pods until somebody deletes them (OnDelete)"
        yield failed(place, (*rollout.path, "type"), what, "use RollingUpdate", observed="OnDelete")
    elif rollout.way == "none":
        what = "is not rolled out: its pods stay what they are"
        yield failed(place, (), what, "let a Deployment run it", observed=place.resource.kind)
    if rollout.partition > 0:
        what = f"leaves the pods below {rollout.partition} on the old revision"
        path = (*rollout.path, "partition")
        yield failed(place, path, what, "take `partition` away", observed=f"partition: {rollout.partition}")
    if rollout.paused:
        what = "is paused: the release is applied, and does not roll out"
        yield failed(place, ("spec", "paused"), what, "take `paused` away", observed="paused: true")


def _unknown(place: Subject, rollout: Rollout) -> Finding:
    how = f" ({rollout.written})" if rollout.written else ""
    what = f"replaces its pods in a way that is not known{how}"
    next_ = "look at it by hand and waive this object, or use a strategy that Kubernetes knows"
    return unshown(place, rollout.path, what, next_, reason=Reason.INSUFFICIENT, observed=rollout.written)
