"""What starts a workload that runs nothing as it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence.manifests import Manifests, Resource, Workload


def is_started(workload: Workload, manifests: Manifests) -> bool:
    """Whether an object of the set brings replicas to a workload that is written with none.

    A HorizontalPodAutoscaler does so only with `minReplicas: 0`: any other leaves a target of 0 replicas alone
    (https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#implicit-maintenance-mode-deactivation).
    KEDA starts its target on its own, unless it is paused (https://keda.sh/docs/latest/concepts/scaling-deployments/).
    """
    if not workload.idle.startswith("replicas"):
        return False
    return any(
        _is_of(target, kind, resource, workload.resource)
        for resource in manifests.resources
        for target, kind in _targets(resource)
    )


def _targets(resource: Resource) -> Iterator[tuple[Mapping[str, Any], str]]:
    """What an object scales, with the kind that is meant when none is said."""
    spec = _map(resource.body.get("spec"))
    if resource.group == "autoscaling" and resource.kind == "HorizontalPodAutoscaler":
        if spec.get("minReplicas") == 0 and type(spec.get("minReplicas")) is int:
            yield _map(spec.get("scaleTargetRef")), ""
    elif resource.group == "keda.sh" and resource.kind == "ScaledObject":
        if not _is_paused(resource) and spec.get("maxReplicaCount") != 0 and spec.get("triggers"):
            yield _map(spec.get("scaleTargetRef")), "Deployment"
    elif resource.group == "argoproj.io" and resource.kind == "Rollout" and spec.get("replicas") != 0:
        yield _map(spec.get("workloadRef")), ""


def _is_paused(resource: Resource) -> bool:
    annotations = _map(_map(resource.body.get("metadata")).get("annotations"))
    return any(
        key in ("autoscaling.keda.sh/paused", "autoscaling.keda.sh/paused-replicas") and str(value) != "false"
        for key, value in annotations.items()
    )


def _is_of(target: Mapping[str, Any], kind: str, scaler: Resource, resource: Resource) -> bool:
    is_near = not scaler.namespace or not resource.namespace or scaler.namespace == resource.namespace
    return is_near and (target.get("kind") or kind, target.get("name")) == (resource.kind, resource.name)


def _map(node: object) -> Mapping[str, Any]:
    return node if isinstance(node, Mapping) else {}
