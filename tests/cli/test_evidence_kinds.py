"""`readiness evidence show` tells of which kind a file is, by its content alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from readiness.cli import run
from readiness.plugins import discover
from readiness.readers.detection import Detector
from readiness.readers.source import Source
from tests.support import FIXTURES, SHARED

Capture = pytest.CaptureFixture[str]

# What lies in a folder of fixtures; descriptions and the inputs of tools are there as well.
KINDS = {
    "applications": {"manifests", "alert-rules", "document"},
    "chaos": {"chaos", "document"},
    "coverage": {"coverage", "document"},
    "document": {"document"},
    "load_test": {"load-test", "document"},
    "manifests": {"manifests", "project", "document"},
    "metrics": {"metrics", "prometheus-config", "document"},
    "monitoring/alertmanager": {"alertmanager"},
    "monitoring/dashboards": {"dashboards"},
    "monitoring/drill": {"alert-drill"},
    "monitoring/prometheus": {"prometheus-config", "metrics"},
    "monitoring/promtool": {"promtool"},
    "monitoring/rules": {"alert-rules", "document"},
    "monitoring/slo": {"slo"},
    "sbom": {"sbom", "project", "document"},
    "scan": {"scan", "document"},
    "test_report": {"test-report", "document"},
}
# Reports that say nothing of who wrote them, files that are cut off, answers of servers, policies and expectations.
UNCLAIMED = {
    "chaos": {"interrupted.json", "held.exp.json"},
    "monitoring/prometheus": {
        "alertmanagers.json",
        "names.json",
        "rules.json",
        "targets-active.json",
        "targets-dropped.json",
    },
    "scan": {"gitleaks-clean.json", "mypy-clean.jsonl", "radon-empty.json", "ruff-clean.json"},
}
PROGRAMS = {".py", ".js", ".java", ".sh", ".tpl", ".yaml", ".yml", ".txt", ".helmignore", ""}


@pytest.fixture(scope="module")
def detector() -> Detector:
    registry = discover()
    return Detector(registry.kinds, {})


def kinds_of(detector: Detector, path: Path) -> list[str]:
    with Source.open(path) as source:
        return detector.likely(source)[0]


def files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


@pytest.mark.parametrize("folder", sorted(KINDS))
def test_every_fixture_is_of_one_kind_or_of_none(folder: str, detector: Detector) -> None:
    wrong: dict[str, list[str]] = {}
    for path in files_below(FIXTURES / folder):
        found = kinds_of(detector, path)
        unclaimed = path.name in UNCLAIMED.get(folder, ()) or path.suffix in PROGRAMS
        if not (len(found) == 1 and found[0] in KINDS[folder]) and (found or not unclaimed):
            wrong[str(path.relative_to(FIXTURES))] = found
    assert not wrong


SAMPLES = SHARED / "samples"


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")
@pytest.mark.parametrize("folder", ["evidence", "chaos", "load"])
def test_every_sample_is_of_one_kind_at_most(folder: str, detector: Detector) -> None:
    found = {str(path): kinds_of(detector, path) for path in files_below(SAMPLES / folder)}
    assert found
    assert {path: kinds for path, kinds in found.items() if len(kinds) > 1} == {}


RULE = """\
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: shop}
spec:
  groups: [{name: shop, rules: [{alert: Down, expr: "up == 0"}]}]
"""
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop}\n"
STATEMENT = """\
# Who is on call.

schema: readiness/statement/1
subject: on-call-rota
statement: Two people are on call for checkout at any hour until the end of January.
name: Ada Lovelace
role: head of operations
date: 2026-11-02
valid-for: 60d
"""
BACKSTAGE = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: shop}
spec: {type: service, owner: team-shop, lifecycle: production}
"""
CONTENTS = {
    "a statement with a comment on top": (STATEMENT, ["statement"]),
    "a catalog": (BACKSTAGE, ["catalog"]),
    "rules of the operator": (RULE, ["alert-rules"]),
    "rules beside what Kubernetes has": (f"{RULE}---\n{CONFIG_MAP}", ["alert-rules", "manifests"]),
    "custom resources": ("apiVersion: argoproj.io/v1alpha1\nkind: Rollout\n", ["manifests"]),
    "manifests as JSON": ('{"apiVersion": "v1", "kind": "List", "items": []}', ["manifests"]),
    "a list as JSON": (
        '{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "a.io/v1", "kind": "A"}]}',
        ["manifests"],
    ),
    "a template of Helm": (
        "{{- if .Values.on }}\napiVersion: apps/v1\nkind: Deployment\n{{- end }}\n",
        ["manifests"],
    ),
    "a chart": ("apiVersion: v2\nname: shop\nversion: 1.0.0\n", ["project"]),
    "a package": ('{"name": "web", "version": "1.0.0", "dependencies": {"left-pad": "1"}}', ["project"]),
    "a module without a version": ('{"name": "web", "type": "module"}', ["project"]),
    "a lock file": (
        '{"name": "web", "version": "1.0.0", "lockfileVersion": 3, "dependencies": {}}',
        [],
    ),
    "a name and a number": ('{"name": "x", "version": 1, "dependencies": [], "type": "z"}', []),
    "an experiment": ('{"title": "x", "version": "1.0.0", "description": "y"}', []),
    "a bill": (
        '{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "dependencies": [], "components": []}',
        ["sbom"],
    ),
    "a pipeline of GitLab": ("stages: [test]\nunit:\n  script: pytest\n", ["pipeline"]),
    "maps with a key run": ('{"times": {"run": 3}, "name": "x"}', []),
    "maps with a key script": ('{"config": {"script": "x"}, "version": "1"}', ["pipeline"]),
    "settings": ("# Settings\n\nretries: 3\nhosts: [a, b]\n", []),
    "settings with parts": ("## Parts\n\n- name: a\n- name: b\n", []),
    "a program": ("#!/bin/sh\n\n## Steps\n\necho hello\n", []),
    "a document": ("# Rollback\n\nOwner: Ada\n\nTo roll back, run `undo`.\n", ["document"]),
    "a document of lists": ("# Steps\n\n- stop it\n- start it\n", ["document"]),
    "a document with front matter": (
        "---\nalert: Down\n---\nLook: at it\nand then start it.\n",
        ["document"],
    ),
    "a report with a heading in what was printed": (
        "<testsuite name='a' tests='1'><testcase name='b'/><system-out>\n## Sum\n\nx\n</system-out></testsuite>",
        ["test-report"],
    ),
    "a document that begins with a picture": ('<img src="a.png">\n\n## Use\n\nUse it.\n', ["document"]),
    "a document without headings": ("Just start it again.\n", []),
    "a table of numbers": ("a,b\n1,2\n", []),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_the_content_tells_the_kind(name: str, detector: Detector, tmp_path: Path) -> None:
    content, expected = CONTENTS[name]
    path = tmp_path / "file"
    path.write_text(content)
    assert kinds_of(detector, path) == expected


def show(capsys: Capture, *words: str) -> tuple[int, str]:
    code = run(["evidence", "show", *words])
    return code, capsys.readouterr().out


def test_an_ambiguous_file_is_shown_as_each_and_kind_tells_which(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "monitoring.yaml"
    path.write_text(f"{RULE}---\n{CONFIG_MAP}")
    _, out = show(capsys, str(path))
    assert "  kind       alert-rules\n  or         manifests: --kind tells which is meant\n" in out
    assert "  kind       manifests\n  or         alert-rules: --kind tells which is meant\n" in out
    _, out = show(capsys, str(path), "--kind", "manifests")
    assert "  or  " not in out
    assert "alert-rules" not in out


def test_json_tells_what_else_it_may_be(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "monitoring.yaml"
    path.write_text(f"{RULE}---\n{CONFIG_MAP}")
    _, out = show(capsys, str(path), "--json")
    shown: list[dict[str, Any]] = json.loads(out)
    assert [(one["kind"], one["also"]) for one in shown] == [
        ("alert-rules", ["manifests"]),
        ("manifests", ["alert-rules"]),
    ]


def test_an_empty_list_asks_for_the_tool(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "gitleaks.json"
    path.write_text("[]\n")
    code, out = show(capsys, str(path))
    assert code == 5
    assert "it is an empty list, as several scanners write it when they find nothing" in out
    assert "next       name the tool: --kind scan --format TOOL" in out
    assert show(capsys, str(path), "--kind", "scan", "--format", "gitleaks")[0] == 0


def test_data_of_your_own_needs_its_kind(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "migration.json"
    path.write_text('{"rows": {"left": 0}}\n')
    code, out = show(capsys, str(path))
    assert code == 5
    assert "--kind data reads JSON, YAML, TOML and CSV of your own" in out
    assert show(capsys, str(path), "--kind", "data")[0] == 0
