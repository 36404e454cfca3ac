"""The Python files below a folder, each read once."""

from __future__ import annotations

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from readiness.evidence.model import Reason, Unproven
from readiness.readers import git
from readiness.readers.patterns import PathPattern, parse_pattern
from readiness.readers.source import Source

MAX_FILE = 2_000_000
MAX_TREE = 100_000_000
MAX_FILES = 20_000
MAX_FOLDERS = 50_000
_SUFFIXES = (".py", ".pyi")
_TOOLS = frozenset({"__pycache__", "node_modules", "__pypackages__"})
_ENVIRONMENT = "pyvenv.cfg"


@dataclass(frozen=True, slots=True)
class PythonFile:
    """One file: `shown` is its path in messages, `inside` that from the top of the tree."""

    path: Path
    shown: str
    inside: str

    @property
    def is_stub(self) -> bool:
        """Whether it only declares."""
        return self.inside.endswith(".pyi")


@dataclass
class Tree:
    """The files of a tree in the order of their paths, and what was left out; digest and size as they are read."""

    shown: str
    files: tuple[PythonFile, ...]
    excluded: dict[str, int]
    passed: int
    size: int = 0
    _digest: list[str] = field(default_factory=list)

    @classmethod
    def walk(cls, top: Path, shown: str, exclude: Sequence[str]) -> Tree:
        """Find the files; Unproven where there are none, too many, or a folder cannot be read."""
        if not os.path.lexists(top):
            message = f"there is no such folder ({top})"
            raise Unproven(Reason.MISSING, message, "correct the path, or check the code out")
        if not stat.S_ISDIR(_mode(top)):
            return cls(shown, (PythonFile(top, shown, top.name),), {}, 0)
        walk = _Walk(top, shown, [(text, parse_pattern(text)) for text in exclude])
        files = tuple(sorted(walk.files(), key=lambda one: one.inside))
        if not files:
            left = sum(walk.excluded.values()) + walk.passed
            why = f"; {left:,} are left out" if left else ""
            message = f"there is no Python file below it{why} ({top})"
            raise Unproven(
                Reason.MISSING, message, "name the folder that holds the code, or correct `exclude`"
            )
        return cls(shown, files, dict(walk.excluded), walk.passed)

    def read(self) -> Iterator[tuple[PythonFile, bytes]]:
        """Every file with its bytes; Unproven for one that cannot be read, or beyond the limits on size."""
        for one in self.files:
            try:
                with Source.open(one.path, one.shown) as source:
                    if source.size > MAX_FILE:
                        message = (
                            f"it is {source.size:,} bytes; Python files of at most {MAX_FILE:,} are parsed"
                        )
                        raise Unproven(Reason.MALFORMED, message, "exclude it where it is generated")
                    content = source.content
                    self._digest.append(f"{one.inside}\0{source.sha256}\n")
            except Unproven as error:
                raise Unproven(error.reason, f"{one.shown}: {error.message}", error.remedy) from None
            self.size += len(content)
            if self.size > MAX_TREE:
                message = f"its Python files are more than {MAX_TREE:,} bytes"
                raise Unproven(Reason.MALFORMED, message, "judge its parts as several evidences")
            yield one, content

    @property
    def sha256(self) -> str:
        """Of the paths and digests of all files that were read."""
        return hashlib.sha256("".join(self._digest).encode(errors="surrogateescape")).hexdigest()

    def commit(self) -> str | None:
        """The commit that is checked out, when it holds every file as it is."""
        found: set[str | None] = set()
        for one in self.files:
            try:
                found.add(git.commit_of(one.path, one.path.read_bytes()))
            except OSError:
                return None
            if len(found) > 1 or None in found:
                return None
        return found.pop()


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except OSError as error:
        message = f"it cannot be read: {os.strerror(error.errno or 0)} ({path})"
        raise Unproven(Reason.MISSING, message, "let the gate's user read it") from None


@dataclass
class _Walk:
    top: Path
    shown: str
    exclude: Sequence[tuple[str, PathPattern]]
    excluded: Counter[str] = field(default_factory=Counter)
    passed: int = 0

    def files(self) -> Iterator[PythonFile]:
        seen: set[str] = set()
        count = 0
        for folder, names, is_passed in self._folders():
            for name in names:
                if not name.endswith(_SUFFIXES) or not _is_new(folder / name, seen):
                    continue
                inside = (folder / name).relative_to(self.top).as_posix()
                if is_passed:
                    self.passed += 1
                elif pattern := next((text for text, one in self.exclude if one.matches(inside)), None):
                    self.excluded[pattern] += 1
                else:
                    count += 1
                    _refuse_masses(count, MAX_FILES, "Python files")
                    yield PythonFile(folder / name, _printable(f"{self.shown.rstrip('/')}/{inside}"), inside)

    def _folders(self) -> Iterator[tuple[Path, list[str], bool]]:
        """Every folder once, by its real path, with the names in it, and whether it belongs to a tool."""
        seen: set[str] = set()
        passed: set[str] = set()
        for root, folders, names in os.walk(self.top, onerror=_refuse_unreadable, followlinks=True):
            real = os.path.realpath(root)
            if real in seen:
                folders.clear()
                continue
            seen.add(real)
            _refuse_masses(len(seen), MAX_FOLDERS, "folders")
            is_top = Path(root) == self.top
            own = _ENVIRONMENT in names or (not is_top and _is_of_tool(Path(root).name))
            if own or str(Path(root).parent) in passed:
                passed.add(root)
            folders.sort()
            yield Path(root), sorted(names), root in passed


def _printable(path: str) -> str:
    """A path that is no UTF-8 with its odd bytes as escapes."""
    return os.fsencode(path).decode(errors="backslashreplace")


def _is_of_tool(name: str) -> bool:
    return name.startswith(".") or name in _TOOLS


def _is_new(path: Path, seen: set[str]) -> bool:
    real = os.path.realpath(path)
    is_new = real not in seen
    seen.add(real)
    return is_new


def _refuse_masses(count: int, most: int, what: str) -> None:
    if count > most:
        raise Unproven(
            Reason.MALFORMED, f"there are more than {most:,} {what} below it", "judge its parts apart"
        )


def _refuse_unreadable(error: OSError) -> None:
    message = f"{error.filename} cannot be read: {os.strerror(error.errno or 0)}"
    raise Unproven(Reason.MISSING, message, "let the gate's user read it") from None
