"""Tags: those of the commit, and that of the release before it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from packaging.version import InvalidVersion, Version

from readiness.evidence.repository import Tag
from readiness.readers.repository._git import Git, text

_FORMAT = "%(refname:strip=2)%00%(objecttype)%00%(objectname)%00%(*objectname)%00%(*objecttype)"
_BARE_NUMBER = re.compile(r"[^-+]*-\d+(\+.*)?", re.ASCII)


def tags_reachable(git: Git, commit: str, prefix: str) -> list[Tag]:
    """Every tag of the commit and of those before it; what is no tag of a commit is left out."""
    printed = text(git.ask("for-each-ref", f"--merged={commit}", f"--format={_FORMAT}", "refs/tags"))
    found = []
    for line in filter(None, printed.split("\n")):
        name, sort, own, peeled, peeled_sort = line.split("\0")
        if sort == "commit" or peeled_sort == "commit":
            found.append(
                Tag(
                    name=name,
                    commit=peeled or own,
                    annotated=sort == "tag",
                    version=_version(name, prefix),
                )
            )
    return found


def release_before(tags: Iterable[Tag], commit: str) -> Tag | None:
    """The highest final version among the tags of earlier commits; of a pre-release only where there is no other."""
    earlier = [one for one in tags if one.commit != commit and one.version]
    finals = [one for one in earlier if not Version(one.version or "").is_prerelease]
    return max(finals or earlier, key=lambda one: Version(one.version or ""), default=None)


def _version(name: str, prefix: str) -> str | None:
    if not name.startswith(prefix):
        return None
    rest = name[len(prefix) :]
    if _BARE_NUMBER.fullmatch(rest) or len(rest) > 128 or not re.match(r"[vV]?\d", rest):
        return None
    try:
        return str(Version(rest))
    except InvalidVersion:
        return None
