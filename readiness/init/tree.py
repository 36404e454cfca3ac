"""The files of a repository that may be evidence: a bounded walk that follows no link to a folder."""

from __future__ import annotations

import os
import re
from collections import deque
from pathlib import Path
from typing import NamedTuple

from readiness.errors import UsageError
from readiness.readers import stamps

MAX_FOLDERS = 20_000
MAX_ENTRIES = 300_000
MAX_DEPTH = 12
SUFFIXES = (
    ".json", ".ndjson", ".jsonl", ".xml", ".info", ".lcov", ".yaml", ".yml", ".md", ".markdown", ".sarif", ".tap",
    ".trx", ".out", ".csv", ".jtl", ".log", ".txt", ".dockerfile",
)  # fmt: skip
BUILDERS = frozenset(
    (
        "pyproject.toml", "setup.py", "package.json", "pom.xml", "build.gradle", "build.gradle.kts", "go.mod",
        "Cargo.toml",
    )
)  # fmt: skip
_NAMED = re.compile(r"(?:dockerfile|containerfile)(?:\.[\w-]+)?", re.IGNORECASE)
# What is hidden is no evidence but for the pipelines of GitHub and GitLab.
_SHOWN = frozenset((".github", ".gitlab-ci.yml", ".gitlab-ci.yaml"))
# Of other projects, or made up for tests: what lies there says nothing about this release.
_FOREIGN = frozenset(
    (
        "node_modules",
        "bower_components",
        "site-packages",
        "__pycache__",
        "venv",
        "env",
        "vendor",
        "third_party",
        "fixtures",
        "__fixtures__",
        "testdata",
        "test-data",
        "__snapshots__",
        "golden",
        "examples",
    )
)
# A cache (bford.info/cachedir), and a virtual environment of Python, whatever they are called.
_MARKS = frozenset(("CACHEDIR.TAG", "pyvenv.cfg"))


class Tree(NamedTuple):
    """Files by their paths relative to the root, shallow ones first; `notes` are complete sentences."""

    root: Path
    files: tuple[str, ...]
    folders: int
    seen: int
    notes: tuple[str, ...]


class _Folder(NamedTuple):
    path: str
    depth: int


def walk(root: Path) -> Tree:
    """Every file that may be evidence by its name. UsageError when the root is no folder that can be read."""
    files: list[str] = []
    unreadable: list[str] = []
    unnameable = count = seen = 0
    waiting = deque([_Folder("", 0)])
    stopped = False
    while waiting and not stopped:
        folder = waiting.popleft()
        count += 1
        try:
            names, below = _listed(root, folder.path)
        except OSError as error:
            if not folder.path:
                raise UsageError(f"--root: {root} cannot be read: {os.strerror(error.errno or 0)}") from None
            unreadable.append(folder.path)
            continue
        seen += len(names)
        if _MARKS & set(names) and folder.path:
            continue
        plausible = [folder.path + name for name in names if _is_plausible(name)]
        files += [path for path in plausible if _is_text(path)]
        unnameable += sum(not _is_text(path) for path in plausible)
        if folder.depth < MAX_DEPTH:
            waiting.extend(
                _Folder(f"{folder.path}{name}/", folder.depth + 1) for name in below if _is_text(name)
            )
        stopped = count >= MAX_FOLDERS or seen >= MAX_ENTRIES
    notes = _notes(unreadable, unnameable, count if stopped and waiting else 0)
    return Tree(root, tuple(files), count, seen, notes)


def _listed(root: Path, folder: str) -> tuple[list[str], list[str]]:
    """The names of the regular files in a folder, and of the folders that are looked into; sorted."""
    names, below = [], []
    with os.scandir(root / folder) as entries:
        for entry in entries:
            try:
                if entry.is_dir(follow_symlinks=False):
                    below.append(entry.name)
                elif entry.is_file():
                    names.append(entry.name)
            except OSError:  # a link in a circle
                continue
    return sorted(names), sorted(filter(_is_own, below))


def _is_own(folder: str) -> bool:
    return (folder[0] != "." or folder in _SHOWN) and folder.lower() not in _FOREIGN


def _is_plausible(name: str) -> bool:
    if (name.startswith(".") and name not in _SHOWN) or name.endswith(stamps.SUFFIX):
        return False
    if name.lower().endswith(SUFFIXES) or name in BUILDERS or name == "locustfile.py":
        return True
    return _NAMED.fullmatch(name) is not None


def _is_text(path: str) -> bool:
    """Whether a policy can name the path at all: a name need not be UTF-8."""
    return path.isascii() or path == path.encode("utf-8", "replace").decode()


def _notes(unreadable: list[str], unnameable: int, stopped: int) -> tuple[str, ...]:
    notes = []
    if unreadable:
        more = f" and {len(unreadable) - 1} more" if len(unreadable) > 1 else ""
        notes.append(f"{unreadable[0]}{more} cannot be read, so nothing in it was found")
    if unnameable:
        notes.append(f"names that are not UTF-8, which no policy can write: {unnameable}")
    if stopped:
        notes.append(f"the search ended after {stopped:,} folders: name what lies deeper by hand")
    return tuple(notes)
