"""What git knows about files: asked by its command, with a deadline, and without prompts or hooks."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

_DEADLINE_S = 20
_CALM = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


def commit_of(path: Path) -> str | None:
    """The commit that is checked out, when the file is tracked and unchanged in it; else None."""
    folder = path.parent
    return head(folder) if path.name in _unchanged(folder) else None


@cache
def head(folder: Path) -> str | None:
    """The commit that is checked out in a folder, as a full SHA; None outside a repository."""
    return ask(folder, "rev-parse", "--verify", "HEAD^{commit}") or None


@cache
def _unchanged(folder: Path) -> frozenset[str]:
    """The names of the files in a folder (not below it) that are as HEAD has them."""
    tracked = ask(folder, "ls-tree", "--name-only", "-z", "HEAD", "./")
    changed = ask(folder, "diff", "--name-only", "--relative", "-z", "HEAD", "--", ".")
    if tracked is None or changed is None:
        return frozenset()
    return frozenset(tracked.split("\0")) - frozenset(changed.split("\0"))


def ask(folder: Path, *words: str) -> str | None:
    """What `git WORDS` prints, without white space around it; None when it fails or takes over 20 seconds."""
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
            text=True,
            timeout=_DEADLINE_S,
            stdin=subprocess.DEVNULL,
            env=os.environ | _CALM,
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    return done.stdout.strip()
