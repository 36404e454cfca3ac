"""The files that a rendering is made of: read once, hashed, and laid out again for the tool to render just these."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from readiness.evidence.model import Reason, Unproven
from readiness.readers import git
from readiness.readers.source import Source

MAX_INPUTS = 10_000
MAX_TOTAL = 50_000_000


@dataclass(frozen=True)
class Input:
    """One file: where it is, what reports call it, what was read of it, and when it was last written."""

    path: Path
    name: str
    content: bytes
    modified_at: datetime

    @cached_property
    def sha256(self) -> str:
        """Of the content."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Snapshot:
    """All inputs in their order, and the settings beside them.

    `folders` are those in which every file is an input: what the commit holds there has to be there. `unpacked` are the
    files of an archive among them, and all others; None where there is no archive.
    """

    inputs: Sequence[Input]
    settings: Mapping[str, Any]
    folders: Sequence[Path] = ()
    unpacked: Sequence[Input] | None = None

    @property
    def files(self) -> Sequence[Input]:
        """What the tool is given: the inputs, or what they unpack to."""
        return self.inputs if self.unpacked is None else self.unpacked

    @cached_property
    def sha256(self) -> str:
        """Of the digests and names of all inputs, in lines as `sha256sum` writes them, then of the settings as JSON."""
        digest = hashlib.sha256()
        for one in self.inputs:
            digest.update(f"{one.sha256}  {one.name}\n".encode())
        if self.settings:
            digest.update(json.dumps(self.settings, sort_keys=True).encode())
        return digest.hexdigest()

    @property
    def size(self) -> int:
        """Bytes of all inputs."""
        return sum(len(one.content) for one in self.inputs)

    @property
    def modified_at(self) -> datetime:
        """When the last of them was written: before that, this set did not exist."""
        return max(one.modified_at for one in self.inputs)

    def commit(self) -> str | None:
        """The commit that is checked out, when it holds exactly these files, and no more in the folders; else None."""
        commits = {git.commit_of(one.path, one.content) for one in self.inputs}
        found = commits.pop() if len(commits) == 1 else None
        return found if found and all(self._is_whole(folder) for folder in self.folders) else None

    def _is_whole(self, folder: Path) -> bool:
        """Whether every file that the commit has below a folder is among the inputs: none was removed."""
        listed = git.ask(folder, "ls-tree", "-r", "-z", "--name-only", "HEAD", "./")
        if not listed:
            return False
        ours = {str(one.path) for one in self.inputs}
        return all(str(folder / name) in ours for name in listed.split("\0") if name)

    def lay_out(self, below: Path) -> None:
        """Write every file below a folder, at the place that `place` tells."""
        for one in self.files:
            copy = place(below, one.path)
            copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            copy.write_bytes(one.content)


def place(below: Path, path: Path) -> Path:
    """Where the copy of a file or folder stands: all keep their places to each other."""
    return below / path.relative_to(path.anchor)


def read_all(paths: Iterable[Path], root: Path) -> list[Input]:
    """Read files, which are named from the root where they are below it; Unproven when one cannot be read."""
    made: list[Input] = []
    total = 0
    for path in dict.fromkeys(paths):
        made.append(_read(path, root))
        total += len(made[-1].content)
        if len(made) > MAX_INPUTS or total > MAX_TOTAL:
            message = f"it is made of more than {MAX_INPUTS:,} files or {MAX_TOTAL:,} bytes, and no more are rendered"
            raise Unproven(Reason.MALFORMED, message, "let the folder hold the manifests only")
    return made


def name_of(path: Path, root: Path) -> str:
    """The path from the root when it is below, else the whole path."""
    for base in (root, Path(os.path.realpath(root))):
        if path.is_relative_to(base):
            return str(path.relative_to(base))
    return str(path)


def _read(path: Path, root: Path) -> Input:
    name = name_of(path, root)
    try:
        name.encode()
    except UnicodeEncodeError:
        shown = name.encode("utf-8", "replace").decode()
        raise Unproven(Reason.MALFORMED, f"the name of {shown} is not UTF-8", "rename it") from None
    try:
        with Source.open(path, name) as source:
            if source.size > MAX_TOTAL:
                raise Unproven(Reason.MALFORMED, f"it is larger than {MAX_TOTAL:,} bytes")
            return Input(path, name, source.content, source.modified_at)
    except Unproven as error:
        raise Unproven(error.reason, f"{name}: {error.message}", error.remedy or "correct it") from None


def files_below(folder: Path, root: Path) -> Iterator[Path]:
    """Every file below a folder in the order of paths, links followed; version control's own is left out.

    Raises Unproven for a link that leads back up, and for what cannot be listed.
    """
    yield from _below(folder, (os.path.realpath(folder),), root)


def _below(folder: Path, above: tuple[str, ...], root: Path) -> Iterator[Path]:
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        message = f"{name_of(folder, root)} cannot be read: {os.strerror(error.errno or 0)}"
        raise Unproven(Reason.MISSING, message, "let the gate's user read it") from None
    for path in paths:
        if not path.is_dir():
            yield path
        elif path.name != ".git":
            real = os.path.realpath(path)
            if real in above or len(above) > 100:
                message = f"{name_of(path, root)} is a link to a folder that it is in itself"
                raise Unproven(Reason.MALFORMED, message, "remove the link")
            yield from _below(path, (*above, real), root)
