"""Which commit a file was made from: as CI's variables say it, else git.

Two sources that contradict each other are answered with a question, never with a guess: a load test of
another checkout that carries this commit's name would be a false proof.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

from readiness.errors import UsageError
from readiness.readers import ci, git


class Attribution(NamedTuple):
    """A commit and who says so; `warnings` are complete sentences for the user."""

    commit: str | None
    said_by: str
    warnings: tuple[str, ...] = ()


def attribute(folder: Path, beside: Collection[Path], environment: Mapping[str, str]) -> Attribution:
    """The commit that the files of a folder were made from; `beside` are files whose changes do not matter.

    CI's variable comes first, then what git has checked out in the folder. A tree with uncommitted changes
    outside of CI has no commit: HEAD does not describe what was tested. In CI the tree was checked out from the
    commit, and what changed since was made from it. Files that git does not track are not looked at.

    Raises UsageError when two CI systems, or CI and git, name different commits.
    """
    builds = ci.builds(environment)
    named = {build.commit: build for build in builds if build.commit}
    if len(named) > 1:
        raise _contradiction([(build.variable, commit) for commit, build in named.items()])
    head = git.head(folder.resolve())
    for commit, build in named.items():
        if head is not None and head != commit:
            raise _contradiction([(build.variable, commit), (f"git in {folder}", head)])
        return Attribution(commit, build.variable, _merge_note(build))
    doubts = tuple(_no_commit(build) for build in builds)
    return _from_git(head, folder, beside, doubts)


def _from_git(
    head: str | None, folder: Path, beside: Collection[Path], doubts: tuple[str, ...]
) -> Attribution:
    if head is None:
        nobody = "no commit is known: no CI system names one, and the file is in no git repository; give --commit SHA"
        return Attribution(None, "", (*doubts, nobody))
    changes = _changed(folder.resolve())
    if changes is None:
        unsure = "git cannot tell whether the tree has uncommitted changes: stamped without a commit"
        return Attribution(None, "", (*doubts, unsure))
    ours = {path.resolve() for path in beside}
    others = [path for path in changes if path.resolve() not in ours]
    if others:
        return Attribution(None, "", (*doubts, _dirty(others)))
    return Attribution(head, "git HEAD", doubts)


def _changed(folder: Path) -> list[Path] | None:
    """The tracked files that differ from HEAD, anywhere in the repository; None when git cannot tell."""
    top = git.ask(folder, "rev-parse", "--show-toplevel")
    names = git.ask(folder, "diff", "--no-ext-diff", "--name-only", "-z", "HEAD")
    if top is None or names is None:
        return None
    return [Path(top, name) for name in names.split("\0") if name]


def _dirty(changes: list[Path]) -> str:
    more = f" and {len(changes) - 1} more" if len(changes) > 1 else ""
    return (
        f"the tree has uncommitted changes ({changes[0].name}{more}), so HEAD does not describe what was "
        "tested: stamped without a commit; commit them and test again, or give --commit SHA if you answer for it"
    )


def _no_commit(build: ci.Build) -> str:
    said = f"says {build.said!r}, which is no full commit" if build.said else "is not set"
    return f"{build.system} tells no commit: {build.variable} {said}"


def _merge_note(build: ci.Build) -> tuple[str, ...]:
    if not build.merges:
        return ()
    note = (
        f"{build.variable} is the merge commit that {build.system} made for the pull request: "
        "the commit that is released later is another one, and needs evidence of its own"
    )
    return (note,)


def _contradiction(claims: list[tuple[str, str]]) -> UsageError:
    told = " and ".join(f"{who} says {commit}" for who, commit in claims)
    return UsageError(f"which commit was tested? {told}; give --commit SHA")
