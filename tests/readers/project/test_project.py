"""Project files: the version that each states, and where."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.model import Item, Reason
from readiness.evidence.project import Project
from readiness.testing import read_evidence

PYPROJECT = '# ours\n[build-system]\nrequires = []\n\n[project]\nname = "shop"\nversion = "1.2.3"\n'
PACKAGE = '{\n  "name": "shop",\n  "version": "1.2.3",\n  "scripts": {}\n}\n'
CHART = 'apiVersion: v2\nname: shop\nversion: 0.1.0\nappVersion: "1.2.3" # ours\n'


def item(root: Path, content: str | bytes) -> Item:
    (root / "file").write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_evidence("project", root, path="file").whole


def read(root: Path, content: str) -> Project:
    found = item(root, content)
    assert isinstance(found.facts, Project), found.message
    return found.facts


def refused(root: Path, content: str | bytes) -> str:
    found = item(root, content)
    assert found.facts is None
    assert found.reason is Reason.MALFORMED
    assert not found.message.startswith("the reader")
    return found.message


@pytest.mark.parametrize(
    ("content", "form", "version", "line"),
    [
        (PYPROJECT, "pyproject", "1.2.3", 7),
        (PACKAGE, "package-json", "1.2.3", 3),
        (CHART, "chart", "0.1.0", 4),
    ],
)
def test_a_project_file_states_its_version_and_where(
    tmp_path: Path, content: str, form: str, version: str, line: int
) -> None:
    facts = read(tmp_path, content)
    assert (facts.form, facts.name, facts.version, facts.released) == (form, "shop", version, "1.2.3")
    assert (facts.path, facts.line) == ("file", line)
    assert facts.summary() == {"name": "shop", "version": version, "released": "1.2.3"}


def test_several_project_files_are_read_apart(tmp_path: Path) -> None:
    for name, content in (("a", PYPROJECT), ("b", PACKAGE), ("c", CHART)):
        (tmp_path / name).write_text(content)
    items = read_evidence("project", tmp_path, path="?").items
    assert [one.provenance.format for one in items] == ["pyproject", "package-json", "chart"]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('[project]\nname = "a"\ndynamic = ["version"]\n', 1),
        ('{"name": "a", "private": true}', 1),
        ("apiVersion: v2\nname: a\nversion: 1.0.0\n", 1),
    ],
)
def test_a_version_that_is_not_stated_is_none(tmp_path: Path, content: str, line: int) -> None:
    facts = read(tmp_path, content)
    assert (facts.released, facts.line) == (None, line)


def test_a_version_of_poetry_is_read(tmp_path: Path) -> None:
    facts = read(tmp_path, '[tool.poetry]\nname = "a"\nversion = "2.0"\n')
    assert (facts.name, facts.released, facts.line) == ("a", "2.0", 3)


def test_two_versions_in_one_pyproject_are_malformed(tmp_path: Path) -> None:
    content = '[project]\nname = "a"\nversion = "1"\n[tool.poetry]\nversion = "2"\n'
    assert refused(tmp_path, content) == "[project] states version 1, and [tool.poetry] 2"


@pytest.mark.parametrize(
    ("key", "number"), [("appVersion", "1.10"), ("version", "2"), ("appVersion", "true")]
)
def test_a_version_of_a_chart_that_is_a_number_is_malformed(tmp_path: Path, key: str, number: str) -> None:
    found = item(tmp_path, f"apiVersion: v2\nname: a\n{key}: {number}\n")
    assert found.reason is Reason.MALFORMED
    assert f"line 3: {key} is read as the number" in found.message
    assert found.remedy.startswith("put it in quotes")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "it is empty"),
        ("[project\n", "its format is not known"),
        ("[project]\nname = 3\n", "it is no pyproject.toml: Expected `str`, got `int` - at `$.project.name`"),
        ('[project]\nversion = ["1"]\n', "it is no pyproject.toml"),
        ('[project]\nname = "a"\nname = "b"\n', "it is not TOML: Cannot overwrite a value"),
        ("[build-system]\nrequires = []\n", "it has no [project] table"),
        ("[project]\nx = " + "[" * 3000, "nested too deeply"),
        ("[project]\nx = " + "1" * 5000, "it is not TOML"),
        (
            '{"name": "a", "version": 3, "scripts": {}}',
            "it is no package.json: Expected `str | null`, got `int`",
        ),
        ('{"name": "a", "version": "1", "version": "2"}', "the key 'version' stands twice"),
        ('{"name": "a", "version": "1"', "it is not JSON"),
        ('{"name": "a", "version": "1", "lockfileVersion": 3, "packages": {}}', "its format is not known"),
        ('{"version": "2.1.0", "runs": []}', "its format is not known"),
        ("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n", "its format is not known"),
        ("apiVersion: v2\nname: a\nname: b\n", "'name' is here a second time"),
        ("apiVersion: v2\nname: a\n---\nname: b\n", "2 documents, where one map is meant"),
        ("apiVersion: v2\nappVersion: '1'\n", "it is no Chart.yaml: Object missing required field `name`"),
        (b"\xff\xfe[project]\n", "its format is not known"),
        (b"[project]\nname = '\xff'\n", "it is not UTF-8 text"),
    ],
)
def test_what_is_no_project_file_is_malformed(tmp_path: Path, content: str | bytes, said: str) -> None:
    assert said in refused(tmp_path, content)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from((PYPROJECT, PACKAGE, CHART)), st.data())
def test_a_truncated_or_altered_file_is_never_a_crash(
    tmp_path_factory: pytest.TempPathFactory, content: str, data: st.DataObject
) -> None:
    raw = content.encode()
    cut = item(tmp_path_factory.mktemp("project"), raw[: data.draw(st.integers(0, len(raw)))])
    assert not cut.message.startswith("the reader")
    if isinstance(cut.facts, Project):
        assert cut.facts.released is None or "1.2.3".startswith(cut.facts.released)
    place, byte = data.draw(st.integers(0, len(raw) - 1)), data.draw(st.integers(0, 255))
    altered = item(tmp_path_factory.mktemp("project"), raw[:place] + bytes([byte]) + raw[place + 1 :])
    assert not altered.message.startswith("the reader")
