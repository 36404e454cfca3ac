"""Fields that a release of Kubernetes does not know yet: it drops them without a word.

Source: Kubernetes, Feature Gates
(https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates/): the release from which on a field is
there without asking for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence.manifests import Resource, Workload
from readiness.evidence.manifests.shapes import Path

_ANY = "*"
_TERM = "affinity.{}.{}.matchLabelKeys"
_POD: Mapping[str, int] = {
    "initContainers.*.restartPolicy": 29,
    "topologySpreadConstraints.*.matchLabelKeys": 27,
    "topologySpreadConstraints.*.minDomains": 27,
    "topologySpreadConstraints.*.nodeAffinityPolicy": 26,
    "topologySpreadConstraints.*.nodeTaintsPolicy": 26,
    **{
        _TERM.format(side, way): 31
        for side in ("podAffinity", "podAntiAffinity")
        for way in (
            "requiredDuringSchedulingIgnoredDuringExecution.*",
            "preferredDuringSchedulingIgnoredDuringExecution.*.podAffinityTerm",
        )
    },
    "securityContext.appArmorProfile": 30,
    "containers.*.securityContext.appArmorProfile": 30,
    "initContainers.*.securityContext.appArmorProfile": 30,
    "containers.*.lifecycle.preStop.sleep": 30,
    "containers.*.resizePolicy": 33,
    "schedulingGates": 27,
    "hostUsers": 33,
}
_JOB: Mapping[str, int] = {
    "podFailurePolicy": 26,
    "backoffLimitPerIndex": 29,
    "podReplacementPolicy": 29,
    "successPolicy": 31,
}
_OBJECTS: Mapping[tuple[str, str], Mapping[str, int]] = {
    ("policy", "PodDisruptionBudget"): {"spec.unhealthyPodEvictionPolicy": 27},
    ("autoscaling", "HorizontalPodAutoscaler"): {"spec.metrics.*.containerResource": 27},
    ("batch", "Job"): {f"spec.{key}": since for key, since in _JOB.items()},
    ("batch", "CronJob"): {
        "spec.timeZone": 25,
        **{f"spec.jobTemplate.spec.{key}": since for key, since in _JOB.items()},
    },
    ("apps", "StatefulSet"): {"spec.ordinals": 27, "spec.persistentVolumeClaimRetentionPolicy": 27},
    ("", "Service"): {"spec.trafficDistribution": 31},
}
NEWEST = max(*_POD.values(), *(since for fields in _OBJECTS.values() for since in fields.values()))
"""The release that knows all of them."""


def too_new(resource: Resource, workload: Workload | None, minor: int) -> Iterator[tuple[Path, int]]:
    """The fields of an object that a release does not know, with the one that does."""
    known = _OBJECTS.get((resource.group, resource.kind), {})
    asked: list[tuple[Mapping[str, Any], Path, Mapping[str, int]]] = [(resource.body, (), known)]
    if workload is not None:
        asked.append((workload.pod, workload.pod_path, _POD))
    for node, base, fields in asked:
        for field, since in fields.items():
            if since > minor:
                for path in _there(node, tuple(field.split(".")), base):
                    yield path, since


def _there(node: Any, steps: tuple[str, ...], path: Path) -> Iterator[Path]:
    """Where a field is written, if it is."""
    if not steps:
        if node is not None:
            yield path
    elif steps[0] == _ANY:
        for number, one in enumerate(node if isinstance(node, list | tuple) else ()):
            yield from _there(one, steps[1:], (*path, number))
    elif isinstance(node, Mapping) and steps[0] in node:
        yield from _there(node[steps[0]], steps[1:], (*path, steps[0]))
