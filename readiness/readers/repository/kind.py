"""The kind `repository`: a git repository, as it is checked out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from readiness.check import Stricter
from readiness.evidence.model import Item, Provenance, Reason, Unproven
from readiness.evidence.ownership import CodeOwners, Dialect
from readiness.evidence.repository import Changelog, MigrationState, Repository, Since, Tag
from readiness.readers.base import Context, Kind, Spec
from readiness.readers.commits import full_sha
from readiness.readers.patterns import parse_pattern
from readiness.readers.repository._changelog import find_changelog, parse_changelog
from readiness.readers.repository._codeowners import code_owners, find_code_owners
from readiness.readers.repository._git import Git, text
from readiness.readers.repository._ignored import ignored
from readiness.readers.repository._migrations import MAX_MIGRATIONS, migrations
from readiness.readers.repository._secrets import secrets_of
from readiness.readers.repository._tags import release_before, tags_reachable
from readiness.readers.repository._tree import Tree
from readiness.readers.repository._worktree import worktree_of
from readiness.units import Duration

_LONGEST = timedelta(minutes=10)
_POINT = r"^[A-Za-z0-9][A-Za-z0-9._/+@-]{0,200}$"
_FETCH = (
    "fetch the whole history and its tags: git fetch --unshallow --tags (actions/checkout: fetch-depth: 0)"
)
_STATES: Mapping[str, MigrationState] = {"A": "added", "M": "modified", "T": "modified", "D": "deleted"}


def _deadline(value: timedelta) -> timedelta:
    if not timedelta(0) < value <= _LONGEST:
        raise ValueError("is more than 0 and at most 10m")
    return value


def _pattern(value: str) -> str:
    parse_pattern(value)
    return value


class RepositorySpec(Spec):
    """A git repository."""

    path: Annotated[str, Field(min_length=1)] = "."
    """The top folder of the working tree, relative to the root."""
    tag_prefix: str = ""
    """What stands before the version in the tags of this release, such as `checkout/`; a `v` needs not be told."""
    since: Annotated[str, Field(pattern=_POINT)] | None = None
    """The tag or commit since which changes are told; left out, the highest release tag before the commit."""
    changelog: str | None = None
    """The changelog, as a path from the top; left out, the file at the top with a usual name."""
    code_owners: Dialect | None = None
    """Whose rules CODEOWNERS follows: `github` or `gitlab`; told from the folders unless it is said."""
    migrations: Sequence[Annotated[str, Field(min_length=1), AfterValidator(_pattern)]] = ()
    """More places of migrations than the usual ones, as patterns of `.gitignore`."""
    deadline: Annotated[Duration, AfterValidator(_deadline), Stricter.LOWER] = timedelta(seconds=60)
    """How long all questions to git may take together; up to 10m."""


class RepositoryKind(Kind[RepositorySpec, Repository]):
    """What the `git` command tells of a repository; nothing in it is run, and nothing is fetched or written."""

    spec: ClassVar[type[Spec]] = RepositorySpec
    facts = Repository

    def collect(self, spec: RepositorySpec, context: Context) -> Iterator[Item]:
        """One item; never raises."""
        origin = Provenance(spec.path, "git")
        try:
            reading = _Reading(context.root / spec.path, spec)
            facts = reading.facts()
        except Unproven as error:
            yield Item(origin, None, error.reason, error.message, error.remedy)
            return
        # The digest tells apart two states of one commit; git keeps the contents under names that are digests.
        state = f"{facts.head}\0{facts.worktree}\0{facts.tags}\0{facts.since.point}"
        yield Item(
            Provenance(
                spec.path,
                "git",
                hashlib.sha256(state.encode(errors="replace")).hexdigest(),
                reading.tree.read,
                observed_at=context.now,
                observed_from="content",
                commit=facts.head,
            ),
            facts,
        )


class _Reading:
    """One repository being read."""

    def __init__(self, folder: Path, spec: RepositorySpec) -> None:
        if not folder.is_dir():
            remedy = "correct the path, or check the code out"
            raise Unproven(Reason.MISSING, f"there is no such folder ({folder})", remedy)
        self.spec = spec
        self.git = Git(folder, spec.deadline.total_seconds())
        self._refuse_other_top(folder)
        self.head = self._commit("HEAD")
        if self.head is None:
            raise Unproven(Reason.MISSING, "the repository has no commit yet", "commit first")
        self.tree = Tree.of(self.git, self.head)

    def facts(self) -> Repository:
        """Everything that is asked of it."""
        head = self.head or ""
        shallow = self.git.line("rev-parse", "--is-shallow-repository") != "false"
        tags = tags_reachable(self.git, head, self.spec.tag_prefix)
        return Repository(
            path=self.spec.path,
            head=head,
            branch=self.git.line("symbolic-ref", "-q", "--short", "HEAD", may_be=(0, 1)) or None,
            shallow=shallow,
            tracked=len(self.tree.blobs),
            submodules=self.tree.submodules,
            tags=tuple(one for one in tags if one.commit == head),
            worktree=worktree_of(self.git),
            since=self._since(tags, shallow=shallow),
            secrets=secrets_of(self.git, self.tree, head),
            ignored=tuple(ignored(self.git, self.tree)),
            code_owners=self._code_owners(),
            changelog=self._changelog(),
        )

    def _refuse_other_top(self, folder: Path) -> None:
        inside = self.git.line("rev-parse", "--is-inside-work-tree")
        if inside != "true":
            raise Unproven(Reason.MALFORMED, "it is a repository without a working tree", "check it out")
        top = Path(self.git.line("rev-parse", "--show-toplevel"))
        if top.resolve() != folder.resolve():
            message = f"it is not the top of the working tree, which is {top}"
            raise Unproven(Reason.MALFORMED, message, "let `path` name the top folder")

    def _commit(self, name: str) -> str | None:
        words = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        return full_sha(self.git.line(*words, may_be=(0, 1, 128)))

    def _since(self, tags: Sequence[Tag], *, shallow: bool) -> Since:
        if self.spec.since is not None:
            commit, point = self._commit(self.spec.since), self.spec.since
            if problem := self._no_past(commit, point):
                return Since(problem=problem, remedy=_FETCH if shallow else "correct `since`")
        elif shallow:
            return Since(problem="the clone is shallow: it does not hold what came before", remedy=_FETCH)
        else:
            before = release_before(tags, self.head or "")
            if before is None:
                problem = "no tag before this commit is a version"
                remedy = "tag releases, fetch the tags, set `tag-prefix`, or name a commit as `since`"
                return Since(problem=problem, remedy=remedy)
            commit, point = before.commit, before.name
        return self._changed_since(commit, point)

    def _no_past(self, commit: str | None, point: str) -> str:
        """Why a point is none that came before the commit."""
        if commit is None:
            return f"there is no tag or commit {point}"
        if commit == self.head:
            return f"{point} is the commit itself, since which nothing can have changed"
        common = self.git.line("merge-base", commit, self.head or "", may_be=(0, 1))
        return "" if common == commit else f"{point} did not come before this commit"

    def _changed_since(self, commit: str | None, point: str) -> Since:
        words = ("diff-tree", "-r", "-z", "--no-renames", "--name-status", "--no-commit-id")
        fields = text(self.git.ask(*words, commit or "", self.head or "")).split("\0")
        pairs = dict(zip(fields[1::2], fields[::2], strict=False))
        changed = {path: _STATES.get(state[:1], "modified") for path, state in pairs.items() if path}
        own = [parse_pattern(one) for one in self.spec.migrations]
        found = tuple(migrations(changed, self.tree, own))
        if len(found) > MAX_MIGRATIONS:
            problem = (
                f"{len(found):,} migrations changed since {point}, and at most {MAX_MIGRATIONS} are told"
            )
            return Since(point=point, files=len(changed), problem=problem, remedy="name a later `since`")
        return Since(point=point, files=len(changed), migrations=found)

    def _code_owners(self) -> CodeOwners | None:
        found = find_code_owners(self.tree.blobs, self.spec.code_owners)
        if found is None:
            return None
        path, dialect = found
        return code_owners(path, dialect, self._content(path), list(self.tree.blobs))

    def _changelog(self) -> Changelog | None:
        path = self.spec.changelog or find_changelog(list(self.tree.blobs))
        if path is None or path not in self.tree.blobs:
            return None
        return parse_changelog(path, self._content(path))

    def _content(self, path: str) -> str:
        ((_, content),) = self.tree.contents([self.tree.blobs[path]])
        if content is None:
            raise Unproven(Reason.MALFORMED, f"{path} is too large to be read")
        return content.decode("utf-8-sig", errors="replace")
