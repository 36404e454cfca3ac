"""The check infrastructure/rbac."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from readiness.check import Check, Finding, Params
from readiness.evidence.manifests import Manifests, Resource
from readiness.evidence.manifests.access import GROUP, Binding, Role, Rule
from readiness.evidence.manifests.shapes import Path

from ._cross import OPEN, each_object, unshown
from ._cross_grants import ANYBODY, BUILT_IN, EVERYTHING, RISKY, Written, granted, name_of
from ._subjects import Subject, failed, noted

Name = Annotated[str, StringConstraints(pattern=r"^[^\s*]+\*?$")]
_Held = Mapping[tuple[str, str, str], list[Binding]]


class RbacParams(Params):
    """What may not be given away."""

    wildcards: Literal["refused", "ignored"] = "refused"
    """Whether `*` may stand for verbs, resources or API groups; everything on everything never may."""
    grants: Annotated[tuple[Written, ...], Field(strict=False)] = RISKY
    """Rights that no role may give, each as verb, resource and API group: `create pods/exec`, `get secrets`."""
    exempt: Annotated[tuple[Name, ...], Field(strict=False)] = ()
    """Names of roles and bindings that are not judged, exactly or as `prefix*`.

    A role that the set binds is judged unless all of its bindings are exempt, whatever its name.
    """


class Rbac(Check[RbacParams]):
    """Roles give the rights that are needed, and nobody is given everything.

    ## Why it matters

    An account that may do everything turns every hole in its container into the loss of the cluster. `*` includes what
    is added next year. And some rights are more than they look: who may create `pods/exec` runs commands in every pod
    of the namespace, who may `bind` or `escalate` roles gives himself the others.

    Asked for: Roles, ClusterRoles and their bindings. Bindings to `cluster-admin`, and to groups that hold anybody,
    fail unless they are exempt. A role that is bound and not in the set is not shown.

    ## How to fix it

    List what the workload does, by resource and verb, in a Role rather than a ClusterRole:

        rules:
          - apiGroups: [""]
            resources: [configmaps]
            resourceNames: [checkout]
            verbs: [get, watch]

    Waive what an operator needs by `object:`, with its owner.

    ## References

    - Kubernetes, RBAC Good Practices: https://kubernetes.io/docs/concepts/security/rbac-good-practices/
    - Kubernetes, Using RBAC Authorization: https://kubernetes.io/docs/reference/access-authn-authz/rbac/
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """Each role by its rules, each binding by its role and by whom it binds."""
        index = manifests.index
        things: list[Role | Binding] = [*index.roles.good, *index.bindings.good]
        rule = partial(self._flaws, manifests, _held(manifests))
        bad = (*index.roles.bad, *index.bindings.bad)
        yield from each_object(
            manifests,
            things,
            _object,
            rule,
            "object",
            "within the rights that are needed",
            bad,
            "role or binding",
        )

    def _flaws(
        self, manifests: Manifests, held: _Held, one: Role | Binding, subject: Subject
    ) -> Iterator[Finding]:
        holders = held.get(name_of(one), []) if isinstance(one, Role) else []
        if all(self._is_exempt(holder.resource) for holder in holders or (one,)):
            yield noted(subject, (), "is exempt by the policy, and was not judged")
        elif isinstance(one, Role):
            yield from self._of_role(one, subject)
        else:
            yield from self._of_binding(manifests, one, subject)

    def _is_exempt(self, resource: Resource) -> bool:
        return any(
            resource.name == name or (name.endswith("*") and resource.name.startswith(name[:-1]))
            for name in self.params.exempt
        )

    def _of_role(self, role: Role, subject: Subject) -> Iterator[Finding]:
        if role.gathers:
            what = "gathers rules of other roles: those that are not in the set were not judged"
            yield noted(subject, ("aggregationRule",), what)
        for number, rule in enumerate(role.rules):
            path: Path = ("rules", number)
            if rule.is_everything:
                next_ = "list the resources and verbs that are needed"
                yield failed(subject, path, "lets do everything with everything", next_, observed="*")
            elif rule.wildcards and self.params.wildcards == "refused":
                fields = " and ".join(rule.wildcards)
                what, next_ = f"has a wildcard for {fields}", f"list the {fields} that are needed"
                yield failed(subject, (*path, rule.wildcards[0]), what, next_, observed="*")
            else:
                yield from self._granted(rule, path, subject)

    def _granted(self, rule: Rule, path: Path, subject: Subject) -> Iterator[Finding]:
        if rights := granted(rule, self.params.grants):
            what = f"gives the right to {' and '.join(rights)}"
            yield failed(subject, path, what, "take it away, or waive the role", observed=", ".join(rights))

    def _of_binding(self, manifests: Manifests, binding: Binding, subject: Subject) -> Iterator[Finding]:
        who = ", ".join(str(one) for one in binding.subjects) or "nobody"
        for number, one in enumerate(binding.subjects):
            if (one.kind, one.name) in ANYBODY:
                path = ("subjects", number)
                yield failed(subject, path, f"binds {one}, which is anybody", "name who needs it")
        place: Path = ("roleRef", "name")
        if binding.role == EVERYTHING and binding.role_kind == "ClusterRole":
            next_ = "bind a role with the rights that are needed"
            yield failed(subject, place, f"makes {who} {EVERYTHING}", next_, observed=EVERYTHING)
            return
        namespace = binding.resource.namespace
        names = manifests.index.names
        if binding.role_kind == "Role":
            found = names.find(GROUP, "Role", namespace, binding.role)
        else:
            found = names.whole_cluster(GROUP, "ClusterRole", binding.role)
        if found.here is not None:
            return
        target = f"{binding.role_kind}/{binding.role}"
        if binding.role_kind == "ClusterRole" and binding.role in BUILT_IN:
            yield from self._of_built_in(binding, who, subject)
        elif binding.role_kind == "ClusterRole" and binding.role.startswith("system:"):
            yield noted(subject, place, f"gives {who} {target}, which the cluster brings along")
        elif found.perhaps is not None:
            yield unshown(subject, place, f"binds {target}, and one of both leaves its namespace open", OPEN)
        elif found.siblings and binding.role_kind == "Role":
            what = f"binds {target}, which is not among the {found.siblings} of the set in its namespace"
            yield failed(subject, place, what, "add the role, or correct its name", observed=binding.role)
        else:
            what = f"gives {who} the rights of {target}, which is not in the set"
            yield unshown(subject, place, what, "render the role into the set", observed=binding.role)

    def _of_built_in(self, binding: Binding, who: str, subject: Subject) -> Iterator[Finding]:
        rights = [right for rule in BUILT_IN[binding.role] for right in granted(rule, self.params.grants)]
        if rights:
            what = f"gives {who} the right to {' and '.join(rights)}, by the role {binding.role}"
            next_ = "bind a role with the rights that are needed"
            yield failed(subject, ("roleRef", "name"), what, next_, observed=binding.role)


def _object(one: Role | Binding) -> Resource:
    return one.resource


def _held(manifests: Manifests) -> _Held:
    found: dict[tuple[str, str, str], list[Binding]] = {}
    for binding in manifests.index.bindings.good:
        namespace = binding.resource.namespace if binding.role_kind == "Role" else ""
        found.setdefault((binding.role_kind, namespace, binding.role), []).append(binding)
    return found
