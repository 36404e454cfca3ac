"""What git and the files of a commit tell of a release: tags, changes, migrations, owners, secrets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from readiness.evidence.model import Facts, Value
from readiness.evidence.ownership import CodeOwners

ChangeState = Literal["changed", "added", "deleted", "untracked", "conflicted"]
MigrationState = Literal["added", "modified", "deleted"]


class Tag(Value, frozen=True, kw_only=True):
    """One tag; `version` is what its name says behind the prefix, None when that is no version."""

    name: str
    commit: str
    annotated: bool
    version: str | None = None


class Change(Value, frozen=True):
    """One file in which the working tree or the index differs from the commit."""

    path: str
    state: ChangeState


class Worktree(Value, frozen=True, kw_only=True):
    """How the working tree differs from the commit; `examples` are the first of the changes.

    `hidden` are tracked files at which git was told not to look (`assume-unchanged`, `skip-worktree`).
    """

    changed: int = 0
    untracked: int = 0
    hidden: int = 0
    examples: tuple[Change, ...] = ()


class SecretFile(Value, frozen=True, kw_only=True):
    """One tracked file that holds a secret, or may: `state` is `holds`, or `unread` with the `problem`.

    `what` is the sort of secret, never the secret.
    """

    path: str
    what: str
    line: int = 1
    state: Literal["holds", "unread"] = "holds"
    problem: str = ""

    @property
    def object(self) -> str:
        """As waivers call it."""
        return f"File/{self.path}"


class Secrets(Value, frozen=True, kw_only=True):
    """The tracked files whose names or contents are those of secrets; `looked` counts the contents looked into.

    `files` are the first of `found`.
    """

    tracked: int
    looked: int
    found: int = 0
    files: tuple[SecretFile, ...] = ()


class Ignored(Value, frozen=True, kw_only=True):
    """Whether a file of this name would be ignored, and by which rule of a tracked `.gitignore`."""

    name: str
    covered: bool
    rule: str = ""


class Destruction(Value, frozen=True):
    """One statement of a migration that destroys or changes what an older version needs; `names` are its objects."""

    line: int
    what: str
    names: tuple[str, ...] = ()


class Migration(Value, frozen=True, kw_only=True):
    """One migration that is new, changed or gone since the last release.

    `keys` are the words by which a document may call it. `problem` says why its contents are not understood.
    """

    path: str
    tool: str
    state: MigrationState
    keys: tuple[str, ...] = ()
    destroys: tuple[Destruction, ...] = ()
    problem: str = ""

    @property
    def object(self) -> str:
        """As waivers call it."""
        return f"Migration/{self.path}"


class Since(Value, frozen=True, kw_only=True):
    """The files that changed since a tag or commit, the `point`; `problem` says why they are not known."""

    point: str = ""
    files: int = 0
    migrations: tuple[Migration, ...] = ()
    problem: str = ""
    remedy: str = ""


class ChangelogEntry(Value, frozen=True, kw_only=True):
    """One heading of a changelog; `version` is None for one such as `Unreleased`. `words` counts what stands below."""

    title: str
    line: int
    version: str | None = None
    words: int = 0
    yanked: bool = False
    unreleased: bool = False


class Changelog(Value, frozen=True, kw_only=True):
    """The changelog as the commit has it, newest entries first as they are written."""

    path: str
    entries: tuple[ChangelogEntry, ...] = ()


class Repository(Facts, frozen=True, kw_only=True):
    """A commit, the one that is checked out, and the working tree around it.

    `tracked` counts the files of the commit. `shallow` clones know neither all tags nor all commits. `tags` are those
    of the commit. `submodules` are not looked into.
    """

    kind: ClassVar[str] = "repository"
    path: str
    head: str
    branch: str | None
    shallow: bool
    tracked: int
    submodules: int
    tags: tuple[Tag, ...]
    worktree: Worktree
    since: Since
    secrets: Secrets
    ignored: tuple[Ignored, ...]
    code_owners: CodeOwners | None = None
    changelog: Changelog | None = None

    def summary(self) -> Mapping[str, object]:
        """The commit, its tags, and how much was found of each sort."""
        return {
            "head": self.head,
            "branch": self.branch,
            "shallow": self.shallow,
            "tracked": self.tracked,
            "submodules": self.submodules,
            "tags": [one.name for one in self.tags],
            "changed": self.worktree.changed,
            "untracked": self.worktree.untracked,
            "hidden": self.worktree.hidden,
            "since": self.since.point or None,
            "files_since": self.since.files,
            "migrations_since": len(self.since.migrations),
            "destructive_since": sum(bool(one.destroys) for one in self.since.migrations),
            "secret_files": self.secrets.found,
            "code_owners": self.code_owners.path if self.code_owners else None,
            "owned_files": self.code_owners.owned if self.code_owners else None,
            "changelog": self.changelog.path if self.changelog else None,
        }

    def objects(self) -> frozenset[str]:
        """`File/path` of each file with a secret, `Migration/path` of each migration."""
        return frozenset(
            [*(one.object for one in self.secrets.files), *(one.object for one in self.since.migrations)]
        )
