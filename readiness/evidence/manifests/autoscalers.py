"""What changes the number of pods while they run: HorizontalPodAutoscalers and KEDA's ScaledObjects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from readiness.evidence.manifests.names import group_of, is_of
from readiness.evidence.manifests.resource import Resource
from readiness.evidence.manifests.shapes import View, view

_KEDA = ("keda.sh", "ScaledObject")
_PAUSING = ("autoscaling.keda.sh/paused", "autoscaling.keda.sh/paused-replicas")


class _Target(View, frozen=True):
    name: str
    kind: str | None = None
    api_version: str | None = None


class _Hpa(View, frozen=True):
    scale_target_ref: _Target
    max_replicas: int
    min_replicas: int | None = None
    metrics: tuple[Mapping[str, Any], ...] | None = None


class _Keda(View, frozen=True):
    scale_target_ref: _Target
    min_replica_count: int | None = None
    max_replica_count: int | None = None
    idle_replica_count: int | None = None
    triggers: tuple[Mapping[str, Any], ...] | None = None


class Autoscaler(msgspec.Struct, frozen=True):
    """One autoscaler: its target, and between how many pods it keeps it.

    `low` is the number that it may go down to, and `is_low_written` whether that is written, or a default. `wakes` says
    whether it starts a target that is written with 0 replicas. `flaw` says why it does not scale at all, and is empty
    where it does.
    """

    resource: Resource
    sort: Literal["hpa", "keda"]
    group: str
    kind: str
    name: str
    low: int
    high: int
    wakes: bool
    flaw: str = ""
    is_low_written: bool = True

    @property
    def target(self) -> str:
        """What it names."""
        return f"{self.kind}/{self.name}"

    def lowest(self, written: int | None) -> int:
        """The number of pods that a target written with so many replicas may come down to."""
        return 0 if written == 0 and not self.wakes else self.low


def autoscaler_of(resource: Resource) -> Autoscaler | None:
    """The autoscaler that an object is, with the defaults of its kind; None for another kind; ShapeError.

    Defaults: minReplicas 1 (https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/),
    minReplicaCount 0, maxReplicaCount 100 (https://keda.sh/docs/latest/reference/scaledobject-spec/).
    """
    if is_of(resource, "autoscaling", "HorizontalPodAutoscaler"):
        return _hpa(resource)
    return _keda(resource) if (resource.group, resource.kind) == _KEDA else None


def _hpa(resource: Resource) -> Autoscaler:
    spec = view(resource.body.get("spec"), _Hpa, ("spec",))
    target, low = spec.scale_target_ref, 1 if spec.min_replicas is None else spec.min_replicas
    kind = target.kind or ""
    group = group_of(target.api_version or "", kind)
    return Autoscaler(
        resource,
        "hpa",
        group,
        kind,
        target.name,
        low,
        spec.max_replicas,
        wakes=spec.min_replicas == 0,
        is_low_written=spec.min_replicas is not None,
    )


def _keda(resource: Resource) -> Autoscaler:
    spec = view(resource.body.get("spec"), _Keda, ("spec",))
    target = spec.scale_target_ref
    kind = target.kind or "Deployment"
    group = group_of(target.api_version or "apps/v1", kind)
    low = spec.min_replica_count or 0
    if spec.idle_replica_count is not None:
        low = min(low, spec.idle_replica_count)
    high = 100 if spec.max_replica_count is None else spec.max_replica_count
    flaw = "it is paused" if _is_paused(resource) else "" if spec.triggers else "it has no triggers"
    return Autoscaler(resource, "keda", group, kind, target.name, low, high, wakes=not flaw, flaw=flaw)


def _is_paused(resource: Resource) -> bool:
    annotations = (resource.body.get("metadata") or {}).get("annotations")
    if not isinstance(annotations, Mapping):
        return False
    return any(key in annotations and str(annotations[key]).lower() != "false" for key in _PAUSING)
