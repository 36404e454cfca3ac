"""What a command does not need, it does not import: a gate that starts slowly is a gate that people switch off."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.packaging.installation import run
from tests.packaging.plugins import sound_site
from tests.support import FIXTURES

HEAVY = {"cryptography", "jinja2", "markdown_it", "msgspec", "pydantic", "requests", "rich", "yaml"}
NETWORK = {"cryptography", "http.client", "requests", "ssl", "urllib3", "readiness.readers.network"}
HTML = {"jinja2", "markdown_it", "markupsafe"}
OTHERS = {
    "asyncio",
    "concurrent.futures",
    "hypothesis",
    "multiprocessing",
    "numpy",
    "pip",
    "pytest",
    "setuptools",
}
POLICY = """
readiness: 1
name: small
release: {name: shop}
evidence:
  coverage: {kind: coverage, path: coverage.xml}
checks:
  - use: testing/coverage
    enforce: required
    with: {min: 10%}
"""
TELLING = """
import os, sys
end = os._exit
def tell(code):
    with open("modules.txt", "a") as file:
        file.write("\\n".join(sys.modules) + "\\n")
    end(code)
os._exit = tell
from readiness.__main__ import main
try:
    main()
except SystemExit as error:
    sys.stdout.flush()
    tell(error.code)
"""


def imported(folder: Path, *arguments: str, path: str = "") -> set[str]:
    """Every module that a fresh process of the command has imported at its end, and its child at its own."""
    run([sys.executable, "-c", TELLING, *arguments], folder=folder, env={"PYTHONPATH": path})
    modules = set((folder / "modules.txt").read_text().split())
    assert "readiness.cli" in modules
    return modules


def unneeded(modules: set[str], denied: set[str]) -> list[str]:
    """The modules that are there and should not be; a failing test shows them."""
    return sorted(modules & denied)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A policy that asks one thing of one file."""
    (tmp_path / "prod.yaml").write_text(POLICY)
    (tmp_path / "coverage.xml").write_bytes((FIXTURES / "coverage" / "cobertura-line.xml").read_bytes())
    return tmp_path


def test_the_version_takes_nothing_but_click(folder: Path) -> None:
    modules = imported(folder, "--version")
    assert unneeded(modules, HEAVY | NETWORK | OTHERS) == []
    ours = {name for name in modules if name.startswith("readiness.")}
    assert ours <= {f"readiness.{name}" for name in ("__main__", "cli", "errors", "version")}


def test_help_takes_no_policy_and_no_evidence(folder: Path) -> None:
    modules = imported(folder, "--help")
    denied = {
        "readiness.policy",
        "readiness.readers",
        "readiness.report",
        "cryptography",
        "requests",
        "jinja2",
    }
    assert unneeded(modules, denied | OTHERS) == []


def test_a_list_of_checks_takes_no_network_and_no_html(folder: Path) -> None:
    modules = imported(folder, "checks")
    assert unneeded(modules, NETWORK | HTML | OTHERS | {"rich", "yaml"}) == []


def test_a_gate_on_files_takes_no_network_and_no_html(folder: Path) -> None:
    modules = imported(folder, "check", "--policy", "prod.yaml")
    assert {"pydantic", "yaml", "msgspec"} <= modules
    assert unneeded(modules, NETWORK | HTML | OTHERS) == []


def test_a_gate_imports_the_checks_and_readers_that_it_uses(folder: Path) -> None:
    modules = imported(folder, "check", "--policy", "prod.yaml")
    checks = {name for name in modules if re.fullmatch(r"readiness\.checks\.\w+\.[a-z]\w*", name)}
    kinds = {name for name in modules if re.fullmatch(r"readiness\.readers\.\w+\.kind", name)}
    assert checks == {"readiness.checks.testing.coverage"}
    assert kinds == {"readiness.readers.coverage.kind"}


def test_a_plugin_that_is_not_used_is_found_and_not_imported(folder: Path) -> None:
    site = sound_site(folder)
    (folder / "prod.yaml").write_text(POLICY)
    modules = imported(folder, "check", "--policy", "prod.yaml", path=str(site.folder))
    assert {name for name in modules if name.startswith("acme_gate")} <= {"acme_gate"}
