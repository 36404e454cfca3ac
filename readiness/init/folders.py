"""Evidence that is no file: the repository itself, and the Python packages in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from readiness.init.grouping import literal
from readiness.init.model import Found
from readiness.readers import git

_NO_PACKAGES = frozenset(("tests", "test", "docs", "examples", "build", "dist", "node_modules", "venv"))


def found(root: Path, *, in_git: bool) -> Iterator[Found]:
    """The repository, when this is the top of it, and each folder of Python packages."""
    if in_git and _is_top(root):
        yield Found("git", "git", "repository", "git", ".")
    for name in _packages(root):
        yield Found("code", "code", "python", "python", literal(name))


def _is_top(root: Path) -> bool:
    top = git.ask(root, "rev-parse", "--show-toplevel")
    return bool(top) and os.path.realpath(top or "") == os.path.realpath(root) and git.head(root) is not None


def _packages(root: Path) -> list[str]:
    """`src` where it holds Python, else the packages at the top; links are not followed."""
    try:
        names = sorted(
            entry.name
            for entry in os.scandir(root)
            if entry.is_dir(follow_symlinks=False) and entry.name.isidentifier()
        )
    except OSError:
        return []
    if "src" in names and (_is_package(root / "src") or any(map(_is_package, _below(root / "src")))):
        return ["src"]
    return [name for name in names if name.lower() not in _NO_PACKAGES and _holds_modules(root / name)]


def _below(folder: Path) -> list[Path]:
    try:
        return [path for path in sorted(folder.iterdir()) if path.is_dir() and not path.is_symlink()]
    except OSError:
        return []


def _holds_modules(folder: Path) -> bool:
    """Whether it is a package with more than its `__init__.py`; one that is that alone mostly holds data."""
    if not _is_package(folder):
        return False
    return len(_modules(folder)) > 1 or any(map(_is_package, _below(folder)))


def _modules(folder: Path) -> list[Path]:
    try:
        return list(folder.glob("*.py"))
    except OSError:
        return []


def _is_package(folder: Path) -> bool:
    return (folder / "__init__.py").is_file()
