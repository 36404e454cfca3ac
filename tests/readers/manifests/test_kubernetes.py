"""Kubernetes manifests: what is read of a file, and what makes it malformed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.manifests import Manifests
from readiness.evidence.manifests.resource import NAMELESS
from readiness.evidence.model import Item, Reason
from readiness.testing import read_evidence
from tests.support import FIXTURES, SHARED

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: web, image: 'x:1'}]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def whole(folder: Path, content: str | bytes, name: str = "set.yaml") -> Item:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_evidence("manifests", folder, path=name).whole


def read(folder: Path, content: str | bytes) -> Manifests:
    item = whole(folder, content)
    assert isinstance(item.facts, Manifests), item.message
    return item.facts


def names(facts: Manifests) -> list[str]:
    return [resource.identity for resource in facts.resources]


def refused(folder: Path, content: str | bytes, reason: Reason = Reason.MALFORMED) -> str:
    item = whole(folder, content)
    assert item.facts is None
    assert item.reason is reason
    assert not item.message.startswith("the reader")
    return item.message


def test_the_output_of_kustomize_is_read_whole() -> None:
    item = read_evidence("manifests", FIXTURES / "manifests", path="rendered.yaml").whole
    facts = item.facts
    assert isinstance(facts, Manifests)
    assert names(facts) == ["ConfigMap/prod/alerts", "Service/prod/shop", "Deployment/prod/shop"]
    assert facts.summary() == {"objects": 3, "kinds": {"ConfigMap": 1, "Deployment": 1, "Service": 1}}
    assert facts.objects() >= {
        "Deployment/prod/shop",
        "Deployment/prod/shop:web",
        "Deployment/prod/shop:migrate",
    }
    (workload,) = facts.index.workloads
    web, migrate = workload.containers
    assert (web.role, web.image, migrate.role) == ("app", "registry.acme:5000/shop:1.4.2", "init")
    lines = (FIXTURES / "manifests" / "rendered.yaml").read_text().splitlines()
    deployment = workload.resource
    assert (deployment.file, deployment.document, deployment.line) == ("rendered.yaml", 3, 27)
    assert "image:" in lines[deployment.line_of(*web.path, "image") - 1]
    assert "cpu:" in lines[deployment.line_of(*web.path, "resources", "requests", "cpu") - 1]
    assert "command:" in lines[deployment.line_of(*migrate.path) - 1]
    assert [service.identity for service in facts.index.services_of(workload)] == ["Service/prod/shop"]


def test_facts_are_the_same_after_a_journey_through_json(folder: Path) -> None:
    facts = read(
        folder, POD + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: 1_0, b: 1.5}\n"
    )
    again = msgspec.json.decode(msgspec.json.encode(facts), type=Manifests)
    assert again == facts
    assert again.index.workloads == facts.index.workloads


def test_the_scorecard_shows_counts_and_no_bodies(folder: Path) -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {token: hunter2}\n"
    assert "hunter2" not in json.dumps(read(folder, secret).summary())


def test_lists_are_expanded_however_deep_they_nest(folder: Path) -> None:
    inner = {"apiVersion": "v1", "kind": "List", "items": [{**pod("b")}]}
    outer = {"apiVersion": "v1", "kind": "List", "metadata": {}, "items": [pod("a"), inner]}
    assert names(read(folder, json.dumps(outer))) == ["Pod/a", "Pod/b"]


def test_items_of_a_typed_list_take_kind_and_version_from_it(folder: Path) -> None:
    item = pod("a")
    del item["kind"], item["apiVersion"]
    facts = read(folder, json.dumps({"apiVersion": "v1", "kind": "PodList", "items": [item]}))
    assert names(facts) == ["Pod/a"]
    assert len(facts.index.workloads) == 1


def test_items_of_a_list_have_lines_of_their_own(folder: Path) -> None:
    facts = read(folder, "apiVersion: v1\nkind: List\nitems:\n- " + POD.replace("\n", "\n  ").rstrip() + "\n")
    assert facts.resources[0].line == 4


def test_an_object_whose_kind_ends_with_list_is_an_object(folder: Path) -> None:
    assert names(read(folder, "apiVersion: x/v1\nkind: AllowList\nmetadata: {name: a}\nitems: [1]\n")) == [
        "AllowList/a"
    ]


def test_empty_documents_are_passed_over(folder: Path) -> None:
    facts = read(folder, f"---\n# nothing\n---\n{POD}---\n...\n--- # end\n")
    assert names(facts) == ["Pod/a"]
    assert facts.resources[0].document == 2


@pytest.mark.parametrize(
    "content", ["---\n", "# only this\n", "---\n# x\n---\n", "apiVersion: v1\nkind: List\nitems: []\n"]
)
def test_a_set_without_objects_is_missing(folder: Path, content: str) -> None:
    assert refused(folder, content, Reason.MISSING) == "there is no Kubernetes object in it"


@pytest.mark.parametrize("content", ["", "  \n\n"])
def test_an_empty_file_is_malformed(folder: Path, content: str) -> None:
    assert refused(folder, content) == "it is empty"


def test_windows_line_ends_a_byte_order_mark_and_comments_change_nothing(folder: Path) -> None:
    plain = read(folder, POD + "---\n" + POD.replace("a}", "b}"))
    odd = read(folder, "\ufeff" + (POD + "--- # next\n" + POD.replace("a}", "b}")).replace("\n", "\r\n"))
    assert odd == plain


def test_emoji_as_json_escapes_them_are_read(folder: Path) -> None:
    body = {**pod("a"), "metadata": {"name": "a", "annotations": {"x": "\U0001f600 \\ud83d"}}}
    (resource,) = read(folder, json.dumps(body)).resources
    assert resource.body["metadata"]["annotations"]["x"] == "\U0001f600 \\ud83d"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "apiVersion: v1\nmetadata: {name: a}\n",
            "line 1: document 1 is no Kubernetes object: it has no kind",
        ),
        (
            "apiVersion: v1\nkind: A\nmetadata: {name: a}\n---\nkind: B\n",
            "line 5: document 2 is no Kubernetes object",
        ),
        (
            "apiVersion: v1\nkind: A\nmetadata: {name: a}\n---\nhello\n",
            "document 2 is no Kubernetes object, but text",
        ),
        ("apiVersion: v1\nkind: A\n---\n- 1\n", "line 4: document 2 is no Kubernetes object, but a list"),
        ("- apiVersion: v1\n  kind: A\n", "document 1 is no Kubernetes object, but a list"),
        ("apiVersion: v1\nkind: List\nitems: {a: 1}\n", "line 3: the items of List are no list, but a map"),
        ("apiVersion: v1\nkind: List\nitems: [3]\n", "is no Kubernetes object, but a number"),
        ("apiVersion: 1\nkind: A\nmetadata: {name: a}\n", "apiVersion: Expected 'str', got 'int'"),
        ("apiVersion: v1\nkind: A\nkind: B\n", "'kind' is here a second time"),
        ("apiVersion: v1\nkind: A\n  b: 1\n", "line 3, column 4: not YAML"),
    ],
)
def test_what_is_no_object_is_malformed_with_its_line(folder: Path, content: str, said: str) -> None:
    assert said in refused(folder, content)


def test_a_rollout_may_refer_to_a_deployment(folder: Path) -> None:
    content = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: a}\nspec: {workloadRef: {name: b}}\n"
    assert not read(folder, content).index.workloads


@pytest.mark.parametrize(
    "content",
    [
        "apiVersion: apps/v1\nkind: Deployment\nspec:\n  replicas: {{ .Values.replicas }}\n",
        "{{- if .Values.on }}\napiVersion: v1\nkind: Pod\n{{- end }}\n",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: '{{ .Release.Name }}-web'}\n",
        '{{ include "x" . }}\n',
    ],
)
def test_a_raw_helm_template_is_unrendered(folder: Path, content: str) -> None:
    item = whole(folder, content)
    assert item.reason is Reason.MALFORMED
    assert "a template that was not rendered" in item.message
    assert item.message.startswith("line ")
    assert "helm template" in item.remedy


def test_braces_inside_of_a_text_are_no_template(folder: Path) -> None:
    content = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {alert: '{{ $labels.instance }} is slow'}\n"
    assert names(read(folder, content)) == ["ConfigMap/a"]


@pytest.mark.parametrize("kind", ["Kustomization", "Component"])
def test_input_of_kustomize_is_no_object(folder: Path, kind: str) -> None:
    version = "kustomize.config.k8s.io/v1beta1"
    for content in (
        f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a}}\nresources: []\n",
        f"apiVersion: {version}\nkind: {kind}\nresources: [a.yaml]\n",
    ):
        item = whole(folder, content)
        assert f"a {kind} is input of kustomize" in item.message
        assert item.remedy == "let `path` name the folder of the overlay, which is rendered then"


def test_a_kustomization_of_flux_is_an_object(folder: Path) -> None:
    content = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\n"
    assert names(read(folder, content)) == ["Kustomization/a"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "it is not UTF-8 text"),
        (b"PK\x03\x04 hello", "it is no Kubernetes manifest"),
        (b'{"metrics": {"http_reqs": 3}}', "it is no Kubernetes manifest"),
        (b'{"kind": "storage#object", "id": 1}', "it has no apiVersion"),
        (b"<testsuite/>", "it is no Kubernetes manifest"),
        (b"apiVersion: v1\nkind: Pod\x00\n", "line 2, column 10: a character that YAML forbids: U+0000"),
        (b"apiVersion: v1\nkind: [" + b"[" * 200_000, "nested more than 100 levels deep"),
        (b"apiVersion: v1\nkind: A\n#" + b"x" * 10_000_000, "the file is larger than 10 MB"),
        (b"a: 1\n" + b"\n" * 300_000, "it is no Kubernetes manifest"),
        (b"{{" * 300_000, "a template that was not rendered"),
    ],
)
def test_other_files_are_malformed_and_say_why(folder: Path, content: bytes, said: str) -> None:
    assert said in refused(folder, content)


def test_an_object_that_is_there_twice_is_malformed_with_both_places(folder: Path) -> None:
    assert refused(folder, POD + "---\n" + POD) == "Pod/a is there twice: set.yaml:1 and set.yaml:7"


def test_the_same_name_in_another_namespace_or_group_is_another_object(folder: Path) -> None:
    service = "apiVersion: {}\nkind: Service\nmetadata: {{name: a, namespace: {}}}\n"
    parts = [
        service.format("v1", "x"),
        service.format("v1", "z"),
        service.format("serving.knative.dev/v1", "x"),
    ]
    assert len(read(folder, "---\n".join(parts)).resources) == 3


def pod(name: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name},
        "spec": {"containers": [{"name": "web", "image": "x:1"}]},
    }


SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.text("a:{$-", max_size=4)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("ab", max_size=1), inner, max_size=2),
    max_leaves=5,
)
PLACES = st.lists(
    st.sampled_from(
        (
            "metadata",
            "name",
            "labels",
            "spec",
            "containers",
            "image",
            "resources",
            "kind",
            "template",
            "items",
            0,
        )
    ),
    min_size=1,
    max_size=4,
)


def broken(document: Any, path: list[str | int], value: Any) -> Any:
    for step in path[:-1]:
        inner = document[step] if isinstance(document, list) and step == 0 else None
        inner = document.get(step) if isinstance(document, dict) else inner
        if not isinstance(inner, dict | list) or not inner:
            break
        document = inner
    if isinstance(document, dict):
        document[str(path[-1])] = value
    elif isinstance(document, list):
        document.append(value)
    return None


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(("Pod", "Deployment", "CronJob", "Service", "List", "PodList")), PLACES, JSON)
def test_a_broken_shape_is_read_or_malformed_and_never_a_crash(
    tmp_path_factory: pytest.TempPathFactory, kind: str, path: list[str | int], value: Any
) -> None:
    document: dict[str, Any] = {**pod("a"), "kind": kind, "items": [pod("b")]}
    document["spec"] = {**document["spec"], "template": {"spec": pod("x")["spec"]}, "selector": {"a": "b"}}
    broken(document, path, value)
    item = whole(tmp_path_factory.mktemp("set"), json.dumps(document))
    assert not item.message.startswith("the reader")
    if isinstance(item.facts, Manifests):
        assert item.facts.objects()


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_truncated_or_altered_file_never_shows_an_object_that_was_not_there(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    good = (FIXTURES / "manifests" / "rendered.yaml").read_bytes()
    cut = data.draw(st.integers(0, len(good)))
    item = whole(tmp_path_factory.mktemp("set"), good[:cut])
    assert not item.message.startswith("the reader")
    if isinstance(item.facts, Manifests):
        assert set(names(item.facts)) <= {
            f"{name[:cut]}"
            for whole_name in ("ConfigMap/prod/alerts", "Service/prod/shop", "Deployment/prod/shop")
            for name in _prefixes(whole_name)
        }
    place, byte = data.draw(st.integers(0, len(good) - 1)), data.draw(st.integers(0, 255))
    altered = whole(tmp_path_factory.mktemp("set"), good[:place] + bytes([byte]) + good[place + 1 :])
    assert not altered.message.startswith("the reader")


def _prefixes(name: str) -> list[str]:
    """A name may itself be cut, and a namespace be lost, at the very end of what is left."""
    kind, namespace, rest = name.split("/")
    nameless = [
        f"{cut}/{NAMELESS}" for n in range(1, len(kind) + 1) for cut in (kind[:n], f"{kind[:n]}/{namespace}")
    ]
    cut = [f"{kind}/{namespace}/{rest[:n]}" for n in range(1, len(rest) + 1)]
    lost = [f"{kind}/{rest[:n]}" for n in range(1, len(rest) + 1)]
    return nameless + cut + lost + [f"{kind}/{namespace[:n]}/{rest}" for n in range(1, len(namespace))]


@pytest.mark.parametrize("peer", ["polaris", "kube-score"])
def test_the_manifests_of_other_tools_are_read_or_get_a_reason(peer: str) -> None:
    root = SHARED / "peers" / peer
    if not root.is_dir():
        pytest.skip("the samples of other tools are not here")
    read_whole = 0
    for path in sorted(root.rglob("*.y*ml")):
        item = read_evidence("manifests", path.parent, path=path.name).whole
        assert not item.message.startswith("the reader")
        assert (item.facts is None) == bool(item.message)
        read_whole += item.facts is not None
    assert read_whole > 150
