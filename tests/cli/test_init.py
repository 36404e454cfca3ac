"""`readiness init`, as a user meets it: on trees, through the command line."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness.cli import run
from readiness.places import Text, load_policy
from tests.support import FIXTURES

Capture = pytest.CaptureFixture[str]
SHA = "3f2a9c1d5b7e8a0c4d6f1e2b3a4c5d6e7f8091a2"
POLICY = Path("readiness.yaml")
JUNIT = FIXTURES / "test_report" / "pytest-green.xml"
COVERAGE = FIXTURES / "coverage" / "cobertura-line.xml"
LOAD = FIXTURES / "load_test" / "k6.summary.json"
RENDERED = FIXTURES / "manifests" / "rendered.yaml"
ROLLBACK = FIXTURES / "document" / "rollback.md"
VARIABLES = (
    *("GITHUB_SHA", "CI_COMMIT_SHA", "GIT_COMMIT", "CIRCLE_SHA1", "BUILD_SOURCEVERSION", "BUILDKITE_COMMIT"),
    "VERSION",
)
NOTHING_IS_SHOWN, BAD = 5, 1


@pytest.fixture(autouse=True)
def _in_an_empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.delenv("READINESS_DEBUG", raising=False)
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.setenv(name, "1.4.2" if name == "VERSION" else SHA)


def put(source: Path, *paths: str) -> None:
    for path in paths:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, path)


def write(path: str, text: str = "x\n") -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)


def full_tree() -> None:
    put(JUNIT, "reports/junit/unit.xml")
    put(FIXTURES / "test_report" / "jest.xml", "reports/junit/web.xml")
    put(COVERAGE, "reports/coverage.xml")
    put(LOAD, "reports/load.json")
    put(RENDERED, "deploy/rendered.yaml")
    put(ROLLBACK, "docs/rollback.md")
    write("pyproject.toml", '[project]\nname = "checkout"\nversion = "1.4.2"\n')


def junit(path: str, failures: int = 0) -> None:
    """A report of three tests that ended just now."""
    cases = ['<testcase classname="cart" name="adds" time="0.1"/>'] * (3 - failures)
    cases += [
        '<testcase classname="cart" name="pays" time="0.1"><failure message="no"/></testcase>'
    ] * failures
    attributes = f'name="{path}" tests="3" failures="{failures}" errors="0" skipped="0" time="0.3"'
    moment = datetime.now(UTC).isoformat()
    write(path, f'<testsuite {attributes} timestamp="{moment}">{"".join(cases)}</testsuite>\n')


def check() -> tuple[int, Any]:
    """The exit code, and the scorecard."""
    code = run(["check", "--policy", str(POLICY), "-o", "json=card.json"])
    return code, json.loads(Path("card.json").read_text())


def git(*words: str) -> None:
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@shop.example"]
    subprocess.run(["git", *who, *words], check=True, capture_output=True)


def init(*more: str) -> dict[str, Any]:
    """The policy that was written, as data."""
    assert run(["init", *more]) == 0
    return tree_of(POLICY.read_text())


def tree_of(text: str) -> dict[str, Any]:
    tree, _ = load_policy(Text("readiness.yaml", text))
    assert isinstance(tree, dict)
    return tree


def paths(policy: dict[str, Any]) -> dict[str, str]:
    return {name: one["path"] for name, one in policy["evidence"].items()}


def uses(policy: dict[str, Any]) -> list[str]:
    return [one["use"] for one in policy["checks"]]


def is_valid(text: str | None = None) -> bool:
    target = POLICY
    if text is not None:
        target = Path("changed.yaml")
        target.write_text(text)
    return run(["policy", "validate", str(target)]) == 0


def commented(text: str) -> list[str]:
    """The names of the evidence and fields that are commented out."""
    return re.findall(r"(?m)^  #([a-z-]+): ", text)


def uncommented(text: str, names: list[str]) -> str:
    """The text with the entries of these names uncommented, and with the checks that take them."""
    made, is_open = [], False
    lines = text.splitlines()
    for i, line in enumerate(lines):
        if line.startswith("  #- use:"):
            is_open = any(f"from: {name}" in lines[i + 1] for name in names)
        entry = re.match(r"  #([a-z-]+): ", line)
        is_wanted = entry[1] in names if entry else line.startswith(("  #- ", "  #  ")) and is_open
        made.append(line.replace("#", "", 1) if is_wanted else line)
    return "\n".join(made) + "\n"


# What is written


def test_an_empty_folder_gets_a_valid_policy_that_says_no_go() -> None:
    policy = init()
    assert uses(policy) == ["testing/results"]
    assert is_valid()
    code, card = check()
    assert code == NOTHING_IS_SHOWN
    assert [one["reason"] for one in card["blockers"]] == ["missing"]
    assert "pytest --junitxml=reports/junit.xml" in POLICY.read_text()


def test_the_first_line_is_for_editors_and_the_second_writes_their_schema() -> None:
    init()
    first, second, *_ = POLICY.read_text().splitlines()
    assert first == "# yaml-language-server: $schema=./policy.schema.json"
    assert "readiness policy schema > policy.schema.json" in second


def test_everything_that_is_there_is_found() -> None:
    full_tree()
    policy = init()
    assert paths(policy) == {
        "tests": "reports/junit/*.xml",
        "coverage": "reports/coverage.xml",
        "load": "reports/load.json",
        "deploy": "deploy",
        "rollback": "docs/rollback.md",
        "project": "pyproject.toml",
    }
    assert uses(policy) == [
        "testing/results",
        "testing/coverage",
        "performance/latency",
        "performance/error-rate",
        "infrastructure/workloads-present",
        "infrastructure/image-tag",
        "infrastructure/readiness-probe",
        "infrastructure/secrets-in-manifests",
        "infrastructure/resource-requests",
        "infrastructure/memory-limit",
        "deployment/rollback-document",
        "deployment/version",
    ]
    assert is_valid()


def test_the_gate_reads_what_was_found() -> None:
    full_tree()
    junit("reports/junit/web.xml", failures=1)
    junit("reports/junit/unit.xml")
    init()
    code, card = check()
    assert code == BAD
    items = {one["name"]: [item["format"] for item in one["items"]] for one in card["evidence"]}
    assert items == {
        "coverage": ["cobertura"],
        "deploy": ["kubernetes"],
        "load": ["k6-summary"],
        "project": ["pyproject"],
        "rollback": ["markdown"],
        "tests": ["junit", "junit"],
    }
    outcomes = {one["id"]: one["outcome"] for one in card["results"]}
    assert outcomes["testing/results"] == "fail"


@pytest.mark.usefixtures("variables")
def test_good_evidence_counts_when_it_is_stamped() -> None:
    write(".github/workflows/ci.yml")
    junit("reports/junit.xml")
    init()
    code, card = check()
    assert (code, card["results"][0]["reason"]) == (NOTHING_IS_SHOWN, "unbound")
    assert run(["evidence", "stamp", "reports/junit.xml", "--commit", SHA]) == 0
    code, card = check()
    assert (code, card["decision"]) == (0, "go")


def test_a_tree_in_git_needs_no_stamps_for_what_it_tracks() -> None:
    full_tree()
    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "x")
    init()
    _, card = check()
    outcomes = {one["id"]: one["outcome"] for one in card["results"]}
    assert outcomes["infrastructure/image-tag"] == "pass"
    assert outcomes["deployment/version"] == "pass"
    assert outcomes["performance/latency"] == "unproven"


def test_a_good_document_alone_is_never_go() -> None:
    today = datetime.now(UTC).date().isoformat()
    write("docs/rollback.md", ROLLBACK.read_text().replace("2026-05-12", today))
    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "x")
    init()
    code, card = check()
    assert code in (NOTHING_IS_SHOWN, BAD)
    assert {one["id"]: one["outcome"] for one in card["results"]}["testing/results"] == "unproven"


def test_limits_do_not_depend_on_what_was_found() -> None:
    put(JUNIT, "junit.xml")
    put(LOAD, "reports/load.json")
    first = init()
    shutil.copy(FIXTURES / "load_test" / "k6.refused.summary.json", "reports/load.json")
    shutil.copy(FIXTURES / "test_report" / "pytest.xml", "junit.xml")
    POLICY.unlink()
    assert init() == first


@pytest.mark.parametrize("tree", ["empty", "full"])
def test_comments_are_at_most_80_columns_wide(tree: str) -> None:
    if tree == "full":
        full_tree()
        write("Jenkinsfile")
        write("azure-pipelines.yml")
    put(JUNIT, "reports/cut/junit.xml")
    Path("reports/cut/junit.xml").write_bytes(JUNIT.read_bytes()[:200])
    init()
    comments = [line for line in POLICY.read_text().splitlines() if line.lstrip().startswith("#")]
    assert max(map(len, comments)) <= 80


# TODOs


@pytest.mark.usefixtures("variables")
@pytest.mark.parametrize("tree", ["empty", "full"])
def test_each_todo_is_valid_when_it_is_uncommented(tree: str) -> None:
    if tree == "full":
        full_tree()
    init()
    text = POLICY.read_text()
    names = commented(text)
    assert "api" in names
    for name in names:
        assert is_valid(uncommented(text, [name])), name
    everything = uncommented(text, [*names, "load"])
    assert not re.search(r"(?m)^ +#[^ ]", everything)
    assert is_valid(everything)
    assert len(uses(tree_of(everything))) == 21


def test_what_is_missing_is_told_with_the_command_that_makes_it(capsys: Capture) -> None:
    init()
    text, out = POLICY.read_text(), capsys.readouterr().out
    for command in (
        "pytest --junitxml=reports/junit.xml",
        "coverage xml -o reports/coverage.xml",
        "k6 run --out json=reports/load.json script.js",
        "kubectl kustomize deploy/overlays/prod > reports/manifests.yaml",
    ):
        assert command in text
        assert command in " ".join(out.split())


@pytest.mark.parametrize(
    ("builder", "path", "command"),
    [
        ("package.json", "reports/junit.xml", "jest-junit"),
        ("go.mod", "reports/junit.xml", "gotestsum --junitfile"),
        ("pom.xml", "target/surefire-reports/*.xml", "mvn verify"),
        ("build.gradle.kts", "build/test-results/test/*.xml", "gradle test"),
    ],
)
def test_commands_are_those_of_the_language(builder: str, path: str, command: str) -> None:
    write(builder)
    assert paths(init())["tests"] == path
    assert command in POLICY.read_text()


def test_a_locustfile_asks_for_locust() -> None:
    write("locustfile.py")
    init()
    assert "locust --headless" in POLICY.read_text()


def test_the_overlay_for_production_is_rendered_by_the_gate() -> None:
    shutil.copytree(FIXTURES / "manifests" / "kustomize", "deploy")
    assert paths(init())["deploy"] == "deploy/overlays/prod"
    assert "infrastructure/helm-chart" not in POLICY.read_text()


def test_several_overlays_without_one_for_production_are_to_be_rendered() -> None:
    for name in ("europe", "asia"):
        shutil.copytree(FIXTURES / "manifests" / "kustomize" / "base", f"deploy/{name}")
    assert "deploy" not in paths(init())
    assert "kubectl kustomize deploy/asia > reports/manifests.yaml" in POLICY.read_text()


def test_a_chart_is_rendered_by_the_gate_and_judged_as_a_chart(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    write("charts/my shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n")
    write("charts/my shop/values-prod.yaml", "a: 1\n")
    write("charts/my shop/templates/deployment.yaml", "apiVersion: apps/v1\nkind: {{ .Kind }}\n")
    write("charts/my shop/charts/cache/Chart.yaml", "apiVersion: v2\nname: cache\nversion: 1.0.0\n")
    write("charts/common/Chart.yaml", "apiVersion: v2\nname: common\ntype: library\nversion: 1.0.0\n")
    policy = init()
    assert policy["evidence"]["deploy"] == {
        "kind": "manifests",
        "path": "charts/my shop",
        "values": ["charts/my shop/values-prod.yaml"],
    }
    assert "deploy-2" not in policy["evidence"]
    assert "infrastructure/helm-chart" in uses(policy)
    assert "helm unittest --output-type JUnit" in POLICY.read_text()


# Finding


def test_names_promise_and_content_decides() -> None:
    write("reports/load.json", '{"orders": []}\n')
    write("reports/junit.xml", "<beans/>\n")
    write("reports/coverage.xml", "<beans/>\n")
    write("deploy/compose.yaml", "service: {}\n")
    write("docs/rollback.md", "# Recipes\n\nCakes.\n")
    assert paths(init()) == {"tests": "reports/junit.xml"}
    assert uses(tree_of(POLICY.read_text())) == ["testing/results"]


@pytest.mark.parametrize("content", [b"", JUNIT.read_bytes()[:300]])
def test_a_broken_report_stays_in_the_policy(content: bytes, capsys: Capture) -> None:
    put(JUNIT, "reports/junit/a.xml", "reports/junit/b.xml")
    Path("reports/junit/b.xml").write_bytes(content)
    assert paths(init())["tests"] == "reports/junit/*.xml"
    assert "TODO: the gate does not take it as it is: b.xml: " in POLICY.read_text()
    assert "Note: tests: b.xml: " in capsys.readouterr().out


def test_files_that_share_a_folder_with_others_get_a_glob_of_their_own() -> None:
    put(JUNIT, "reports/TEST-a.xml", "reports/TEST-b.xml")
    put(COVERAGE, "reports/coverage.xml")
    assert paths(init()) == {"tests": "reports/TEST-*.xml", "coverage": "reports/coverage.xml"}


def test_reports_of_several_modules_are_all_judged() -> None:
    put(JUNIT, "a/target/surefire-reports/TEST-a.xml", "b/target/surefire-reports/TEST-b.xml")
    policy = init()
    assert set(paths(policy)) == {"tests", "tests-2"}
    assert "from: [tests, tests-2]" in POLICY.read_text()
    assert is_valid()


def test_more_reports_than_a_policy_should_name_are_told() -> None:
    for i in range(10):
        put(JUNIT, f"{i}/target/surefire-reports/TEST-a.xml")
    assert len(paths(init())) == 8
    assert "TODO: 2 more are there of kind test-report" in POLICY.read_text()


def test_a_baseline_is_no_load_test_of_this_release() -> None:
    put(LOAD, "baselines/load.json", "reports/k6.json")
    assert paths(init())["load"] == "reports/k6.json"


def test_what_belongs_to_others_is_not_looked_at() -> None:
    put(JUNIT, "node_modules/x/junit.xml", ".venv/junit.xml", "cache/junit.xml", "tests/fixtures/junit.xml")
    put(JUNIT, "anything/lib/junit.xml")
    write("cache/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n")
    write("anything/pyvenv.cfg")
    init()
    assert "TODO: the report of the tests" in POLICY.read_text()


def test_links_in_a_circle_end() -> None:
    put(JUNIT, "reports/junit.xml")
    Path("reports/again").symlink_to("..")
    Path("reports/loop.xml").symlink_to("loop.xml")
    Path("reports/latest.xml").symlink_to("junit.xml")
    os.mkfifo("reports/pipe.xml")
    assert len(paths(init())) == 1


def test_of_several_environments_the_one_for_production_is_judged() -> None:
    put(RENDERED, "k8s/staging/all.yaml", "k8s/production/all.yaml")
    assert paths(init())["deploy"] == "k8s/production"


def test_a_folder_of_manifests_is_not_left_for_its_good_part(capsys: Capture) -> None:
    put(RENDERED, "deploy/prod/all.yaml")
    write("deploy/broken.yaml", "apiVersion: v1\nkind: [\n")
    assert paths(init())["deploy"] == "deploy"
    assert "Note: deploy: broken.yaml: " in capsys.readouterr().out


def test_rendered_manifests_beside_their_source_are_found() -> None:
    shutil.copytree(FIXTURES / "manifests" / "kustomize", "deploy/kustomize")
    put(RENDERED, "deploy/rendered.yaml")
    assert paths(init())["deploy"] == "deploy/rendered.yaml"


def test_a_runbook_counts_when_a_heading_is_about_rolling_back() -> None:
    write("runbooks/cakes.md", "# Cakes\n\nNever roll back a cake.\n")
    shutil.copy(ROLLBACK, "runbooks/release.md")
    assert paths(init())["rollback"] == "runbooks/release.md"


def test_a_folder_that_cannot_be_read_is_told(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    put(JUNIT, "locked/junit.xml")
    really = os.scandir

    def scandir(path: Path) -> Any:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied")
        return really(str(path))

    monkeypatch.setattr(os, "scandir", scandir)
    init()
    assert "Note: locked/ cannot be read" in capsys.readouterr().out


def test_a_huge_tree_ends_and_says_so(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setattr("readiness.init.tree.MAX_FOLDERS", 3)
    for i in range(9):
        write(f"{i}/x.json")
    init()
    assert "the search ended after 3 folders" in capsys.readouterr().out


def test_another_policy_is_told_and_left_alone(capsys: Capture) -> None:
    write("prod.yaml", "readiness: 1\nname: prod\n")
    init()
    assert "there is a policy already: prod.yaml" in capsys.readouterr().out
    assert Path("prod.yaml").read_text() == "readiness: 1\nname: prod\n"


# The release


@pytest.mark.parametrize(
    ("file", "variable"),
    [
        (".github/workflows/ci.yml", "GITHUB_SHA"),
        (".gitlab-ci.yml", "CI_COMMIT_SHA"),
        ("Jenkinsfile", "GIT_COMMIT"),
        (".circleci/config.yml", "CIRCLE_SHA1"),
        ("azure-pipelines.yml", "BUILD_SOURCEVERSION"),
        (".buildkite/pipeline.yml", "BUILDKITE_COMMIT"),
    ],
)
def test_evidence_is_bound_by_the_variable_of_the_ci_system(
    file: str, variable: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    write(file)
    policy = init()
    assert f"'commit': '${{{variable}}}'" in str(policy["release"])
    export = f'export {variable}="$(git rev-parse HEAD)"'
    assert export in POLICY.read_text()
    assert export in capsys.readouterr().out
    assert not is_valid()
    monkeypatch.setenv(variable, SHA)
    assert is_valid()


@pytest.mark.usefixtures("variables")
def test_without_a_ci_system_binding_is_a_todo() -> None:
    assert "commit" not in str(init()["release"])
    assert '  #commit: "${GIT_COMMIT}"' in POLICY.read_text()
    assert is_valid(uncommented(POLICY.read_text(), ["commit"]))


def test_a_second_ci_system_is_mentioned() -> None:
    write(".gitlab-ci.yml")
    write("Jenkinsfile")
    init()
    assert "# Jenkinsfile is here too: Jenkins calls it GIT_COMMIT." in POLICY.read_text()


def test_the_version_comes_from_the_pipeline_or_is_written_down() -> None:
    full_tree()
    assert "'version': '1.4.2'" in str(init()["release"])
    POLICY.unlink()
    write("Jenkinsfile")
    assert "'version': '${VERSION}'" in str(init()["release"])


def test_git_names_the_release_and_its_version() -> None:
    git("init", "-q")
    git("remote", "add", "origin", "https://ada:hidden@git.example/shops/storefront.git")
    git("commit", "-q", "--allow-empty", "-m", "x")
    git("tag", "v2.0.1")
    release = str(init()["release"])
    assert "'name': 'storefront'" in release
    assert "'version': 'v2.0.1'" in release
    assert "hidden" not in POLICY.read_text()


def test_a_remote_that_is_all_credentials_names_nothing() -> None:
    git("init", "-q")
    git("remote", "add", "origin", "https://ada:hidden@")
    assert "'name': 'shop'" in str(init()["release"])
    assert "hidden" not in POLICY.read_text()


@pytest.mark.parametrize(
    "name", ["${HOME}", "a\nb", "yes: no", "- x", "#1", 'it\'s "so"', "no", "\u202eevil"]
)
def test_a_folder_of_any_name_gives_a_valid_policy(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(name).mkdir()
    monkeypatch.chdir(name)
    init()
    assert is_valid()


# Hostile names

HOSTILE = [
    "my report.xml",
    'it\'s "junit".xml',
    "a\nb: c.xml",
    "#junit.xml",
    "junit: {x}.xml",
    "${HOME}.xml",
    "junit[1].xml",
    "-junit*?.xml",
    "- junit.xml",
    " junit.xml",
    "\u00fcn\u00efc\u00f6de \U0001f600.xml",
    "\u202ejunit\u2028\x07\x85.xml",
    "back\\slash.xml",
    "&a !b %c @d `e.xml",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_of_any_name_is_read_by_the_gate(name: str) -> None:
    put(JUNIT, f"reports/{name}")
    init()
    assert is_valid()
    _, card = check()
    assert {item["format"] for item in card["evidence"][0]["items"]} == {"junit"}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_folder_of_any_name_is_read_by_the_gate(name: str, capsys: Capture) -> None:
    put(JUNIT, f"{name}/reports/a.xml", f"{name}/reports/b.xml")
    assert len(paths(init())) == 1
    out = capsys.readouterr().out
    assert out.isascii() or all(c.isprintable() or c == "\n" for c in out)
    _, card = check()
    assert {item["format"] for item in card["evidence"][0]["items"]} == {"junit"}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=8)
    )
)
def test_no_names_break_the_policy(tmp_path: Path, names: list[str]) -> None:
    shutil.rmtree("reports", ignore_errors=True)
    POLICY.unlink(missing_ok=True)
    for name in names:
        put(JUNIT, f"reports/x{name}.xml")
    found = {file for path in paths(init()).values() for file in matched(path)}
    there = {str(path) for path in Path("reports").glob("*")} if names else set()
    assert found == there
    assert is_valid()


def matched(path: str) -> Iterator[str]:
    from glob import glob

    if Path(path).exists():
        yield path
    else:
        yield from glob(path)  # noqa: PTH207 - as the gate does it


def test_a_name_that_is_not_utf_8_is_told(capsys: Capture) -> None:
    Path("reports").mkdir()
    try:
        Path(os.fsdecode(b"reports/\xff.xml")).write_bytes(JUNIT.read_bytes())
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    init()
    assert "names that are not UTF-8" in capsys.readouterr().out
    assert is_valid()


# The target


def test_nothing_is_ever_overwritten(capsys: Capture) -> None:
    POLICY.write_text("mine\n")
    assert run(["init"]) == 2
    assert POLICY.read_text() == "mine\n"
    assert "readiness.yaml is there already, and is never overwritten" in capsys.readouterr().err


def test_a_link_to_nothing_is_not_written_through(tmp_path: Path) -> None:
    POLICY.symlink_to(tmp_path / "elsewhere.yaml")
    assert run(["init"]) == 2
    assert not (tmp_path / "elsewhere.yaml").exists()


def test_a_root_that_is_not_there_is_wrong_usage(capsys: Capture) -> None:
    assert run(["init", "--root", "nowhere"]) == 2
    assert "--root: there is no folder" in capsys.readouterr().err
    assert not POLICY.exists()


def test_a_folder_that_is_not_there_is_wrong_usage(capsys: Capture) -> None:
    assert run(["init", "--policy", "gates/prod.yaml"]) == 2
    assert "there is no folder" in capsys.readouterr().err


def test_a_target_that_cannot_be_written_is_exit_3(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    def full(descriptor: int, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("readiness.init.target.os.write", full)
    assert run(["init"]) == 3
    monkeypatch.undo()
    assert "cannot be written: No space left on device" in capsys.readouterr().err


def test_half_a_policy_is_not_left_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(descriptor: int, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("readiness.init.target.os.write", full)
    run(["init"])
    assert not (tmp_path / "shop" / POLICY).exists()


def test_root_and_policy_are_told_to_check(capsys: Capture) -> None:
    put(JUNIT, "my svc/junit.xml")
    policy = init("--root", "my svc")
    assert paths(policy) == {"tests": "junit.xml"}
    assert "  readiness check --policy readiness.yaml --root 'my svc'\n" in capsys.readouterr().out


# What is printed


def test_what_was_found_is_told_in_80_columns(capsys: Capture) -> None:
    full_tree()
    put(JUNIT, f"reports/{'long' * 30}/junit.xml")
    init()
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    assert "\n  coverage  cobertura   reports/coverage.xml\n" in out
    assert "reports/junit/*.xml (2 files)" in out
    assert "  readiness policy validate readiness.yaml\n  readiness check --policy readiness.yaml\n" in out


def test_no_file_name_speaks_to_the_ci_system(capsys: Capture) -> None:
    put(JUNIT, "reports/x\n##vso[task.setvariable]\n::error::.xml")
    init()
    out = capsys.readouterr().out
    assert "##vso[" not in out
    assert not re.search(r"(?m)^\s*::", out)
