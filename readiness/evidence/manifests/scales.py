"""How many pods a workload is meant to run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from readiness.evidence.manifests.autoscalers import Autoscaler
from readiness.evidence.manifests.names import group_of
from readiness.evidence.manifests.pods import Workload
from readiness.evidence.manifests.resource import Resource
from readiness.evidence.manifests.seen import spec_of
from readiness.evidence.manifests.shapes import View, view

Sort = Literal["replicated", "daemon", "bare", "ends", "other"]
_REPLICATED = frozenset(
    {
        ("apps", "Deployment"),
        ("apps", "StatefulSet"),
        ("apps", "ReplicaSet"),
        ("", "ReplicationController"),
        ("argoproj.io", "Rollout"),
        ("apps.openshift.io", "DeploymentConfig"),
    }
)


class _Spec(View, frozen=True):
    replicas: int | None = None


class _Reference(View, frozen=True):
    kind: str
    name: str
    api_version: str | None = None


class _RolloutSpec(View, frozen=True):
    replicas: int | None = None
    workload_ref: _Reference | None = None


def sort_of(workload: Workload) -> Sort:
    """What keeps its pods in number: replicas, one on each node, nothing, its end, or something that is not known."""
    resource = workload.resource
    key = (group_of(resource.api_version, resource.kind), resource.kind)
    if not workload.long_running:
        return "ends"
    if key in _REPLICATED:
        return "replicated"
    if key == ("apps", "DaemonSet"):
        return "daemon"
    return "bare" if key == ("", "Pod") else "other"


def replicas_of(resource: Resource) -> int | None:
    """The replicas that an object is written with; ShapeError."""
    return view(spec_of(resource), _Spec, ("spec",)).replicas


def taken_over_by(resource: Resource) -> tuple[str, str, str] | None:
    """Group, kind and name of the workload that an Argo Rollout runs instead of a template of its own; ShapeError."""
    if (resource.group, resource.kind) != ("argoproj.io", "Rollout"):
        return None
    found = view(spec_of(resource), _RolloutSpec, ("spec",)).workload_ref
    return None if found is None else (group_of(found.api_version or "", found.kind), found.kind, found.name)


class Scale(msgspec.Struct, frozen=True):
    """How many pods a workload runs.

    `owner` is the object whose `replicas` count: the workload, or the Rollout that took it over. `written` is what
    it says. `scalers` are the autoscalers that target it; `perhaps` those that may, because a namespace was left open.
    """

    owner: Resource
    sort: Sort
    written: int | None
    scalers: Sequence[Autoscaler]
    perhaps: Sequence[Autoscaler]

    @property
    def numbers(self) -> tuple[int | None, ...]:
        """The least numbers of pods that it may come down to, None for one that is not known; never empty."""
        base = self.written if self.written is not None or self.sort == "other" else 1
        if self.scalers:
            return tuple(one.lowest(self.written) for one in self.scalers)
        return (base, *(one.lowest(self.written) for one in self.perhaps))

    @property
    def least(self) -> int | None:
        """The least of them; None where one is not known."""
        known = [number for number in self.numbers if number is not None]
        return min(known) if len(known) == len(self.numbers) else None

    @property
    def may_be_many(self) -> bool:
        """Whether it runs several pods at times, or is not known to run one only.

        Replicas that are not written may be left to something that is not in the set.
        """
        if self.written is None or self.scalers or self.perhaps:
            return self.written != 0 or any(one.wakes for one in (*self.scalers, *self.perhaps))
        return self.written > 1
