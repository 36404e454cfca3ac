"""Helm charts, rendered by the real helm and by the extra, where they are there."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from readiness.evidence.manifests import Manifests
from readiness.evidence.manifests.chart import LintMessage
from tests.readers.manifests.renderers import (
    OBJECT,
    Bin,
    body,
    item,
    needs_helm,
    needs_library,
    places,
    refusal,
)

HELM = pytest.param("helm", marks=needs_helm)
LIBRARY = pytest.param("library", marks=needs_library)


@pytest.fixture(params=[HELM, LIBRARY])
def renderer(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Renders by the one or the other: helm goes first when it is on the PATH."""
    if request.param == "library":
        empty = tmp_path / "empty"
        empty.mkdir()
        monkeypatch.setenv("PATH", str(empty))
    return str(request.param)


def image(found: Any, identity: str) -> str:
    return str(body(found, identity)["spec"]["template"]["spec"]["containers"][0]["image"])


def test_a_chart_is_what_helm_template_prints_without_its_tests(root: Path, renderer: str) -> None:
    found = item(root, "chart", release_name="checkout")
    assert places(found) == {
        "Service/default/checkout": "chart/templates/web.yaml:3",
        "Deployment/default/checkout": "chart/templates/web.yaml:15",
        "Job/checkout-migrate": "chart/templates/migrate.yaml:2",
    }
    assert image(found, "Deployment/default/checkout") == "registry.acme:5000/shop:1.4.2"
    assert (found.provenance.source, found.provenance.format) == ("chart", "helm")


def test_values_files_come_in_their_order_and_single_values_after_them(root: Path, renderer: str) -> None:
    (root / "more.yaml").write_text("image: {tag: '7'}\nreplicas: 5\nports: [1, 2]\n")
    found = item(
        root,
        "chart/",
        values=["chart/values-prod.yaml", "more.yaml"],
        set={"image.tag": "1.10"},
        namespace="prod",
    )
    assert places(found)["StatefulSet/shop-cache"] == "chart/charts/cache/templates/cache.yaml:2"
    assert image(found, "Deployment/prod/shop") == "registry.acme:5000/shop:1.10"
    assert body(found, "Deployment/prod/shop")["spec"]["replicas"] == 5
    assert len(body(found, "Service/prod/shop")["spec"]["ports"]) == 2
    turned = item(root, "chart", values=["more.yaml", "chart/values-prod.yaml"])
    assert body(turned, "Deployment/default/shop")["spec"]["replicas"] == 3
    assert turned.provenance.sha256 != found.provenance.sha256


def test_what_a_chart_does_not_render_to_is_not_there(root: Path, renderer: str) -> None:
    off = item(root, "chart", values=["chart/values-prod.yaml"], set={"cache.enabled": False})
    assert "StatefulSet/shop-cache" not in places(off)


def test_a_template_that_fails_is_malformed_in_the_words_of_helm(root: Path, renderer: str) -> None:
    (root / "chart/templates/bad.yaml").write_text('{{ fail "the tag is missing" }}\n')
    found = item(root, "chart", values=["chart/values-prod.yaml"])
    assert refusal(found).startswith("malformed: helm failed (exit code 1): ")
    assert "the tag is missing" in found.message
    assert "bad.yaml:1" in found.message
    assert "readiness-" not in found.message
    assert found.remedy == "see for yourself: helm template NAME chart --values chart/values-prod.yaml"


def test_a_template_that_renders_to_no_yaml_is_malformed(root: Path, renderer: str) -> None:
    (root / "chart/templates/bad.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a\n")
    assert refusal(item(root, "chart")).startswith("malformed: ")


def test_a_template_that_renders_to_no_object_is_malformed(root: Path, renderer: str) -> None:
    (root / "chart/templates/bad.yaml").write_text("replicas: 3\n")
    assert refusal(item(root, "chart")).startswith("malformed: ")


def test_a_dependency_that_was_not_fetched_is_malformed(root: Path, renderer: str) -> None:
    """Without it helm refuses; the library would leave it out."""
    shutil.rmtree(root / "chart/charts")
    said = refusal(item(root, "chart", set={"cache.enabled": True}))
    assert "helm dependency build" in said
    assert "cache" in said


def test_values_that_are_no_yaml_are_malformed_and_secrets_in_them_are_not_shown(
    root: Path, renderer: str
) -> None:
    (root / "bad.yaml").write_text("a: [\n")
    assert "helm failed" in refusal(item(root, "chart", values=["bad.yaml"]))
    (root / "secret.yaml").write_text("db: {password: hunter2hunter2}\n")
    (root / "chart/templates/bad.yaml").write_text("{{ fail (print .Values.db.password) }}\n")
    found = item(root, "chart", values=["secret.yaml"])
    assert "hunter2" not in refusal(found)
    assert "***" in found.message


def test_a_library_chart_renders_to_nothing_and_is_malformed(root: Path, renderer: str) -> None:
    about = root / "chart/Chart.yaml"
    about.write_text(about.read_text().replace("type: application", "type: library"))
    assert "library charts are not installable" in refusal(item(root, "chart"))


def test_a_chart_without_objects_is_missing(root: Path, renderer: str) -> None:
    shutil.rmtree(root / "chart/templates")
    assert refusal(item(root, "chart")) == "missing: it renders to no object at all"


def test_values_that_break_the_schema_of_a_chart_are_malformed(root: Path, renderer: str) -> None:
    schema = '{"type": "object", "properties": {"replicas": {"type": "integer", "minimum": 2}}}'
    (root / "chart/values.schema.json").write_text(schema)
    assert "replicas" in refusal(item(root, "chart"))
    assert "Deployment/default/shop" in places(item(root, "chart", set={"replicas": 2}))


@needs_helm
def test_a_chart_is_rendered_for_a_version_and_for_kinds_of_a_cluster(root: Path) -> None:
    (root / "chart/templates/v.yaml").write_text(
        OBJECT + "data: {v: {{ .Capabilities.KubeVersion.Version | quote }}}\n"
    )
    asked = {
        "set": {"monitoring": True},
        "api_versions": ["monitoring.coreos.com/v1"],
        "kube_version": "1.29.3",
    }
    found = item(root, "chart", **asked)
    assert body(found, "ConfigMap/made")["data"] == {"v": "v1.29.3"}
    assert "ServiceMonitor/shop" in places(found)
    assert "ServiceMonitor/shop" not in places(item(root, "chart", set={"monitoring": True}))


@needs_helm
def test_a_packed_subchart_is_rendered_too(root: Path, tmp_path: Path) -> None:
    cache = root / "chart/charts/cache"
    shutil.make_archive(str(cache.with_name("cache-0.1.0")), "gztar", cache.parent, "cache")
    cache.with_name("cache-0.1.0.tar.gz").rename(cache.with_name("cache-0.1.0.tgz"))
    shutil.rmtree(cache)
    found = places(item(root, "chart", set={"cache.enabled": True}))
    assert found["StatefulSet/shop-cache"] == "chart/charts/cache/templates/cache.yaml:1"


FAKE = """
class Chart:
    metadata = {"name": "shop"}
    load = classmethod(lambda cls, path: cls())
    __enter__ = lambda self: self
    __exit__ = lambda self, *error: None
    crds = []
    def render(self, values, name, namespace):
        DO
def dependency_list(path): return []
def values_from_yaml(text): return {}
def lint(path, values, namespace): return {"messages": [{"severity": 2, "path": "a", "error": "b"}], "errors": []}
"""


def fake_library(folder: Path, monkeypatch: pytest.MonkeyPatch, do: str) -> None:
    package = folder / "library"
    package.mkdir()
    (package / "helm_python.py").write_text("import os, sys, time" + FAKE.replace("DO", do))
    monkeypatch.setattr(sys, "path", [str(package), *(path for path in sys.path if "helm" not in path)])


def test_the_library_is_asked_where_there_is_no_helm(
    root: Path, tmp_path: Path, bin_: Bin, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {"shop/templates/web.yaml": "---\n" + OBJECT, "shop/templates/NOTES.txt": "Hi"}
    fake_library(tmp_path, monkeypatch, f"print('noise'); return {made!r}")
    assert places(item(root, "chart")) == {"ConfigMap/made": "chart/templates/web.yaml:1"}
    assert "helm_python" not in sys.modules
    facts = item(root, "chart").facts
    assert isinstance(facts, Manifests)
    assert facts.chart
    assert facts.chart.lint.messages == (LintMessage("warning", "a", "b"),)


@pytest.mark.parametrize(
    ("do", "said"),
    [
        ("raise RuntimeError('no such chart')", "helm failed (exit code 1): no such chart"),
        ("os._exit(0)", "missing: it renders to no object at all"),
        ("os.kill(os.getpid(), 11)", "helm failed (signal 11): it did not say why"),
        ("return ['x']", "helm failed (exit code 1)"),
        ("time.sleep(60)", "did not end within 1s"),
    ],
)
def test_a_library_that_fails_shows_nothing(
    root: Path, tmp_path: Path, bin_: Bin, monkeypatch: pytest.MonkeyPatch, do: str, said: str
) -> None:
    fake_library(tmp_path, monkeypatch, do)
    assert said in refusal(item(root, "chart", deadline="1s"))


def test_without_helm_and_without_the_extra_it_is_missing(
    root: Path, bin_: Bin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    found = item(root, "chart")
    assert refusal(found) == "missing: there is no helm on the PATH to render it"
    assert found.remedy == "install helm where the gate runs, or: pip install 'readiness[helm]'"


@pytest.mark.parametrize(("key", "value"), [("kube_version", "1.30"), ("api_versions", ["v1"])])
def test_what_the_extra_cannot_do_is_missing(
    root: Path, tmp_path: Path, bin_: Bin, monkeypatch: pytest.MonkeyPatch, key: str, value: object
) -> None:
    fake_library(tmp_path, monkeypatch, "return {}")
    assert "the extra `helm` cannot render for other `" in refusal(item(root, "chart", **{key: value}))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("version: 1\n", "Chart.yaml tells no name"),
        ("name: --post-renderer=x\n", "Chart.yaml tells no name"),
        ("name: [\n", "Chart.yaml: line 1: not YAML"),
        ("name: a\nname: b\n", "Chart.yaml: line 2: 'name' is here a second time"),
    ],
)
def test_a_chart_without_a_name_is_malformed(root: Path, bin_: Bin, content: str, said: str) -> None:
    bin_.add("helm", "pass")
    (root / "chart/Chart.yaml").write_text(content)
    assert said in refusal(item(root, "chart"))


def test_a_values_file_that_is_not_there_is_missing(root: Path, bin_: Bin) -> None:
    bin_.add("helm", "pass")
    assert refusal(item(root, "chart", values=["gone.yaml"])) == "missing: gone.yaml: there is no such file"


def test_templates_are_named_by_their_folder_whatever_helm_calls_the_chart(root: Path, bin_: Bin) -> None:
    lines = ["shop/templates/web.yaml", "shop/../../etc/passwd", "x", "shop/charts/a/templates/b.yaml"]
    printed = "".join(
        f"---\n# Source: {line}\n{OBJECT.replace('made', f'm{number}')}" for number, line in enumerate(lines)
    )
    printed += "---\n" + OBJECT.replace("}", "}\ndata:\n  text: |\n    ---\n    # Source: shop/evil.yaml\n")
    bin_.add("helm", f"print({printed!r})")
    assert places(item(root, "chart")) == {
        "ConfigMap/m0": "chart/templates/web.yaml:1",
        "ConfigMap/m1": "chart/Chart.yaml:1",
        "ConfigMap/m2": "chart/Chart.yaml:1",
        "ConfigMap/m3": "chart/charts/a/templates/b.yaml:1",
        "ConfigMap/made": "chart/charts/a/templates/b.yaml:1",
    }


@pytest.mark.parametrize(
    ("hooks", "is_there"),
    [
        ("test", False),
        ("test-success, test-failure", False),
        ("post-install,test", True),
        ("pre-install", True),
    ],
)
def test_only_what_nothing_but_a_test_creates_is_left_out(
    root: Path, bin_: Bin, hooks: str, is_there: bool
) -> None:
    hook = OBJECT.replace("name: made", f"name: hook, annotations: {{helm.sh/hook: '{hooks}'}}")
    bin_.add("helm", f"print({OBJECT + '---' + chr(10) + hook!r})")
    assert ("ConfigMap/hook" in places(item(root, "chart"))) is is_there


def test_a_test_alone_is_no_manifest(root: Path, bin_: Bin) -> None:
    hook = OBJECT.replace("name: made", "name: hook, annotations: {helm.sh/hook: test}")
    bin_.add("helm", f"print({hook!r})")
    assert refusal(item(root, "chart")) == "missing: it renders to no object at all"
