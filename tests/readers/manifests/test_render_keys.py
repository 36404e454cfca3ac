"""The keys of the evidence that say what is rendered and how."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from readiness.readers.manifests._said import MAX_SAID, said, secrets_in
from readiness.readers.manifests._spec import ManifestsSpec, nested
from tests.pages import Page
from tests.readers.manifests.renderers import PRINTS, PROD, Bin, item, places, refusal
from tests.support import ROOT


@pytest.fixture(autouse=True)
def tools(bin_: Bin) -> None:
    bin_.add("kustomize", PRINTS)
    bin_.add("helm", PRINTS)


def test_a_folder_with_both_has_to_say_which(root: Path) -> None:
    (root / "chart/kustomization.yaml").write_text("resources: [templates]\n")
    found = item(root, "chart")
    assert refusal(found) == "malformed: it holds both a kustomization and a Helm chart"
    assert found.remedy == "say which is applied: `render: kustomize` or `render: helm`"
    assert item(root, "chart", render="helm").provenance.format == "helm"
    assert item(root, "chart", render="kustomize").provenance.format == "kustomize"


@pytest.mark.parametrize(
    ("path", "render"), [(PROD, "helm"), ("chart", "kustomize"), ("chart/templates", "helm"), ("*", "helm")]
)
def test_what_is_asked_to_be_rendered_must_be_there(root: Path, path: str, render: str) -> None:
    assert f"there is nothing for {render} to render: no " in refusal(item(root, path, render=render))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("values", ["v.yaml"]),
        ("set", {"a": 1}),
        ("release_name", "x"),
        ("namespace", "x"),
        ("kube_version", "1.30"),
        ("api_versions", ["v1"]),
    ],
)
@pytest.mark.parametrize("path", [PROD, "plain.yaml", "*.yaml"])
def test_a_key_for_charts_elsewhere_is_malformed_not_passed_over(
    root: Path, path: str, key: str, value: object
) -> None:
    (root / "plain.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
    assert f"`{key.replace('_', '-')}` is for Helm charts" in refusal(item(root, path, **{key: value}))


def test_a_chart_that_is_not_there_is_missing(root: Path) -> None:
    found = item(root, "gone", render="helm", values=["chart/values-prod.yaml"])
    assert refusal(found) == f"missing: there is no such file ({root / 'gone'})"


def test_a_rendering_is_one_set_and_no_number_of_files(root: Path) -> None:
    assert "it is rendered to one set, where `files: 2` are meant" in refusal(item(root, PROD, files=2))


def test_a_folder_with_overlays_below_it_is_not_rendered(root: Path) -> None:
    found = item(root, "deploy")
    assert "deploy/base holds a kustomization that was not rendered" in refusal(found)
    assert (
        found.remedy
        == "let `path` name the overlay that is applied, such as deploy/base: it is rendered then"
    )
    assert "deploy/base" in places(item(root, "deploy/base"))["ConfigMap/made"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("render", "jsonnet"),
        ("values", "v.yaml"),
        ("values", [""]),
        ("release_name", "-x"),
        ("release_name", "A"),
        ("release_name", "a" * 54),
        ("namespace", "a b"),
        ("namespace", "--x"),
        ("kube_version", "latest"),
        ("kube_version", "1"),
        ("api_versions", ["-x y"]),
        ("set", {"a": [1]}),
        ("set", {"a[0]": 1}),
        ("set", {"": 1}),
        ("set", {"a..b": 1}),
        ("set", {"a": 1, "a.b": 2}),
        ("set", {"a.b": 2, "a": 1}),
        ("deadline", "0s"),
        ("deadline", "11m"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_by_the_policy(root: Path, key: str, value: object) -> None:
    with pytest.raises(ValidationError):
        item(root, "chart", **{key: value})


def test_the_documentation_shows_every_key() -> None:
    (block,) = Page(ROOT / "docs" / "evidence.md").fences("yaml", "Manifests")
    shown = yaml.safe_load(block.text)
    for one in shown.values():
        ManifestsSpec.model_validate_json(json.dumps(one))
    own = {field.alias or name for name, field in ManifestsSpec.model_fields.items()}
    assert {*shown["chart"]} == own - {"role", "max-age", "bind", "format", "files"}


def test_dots_lead_down_and_a_dot_in_a_key_has_a_backslash() -> None:
    made = nested({"image.tag": "1", "image.name": None, r"labels.acme\.io/x": True, "n": 1.5})
    assert made == {"image": {"tag": "1", "name": None}, "labels": {"acme.io/x": True}, "n": 1.5}


@pytest.mark.parametrize(
    ("complaint", "shown"),
    [
        ("Error: it broke\nUse --debug flag to render out invalid YAML\n", "it broke"),
        ("walk.go:75: found symbolic link\nError: a\n  b\n", "a; b"),
        ("# Warning: 'bases' is deprecated\nError: c", "c"),
        ("bad https://bob:hunter2@host/x", "bad https://***@host/x"),
        ('password: "hunter2", user: bob', "password: ***, user: bob"),
        ("DB_TOKEN=hunter2 is odd", "DB_TOKEN=*** is odd"),
        ("the value hunter2 is odd", "the value *** is odd"),
        ("in /copy/tree/a.yaml:3", "in a.yaml:3"),
        ("\x1b[31mred\x07", "?[31mred?"),
        ("x" * 9999, "x" * (MAX_SAID - 4) + " ..."),
        ("", ""),
        ('E1121 08:43:32.088017    3218 run.go:72] "command failed" err="json: \\"x\\""', 'json: "x"'),
        ('E1121 08:43:32.088017 3218 run.go:72] "command failed" err=<\n\tlong\n : text\n >', "long; : text"),
    ],
)
def test_complaints_are_shown_short_and_without_secrets(complaint: str, shown: str) -> None:
    assert said(complaint.encode(), frozenset({"hunter2"}), {"/copy/tree/": ""}) == shown


def test_secrets_are_what_stands_below_a_key_with_such_a_name() -> None:
    content = (
        b"db: {password: hunter2, name: shop}\ntokens: [aaaa, {x: bbbb}]\n"
        b"secretGenerator: [{name: s, literals: [K=cccc]}]\n"
    )
    assert secrets_in(content) >= {"hunter2", "aaaa", "bbbb", "cccc"}
    assert "shop" not in secrets_in(content)
    assert secrets_in(b"a: [") == secrets_in(b"\xff") == secrets_in(b"x" * 3_000_000) == frozenset()
