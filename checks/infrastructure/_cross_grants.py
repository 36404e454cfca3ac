"""Rights that are worth a question, as policies write them: `create pods/exec`, `escalate roles.rbac...`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Annotated, NamedTuple

from pydantic import StringConstraints

from readiness.evidence.manifests.access import GROUP, Role, Rule

Written = Annotated[str, StringConstraints(pattern=r"^[a-z*]+ [a-z*]+(/[a-z*]+)?(\.[a-z0-9.-]+)?$")]
# What lets somebody run commands in the pods of others, or take more rights than he was given:
# https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
RISKY: tuple[Written, ...] = (
    *(f"{verb} pods/{part}" for part in ("exec", "attach") for verb in ("create", "get")),
    *(f"{verb} {kind}.{GROUP}" for verb in ("escalate", "bind") for kind in ("roles", "clusterroles")),
    *(f"impersonate {kind}" for kind in ("users", "groups", "serviceaccounts")),
    "create serviceaccounts/token",
    "create persistentvolumes",
    *(f"{verb} nodes/proxy" for verb in ("get", "create")),
    "update certificatesigningrequests/approval.certificates.k8s.io",
    "approve signers.certificates.k8s.io",
    *(
        f"{verb} {kind}webhookconfigurations.admissionregistration.k8s.io"
        for verb in ("create", "update", "patch")
        for kind in ("mutating", "validating")
    ),
)


class Grant(NamedTuple):
    """One right."""

    verb: str
    group: str
    resource: str


@lru_cache(maxsize=256)
def parse_grant(written: str) -> Grant:
    """A right by its parts."""
    verb, _, resource = written.partition(" ")
    name, _, group = resource.partition(".")
    return Grant(verb, group, name)


def granted(rule: Rule, asked: Sequence[Written]) -> list[str]:
    """Those of the rights that a rule gives."""
    return [one for one in asked if rule.grants(*parse_grant(one))]


_OF_USERS = ("", "apps", "autoscaling", "batch", "networking.k8s.io", "policy")
_READ = ("get", "list", "watch")
_WRITE = (*_READ, "create", "update", "patch", "delete", "deletecollection")
_SHOWN = (
    *("pods", "pods/log", "services", "endpoints", "configmaps", "serviceaccounts", "events", "namespaces"),
    *("persistentvolumeclaims", "replicationcontrollers", "resourcequotas", "limitranges", "deployments"),
    *("replicasets", "statefulsets", "daemonsets", "horizontalpodautoscalers", "jobs", "cronjobs"),
    *("ingresses", "networkpolicies", "poddisruptionbudgets"),
)
_VIEW = (Rule(verbs=_READ, api_groups=_OF_USERS, resources=_SHOWN),)
_EDIT = (
    Rule(verbs=_WRITE, api_groups=_OF_USERS, resources=("*",)),
    Rule(verbs=("impersonate",), api_groups=("",), resources=("serviceaccounts",)),
)
_ADMIN = (*_EDIT, Rule(verbs=_WRITE, api_groups=(GROUP,), resources=("roles", "rolebindings")))

# The roles that every cluster brings along, in broad strokes: rather more than they give than less.
# https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles
BUILT_IN: Mapping[str, tuple[Rule, ...]] = {"admin": _ADMIN, "edit": _EDIT, "view": _VIEW}
EVERYTHING = "cluster-admin"
# Groups and users that are as good as anybody.
ANYBODY = frozenset(
    {
        ("Group", "system:unauthenticated"),
        ("Group", "system:authenticated"),
        ("Group", "system:serviceaccounts"),
        ("User", "system:anonymous"),
    }
)


def name_of(role: Role) -> tuple[str, str, str]:
    """Kind, namespace and name of a role as a binding means it: a ClusterRole has no namespace."""
    resource = role.resource
    return (resource.kind, resource.namespace if resource.kind == "Role" else "", resource.name)
