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
}
_NODE = {
    "tests": Recipe(
        "reports/junit.xml", "JEST_JUNIT_OUTPUT_FILE=reports/junit.xml npx jest --reporters=jest-junit"
    ),
    "coverage": Recipe(
        "reports/cobertura-coverage.xml",
        "npx jest --coverage --coverageReporters=cobertura --coverageDirectory=reports",
    ),
}
_GO = {
    "tests": Recipe("reports/junit.xml", "gotestsum --junitfile reports/junit.xml"),
    "coverage": Recipe("reports/coverage.xml", "gocover-cobertura < cover.out > reports/coverage.xml"),
}
_MAVEN = {"tests": Recipe("target/surefire-reports/*.xml", "mvn verify")}
_GRADLE = {"tests": Recipe("build/test-results/test/*.xml", "gradle test")}
# The first file that is there tells how tests are run; Python's are the most general without one.
_BY_BUILDER: Mapping[str, Mapping[str, Recipe]] = {
    "pyproject.toml": _PYTHON,
    "setup.py": _PYTHON,
    "package.json": _NODE,
    "go.mod": _GO,
    "pom.xml": _MAVEN,
    "build.gradle": _GRADLE,
    "build.gradle.kts": _GRADLE,
}
_K6 = Recipe("reports/load.json", "k6 run --out json=reports/load.json script.js")
_LOCUST = Recipe("reports/load.json", "locust --headless -u 20 -r 5 -t 2m --json-file reports/load")


def recipe(name: str, found: Survey) -> Recipe:
    """How to make the load test, the test report or the coverage of this repository."""
    if name == "load":
        return _LOCUST if "locustfile.py" in found.builders else _K6
    for builder, recipes in _BY_BUILDER.items():
        if builder in found.builders:
            return recipes.get(name, _PYTHON[name])
    return _PYTHON[name]


def rendering(found: Survey) -> Recipe:
    """How to render the manifests from what is there."""
    first = found.sources[0] if found.sources else Source("kustomize", "deploy/overlays/prod")
    folder = argument(first.folder, "FOLDER")
    command = f"helm template RELEASE {folder}" if first.tool == "helm" else f"kubectl kustomize {folder}"
    return Recipe(RENDERED, f"{command} > {RENDERED}")
