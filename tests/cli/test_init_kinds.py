"""`readiness init` finds every kind of evidence that a repository may hold, and asks what fits to each."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from readiness.cli import run
from readiness.init.asks import ASKS
from readiness.places import Text, load_policy
from readiness.plugins import discover
from tests.support import FIXTURES

Capture = pytest.CaptureFixture[str]
POLICY = Path("readiness.yaml")
STATEMENT = """\
schema: readiness/statement/1
subject: on-call-rota
statement: Two people are on call for checkout at any hour until the end of January.
name: Ada Lovelace
role: head of operations
date: 2026-11-02
valid-for: 60d
"""
CATALOG = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: shop}
spec: {type: service, owner: team-shop, lifecycle: production}
"""
WORKFLOW = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps: [{run: pytest}]\n"
RUNBOOK = "# High error rate\n\n## Symptoms\n\nErrors.\n\n## Mitigation\n\nRoll back the release.\n"
RECOVERY = "# Disaster recovery\n\nRPO: 15 minutes\n\nRTO: 1 hour\n"
UNKNOWN_TOOL = {
    "version": "2.1.0",
    "runs": [{"tool": {"driver": {"name": "Our Own Scanner"}}, "results": []}],
}


@pytest.fixture(autouse=True)
def _in_an_empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    for name in ("GITHUB_SHA", "VERSION"):
        monkeypatch.delenv(name, raising=False)


def put(fixture: str, path: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(FIXTURES / fixture, path)


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)


def init() -> dict[str, Any]:
    """The policy that was written, as data; it is valid."""
    POLICY.unlink(missing_ok=True)
    assert run(["init"]) == 0
    tree, _ = load_policy(Text("readiness.yaml", POLICY.read_text()))
    assert isinstance(tree, dict)
    return tree


def is_valid() -> bool:
    return run(["policy", "validate", str(POLICY)]) == 0


def uses(policy: dict[str, Any]) -> dict[str, Any]:
    return {one["use"]: one for one in policy["checks"]}


def commit_all() -> None:
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@shop.example"]
    for words in (["init", "-q"], ["add", "-f", "."], ["commit", "-q", "-m", "x"]):
        subprocess.run(["git", *who, *words], check=True, capture_output=True)


def judged() -> tuple[int, dict[str, Any]]:
    code = run(["check", "--policy", str(POLICY), "-o", "json=card.json"])
    return code, json.loads(Path("card.json").read_text())


FILES = {
    "ruff": ("scan/ruff.sarif", "reports/ruff.sarif", "lint", "code/lint"),
    "golangci": ("scan/eslint.json", "reports/lint.json", "lint", "code/lint"),
    "mypy": ("scan/mypy-clean.txt", "reports/mypy.txt", "types", "code/types"),
    "radon": ("scan/radon.json", "reports/radon.json", "complexity", "code/complexity"),
    "codeql": ("scan/codeql.sarif", "codeql.sarif", "sast", "security/static-analysis"),
    "pip-audit": (
        "scan/pip-audit.json",
        "reports/audit.json",
        "vulnerabilities",
        "security/vulnerabilities",
    ),
    "gitleaks": ("scan/gitleaks.json", "reports/leaks.json", "secrets", "security/secrets-scan"),
    "hadolint": ("scan/hadolint.json", "reports/hadolint.json", "infra-scan", "infrastructure/scan"),
    "kubeconform": (
        "scan/kubeconform-verbose.json",
        "reports/kubeconform.json",
        "schema",
        "infrastructure/schema",
    ),
    "cyclonedx": ("sbom/python.cdx.json", "reports/bom.json", "sbom", "security/sbom"),
    "rules": ("monitoring/rules/rules.yml", "monitoring/rules/shop.yml", "alerts", "operations/alerts"),
    "alertmanager": (
        "monitoring/alertmanager/alertmanager.yml",
        "monitoring/alertmanager.yml",
        "routes",
        "operations/alert-routing",
    ),
    "drill": ("monitoring/drill/drill.json", "ops/drill.json", "alert-drills", "operations/alert-drill"),
    "sloth": ("monitoring/slo/sloth.yml", "slo/shop.yml", "objectives", "operations/slo-defined"),
    "grafana": (
        "monitoring/dashboards/checkout.json",
        "dashboards/shop.json",
        "boards",
        "operations/dashboards",
    ),
    "journal": ("chaos/chaos_toolkit/held.json", "chaos/journal.json", "chaos", "operations/chaos"),
    "go-cover": ("coverage/go-set.out", "cover.out", "coverage", "testing/coverage"),
    "jacoco": ("coverage/jacoco.xml", "target/site/jacoco/jacoco.xml", "coverage", "testing/coverage"),
    "go-test": ("test_report/go-test.json", "reports/go-test.json", "tests", "testing/results"),
    "trx": ("test_report/dotnet.trx", "TestResults/unit.trx", "tests", "testing/results"),
    "tap": ("test_report/node.tap", "reports/node.tap", "tests", "testing/results"),
    "ctrf": ("test_report/pytest-ctrf.json", "reports/ctrf.json", "tests", "testing/results"),
    "jmeter": ("load_test/jmeter/results.csv", "load/results.csv", "load", "performance/latency"),
}
TEXTS = {
    "dockerfile": ("FROM python:3.12\n", "Dockerfile", "image", "infrastructure/dockerfile"),
    "compose": ("services: {web: {image: a}}\n", "compose.yaml", "compose", "infrastructure/compose"),
    "workflow": (WORKFLOW, ".github/workflows/ci.yml", "ci", "deployment/ci-workflow"),
    "gitlab": ("unit: {script: pytest}\n", ".gitlab-ci.yml", "ci", "deployment/ci-workflow"),
    "catalog": (CATALOG, "catalog-info.yaml", "owners", "operations/ownership"),
    "statement": (STATEMENT, "ops/statements/on-call.yaml", "statements", "operations/statement"),
    "runbook": (RUNBOOK, "docs/runbooks/HighErrorRate.md", "runbooks", "operations/runbook"),
    "recovery": (RECOVERY, "docs/dr.md", "recovery", "operations/disaster-recovery-document"),
    "python": ("x = 1\n", "src/__init__.py", "code", "code/type-hints"),
}


@pytest.mark.usefixtures("_variables")
@pytest.mark.parametrize("name", FILES)
def test_a_report_is_found_and_judged(name: str) -> None:
    fixture, path, entry, check = FILES[name]
    put(fixture, path)
    policy = init()
    assert policy["evidence"][entry]["path"] == path
    assert check in uses(policy)
    assert is_valid()


@pytest.mark.usefixtures("_variables")
@pytest.mark.parametrize("name", TEXTS)
def test_what_people_wrote_is_found_and_judged(name: str) -> None:
    text, path, entry, check = TEXTS[name]
    write(path, text)
    policy = init()
    assert path.startswith(policy["evidence"][entry]["path"])
    assert check in uses(policy)
    assert is_valid()


@pytest.fixture
def _variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_SHA", "CI_COMMIT_SHA"):
        monkeypatch.setenv(name, "3f2a9c1d5b7e8a0c4d6f1e2b3a4c5d6e7f8091a2")


def everything() -> None:
    for fixture, path, _, _ in FILES.values():
        put(fixture, path)
    for text, path, _, _ in TEXTS.values():
        write(path, text)


@pytest.mark.usefixtures("_variables")
def test_everything_together_is_one_policy_by_category() -> None:
    everything()
    policy = init()
    assert is_valid()
    asked = list(dict.fromkeys(one["use"].partition("/")[0] for one in policy["checks"]))
    assert asked == [
        "testing",
        "code",
        "security",
        "performance",
        "infrastructure",
        "deployment",
        "operations",
    ]
    headings = [line[4:] for line in POLICY.read_text().splitlines() if line[4:].lower() in asked]
    assert headings == 2 * [one.upper() for one in asked]
    assert max(map(len, POLICY.read_text().splitlines())) <= 130
    required = [one["use"] for one in policy["checks"] if one.get("enforce") == "required"]
    assert len(required) < len(policy["checks"]) / 2


def test_every_ask_names_a_check() -> None:
    known = discover().checks
    assert all(ask.id in known for asks in ASKS.values() for ask in asks)


# What feeds what


def test_alerts_are_judged_with_their_runbooks_and_tests() -> None:
    put("monitoring/rules/rules.yml", "rules/shop.yml")
    put("monitoring/promtool/ok.xml", "reports/rules.xml")
    write("runbooks/a.md", RUNBOOK)
    write("runbooks/b.md", RUNBOOK)
    policy = init()
    assert uses(policy)["operations/alerts"]["from"] == {
        "alerts": "alerts",
        "runbook": "runbooks",
        "promtool": "rule-tests",
    }
    assert policy["evidence"]["runbooks"]["path"] == "runbooks/*.md"
    assert "tests" in policy["evidence"]


def test_a_repository_of_rules_gets_the_commands_of_rules() -> None:
    put("monitoring/rules/rules.yml", "rules/shop.yml")
    init()
    text = POLICY.read_text()
    assert "promtool test rules --junit=reports/junit.xml TESTS.yml" in text
    assert "#rule-tests: " in text
    assert "#routes: " in text
    assert "pytest" not in text
    assert "k6 run" not in text


def test_a_schema_is_judged_with_the_manifests() -> None:
    put("scan/kubeconform-verbose.json", "reports/kubeconform.json")
    put("manifests/rendered.yaml", "deploy/rendered.yaml")
    assert uses(init())["infrastructure/schema"]["from"] == {"scan": "schema", "manifests": "deploy"}


def test_a_report_of_several_questions_answers_each() -> None:
    put("scan/trivy.json", "reports/trivy.json")
    found = {name for name, one in init()["evidence"].items() if one["path"] == "reports/trivy.json"}
    assert found == {"vulnerabilities", "secrets", "infra-scan"}


def test_what_is_done_once_a_quarter_may_be_as_old() -> None:
    write("ops/statement.yaml", STATEMENT)
    policy = init()
    assert policy["evidence"]["statements"]["max-age"] == "90d"
    assert uses(policy)["operations/statement"]["enforce"] == "advisory"


def test_a_runbook_that_rolls_back_is_no_way_back_of_the_release() -> None:
    write("docs/runbooks/errors.md", RUNBOOK)
    write("docs/runbooks/README.md", "# Runbooks\n\n## Index\n\nErrors.\n")
    policy = init()
    assert "rollback" not in policy["evidence"]
    assert policy["evidence"]["runbooks"]["path"] == "docs/runbooks/errors.md"


def test_a_mixture_of_rules_and_tests_of_rules_is_told_apart() -> None:
    put("monitoring/rules/rules.yml", "rules/shop.yml")
    put("monitoring/promtool/tests.yml", "rules/shop-tests.yml")
    assert init()["evidence"]["alerts"]["path"] == "rules/shop.yml"


# Languages


@pytest.mark.parametrize(
    ("builder", "commands"),
    [
        ("pyproject.toml", ("ruff check --output-format sarif", "pip-audit -f json", "cyclonedx-py")),
        ("package.json", ("npx eslint -f json", "npm audit --json", "npm sbom")),
        ("go.mod", ("golangci-lint run", "go test -coverprofile", "trivy fs")),
        ("pom.xml", ("mvn verify jacoco:report", "trivy fs", "syft scan")),
        ("Cargo.toml", ("cargo nextest run", "cargo llvm-cov", "cargo clippy")),
    ],
)
def test_each_language_has_commands_of_its_own(builder: str, commands: tuple[str, ...]) -> None:
    write(builder, "\n")
    init()
    for command in (*commands, "gitleaks dir"):
        assert command in POLICY.read_text()


def test_packages_are_found_and_tests_are_none() -> None:
    for name in ("shop", "tests", "my-scripts"):
        write(f"{name}/__init__.py", "")
        write(f"{name}/cart.py", "")
    write("templates/__init__.py", "")
    Path("linked").symlink_to("shop")
    assert [one["path"] for one in init()["evidence"].values() if one["kind"] == "python"] == ["shop"]


# Never GO on nothing


def test_an_empty_list_is_of_the_tool_that_its_name_tells_and_shows_nothing() -> None:
    put("scan/gitleaks-clean.json", "reports/gitleaks.json")
    assert init()["evidence"]["secrets"] == {
        "kind": "scan",
        "path": "reports/gitleaks.json",
        "format": "gitleaks",
    }
    _, card = judged()
    assert {one["id"]: one["outcome"] for one in card["results"]}["security/secrets-scan"] == "unproven"


def test_an_empty_list_of_nobody_is_no_proof() -> None:
    put("scan/gitleaks-clean.json", "reports/scan.json")
    init()
    assert judged()[0] != 0


def test_a_repository_without_tests_is_never_go() -> None:
    write(".gitignore", ".env\n.env.*\n")
    write(
        "Dockerfile",
        f"FROM python:3.12-slim@sha256:{'a' * 64}\nUSER 1000\nHEALTHCHECK CMD curl -f localhost\n",
    )
    write("catalog-info.yaml", CATALOG)
    commit_all()
    policy = init()
    assert policy["evidence"]["git"]["kind"] == "repository"
    code, card = judged()
    outcomes = {one["id"]: one["outcome"] for one in card["results"]}
    assert outcomes["security/env-files"] == "pass"
    assert outcomes["testing/results"] == "unproven"
    assert (code, card["decision"]) == (5, "no-go")


def test_below_the_top_of_a_repository_it_is_not_judged() -> None:
    write("services/shop/x.json", "{}")
    commit_all()
    assert run(["init", "--root", "services/shop"]) == 0
    assert "kind: repository" not in POLICY.read_text()


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("gitleaks.sarif", "secrets"),
        ("codeql.sarif", "sast"),
        ("trivy.json", "vulnerabilities"),
        ("mypy.sarif", "types"),
        ("ours.sarif", "lint"),
    ],
)
def test_a_broken_report_stays_under_the_question_that_its_name_tells(name: str, entry: str) -> None:
    write(f"reports/{name}", '{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"')
    assert init()["evidence"][entry]["path"] == f"reports/{name}"
    assert f"TODO: the gate does not take it as it is: {name}: " in POLICY.read_text()


def test_a_broken_neighbour_of_several_kinds_is_told_and_not_guessed(capsys: Capture) -> None:
    put("scan/bandit.json", "reports/a.json")
    put("load_test/k6.summary.json", "reports/b.json")
    write("reports/c.json", "")
    assert "reports/c.json" not in str(init()["evidence"])
    assert "Note: reports/c.json was left out: it is empty" in capsys.readouterr().out


def test_a_scanner_that_nobody_knows_is_told(capsys: Capture) -> None:
    write("reports/scan.sarif", json.dumps(UNKNOWN_TOOL))
    assert "reports/scan.sarif" not in str(init()["evidence"])
    out = " ".join(capsys.readouterr().out.split())
    assert "reports/scan.sarif is of Our Own Scanner, and what that looks for is not known here" in out


def test_links_out_of_the_repository_are_not_followed(tmp_path: Path) -> None:
    put("test_report/pytest-green.xml", str(tmp_path / "junit.xml"))
    put("scan/bandit.json", str(tmp_path / "elsewhere" / "bandit.json"))
    Path("reports").mkdir()
    Path("reports/junit.xml").symlink_to(tmp_path / "junit.xml")
    Path("reports/more").symlink_to(tmp_path / "elsewhere")
    init()
    assert "TODO: the report of the tests" in POLICY.read_text()
    assert "bandit" not in POLICY.read_text()


def test_a_service_that_is_made_up_for_tests_is_not_this_one() -> None:
    put("manifests/rendered.yaml", "tests/service/deploy/all.yaml")
    put("scan/bandit.json", "tests/service/reports/bandit.json")
    write("tests/service/catalog-info.yaml", CATALOG)
    write("tests/service/charts/Chart.yaml", "apiVersion: v2\nname: a\nversion: 1.0.0\n")
    put("test_report/pytest-green.xml", "tests/reports/junit.xml")
    policy = init()
    assert {name: one["path"] for name, one in policy["evidence"].items()} == {
        "tests": "tests/reports/junit.xml"
    }


def test_hidden_folders_but_those_of_pipelines_are_left_alone() -> None:
    put("test_report/pytest-green.xml", ".cache/junit.xml")
    write(".github/workflows/ci.yml", WORKFLOW)
    policy = init()
    assert ".cache/junit.xml" not in str(policy["evidence"])
    assert policy["evidence"]["ci"]["path"] == ".github/workflows/ci.yml"


@pytest.mark.parametrize("name", ["${HOME}", "a: {b}", "x\n  y: 1", "#c", "it's", "[a-z]*", "\u202eevil"])
def test_names_of_folders_cannot_speak_in_the_policy(name: str, capsys: Capture) -> None:
    write(f"{name}/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n")
    write(f"{name}/values-prod.yaml", "a: 1\n")
    write(f"{name}/Dockerfile", "FROM a:1\n")
    put("scan/gitleaks-clean.json", f"{name}/gitleaks.json")
    write(f"{name}/scan.sarif", json.dumps(UNKNOWN_TOOL))
    policy = init()
    assert set(policy["evidence"]) == {"tests", "secrets", "deploy", "image"}
    assert is_valid()
    assert all(c.isprintable() or c == "\n" for c in capsys.readouterr().out)


def test_a_policy_is_no_evidence() -> None:
    write("monitoring/rules.yaml", "readiness: 1\nevidence:\n  load: {kind: load-test, path: x}\n")
    assert list(init()["evidence"]) == ["tests"]


def test_all_that_was_found_is_told_in_80_columns(capsys: Capture) -> None:
    everything()
    init()
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    assert "\n  vulnerabilities  pip-audit " in out
    assert "Missing, each a TODO in the policy" in out
