"""What git knows about files: asked by its command, with a deadline, and without its user's configuration."""

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
    tracked = _git(folder, "ls-files", "--error-unmatch", "--", path.name)
    if tracked is None or _git(folder, "status", "--porcelain", "--", path.name) != "":
        return None
    return head(folder)


@cache
def head(folder: Path) -> str | None:
    """The commit that is checked out in a folder, as a full SHA; None outside a repository."""
    return _git(folder, "rev-parse", "--verify", "HEAD^{commit}")


def _git(folder: Path, *words: str) -> str | None:
    command = ["git", "-c", "core.fsmonitor=false", "-C", str(folder), *words]
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
