"""What a check may import, said as a list of what is allowed: whatever is new has to be allowed here first."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import ROOT

CHECKS = ROOT / "checks"
ALLOWED = {
    "readiness.check",
    "readiness.check.confidence",
    "readiness.check.documents",
    "readiness.check.scans",
    "readiness.units",
    "pydantic",
    "packaging",
}
ALLOWED_BELOW = ("readiness.evidence.", "readiness.statistics.", "packaging.")
PURE = {
    "__future__",
    "abc",
    "bisect",
    "collections",
    "collections.abc",
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "enum",
    "fnmatch",
    "fractions",
    "functools",
    "heapq",
    "itertools",
    "math",
    "operator",
    "re",
    "shlex",
    "statistics",
    "string",
    "typing",
    "unicodedata",
}
IMPURE_CALLS = {
    "open",
    "print",
    "input",
    "exec",
    "eval",
    "compile",
    "__import__",
    "breakpoint",
    "exit",
    "quit",
}
CLOCKS = {"now", "today", "utcnow"}


def files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports(path: Path) -> Iterator[ast.Import | ast.ImportFrom]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node


def may_be_imported(module: str) -> bool:
    return module in ALLOWED | PURE or module.startswith(ALLOWED_BELOW)


def is_private_sibling(path: Path, node: ast.ImportFrom) -> bool:
    """`from ._name import x`, or `from . import _name`, where the file is beside this one."""
    names = [node.module] if node.module else [alias.name for alias in node.names]
    return node.level == 1 and all(
        name.startswith("_") and (path.parent / f"{name}.py").is_file() for name in names
    )


def trespasses(path: Path) -> Iterator[str]:
    """What a file of checks imports and may not."""
    for node in imports(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if not may_be_imported(alias.name))
        elif node.level:
            if not is_private_sibling(path, node):
                yield "." * node.level + (node.module or "")
        elif not may_be_imported(node.module or ""):
            yield node.module or ""


@pytest.mark.parametrize("path", files(CHECKS), ids=named)
def test_a_check_imports_the_contract_and_pure_modules_only(path: Path) -> None:
    assert list(trespasses(path)) == []


@pytest.mark.parametrize("path", files(CHECKS), ids=named)
def test_a_check_calls_nothing_that_reads_writes_or_tells_the_time(path: Path) -> None:
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    assert not [call.id for call in calls if isinstance(call, ast.Name) and call.id in IMPURE_CALLS]
    assert not [call.attr for call in calls if isinstance(call, ast.Attribute) and call.attr in CLOCKS]


@pytest.mark.parametrize("path", files(ROOT / "readiness"), ids=named)
def test_readiness_imports_no_check(path: Path) -> None:
    names = [alias.name for node in imports(path) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in imports(path) if isinstance(node, ast.ImportFrom)]
    assert not [name for name in names if name.startswith(("checks", "readiness.checks"))]


@pytest.mark.parametrize("path", files(CHECKS), ids=named)
def test_a_check_stands_in_a_category_and_a_category_is_a_package(path: Path) -> None:
    depth = len(path.relative_to(CHECKS).parts)
    assert depth == 2 or path == CHECKS / "__init__.py"
    assert (path.parent / "__init__.py").is_file()


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("import socket", ["socket"]),
        ("from readiness.readers.source import Source", ["readiness.readers.source"]),
        ("from readiness import units", ["readiness"]),
        ("from pathlib import Path", ["pathlib"]),
        ("from ..testing import results", ["..testing"]),
        ("from .public import x", [".public"]),
        ("from . import public", ["."]),
        ("def f():\n    import os", ["os"]),
        ("from ._private import x", []),
        ("from . import _private", []),
        ("from readiness.evidence.load_test import LoadTest", []),
        ("from collections.abc import Iterator", []),
    ],
)
def test_the_list_is_a_list_of_what_is_allowed(tmp_path: Path, said: str, found: list[str]) -> None:
    (tmp_path / "_private.py").touch()
    (tmp_path / "public.py").touch()
    path = tmp_path / "check.py"
    path.write_text(said)
    assert list(trespasses(path)) == found
