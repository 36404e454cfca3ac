"""How a workload replaces its pods by new ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from readiness.evidence.manifests.amounts import Amount, NumberOrShare, amount_of
from readiness.evidence.manifests.names import group_of
from readiness.evidence.manifests.pods import Workload
from readiness.evidence.manifests.resource import Resource
from readiness.evidence.manifests.seen import spec_of
from readiness.evidence.manifests.shapes import Path, ShapeError, View, view

Way = Literal["rolling", "recreate", "on-delete", "blue-green", "none", "unknown"]
_QUARTER = Amount(25, is_share=True)
_WAYS: Mapping[str, Way] = {"RollingUpdate": "rolling", "Rolling": "rolling", "Recreate": "recreate"}
_WAYS_IN_PLACE: Mapping[str, Way] = {"RollingUpdate": "rolling", "OnDelete": "on-delete"}
_NEVER_ROLLED = frozenset({("apps", "ReplicaSet"), ("", "ReplicationController"), ("", "Pod")})


class _Rolling(View, frozen=True):
    max_unavailable: NumberOrShare | None = None
    max_surge: NumberOrShare | None = None
    partition: int | None = None


class _Strategy(View, frozen=True):
    type: str | None = None
    rolling_update: _Rolling | None = None
    rolling_params: _Rolling | None = None
    canary: _Rolling | None = None
    blue_green: dict[str, object] | None = None


class _Spec(View, frozen=True):
    strategy: _Strategy | None = None
    update_strategy: _Strategy | None = None
    revision_history_limit: int | None = None
    paused: bool | None = None


class Rollout(msgspec.Struct, frozen=True):
    """How one workload is rolled out.

    `lose` is how many pods may be missing, `surge` how many more there may be; `rounds_up` says how `lose` is rounded.
    `path` is where the strategy stands. `partition` pods stay as they are. `written` is the type as it is written.
    """

    way: Way
    path: Path
    written: str = ""
    lose: Amount = _QUARTER
    surge: Amount = _QUARTER
    rounds_up: bool = False
    partition: int = 0
    history: int | None = None
    paused: bool = False

    def missing(self, total: int) -> int:
        """How many of `total` pods may be missing at a time; where both limits come to 0, one may.

        https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
        """
        lost = self.lose.rounded_up(total) if self.rounds_up else self.lose.rounded_down(total)
        if lost == 0 and self.surge.rounded_up(total) == 0:
            return min(1, total)
        return min(lost, total)


def rollout_of(workload: Workload, owner: Resource) -> Rollout | None:
    """How the pods of a workload are replaced; None where it has an end and is not rolled out. ShapeError.

    `owner` is the workload, or the Argo Rollout that took it over.
    """
    key = (group_of(owner.api_version, owner.kind), owner.kind)
    if not workload.long_running:
        return None
    if key in _NEVER_ROLLED:
        return Rollout("none", ())
    made = _MAKERS.get(key)
    return made(owner) if made else Rollout("unknown", ("spec",))


def _deployment(owner: Resource) -> Rollout:
    spec = view(spec_of(owner), _Spec, ("spec",))
    said = spec.strategy or _Strategy()
    path: Path = ("spec", "strategy")
    type_ = said.type or ("Rolling" if owner.kind == "DeploymentConfig" else "RollingUpdate")
    way = _WAYS.get(type_, "unknown")
    key = "rollingParams" if owner.kind == "DeploymentConfig" else "rollingUpdate"
    rolling = (said.rolling_params if key == "rollingParams" else said.rolling_update) or _Rolling()
    return _rolling(way, (*path, key), rolling, spec, type_)


def _argo(owner: Resource) -> Rollout:
    spec = view(spec_of(owner), _Spec, ("spec",))
    said = spec.strategy or _Strategy()
    path: Path = ("spec", "strategy")
    if said.blue_green is not None:
        return Rollout("blue-green", path, "blueGreen", history=spec.revision_history_limit)
    if said.canary is None:
        return Rollout("unknown", path, "neither canary nor blueGreen")
    return _rolling("rolling", (*path, "canary"), said.canary, spec, "canary")


def _rolling(way: Way, path: Path, said: _Rolling, spec: _Spec, written: str) -> Rollout:
    lose = amount_of(said.max_unavailable, (*path, "maxUnavailable"))
    surge = amount_of(said.max_surge, (*path, "maxSurge"))
    if lose is not None and surge is not None and lose.is_nothing and surge.is_nothing:
        raise ShapeError(path, "maxUnavailable and maxSurge are both 0, so that nothing can be replaced")
    return Rollout(
        way,
        path,
        written,
        lose or _QUARTER,
        surge or _QUARTER,
        history=spec.revision_history_limit,
        paused=bool(spec.paused),
    )


def _in_place(owner: Resource) -> Rollout:
    """StatefulSets and DaemonSets: one by one where nothing else is said."""
    spec = view(spec_of(owner), _Spec, ("spec",))
    said = spec.update_strategy or _Strategy()
    path: Path = ("spec", "updateStrategy")
    type_ = said.type or "RollingUpdate"
    way = _WAYS_IN_PLACE.get(type_, "unknown")
    rolling = said.rolling_update or _Rolling()
    inner = (*path, "rollingUpdate")
    lose = amount_of(rolling.max_unavailable, (*inner, "maxUnavailable"))
    surge = amount_of(rolling.max_surge, (*inner, "maxSurge")) or Amount(0)
    if lose is not None and lose.is_nothing and surge.is_nothing:
        raise ShapeError((*inner, "maxUnavailable"), "it is 0, so that nothing can be replaced")
    return Rollout(
        way,
        inner if way == "rolling" else path,
        type_,
        lose or Amount(1),
        surge,
        rounds_up=True,
        partition=rolling.partition or 0,
        history=spec.revision_history_limit,
    )


_MAKERS = {
    ("apps", "Deployment"): _deployment,
    ("apps.openshift.io", "DeploymentConfig"): _deployment,
    ("argoproj.io", "Rollout"): _argo,
    ("apps", "StatefulSet"): _in_place,
    ("apps", "DaemonSet"): _in_place,
}
