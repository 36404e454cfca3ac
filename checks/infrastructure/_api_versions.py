"""Which versions of the API Kubernetes serves, from which release on and until which.

Sources: Kubernetes, Deprecated API Migration Guide (https://kubernetes.io/docs/reference/using-api/deprecation-guide/),
Kubernetes API reference (https://kubernetes.io/docs/reference/kubernetes-api/), KEP-4974 for Endpoints. Minor releases
of Kubernetes 1 are written by their number: 25 is 1.25.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

KNOWN_UNTIL = 34
"""The last release that the table was compared with."""


class Served(NamedTuple):
    """A version of one kind: served since, deprecated in, gone in (None where it is not), and what to write instead."""

    since: int
    deprecated: int | None = None
    removed: int | None = None
    instead: str = ""


_ROLES = "Role RoleBinding ClusterRole ClusterRoleBinding"
_HOOKS = "MutatingWebhookConfiguration ValidatingWebhookConfiguration"
_REVIEWS = "LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview"
_POLICIES = "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding"
_FLOWS = "FlowSchema PriorityLevelConfiguration"
_CORE = (
    "Binding ConfigMap Event LimitRange Namespace Node PersistentVolume PersistentVolumeClaim Pod PodTemplate "
    "ReplicationController ResourceQuota Secret Service ServiceAccount"
)
_DYNAMIC = "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice"

# API version, kinds, since.
_STABLE: tuple[tuple[str, str, int], ...] = (
    ("v1", _CORE, 0),
    ("apps/v1", "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet", 9),
    ("batch/v1", "Job", 2),
    ("batch/v1", "CronJob", 21),
    ("autoscaling/v1", "HorizontalPodAutoscaler Scale", 2),
    ("autoscaling/v2", "HorizontalPodAutoscaler", 23),
    ("policy/v1", "PodDisruptionBudget", 21),
    ("policy/v1", "Eviction", 22),
    ("networking.k8s.io/v1", "NetworkPolicy", 7),
    ("networking.k8s.io/v1", "Ingress IngressClass", 19),
    ("networking.k8s.io/v1", "IPAddress ServiceCIDR", 33),
    ("rbac.authorization.k8s.io/v1", _ROLES, 8),
    ("storage.k8s.io/v1", "StorageClass", 6),
    ("storage.k8s.io/v1", "VolumeAttachment", 13),
    ("storage.k8s.io/v1", "CSINode", 17),
    ("storage.k8s.io/v1", "CSIDriver", 18),
    ("storage.k8s.io/v1", "CSIStorageCapacity", 24),
    ("storage.k8s.io/v1", "VolumeAttributesClass", 34),
    ("admissionregistration.k8s.io/v1", _HOOKS, 16),
    ("admissionregistration.k8s.io/v1", _POLICIES, 30),
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition", 16),
    ("apiregistration.k8s.io/v1", "APIService", 10),
    ("authentication.k8s.io/v1", "TokenReview", 6),
    ("authentication.k8s.io/v1", "TokenRequest", 22),
    ("authentication.k8s.io/v1", "SelfSubjectReview", 28),
    ("authorization.k8s.io/v1", _REVIEWS, 8),
    ("certificates.k8s.io/v1", "CertificateSigningRequest", 19),
    ("coordination.k8s.io/v1", "Lease", 14),
    ("discovery.k8s.io/v1", "EndpointSlice", 21),
    ("events.k8s.io/v1", "Event", 19),
    ("flowcontrol.apiserver.k8s.io/v1", _FLOWS, 29),
    ("node.k8s.io/v1", "RuntimeClass", 20),
    ("resource.k8s.io/v1", _DYNAMIC, 34),
    ("scheduling.k8s.io/v1", "PriorityClass", 14),
)

# API version, kinds, since, deprecated in, removed in, what to write instead.
_PASSING: tuple[tuple[str, str, int, int, int | None, str], ...] = (
    ("v1", "ComponentStatus", 0, 19, None, ""),
    ("v1", "Endpoints", 0, 33, None, "discovery.k8s.io/v1 EndpointSlice"),
    ("extensions/v1beta1", "DaemonSet Deployment ReplicaSet", 1, 9, 16, "apps/v1"),
    ("extensions/v1beta1", "NetworkPolicy", 3, 9, 16, "networking.k8s.io/v1"),
    ("extensions/v1beta1", "Ingress", 1, 14, 22, "networking.k8s.io/v1"),
    ("extensions/v1beta1", "PodSecurityPolicy", 3, 10, 16, "Pod Security Admission"),
    ("apps/v1beta1", "ControllerRevision Deployment StatefulSet", 5, 9, 16, "apps/v1"),
    ("apps/v1beta2", "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet", 8, 9, 16, "apps/v1"),
    ("batch/v2alpha1", "CronJob", 5, 8, 21, "batch/v1"),
    ("batch/v1beta1", "CronJob", 8, 21, 25, "batch/v1"),
    ("autoscaling/v2beta1", "HorizontalPodAutoscaler", 8, 22, 25, "autoscaling/v2"),
    ("autoscaling/v2beta2", "HorizontalPodAutoscaler", 12, 23, 26, "autoscaling/v2"),
    ("policy/v1beta1", "PodDisruptionBudget", 5, 21, 25, "policy/v1"),
    ("policy/v1beta1", "PodSecurityPolicy", 10, 21, 25, "Pod Security Admission"),
    ("networking.k8s.io/v1beta1", "Ingress", 14, 19, 22, "networking.k8s.io/v1"),
    ("networking.k8s.io/v1beta1", "IngressClass", 18, 19, 22, "networking.k8s.io/v1"),
    ("rbac.authorization.k8s.io/v1alpha1", _ROLES, 5, 17, 22, "rbac.authorization.k8s.io/v1"),
    ("rbac.authorization.k8s.io/v1beta1", _ROLES, 6, 17, 22, "rbac.authorization.k8s.io/v1"),
    ("storage.k8s.io/v1beta1", "StorageClass", 4, 19, 22, "storage.k8s.io/v1"),
    ("storage.k8s.io/v1beta1", "CSIDriver CSINode VolumeAttachment", 10, 19, 22, "storage.k8s.io/v1"),
    ("storage.k8s.io/v1beta1", "CSIStorageCapacity", 21, 24, 27, "storage.k8s.io/v1"),
    ("admissionregistration.k8s.io/v1beta1", _HOOKS, 9, 16, 22, "admissionregistration.k8s.io/v1"),
    ("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", 7, 16, 22, "apiextensions.k8s.io/v1"),
    ("apiregistration.k8s.io/v1beta1", "APIService", 7, 19, 22, "apiregistration.k8s.io/v1"),
    ("authentication.k8s.io/v1beta1", "TokenReview", 4, 19, 22, "authentication.k8s.io/v1"),
    ("authorization.k8s.io/v1beta1", _REVIEWS, 3, 19, 22, "authorization.k8s.io/v1"),
    ("certificates.k8s.io/v1beta1", "CertificateSigningRequest", 6, 19, 22, "certificates.k8s.io/v1"),
    ("coordination.k8s.io/v1beta1", "Lease", 12, 19, 22, "coordination.k8s.io/v1"),
    ("discovery.k8s.io/v1beta1", "EndpointSlice", 17, 21, 25, "discovery.k8s.io/v1"),
    ("events.k8s.io/v1beta1", "Event", 8, 19, 25, "events.k8s.io/v1"),
    ("flowcontrol.apiserver.k8s.io/v1beta1", _FLOWS, 20, 23, 26, "flowcontrol.apiserver.k8s.io/v1"),
    ("flowcontrol.apiserver.k8s.io/v1beta2", _FLOWS, 23, 26, 29, "flowcontrol.apiserver.k8s.io/v1"),
    ("flowcontrol.apiserver.k8s.io/v1beta3", _FLOWS, 26, 29, 32, "flowcontrol.apiserver.k8s.io/v1"),
    ("node.k8s.io/v1beta1", "RuntimeClass", 14, 22, 25, "node.k8s.io/v1"),
    ("scheduling.k8s.io/v1alpha1", "PriorityClass", 8, 14, 17, "scheduling.k8s.io/v1"),
    ("scheduling.k8s.io/v1beta1", "PriorityClass", 11, 14, 22, "scheduling.k8s.io/v1"),
)


def _rows() -> Iterator[tuple[tuple[str, str], Served]]:
    for version, kinds, since in _STABLE:
        for kind in kinds.split():
            yield (version, kind), Served(since)
    for version, kinds, since, deprecated, removed, instead in _PASSING:
        for kind in kinds.split():
            yield (version, kind), Served(since, deprecated, removed, instead)


TABLE: Mapping[tuple[str, str], Served] = dict(_rows())
GROUPS = frozenset(version.rpartition("/")[0] for version, _ in TABLE)
"""The API groups of Kubernetes itself; all others are those of extensions."""
