"""Objects that look to each other, for the tests of the checks that follow them."""

from __future__ import annotations

from typing import Any

from tests.checks.infrastructure.manifest_sets import Object


def made(api_version: str, kind: str, name: str, *, namespace: str = "prod", **body: Any) -> Object:
    """Any object."""
    meta: Object = {"name": name, **({"namespace": namespace} if namespace else {})}
    if "labels" in body:
        meta["labels"] = body.pop("labels")
    if "annotations" in body:
        meta["annotations"] = body.pop("annotations")
    return {"apiVersion": api_version, "kind": kind, "metadata": meta, **body}


def workload(
    kind: str = "Deployment",
    name: str = "shop",
    *,
    api_version: str = "apps/v1",
    namespace: str = "prod",
    labels: Object | None = None,
    pod: Object | None = None,
    **spec: Any,
) -> Object:
    """A workload whose own fields are `spec`, and those of its pods `pod`."""
    labels = {"app": name} if labels is None else labels
    template = {
        "metadata": {"labels": labels},
        "spec": {"containers": [{"name": "app", "image": "x:1"}], **(pod or {})},
    }
    return made(
        api_version,
        kind,
        name,
        namespace=namespace,
        spec={"selector": {"matchLabels": labels}, **spec, "template": template},
    )


def pod(name: str = "shop", *, namespace: str = "prod", **spec: Any) -> Object:
    """A bare Pod."""
    containers = [{"name": "app", "image": "x:1"}]
    labels = {"app": name}
    return made(
        "v1", "Pod", name, namespace=namespace, labels=labels, spec={"containers": containers, **spec}
    )


def service(name: str = "shop", *, namespace: str = "prod", **spec: Any) -> Object:
    """A Service of the pods of the workload that is called like it."""
    return made(
        "v1",
        "Service",
        name,
        namespace=namespace,
        spec={"selector": {"app": name}, "ports": [{"port": 80, "name": "http"}], **spec},
    )


def hpa(target: str = "shop", *, name: str = "scaler", namespace: str = "prod", **spec: Any) -> Object:
    """A HorizontalPodAutoscaler of a Deployment."""
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": target}
    body = {"scaleTargetRef": reference, "minReplicas": 2, "maxReplicas": 5, **spec}
    return made("autoscaling/v2", "HorizontalPodAutoscaler", name, namespace=namespace, spec=body)


def keda(target: str = "shop", *, namespace: str = "prod", **spec: Any) -> Object:
    """A ScaledObject of a Deployment."""
    body = {"scaleTargetRef": {"name": target}, "triggers": [{"type": "cpu"}], **spec}
    return made("keda.sh/v1alpha1", "ScaledObject", "scaler", namespace=namespace, spec=body)


def budget(target: str = "shop", *, name: str = "budget", namespace: str = "prod", **spec: Any) -> Object:
    """A disruption budget of the pods of a workload; `maxUnavailable: 1` where nothing is said."""
    body = {"selector": {"matchLabels": {"app": target}}, **(spec or {"maxUnavailable": 1})}
    return made("policy/v1", "PodDisruptionBudget", name, namespace=namespace, spec=body)


def rollout(target: str = "shop", **spec: Any) -> Object:
    """An Argo Rollout that runs the template of a Deployment."""
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": target}
    return made("argoproj.io/v1alpha1", "Rollout", "roll", spec={"workloadRef": reference, **spec})
