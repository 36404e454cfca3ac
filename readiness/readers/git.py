"""What git knows about files: asked by its command, with a deadline, and without prompts or hooks."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_DEADLINE_S = 20
_CALM = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "LC_ALL": "C",
}
_ELSEWHERE = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)
"""Variables, such as those that git sets for its hooks, that name another repository than that of a folder."""


def commit_of(path: Path, content: bytes) -> str | None:
    """The commit that is checked out, when it holds exactly this content under this path; else None.

    The content is compared, not what git believes of the working tree: a link, or a file that git was told to
    assume unchanged, is of no commit.
    """
    blob = _blobs(path.parent).get(path.name)
    if blob is None:
        return None
    if blob == _blob(content, len(blob)) or blob == _filtered(path, content):
        return head(path.parent)
    return None


@cache
def head(folder: Path) -> str | None:
    """The commit that is checked out in a folder, as a full SHA; None outside a repository."""
    return ask(folder, "rev-parse", "--verify", "HEAD^{commit}") or None


@cache
def _blobs(folder: Path) -> Mapping[str, str]:
    """The object names of the regular files that HEAD has in a folder, not below it."""
    listed = ask(folder, "ls-tree", "-z", "HEAD", "./") or ""
    found = {}
    for entry in filter(None, listed.split("\0")):
        about, _, name = entry.partition("\t")
        mode, _, blob = about.split(" ")
        if mode in ("100644", "100755"):
            found[name] = blob
    return found


def _blob(content: bytes, digits: int) -> str:
    """The name that git gives to a content, in a repository of SHA-1 (40 digits) or SHA-256."""
    whole = b"blob %d\0" % len(content) + content
    return (hashlib.sha1(whole, usedforsecurity=False) if digits == 40 else hashlib.sha256(whole)).hexdigest()


def _filtered(path: Path, content: bytes) -> str | None:
    """The same, after the conversions (line ends, filters) that the repository asks for."""
    return ask(path.parent, "hash-object", "--stdin", f"--path={path.name}", given=content)


def ask(folder: Path, *words: str, given: bytes = b"") -> str | None:
    """What `git WORDS` prints for some input, without white space around it; None when it fails or takes too long."""
    command = [
        "git",
        "-c",
        "core.fsmonitor=false",
        "-c",
        "core.hooksPath=/dev/null",
        "-C",
        str(folder),
        *words,
    ]
    try:
        done = subprocess.run(
            command,
            check=True,
            capture_output=True,
            timeout=_DEADLINE_S,
            input=given,
            env={name: value for name, value in os.environ.items() if name not in _ELSEWHERE} | _CALM,
        )
        return done.stdout.decode().strip()
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
