"""What checks see of manifests: images, quantities, selectors, lines, workloads."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.manifests import (
    Image,
    Manifests,
    Requirement,
    Resource,
    Selector,
    parse_image,
    parse_quantity,
    workload_of,
)
from readiness.evidence.manifests.resource import lines_of
from readiness.evidence.manifests.shapes import Path
from readiness.places import Text, load_kubernetes

SHA = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("text", "image"),
    [
        ("nginx", Image("nginx")),
        ("nginx:1.27", Image("nginx", "1.27")),
        ("localhost:5000/app", Image("localhost:5000/app")),
        ("localhost:5000/app:1", Image("localhost:5000/app", "1")),
        ("registry.acme:5000/team/app:1.2-rc_1", Image("registry.acme:5000/team/app", "1.2-rc_1")),
        (f"app@{SHA}", Image("app", "", SHA)),
        (f"r.io/app:latest@{SHA}", Image("r.io/app", "latest", SHA)),
        ("[::1]:5000/app:1", Image("[::1]:5000/app", "1")),
        ("gcr.io/a__b/c--d/e.f:v1", Image("gcr.io/a__b/c--d/e.f", "v1")),
    ],
)
def test_an_image_is_read_by_its_parts(text: str, image: Image) -> None:
    assert parse_image(text) == image


@pytest.mark.parametrize(
    "text",
    [
        "",
        "app:",
        "App",
        "app:a b",
        "app@",
        "app@sha256:12",
        "app:1:2",
        "a//b",
        "/a",
        "a/",
        "app:-1",
        "a" * 2000,
        f"app@{SHA.upper()}",
        f"app@{SHA}@{SHA}",
        "app:" + "1" * 129,
        "app:1 ",
        " app:1",
        "app:1\n",
        "https://x/a:1",
    ],
)
def test_what_no_runtime_accepts_is_no_image(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no|too long|is empty"):
        parse_image(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("500m", Fraction(1, 2)),
        ("1", 1),
        (2, 2),
        (0.5, Fraction(1, 2)),
        ("1.5Gi", Fraction(3 * 2**29)),
        ("1e3", 1000),
        ("1E", 10**18),
        (".5", Fraction(1, 2)),
        ("1.", 1),
        ("-1", -1),
        ("100k", 100_000),
    ],
)
def test_a_quantity_is_an_exact_number(text: str | float, number: int | Fraction) -> None:
    assert parse_quantity(text) == number


@pytest.mark.parametrize(
    "text", ["", "m", "1 Gi", "1gi", "1KB", "{{ x }}", "1,5", "inf", "nan", "1e999", "0x1", "."]
)
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no quantity"):
        parse_quantity(text)


@pytest.mark.parametrize(
    ("requirement", "labels", "matches"),
    [
        (Requirement("a", "In", ("1", "2")), {"a": "1"}, True),
        (Requirement("a", "In", ("1",)), {"a": "3"}, False),
        (Requirement("a", "In", ("1",)), {}, False),
        (Requirement("a", "NotIn", ("1",)), {"a": "1"}, False),
        (Requirement("a", "NotIn", ("1",)), {}, True),
        (Requirement("a", "Exists"), {"a": ""}, True),
        (Requirement("a", "Exists"), {}, False),
        (Requirement("a", "DoesNotExist"), {"a": ""}, False),
        (Requirement("a", "DoesNotExist"), {}, True),
    ],
)
def test_a_requirement_matches_as_kubernetes_evaluates_it(
    requirement: Requirement, labels: dict[str, str], matches: bool
) -> None:
    assert requirement.matches(labels) is matches
    assert Selector({}, (requirement,)).matches(labels) is matches


def test_an_empty_selector_matches_everything() -> None:
    assert Selector().matches({})
    assert Selector.of_map({"a": "1"}).matches({"a": "1", "b": "2"})
    assert not Selector.of_map({"a": "1"}).matches({"b": "1"})


def resource(
    kind: str, body: dict[str, Any], *, group: str = "v1", name: str = "a", namespace: str = ""
) -> Resource:
    return Resource(
        api_version=group, kind=kind, name=name, namespace=namespace, file="f", document=1, line=1, body=body
    )


POD = {
    "spec": {"containers": [{"name": "web"}], "initContainers": [{"name": "log", "restartPolicy": "Always"}]}
}


@pytest.mark.parametrize(
    ("group", "kind", "body", "long_running"),
    [
        ("v1", "Pod", POD, True),
        ("v1", "Pod", {"spec": {**POD["spec"], "restartPolicy": "Never"}}, False),
        *[
            ("apps/v1", kind, {"spec": {"template": POD}}, True)
            for kind in ("Deployment", "StatefulSet", "DaemonSet")
        ],
        ("apps/v1", "ReplicaSet", {"spec": {"template": POD}}, True),
        ("v1", "ReplicationController", {"spec": {"template": POD}}, True),
        ("batch/v1", "Job", {"spec": {"template": POD}}, False),
        ("batch/v1", "CronJob", {"spec": {"jobTemplate": {"spec": {"template": POD}}}}, False),
        ("argoproj.io/v1alpha1", "Rollout", {"spec": {"template": POD}}, True),
        ("apps.openshift.io/v1", "DeploymentConfig", {"spec": {"template": POD}}, True),
        ("serving.knative.dev/v1", "Service", {"spec": {"template": POD}}, True),
        ("serving.knative.dev/v1", "Revision", POD, True),
        ("keda.sh/v1alpha1", "ScaledJob", {"spec": {"jobTargetRef": {"template": POD}}}, False),
        ("v1", "PodTemplate", {"template": POD}, False),
        ("apps.kruise.io/v1alpha1", "CloneSet", {"spec": {"template": POD}}, True),
        (
            "apps.kruise.io/v1alpha1",
            "AdvancedCronJob",
            {"spec": {"template": {"jobTemplate": {"spec": {"template": POD}}}}},
            False,
        ),
    ],
)
def test_every_kind_that_runs_pods_is_a_workload(
    group: str, kind: str, body: dict[str, Any], long_running: bool
) -> None:
    (workload,) = Manifests(resources=(resource(kind, body, group=group),)).index.workloads
    assert [container.role for container in workload.containers] == ["app", "sidecar"]
    assert workload.long_running is long_running


def test_knative_names_containers_that_have_no_name() -> None:
    cases: list[tuple[list[dict[str, str]], list[str]]] = [
        ([{}], ["user-container"]),
        ([{}, {"name": "b"}], ["user-container-0", "b"]),
    ]
    for containers, names in cases:
        body = {"spec": {"template": {"spec": {"containers": containers}}}}
        made = resource("Service", body, group="serving.knative.dev/v1")
        (workload,) = Manifests(resources=(made,)).index.workloads
        assert [container.name for container in workload.containers] == names
    other = workload_of(resource("CloneSet", body, group="apps.kruise.io/v1alpha1"))
    assert other
    assert [container.name for container in other.containers] == ["(1)", "b"]


WORKFLOW = {
    "templates": [
        {"name": "build", "container": {"image": "a:1"}, "sidecars": [{"name": "db", "image": "b:1"}]},
        {"name": "say", "script": {"image": "c:1", "source": "echo"}, "initContainers": [{"image": "d:1"}]},
        {"name": "set", "containerSet": {"containers": [{"name": "x", "image": "e:1"}]}},
        {"name": "dag", "dag": {"tasks": [{"name": "t", "inline": {"container": {"image": "f:1"}}}]}},
    ]
}


@pytest.mark.parametrize(
    ("kind", "spec", "idle"),
    [
        ("Workflow", WORKFLOW, ""),
        ("CronWorkflow", {"workflowSpec": WORKFLOW}, ""),
        ("CronWorkflow", {"workflowSpec": WORKFLOW, "suspend": True}, "suspend: true"),
        ("WorkflowTemplate", WORKFLOW, "a template"),
        ("ClusterWorkflowTemplate", WORKFLOW, "a template"),
    ],
)
def test_every_template_of_an_argo_workflow_is_found(kind: str, spec: dict[str, Any], idle: str) -> None:
    made = resource(kind, {"spec": spec}, group="argoproj.io/v1alpha1")
    (workload,) = Manifests(resources=(made,)).index.workloads
    assert [(container.name, container.role, container.image) for container in workload.containers] == [
        ("build", "app", "a:1"),
        ("db", "sidecar", "b:1"),
        ("say", "app", "c:1"),
        ("say", "init", "d:1"),
        ("x", "app", "e:1"),
        ("t", "app", "f:1"),
    ]
    assert (workload.long_running, workload.idle) == (False, idle)
    assert not Manifests(resources=(made,)).index.unseen


def test_an_argo_workflow_without_containers_of_its_own_is_no_workload() -> None:
    made = resource(
        "Workflow", {"spec": {"workflowTemplateRef": {"name": "a"}}}, group="argoproj.io/v1alpha1"
    )
    assert not Manifests(resources=(made,)).index.workloads


@pytest.mark.parametrize(
    ("kind", "group", "spec", "place"),
    [
        (
            "Job",
            "batch.volcano.sh/v1",
            {"tasks": [{"template": {"spec": {"containers": [{"image": "a"}]}}}]},
            ("spec", "tasks", 0, "template", "spec", "containers", 0),
        ),
        ("Task", "tekton.dev/v1", {"steps": [{"image": "a"}]}, ("spec", "steps", 0)),
        (
            "CloneSet",
            "apps.kruise.io/v1",
            {"template": POD, "more": {"initContainers": [{"image": "a"}]}},
            ("spec", "more", "initContainers", 0),
        ),
        ("CloneSet", "apps.kruise.io/v1", {"template": POD}, None),
        ("Deployment", "apps/v1", {"template": POD, "x": {"container": {"image": "a"}}}, None),
        ("CustomResourceDefinition", "apiextensions.k8s.io/v1", {"containers": {"type": "array"}}, None),
        ("Dashboard", "acme/v1", {"image": "logo.png", "containers": ["a"], "container": {"image": 3}}, None),
    ],
)
def test_containers_in_a_place_that_is_not_known_are_noticed(
    kind: str, group: str, spec: dict[str, Any], place: Path | None
) -> None:
    index = Manifests(resources=(resource(kind, {"spec": spec}, group=group),)).index
    assert [path for _, path in index.unseen] == ([place] if place else [])


def test_other_kinds_are_no_workloads() -> None:
    others = (
        resource("ConfigMap", {}),
        resource("Job", {"spec": {"tasks": []}}, group="batch.volcano.sh/v1"),
    )
    assert not Manifests(resources=others).index.workloads


@pytest.mark.parametrize(
    ("theirs", "mine", "selected"), [("x", "x", True), ("x", "y", False), ("", "x", True), ("x", "", True)]
)
def test_an_open_namespace_may_be_any(theirs: str, mine: str, selected: bool) -> None:
    body = {**POD, "metadata": {"labels": {"app": "a"}}}
    service = resource("Service", {"spec": {"selector": {"app": "a"}}}, namespace=theirs)
    index = Manifests(resources=(resource("Pod", body, namespace=mine), service)).index
    assert bool(index.services_of(index.workloads[0])) is selected


@pytest.mark.parametrize(
    "spec", [None, {}, {"selector": {}}, {"selector": {"app": "a"}, "type": "ExternalName"}]
)
def test_a_service_without_a_selector_selects_nothing(spec: object) -> None:
    assert not Manifests(resources=(resource("Service", {"spec": spec}),)).index.services


KEYS = st.text("abc", min_size=1, max_size=2)
TREES = st.recursive(
    st.integers(0, 9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


def dump(node: Any, indent: int = 0) -> str:
    """YAML in block style, a key or an item a line."""
    pad = " " * indent
    if isinstance(node, dict) and node:
        return "".join(f"{pad}{key}:{_value(value, indent)}" for key, value in node.items())
    if isinstance(node, list) and node:
        return "".join(f"{pad}-{_value(value, indent)}" for value in node)
    return f"{pad}{node}\n"


def _value(node: Any, indent: int) -> str:
    return f"\n{dump(node, indent + 1)}" if isinstance(node, dict | list) and node else f" {node}\n"


def paths(node: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    pairs: Any = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path] + [found for key, value in pairs for found in paths(value, (*path, key))]


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(KEYS, TREES, min_size=1, max_size=3))
def test_the_line_of_every_key_is_found(tree: dict[str, Any]) -> None:
    text = "# first\n" + dump(tree)
    ((document, line),) = load_kubernetes(Text("f", text))
    made = Resource(
        api_version="v1",
        kind="A",
        name="a",
        file="f",
        document=1,
        line=line,
        body=tree,
        lines=lines_of(document, line),
    )
    lines = text.splitlines()
    for path in paths(tree)[1:]:
        if isinstance(path[-1], str):
            assert lines[made.line_of(*path) - 1].strip().startswith(f"{path[-1]}:")
    assert made.line_of("zz") == line
