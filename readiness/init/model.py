"""What was found in a repository."""

from __future__ import annotations

from typing import NamedTuple


class Found(NamedTuple):
    """One evidence: the entry of the policy that it is for, its name and keys there, and how many files it is now.

    `problem` says why the gate will not accept it as it is; `keys` are those beside `kind` and `path`, as YAML.
    """

    entry: str
    name: str
    kind: str
    format: str
    path: str
    files: int = 1
    problem: str = ""
    keys: str = ""


class Pipeline(NamedTuple):
    """A CI system, the file that shows it, and the variable in which it keeps the commit."""

    system: str
    file: str
    variable: str


class ReleaseFound(NamedTuple):
    """What names the release. `version_from` says where the version was read; both are empty when nowhere."""

    name: str
    version: str = ""
    version_from: str = ""
    pipelines: tuple[Pipeline, ...] = ()
    in_git: bool = False


class Source(NamedTuple):
    """What manifests are rendered from: a folder of `kustomize` or a chart of `helm`."""

    tool: str
    folder: str


class Survey(NamedTuple):
    """Everything that was found, and how far was looked.

    `notes` and `left` are sentences; the latter tell of evidence that there was no room for.
    """

    release: ReleaseFound
    evidence: tuple[Found, ...]
    sources: tuple[Source, ...]
    builders: frozenset[str]
    folders: int
    files: int
    notes: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    def of(self, entry: str) -> tuple[Found, ...]:
        """The evidence for one entry of the policy."""
        return tuple(one for one in self.evidence if one.entry == entry)
