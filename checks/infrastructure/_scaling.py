"""What starts a workload that runs nothing as it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from readiness.evidence.manifests import Manifests, Resource, Workload

_Starting = Mapping[tuple[str, str], Sequence[Resource]]


def starting(manifests: Manifests) -> _Starting:
    """The objects of the set that bring replicas to others which are written with none, by their kind and name.

    A HorizontalPodAutoscaler does so only with `minReplicas: 0`: any other leaves a target of 0 replicas alone
    (https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#implicit-maintenance-mode-deactivation).
    KEDA starts its target on its own, unless it is paused (https://keda.sh/docs/latest/concepts/scaling-deployments/).
    """
    found: dict[tuple[str, str], list[Resource]] = {}
    for resource in manifests.resources:
        for target, default in _targets(resource):
            kind, name = target.get("kind") or default, target.get("name")
            if isinstance(kind, str) and isinstance(name, str):
                found.setdefault((kind, name), []).append(resource)
    return found


def is_started(workload: Workload, by: _Starting) -> bool:
    """Whether one of these starts a workload: one of its namespace, or one where a namespace was left open."""
    resource = workload.resource
    return workload.idle.startswith("replicas") and any(
        not one.namespace or not resource.namespace or one.namespace == resource.namespace
        for one in by.get((resource.kind, resource.name), ())
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


def _map(node: object) -> Mapping[str, Any]:
    return node if isinstance(node, Mapping) else {}
