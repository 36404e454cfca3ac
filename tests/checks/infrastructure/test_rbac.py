"""infrastructure/rbac."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.infrastructure.cross_sets import made
from tests.checks.infrastructure.manifest_sets import CONFIG, Object, bad, forms_of, said, set_of

RBAC = "rbac.authorization.k8s.io/v1"
VERBS = ["get", "list", "watch", "create", "update", "patch", "delete"]
GROUP = {"kind": "Group", "name": "shop"}


def judged(manifests: Manifests, **params: object) -> Judgement:
    return judge_check("infrastructure/rbac", params, manifests=manifests)


def rule(verbs: Any = ("get",), resources: Any = ("configmaps",), groups: Any = ("",), **more: Any) -> Object:
    said_ = {"verbs": verbs, "resources": resources, "apiGroups": groups}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in said_.items()} | more


def role(*rules: Object, kind: str = "Role", name: str = "r") -> Object:
    return made(RBAC, kind, name, namespace="prod" if kind == "Role" else "", rules=list(rules))


def binding(
    to: str = "r", kind: str = "Role", *, of: str = "RoleBinding", name: str = "b", subjects: Any = (GROUP,)
) -> Object:
    namespace = "prod" if of == "RoleBinding" else ""
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": to}
    return made(RBAC, of, name, namespace=namespace, roleRef=reference, subjects=list(subjects))


def messages(*objects: Object, **params: object) -> list[str]:
    return [finding.message for finding in bad(judged(set_of(*objects), **params))]


def test_rights_that_are_needed_pass() -> None:
    found = judged(set_of(role(rule()), binding(), role(rule(("get",), ("pods/log",)), kind="ClusterRole")))
    assert (found.outcome, found.findings[0].count) == (Outcome.PASS, 3)
    assert found.summary == "3 objects within the rights that are needed"


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (rule(("*",), ("*",), ("*",)), "lets do everything with everything"),
        (rule(tuple(VERBS), ("*",), ("*",)), "lets do everything with everything"),
        (rule(("*",)), "has a wildcard for verbs"),
        (rule(("get",), ("*",), ("*",)), "has a wildcard for apiGroups and resources"),
        (rule(("create",), ("pods/exec",)), "gives the right to create pods/exec"),
        (
            rule(("get", "create"), ("pods/attach",)),
            "gives the right to create pods/attach and get pods/attach",
        ),
        (rule(("create",), ("*/exec",)), "gives the right to create pods/exec"),
        (
            rule(("escalate",), ("roles",), ("rbac.authorization.k8s.io",)),
            "gives the right to escalate roles.rbac.authorization.k8s.io",
        ),
        (rule(("impersonate",), ("users",)), "gives the right to impersonate users"),
        (rule(("create",), ("serviceaccounts/token",)), "gives the right to create serviceaccounts/token"),
    ],
)
@pytest.mark.parametrize("kind", ["Role", "ClusterRole"])
def test_a_right_too_many_fails(kind: str, one: Object, message: str) -> None:
    (finding,) = bad(judged(set_of(role(rule(), one, kind=kind))))
    assert finding.message.endswith(f"/r {message}")
    assert finding.location is not None
    assert finding.location.line > 8


@pytest.mark.parametrize(
    "one",
    [
        rule(("list",), ("pods/exec",)),
        rule(("create",), ("pods/exec",), ("apps",)),
        rule(("create",), ("pods",)),
        rule(("get",), None, None, nonResourceURLs=["/healthz"]),
    ],
)
def test_a_right_that_is_another_one_passes(one: Object) -> None:
    assert messages(role(one)) == []


@pytest.mark.parametrize("of", ["RoleBinding", "ClusterRoleBinding"])
def test_a_binding_to_cluster_admin_fails(of: str) -> None:
    params: dict[str, object] = {"grants": [], "wildcards": "ignored"}
    (message,) = messages(binding("cluster-admin", "ClusterRole", of=of), **params)
    assert message.endswith("makes Group/shop cluster-admin")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("Group", "system:unauthenticated"),
        ("Group", "system:authenticated"),
        ("User", "system:anonymous"),
        ("Group", "system:serviceaccounts"),
    ],
)
def test_a_binding_of_anybody_fails(kind: str, name: str) -> None:
    (message,) = messages(role(rule()), binding(subjects=[{"kind": kind, "name": name}]))
    assert message == f"RoleBinding/prod/b binds {kind}/{name}, which is anybody"


def test_the_roles_that_clusters_bring_along_are_known() -> None:
    assert messages(binding("view", "ClusterRole")) == []
    assert messages(binding("system:auth-delegator", "ClusterRole")) == []
    (message,) = messages(binding("edit", "ClusterRole"))
    assert "the right to create pods/exec" in message
    assert message.endswith("by the role edit")
    assert messages(binding("view", "ClusterRole"), grants=["get secrets"]) == []
    assert len(messages(binding("edit", "ClusterRole"), grants=["get secrets"])) == 1


def test_a_role_that_is_gone_fails_where_there_are_others() -> None:
    (message,) = messages(role(rule()), binding("other"))
    assert (
        message == "RoleBinding/prod/b binds Role/other, which is not among the 1 of the set in its namespace"
    )


@pytest.mark.parametrize("kind", ["Role", "ClusterRole"])
def test_the_rights_of_a_role_that_is_not_in_the_set_are_not_shown(kind: str) -> None:
    found = judged(set_of(binding("other", kind)))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert found.summary == (
        f"RoleBinding/prod/b gives Group/shop the rights of {kind}/other, which is not in the set"
    )


def test_a_role_that_gathers_others_is_noted() -> None:
    gathering = {**role(rule(), kind="ClusterRole"), "aggregationRule": {"clusterRoleSelectors": []}}
    found = judged(set_of(gathering))
    assert found.outcome is Outcome.PASS
    assert found.findings[0].note


def test_what_is_refused_is_a_parameter() -> None:
    assert messages(role(rule(("*",))), wildcards="ignored") == []
    assert len(messages(role(rule(("*",), ("pods/exec",))), wildcards="ignored")) == 1
    assert len(messages(role(rule(("list",), ("secrets",))), grants=["list secrets"])) == 1
    apps = ["delete deployments.apps"]
    assert len(messages(role(rule(("delete",), ("deployments",), ("apps",))), grants=apps)) == 1


@pytest.mark.parametrize("grants", [["pods/exec"], ["create"], [""], ["Create pods"]])
def test_a_right_that_is_none_is_refused(grants: list[str]) -> None:
    with pytest.raises(ValidationError):
        judged(set_of(CONFIG), grants=grants)


def test_what_is_exempt_is_noted_unless_somebody_else_is_given_it() -> None:
    strong = role(rule(("*",), ("*",), ("*",)), name="system:all")
    exempt = {"exempt": ["system:*"]}
    found = judged(set_of(strong), **exempt)
    assert found.outcome is Outcome.PASS
    assert found.findings[0].message == "Role/prod/system:all is exempt by the policy, and was not judged"
    assert len(messages(strong, binding("system:all"), **exempt)) == 1
    other = role(rule(("*",), ("*",), ("*",)))
    assert messages(other, binding(name="system:b"), **exempt) == []


@pytest.mark.parametrize(
    ("one", "path"),
    [
        (made(RBAC, "Role", "r", rules={}), "rules"),
        (made(RBAC, "Role", "r", rules=[{"resources": ["pods"]}]), "rules[0]"),
        (made(RBAC, "Role", "r", rules=[{"verbs": "get"}]), "rules[0].verbs"),
        (made(RBAC, "RoleBinding", "b"), "the object"),
        (binding(subjects=[{"kind": "Team", "name": "x"}]), "subjects[0].kind"),
        ({**role(rule()), "apiVersion": "v1"}, "apiVersion"),
    ],
)
def test_another_shape_fails_with_its_path(one: Object, path: str) -> None:
    found = judged(set_of(one))
    assert found.outcome is Outcome.FAIL
    assert path.removeprefix("the object") in found.summary


def test_a_set_without_roles_is_not_applicable() -> None:
    assert judged(set_of(CONFIG)).summary == "there is no role or binding among 1 object"


def test_how_a_set_is_written_does_not_matter() -> None:
    objects = [role(rule(("*",))), role(rule(), name="s"), binding("s"), binding("x", name="c"), CONFIG]
    first, *others = [said(judged(manifests)) for manifests in forms_of(objects)]
    assert all(other == first for other in others)
