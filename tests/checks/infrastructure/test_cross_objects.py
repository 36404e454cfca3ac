"""All checks that look from one object to others: whatever the manifests are, none of them breaks, and none is slow."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.check import Outcome
from readiness.evidence.manifests import Manifests, Selector
from readiness.testing import judge_check
from tests.checks.infrastructure.cross_sets import budget, hpa, keda, made, rollout, service, workload
from tests.checks.infrastructure.manifest_sets import Object, read_set, set_of

CHECKS = (
    *(
        "api-versions",
        "autoscaler",
        "disruption-allowed",
        "disruption-budget",
        "ingress-tls",
        "network-policy",
    ),
    *("rbac", "references", "replicas", "rollout-strategy", "selectors", "service-account", "spread"),
)
RBAC = "rbac.authorization.k8s.io/v1"
LABELS = {"matchLabels": {"app": "shop"}}
SPREAD = {"maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "DoNotSchedule"}
POD = {
    "serviceAccountName": "shop",
    "automountServiceAccountToken": False,
    "topologySpreadConstraints": [{**SPREAD, "labelSelector": LABELS}],
    "affinity": {
        "podAntiAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": [
                {"topologyKey": "kubernetes.io/hostname", "labelSelector": LABELS}
            ]
        }
    },
    "volumes": [{"name": "v", "configMap": {"name": "cfg", "items": [{"key": "a", "path": "a"}]}}],
    "containers": [
        {
            "name": "app",
            "image": "x:1",
            "ports": [{"containerPort": 80, "name": "http"}],
            "env": [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "cfg", "key": "a"}}}],
            "volumeMounts": [{"name": "v", "mountPath": "/v"}],
        }
    ],
}
STRATEGY = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": 1}}
BACKEND = {"service": {"name": "shop", "port": {"number": 80}}}
GOOD: tuple[Object, ...] = (
    workload(pod=POD, strategy=STRATEGY, revisionHistoryLimit=3),
    workload("StatefulSet", "db", labels={"app": "shop"}, pod=POD, replicas=2, serviceName="db"),
    service(ports=[{"port": 80, "targetPort": "http"}]),
    service("db", selector={"app": "shop"}, clusterIP="None"),
    hpa(),
    budget(),
    made("v1", "ConfigMap", "cfg", data={"a": "1"}),
    made("v1", "ServiceAccount", "shop", automountServiceAccountToken=False),
    made(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        "net",
        spec={
            "podSelector": {},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [{"ports": [{"port": 80}]}],
        },
    ),
    made(
        "networking.k8s.io/v1",
        "Ingress",
        "web",
        spec={
            "tls": [{"hosts": ["a.example.com"], "secretName": "cert"}],
            "rules": [{"host": "a.example.com", "http": {"paths": [{"path": "/", "backend": BACKEND}]}}],
        },
    ),
    made(RBAC, "Role", "r", rules=[{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]}]),
    made(
        RBAC,
        "RoleBinding",
        "b",
        roleRef={"kind": "Role", "name": "r"},
        subjects=[{"kind": "ServiceAccount", "name": "shop", "namespace": "prod"}],
    ),
)
MORE: tuple[Object, ...] = (
    keda("other"),
    rollout("other", replicas=2, strategy={"canary": {"maxSurge": 1}}),
    made(
        "gateway.networking.k8s.io/v1",
        "HTTPRoute",
        "route",
        spec={"parentRefs": [{"name": "gate"}], "rules": [{"backendRefs": [{"name": "shop", "port": 80}]}]},
    ),
    made(
        "gateway.networking.k8s.io/v1",
        "Gateway",
        "gate",
        spec={"listeners": [{"name": "web", "protocol": "HTTP", "tls": {"mode": "Terminate"}}]},
    ),
    made("monitoring.coreos.com/v1", "ServiceMonitor", "mon", spec={"selector": LABELS}),
)
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, [], {}, "", "x", 0, -1, 3.5, True, [None], [[]], {"a": None}, "150%", 10**30]
)


def outcome(check: str, manifests: Manifests) -> Outcome:
    found = judge_check(f"infrastructure/{check}", manifests=manifests)
    assert found.outcome is not Outcome.ERROR, found.summary
    return found.outcome


@pytest.mark.parametrize("check", CHECKS)
def test_a_good_set_passes_every_check(check: str) -> None:
    assert outcome(check, set_of(*GOOD)) is Outcome.PASS


@pytest.mark.parametrize("check", CHECKS)
def test_objects_of_every_kind_without_anything_in_them_break_no_check(check: str) -> None:
    kinds = {
        (one["apiVersion"], one["kind"]) for one in (*GOOD, *MORE) if "template" not in one.get("spec", {})
    }
    bare = [made(version, kind, "bare") for version, kind in sorted(kinds) if kind != "Rollout"]
    assert outcome(check, set_of(*bare)) is not None


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    parts = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in parts:
        yield from places(value, (*path, key))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_is_written_breaks_no_check(data: st.DataObject) -> None:
    objects = copy.deepcopy([*GOOD, *MORE])
    for _ in range(data.draw(st.integers(1, 2))):
        one = data.draw(st.sampled_from(objects))
        *path, last = data.draw(st.sampled_from(list(places(one))))
        node: Any = one
        for step in path:
            node = node[step]
        node[last] = copy.deepcopy(data.draw(ODD))
    try:
        manifests = read_set({"all.yaml": yaml.safe_dump_all(objects)})
    except TypeError:
        return  # the reader refused it, which is unproven
    for check in CHECKS:
        outcome(check, manifests)


def test_a_good_object_that_is_left_out_makes_nothing_better() -> None:
    rank = {check: outcome(check, set_of(*GOOD)).rank for check in CHECKS}
    for number, one in enumerate(GOOD):
        less = set_of(*GOOD[:number], *GOOD[number + 1 :])
        assert not [
            check for check in CHECKS if rank[check] > 0 and 0 < outcome(check, less).rank < rank[check]
        ], one


def many(count: int) -> Manifests:
    """As many shops as that, each in a namespace of its own, and in one all together."""
    objects = [
        made_(name=f"shop{number}", namespace=namespace)
        for number in range(count)
        for namespace in (f"n{number}", "all", "")
        for made_ in (_workload, _service, _budget, _policy)
    ]
    return set_of(*objects)


def _workload(name: str, namespace: str) -> Object:
    return workload(name=name, namespace=namespace, labels={"app": name, "part-of": "shop"})


def _service(name: str, namespace: str) -> Object:
    return service(name, namespace=namespace, selector={"app": name, "part-of": "shop"})


def _budget(name: str, namespace: str) -> Object:
    return budget(name, name=name, namespace=namespace)


def _policy(name: str, namespace: str) -> Object:
    selector = {"matchExpressions": [{"key": "app", "operator": "In", "values": [name]}]}
    spec = {"podSelector": selector}
    return made("networking.k8s.io/v1", "NetworkPolicy", name, namespace=namespace, spec=spec)


def test_selectors_meet_only_what_they_may_select(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice the objects make twice the work."""
    asked = 0
    matches = Selector.matches

    def counting(self: Selector, labels: dict[str, str]) -> bool:
        nonlocal asked
        asked += 1
        return matches(self, labels)

    monkeypatch.setattr(Selector, "matches", counting)
    found = []
    for count in (10, 20):
        manifests, asked = many(count), 0
        for check in CHECKS:
            outcome(check, manifests)
        found.append(asked)
    assert found[1] <= 2.1 * found[0]
