"""One release that every check of single objects passes, and which of them there are."""

from __future__ import annotations

import copy
from typing import Any

from readiness.evidence.manifests import Manifests
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.infrastructure.manifest_sets import Object

SHA = "sha256:" + "0" * 64
ALLOW = {"allow": ["registry.acme.example"]}
CHECKS: dict[str, dict[str, Any]] = {
    "cron-jobs": {},
    "graceful-stop": {},
    "image-digest": {},
    "image-registry": ALLOW,
    "labels": {},
    "liveness-probe": {},
    "memory-limit": {},
    "pod-security": {},
    "probes-sane": {},
    "read-only-root": {},
    "secrets-in-manifests": {},
}
"""The checks, with the parameters that they need."""

_CONTAINER: Object = {
    "name": "web",
    "image": f"registry.acme.example/shop:1.2@{SHA}",
    "ports": [{"name": "http", "containerPort": 8080}],
    "env": [
        {"name": "GREETING", "value": "hello"},
        {"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "shop-db", "key": "password"}}},
    ],
    "resources": {"requests": {"memory": "128Mi"}, "limits": {"memory": "256Mi"}},
    "livenessProbe": {"httpGet": {"path": "/live", "port": "http"}, "failureThreshold": 6},
    "readinessProbe": {"httpGet": {"path": "/ready", "port": "http"}, "timeoutSeconds": 2},
    "lifecycle": {"preStop": {"sleep": {"seconds": 5}}},
    "securityContext": {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    },
}
_POD: Object = {
    "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
    "terminationGracePeriodSeconds": 45,
    "volumes": [{"name": "tmp", "emptyDir": {}}],
    "containers": [_CONTAINER],
}


def good_pod(**changes: Any) -> Object:
    """A pod spec that every check passes; `containers` are merged over the good one."""
    pod = copy.deepcopy(_POD)
    containers = changes.pop("containers", [{}])
    pod.update(changes)
    pod["containers"] = [good_container(**one) for one in containers]
    return pod


def good_container(**changes: Any) -> Object:
    """A container that every check passes; a change to None takes a key away."""
    merged = {**copy.deepcopy(_CONTAINER), **changes}
    return {key: value for key, value in merged.items() if value is not None}


def deployment(name: str = "shop", **pod: Any) -> Object:
    """A Deployment of such pods."""
    labels = {"app.kubernetes.io/name": name}
    template = {"metadata": {"labels": labels}, "spec": good_pod(**pod)}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "prod", "labels": labels},
        "spec": {"template": template},
    }


def cron_job(job: Object | None = None, **spec: Any) -> Object:
    """A CronJob of such pods; `job` goes into the spec of its jobs, and a change to None takes a key away."""
    labels = {"app.kubernetes.io/name": "tidy"}
    pod = {**good_pod(), "restartPolicy": "Never"}
    template = {"metadata": {"labels": labels}, "spec": pod}
    whole = {
        "schedule": "15 3 * * *",
        "startingDeadlineSeconds": 600,
        "concurrencyPolicy": "Forbid",
        "jobTemplate": {"spec": {"template": template, **(job or {})}},
        **spec,
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": "tidy", "namespace": "prod", "labels": labels},
        "spec": {key: value for key, value in whole.items() if value is not None},
    }


def judged(check: str, manifests: Manifests, **params: Any) -> Judgement:
    """What one of the checks says; keys of parameters are written with underscores."""
    with_dashes = {key.replace("_", "-"): value for key, value in params.items()}
    return judge_check(f"infrastructure/{check}", {**CHECKS[check], **with_dashes}, manifests=manifests)
