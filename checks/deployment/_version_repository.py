"""The version against git: the tag on the commit, the working tree, the changelog."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from packaging.version import Version as Parsed

from readiness.check import Finding, Location, Outcome, Release
from readiness.evidence.model import Reason
from readiness.evidence.repository import ChangelogEntry, Repository, Tag

from ._version_text import parse_version

_NAMED = 10
_DAY = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)", re.ASCII)
_FETCH = (
    "fetch the whole history and its tags: git fetch --unshallow --tags (actions/checkout: fetch-depth: 0)"
)


class Asked(NamedTuple):
    """What the policy asks of the repository: see the parameters of the check; `today` is the latest day of now."""

    tag: str
    tree: str
    changelog: str
    today: date


def judged_repository(
    repository: Repository, version: Parsed, release: Release, asked: Asked
) -> Iterator[Finding]:
    """Whatever is not good, then one finding for all that is; a wrong commit ends it."""
    if wrong := _other_commit(repository, release):
        yield wrong
        return
    parts = [
        *([list(_tag(repository, version, asked.tag))] if asked.tag != "not-asked" else []),
        *([list(_tree(repository, asked.tree))] if asked.tree != "not-asked" else []),
        *([list(_changelog(repository, version, asked.today))] if asked.changelog != "not-asked" else []),
    ]
    for part in parts:
        yield from part
    if asked.tree != "not-asked" and repository.submodules:
        message = f"{repository.submodules} submodules are not looked into: whether they changed is not known"
        next_ = "git submodule foreach git status --short"
        yield Finding(outcome=Outcome.PASS, message=message, note=True, next=next_)
    if good := sum(not part for part in parts):
        message = f"{good} of {len(parts)} things that git tells of {version} hold"
        yield Finding(outcome=Outcome.PASS, message=message, observed=repository.head[:12], count=good)


def _other_commit(repository: Repository, release: Release) -> Finding | None:
    if release.commit is None or release.commit.casefold() == repository.head:
        return None
    return Finding(
        outcome=Outcome.FAIL,
        message=f"the repository is at {repository.head[:12]}, and the release is of {release.commit[:12]}",
        observed=repository.head,
        expected=release.commit,
        next="check out the commit of the release",
    )


def _tag(repository: Repository, version: Parsed, asked: str) -> Iterator[Finding]:
    fits = [one for one in repository.tags if one.version and parse_version(one.version) == version]
    other = [one for one in repository.tags if one not in fits]
    if not fits:
        yield _untagged(repository, version, other)
    elif asked == "annotated" and not any(one.annotated for one in fits):
        yield _bad(
            f"the tag {fits[0].name} is not annotated: it tells neither who released nor when",
            "a lightweight tag",
            "an annotated tag",
            f"tag it again: git tag -a {fits[0].name}",
        )


def _untagged(repository: Repository, version: Parsed, other: list[Tag]) -> Finding:
    if repository.shallow and not any(one.version for one in other):
        return Finding(
            outcome=Outcome.UNPROVEN,
            reason=Reason.INSUFFICIENT,
            message=f"no tag {version} is on the commit, but the clone is shallow and may lack tags",
            expected=f"the tag {version}",
            next=_FETCH,
        )
    names = ", ".join(one.name for one in other[:_NAMED])
    message = f"no tag {version} is on the commit {repository.head[:12]}" + (
        f", but {names}" if names else ""
    )
    next_ = f"tag the commit that is released, git tag -a {version}, or fetch the tags: git fetch --tags"
    if any(str(version) in one.name and not one.version for one in other):
        next_ = "where tags begin with a word, tell the evidence: `tag-prefix: release-`"
    return _bad(message, names or "no tag of a version", f"the tag {version}", next_)


def _tree(repository: Repository, asked: str) -> Iterator[Finding]:
    tree = repository.worktree
    if tree.changed:
        names = [one.path for one in tree.examples if one.state != "untracked"]
        more = f" and {tree.changed - _NAMED} more" if tree.changed > _NAMED else ""
        message = (
            f"the working tree differs from the commit in {tree.changed} files: {', '.join(names[:_NAMED])}"
        )
        yield _bad(message + more, f"{tree.changed} changed files", "none", "build from a clean checkout")
    if tree.hidden:
        yield Finding(
            outcome=Outcome.UNPROVEN,
            reason=Reason.INSUFFICIENT,
            message=f"git was told not to look at {tree.hidden} tracked files, so whether they changed is not known",
            next="git update-index --no-assume-unchanged --no-skip-worktree FILE, or check out the whole tree",
        )
    if asked == "pristine" and tree.untracked:
        names = [one.path for one in tree.examples if one.state == "untracked"]
        message = f"{tree.untracked} files or folders are not tracked: {', '.join(names[:_NAMED])}"
        yield _bad(message, f"{tree.untracked} untracked", "none", "commit them, ignore them, or remove them")


def _changelog(repository: Repository, version: Parsed, today: date) -> Iterator[Finding]:
    log = repository.changelog
    expected = f"a heading with {version}, and what changed below it"
    if log is None:
        yield Finding(
            outcome=Outcome.UNPROVEN,
            reason=Reason.MISSING,
            message="the commit holds no changelog",
            expected=expected,
            next="write CHANGELOG.md, name it as `changelog` of the evidence, or set `changelog: not-asked`",
        )
        return
    entries = [one for one in log.entries if _is_of(one, version)]
    if not entries:
        newest = next((one.title for one in log.entries), "no version at all")
        message = f"{log.path} has no entry for {version}; its newest heading is: {newest}"
        yield _entry_bad(message, log.path, log.entries[0].line if log.entries else 1, expected)
    for one in entries:
        problem = _problem(one, today)
        if problem:
            yield _entry_bad(f"{log.path}: the entry '{one.title}' {problem}", log.path, one.line, expected)


def _problem(entry: ChangelogEntry, today: date) -> str:
    if entry.yanked:
        return "says that it was yanked"
    if entry.unreleased:
        return "says that it is not released yet"
    if any(day > today.isoformat() for day in _DAY.findall(entry.title)):
        return "has a day that is still to come"
    return "" if entry.words else "has nothing below it"


def _is_of(entry: ChangelogEntry, version: Parsed) -> bool:
    try:
        return entry.version is not None and parse_version(entry.version) == version
    except ValueError:
        return False


def _entry_bad(message: str, path: str, line: int, expected: str) -> Finding:
    next_ = "move what is below `Unreleased` under a heading with the version and the day"
    return _bad(message, "", expected, next_).but(location=Location(path, line))


def _bad(message: str, observed: str, expected: str, next_: str) -> Finding:
    return Finding(outcome=Outcome.FAIL, message=message, observed=observed, expected=expected, next=next_)
