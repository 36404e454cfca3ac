"""The file that the policy goes to: made once, whole, and never in the place of another."""

from __future__ import annotations

import os
from pathlib import Path

from readiness.errors import NoVerdictError, UsageError


def folder_of(root: str) -> Path:
    """The folder to look at, as an absolute path. UsageError when there is none."""
    folder = Path(os.path.abspath(root))  # noqa: PTH100 - `resolve` would follow links
    try:
        is_there = folder.is_dir()
    except (OSError, ValueError):
        is_there = False
    if not is_there:
        raise UsageError(f"--root: there is no folder {folder}")
    return folder


def refuse_existing(target: Path) -> None:
    """UsageError when something of that name is there, a link to nothing included, or its folder is not."""
    try:
        target.lstat()
    except (FileNotFoundError, NotADirectoryError):
        pass
    except (OSError, ValueError) as error:
        raise UsageError(f"--policy: {target} cannot be written: {_why(error)}") from None
    else:
        raise _existing(target)
    if not target.parent.is_dir():
        raise UsageError(f"--policy: there is no folder {target.parent.absolute()} to write it into")


def write(target: Path, text: str) -> None:
    """Write the policy. UsageError when the file appeared meanwhile; NoVerdictError when it cannot be written."""
    try:
        with target.open("x", encoding="utf-8") as file:
            _fill(target, file.fileno(), text.encode())
    except FileExistsError:
        raise _existing(target) from None
    except OSError as error:
        raise NoVerdictError(f"{target} cannot be written: {_why(error)}") from None


def _fill(target: Path, descriptor: int, content: bytes) -> None:
    """All of it, or no file."""
    try:
        while content:
            content = content[os.write(descriptor, content) :]
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _existing(target: Path) -> UsageError:
    return UsageError(
        f"--policy: {target} is there already, and is never overwritten; "
        "move it away, or name another file with --policy"
    )


def _why(error: Exception) -> str:
    return os.strerror(error.errno or 0) if isinstance(error, OSError) else str(error)
