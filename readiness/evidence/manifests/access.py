"""Who may do what with the API: roles, bindings, and the accounts that pods run as."""

from __future__ import annotations

from typing import Literal

import msgspec

from readiness.evidence.manifests.names import is_of
from readiness.evidence.manifests.pods import Workload
from readiness.evidence.manifests.resource import Resource
from readiness.evidence.manifests.shapes import Path, View, view

GROUP = "rbac.authorization.k8s.io"
_ALL = "*"
_EVERY_VERB = frozenset({"get", "list", "watch", "create", "update", "patch", "delete"})


class Rule(View, frozen=True):
    """One rule of a role."""

    verbs: tuple[str, ...]
    api_groups: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = None
    resource_names: tuple[str, ...] | None = None
    non_resource_urls: tuple[str, ...] | None = msgspec.field(default=None, name="nonResourceURLs")

    @property
    def is_everything(self) -> bool:
        """Whether it lets do everything with everything."""
        every_verb = _ALL in self.verbs or set(self.verbs) >= _EVERY_VERB
        return (
            every_verb
            and _ALL in (self.api_groups or ())
            and _ALL in (self.resources or ())
            and not self.resource_names
        )

    @property
    def wildcards(self) -> tuple[str, ...]:
        """The fields in which it leaves open what is meant."""
        said = (
            ("verbs", self.verbs),
            ("apiGroups", self.api_groups or ()),
            ("resources", self.resources or ()),
        )
        return tuple(key for key, values in said if _ALL in values)

    def grants(self, verb: str, group: str, resource: str) -> bool:
        """Whether it lets do one thing; `*/exec` stands for the part of any resource.

        https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources
        """
        part = resource.partition("/")[2]
        verbs, groups, resources = self.verbs, self.api_groups or (), self.resources or ()
        return (
            (verb in verbs or _ALL in verbs)
            and (group in groups or _ALL in groups)
            and (resource in resources or _ALL in resources or (bool(part) and f"*/{part}" in resources))
        )


class Subject(View, frozen=True):
    """Who is bound."""

    kind: Literal["User", "Group", "ServiceAccount"]
    name: str
    namespace: str | None = None

    def __str__(self) -> str:
        return "/".join(part for part in (self.kind, self.namespace, self.name) if part)


class _RoleRef(View, frozen=True):
    kind: Literal["Role", "ClusterRole"]
    name: str


class _Role(View, frozen=True):
    rules: tuple[Rule, ...] | None = None
    aggregation_rule: dict[str, object] | None = None


class _Binding(View, frozen=True):
    role_ref: _RoleRef
    subjects: tuple[Subject, ...] | None = None


class _Account(View, frozen=True):
    automount_service_account_token: bool | None = None


class _Pod(View, frozen=True):
    service_account_name: str | None = None
    service_account: str | None = None
    automount_service_account_token: bool | None = None


class Role(msgspec.Struct, frozen=True):
    """A Role or ClusterRole; one that `gathers` takes its rules from others, which may not be in the set."""

    resource: Resource
    rules: tuple[Rule, ...]
    gathers: bool


class Binding(msgspec.Struct, frozen=True):
    """A RoleBinding or ClusterRoleBinding: who gets which role."""

    resource: Resource
    role_kind: Literal["Role", "ClusterRole"]
    role: str
    subjects: tuple[Subject, ...]


class Account(msgspec.Struct, frozen=True):
    """A ServiceAccount; `mounts` is what it says of the token, None where it says nothing."""

    resource: Resource
    mounts: bool | None


class Identity(msgspec.Struct, frozen=True):
    """As whom the pods of a workload run; `name` is `default` where none is named."""

    name: str
    is_named: bool
    mounts: bool | None
    path: Path


def role_of(resource: Resource) -> Role | None:
    """The role that an object is; ShapeError."""
    if not (is_of(resource, GROUP, "Role") or is_of(resource, GROUP, "ClusterRole")):
        return None
    seen = view(resource.body, _Role, ())
    return Role(resource, seen.rules or (), seen.aggregation_rule is not None)


def binding_of(resource: Resource) -> Binding | None:
    """The binding that an object is; ShapeError."""
    if not (is_of(resource, GROUP, "RoleBinding") or is_of(resource, GROUP, "ClusterRoleBinding")):
        return None
    seen = view(resource.body, _Binding, ())
    return Binding(resource, seen.role_ref.kind, seen.role_ref.name, seen.subjects or ())


def account_of(resource: Resource) -> Account | None:
    """The account that an object is; ShapeError."""
    if (resource.group, resource.kind) != ("", "ServiceAccount"):
        return None
    return Account(resource, view(resource.body, _Account, ()).automount_service_account_token)


def identity_of(workload: Workload) -> Identity:
    """As whom its pods run; the old field `serviceAccount` counts where the new one is absent. ShapeError."""
    seen = view(workload.pod, _Pod, workload.pod_path)
    named = seen.service_account_name or seen.service_account or ""
    return Identity(
        named or "default",
        bool(named),
        seen.automount_service_account_token,
        (*workload.pod_path, "serviceAccountName"),
    )
