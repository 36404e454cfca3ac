"""How the working tree differs from the commit."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.repository import Change, ChangeState, Worktree
from readiness.readers.repository._git import Git, text

MAX_EXAMPLES = 50
_STATES: dict[str, ChangeState] = {"A": "added", "D": "deleted"}


def worktree_of(git: Git) -> Worktree:
    """What `git status` tells of tracked and untracked files; what is in submodules is not asked."""
    found = list(_changes(git))
    tracked = [one for one in found if one.state != "untracked"]
    untracked = [one for one in found if one.state == "untracked"]
    return Worktree(
        changed=len(tracked),
        untracked=len(untracked),
        hidden=_hidden(git),
        examples=(*tracked[:MAX_EXAMPLES], *untracked[:MAX_EXAMPLES]),
    )


def _changes(git: Git) -> Iterator[Change]:
    """The records of https://git-scm.com/docs/git-status#_porcelain_format_version_2 that may be there."""
    printed = git.ask(
        "status",
        "--porcelain=v2",
        "-z",
        "--untracked-files=normal",
        "--no-renames",
        "--ignore-submodules=dirty",
    )
    for entry in filter(None, text(printed).split("\0")):
        sort, _, rest = entry.partition(" ")
        if sort == "1":
            states, *_, path = rest.split(" ", 7)
            yield Change(path, next((_STATES[one] for one in states if one in _STATES), "changed"))
        elif sort == "u":
            yield Change(rest.split(" ", 9)[-1], "conflicted")
        elif sort == "?":
            yield Change(rest, "untracked")


def _hidden(git: Git) -> int:
    """Files with a lower-case letter are assumed to be unchanged; those with `S` are not checked out at all."""
    listed = text(git.ask("ls-files", "-v", "-z"))
    return sum(entry[:1].islower() or entry.startswith("S") for entry in listed.split("\0") if entry)
