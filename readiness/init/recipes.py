"""For evidence that is not there: where it will stand, and the command that makes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from readiness.init.model import Source, Survey
from readiness.init.words import argument

RENDERED = "reports/manifests.yaml"


class Recipe(NamedTuple):
    """The path of an evidence, and a command or a sentence that leads to it."""

    path: str
    how: str


_PYTHON = {
    "tests": Recipe("reports/junit.xml", "pytest --junitxml=reports/junit.xml"),
    "coverage": Recipe(
        "reports/coverage.xml", "coverage run -m pytest && coverage xml -o reports/coverage.xml"
    ),
    "lint": Recipe("reports/lint.sarif", "ruff check --output-format sarif -o reports/lint.sarif"),
    "vulnerabilities": Recipe(
        "reports/vulnerabilities.json", "pip-audit -f json -o reports/vulnerabilities.json"
    ),
    "sbom": Recipe("reports/sbom.json", "cyclonedx-py environment -o reports/sbom.json"),
}
_NODE = {
    "tests": Recipe(
        "reports/junit.xml", "JEST_JUNIT_OUTPUT_FILE=reports/junit.xml npx jest --reporters=jest-junit"
    ),
    "coverage": Recipe(
        "reports/cobertura-coverage.xml",
        "npx jest --coverage --coverageReporters=cobertura --coverageDirectory=reports",
    ),
    "lint": Recipe("reports/lint.json", "npx eslint -f json -o reports/lint.json ."),
    "vulnerabilities": Recipe(
        "reports/vulnerabilities.json", "npm audit --json > reports/vulnerabilities.json"
    ),
    "sbom": Recipe("reports/sbom.json", "npm sbom --sbom-format cyclonedx > reports/sbom.json"),
}
_GO = {
    "tests": Recipe("reports/junit.xml", "gotestsum --junitfile reports/junit.xml"),
    "coverage": Recipe("reports/cover.out", "go test -coverprofile=reports/cover.out ./..."),
    "lint": Recipe("reports/lint.sarif", "golangci-lint run --output.sarif.path=reports/lint.sarif"),
}
_MAVEN = {
    "tests": Recipe("target/surefire-reports/*.xml", "mvn verify"),
    "coverage": Recipe("target/site/jacoco/jacoco.xml", "mvn verify jacoco:report"),
}
_GRADLE = {
    "tests": Recipe("build/test-results/test/*.xml", "gradle test"),
    "coverage": Recipe(
        "build/reports/jacoco/test/jacocoTestReport.xml", "gradle jacocoTestReport  # with its XML report on"
    ),
}
_RUST = {
    "tests": Recipe(
        "target/nextest/ci/junit.xml", "cargo nextest run --profile ci  # with [profile.ci.junit]"
    ),
    "coverage": Recipe("reports/lcov.info", "cargo llvm-cov --lcov --output-path reports/lcov.info"),
    "lint": Recipe(
        "reports/lint.sarif", "cargo clippy --message-format=json | clippy-sarif > reports/lint.sarif"
    ),
}
# The first file that is there tells how tests are run; Python's are the most general without one.
_BY_BUILDER: Mapping[str, Mapping[str, Recipe]] = {
    "pyproject.toml": _PYTHON,
    "setup.py": _PYTHON,
    "package.json": _NODE,
    "go.mod": _GO,
    "pom.xml": _MAVEN,
    "build.gradle": _GRADLE,
    "build.gradle.kts": _GRADLE,
    "Cargo.toml": _RUST,
}
# In a repository of rules alone, or of charts alone, these are the tests.
_OF_RULES = Recipe("reports/junit.xml", "promtool test rules --junit=reports/junit.xml TESTS.yml")
_OF_CHART = "helm unittest --output-type JUnit --output-file reports/junit.xml"
_OF_ANY: Mapping[str, Recipe] = {
    "lint": Recipe("reports/lint.sarif", "let your linter write SARIF to reports/lint.sarif"),
    "vulnerabilities": Recipe(
        "reports/vulnerabilities.json", "trivy fs --format json -o reports/vulnerabilities.json ."
    ),
    "secrets": Recipe("reports/gitleaks.sarif", "gitleaks dir -f sarif -r reports/gitleaks.sarif"),
    "sbom": Recipe("reports/sbom.json", "syft scan dir:. -o cyclonedx-json=reports/sbom.json"),
    "rollback": Recipe(
        "docs/rollback.md", "write docs/rollback.md (readiness explain deployment/rollback-document)"
    ),
    "runbooks": Recipe(
        "docs/runbooks/*.md", "write one for each alert (readiness explain operations/runbook)"
    ),
    "recovery": Recipe(
        "docs/disaster-recovery.md",
        "write it (readiness explain operations/disaster-recovery-document)",
    ),
    "project": Recipe("pyproject.toml", "state it in pyproject.toml, package.json or Chart.yaml"),
    "alerts": Recipe("monitoring/rules/*.yml", "write them (readiness explain operations/alerts)"),
    "rule-tests": Recipe("reports/rules.xml", "promtool test rules --junit=reports/rules.xml TESTS.yml"),
    "routes": Recipe("monitoring/alertmanager.yml", "add the configuration of Alertmanager"),
}
_K6 = Recipe("reports/load.json", "k6 run --out json=reports/load.json script.js")
_LOCUST = Recipe("reports/load.json", "locust --headless -u 20 -r 5 -t 2m --json-file reports/load")


def recipe(name: str, found: Survey) -> Recipe:
    """How to make one evidence of this repository."""
    if name == "load":
        return _LOCUST if "locustfile.py" in found.builders else _K6
    if name == "deploy":
        return _rendering(found)
    for builder, recipes in _BY_BUILDER.items():
        if builder in found.builders:
            return recipes.get(name) or _OF_ANY.get(name) or _PYTHON[name]
    return _without_builder(name, found)


def _without_builder(name: str, found: Survey) -> Recipe:
    charts = [one.path for one in found.of("deploy") if one.format == "helm"]
    if name == "tests" and charts:
        return Recipe("reports/junit.xml", f"{_OF_CHART} {argument(charts[0], 'CHART')}")
    if name == "tests" and found.of("alerts"):
        return _OF_RULES
    return _OF_ANY.get(name) or _PYTHON[name]


def _rendering(found: Survey) -> Recipe:
    """How to render the manifests from what is there."""
    first = found.sources[0] if found.sources else Source("kustomize", "deploy/overlays/prod")
    folder = argument(first.folder, "FOLDER")
    command = f"helm template RELEASE {folder}" if first.tool == "helm" else f"kubectl kustomize {folder}"
    return Recipe(RENDERED, f"{command} > {RENDERED}")
