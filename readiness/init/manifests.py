"""Which folders hold manifests that can be judged, and which only what they are rendered from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from readiness.evidence.model import Unproven
from readiness.init.grouping import group, literal
from readiness.init.model import Source
from readiness.init.tree import Tree
from readiness.readers.base import AnyKind, Context

_FOLDERS = frozenset(
    ("deploy", "deployment", "deployments", "k8s", "kubernetes", "kube", "manifests", "overlays", "rendered")
)
_STEMS = ("rendered", "manifest", "k8s", "kubernetes")
_KUSTOMIZATIONS = frozenset(("kustomization.yaml", "kustomization.yml"))
_OTHER_PLACES = ("stag", "dev", "test", "qa", "preview", "local", "base")
_MOST_FILES = 500
_MOST_PROBES = 40


class Set(NamedTuple):
    """One path that holds manifests; `problem` says why the gate does not accept it as it is."""

    path: str
    files: int
    problem: str = ""


def sources(files: Sequence[str]) -> tuple[Source, ...]:
    """Folders of kustomize and charts of Helm; those for production first, bases last."""
    found = {
        _tool(file): None for file in files if PurePosixPath(file).name in {*_KUSTOMIZATIONS, "Chart.yaml"}
    }
    return tuple(sorted(found, key=lambda one: (rank(one.folder), one.tool == "helm", one.folder)))


def _tool(file: str) -> Source:
    path = PurePosixPath(file)
    return Source("helm" if path.name == "Chart.yaml" else "kustomize", str(path.parent))


def candidates(files: Sequence[str], rendered_from: Sequence[Source]) -> list[str]:
    """The YAML files that may be manifests by where they stand, and are no input of a renderer."""
    inputs = [folder for one in rendered_from for folder in _inputs(one.folder)]
    paths = [PurePosixPath(file) for file in files if file.lower().endswith((".yaml", ".yml"))]
    may_be = [path for path in paths if top_of(str(path)) is not None]
    return [str(path) for path in may_be if not any(path.is_relative_to(one) for one in inputs)][:_MOST_FILES]


def _inputs(folder: str) -> list[PurePosixPath]:
    """What belongs to a chart or a kustomization; one in the root does not own the whole repository."""
    if folder != ".":
        return [PurePosixPath(folder)]
    return [PurePosixPath(name) for name in ("templates", "charts", "crds", "base", "overlays")]


def top_of(file: str) -> str | None:
    """The outermost folder of that kind of name, the file itself if only its own name says so, or None."""
    path = PurePosixPath(file)
    for folder in reversed(path.parents):
        if folder.name.lower() in _FOLDERS:
            return str(folder)
    return str(path) if path.stem.lower().startswith(_STEMS) else None


class Prober:
    """Reads sets as the gate would; a limited number of times, for a set may be large."""

    def __init__(self, kind: AnyKind, context: Context, tree: Tree, rendered_from: Sequence[Source]) -> None:
        self._kind, self._context, self._tree, self._left = kind, context, tree, _MOST_PROBES
        self._inputs = [PurePosixPath(one.folder) for one in rendered_from]

    def sets(self, confirmed: Sequence[str]) -> Iterator[Set]:
        """One set below each outermost folder."""
        tops: dict[str, list[str]] = {}
        for file in confirmed:
            tops.setdefault(top_of(file) or file, []).append(file)
        for top, below in tops.items():
            found = sorted(self._below(top, below), key=lambda one: (bool(one.problem), rank(one.path)))
            if found:
                yield found[0]

    def _below(self, folder: str, files: Sequence[str]) -> Iterator[Set]:
        """The folder itself; where that is several sets, such as one for each environment, those below it.

        A folder that holds manifests itself is never left for a part of it: what is wrong in it must be seen.
        """
        direct = [file for file in files if str(PurePosixPath(file).parent) == folder or file == folder]
        if any(one.is_relative_to(folder) for one in self._inputs):
            yield from (self.probe(one.path, len(one.files)) for one in group(direct, self._tree.files))
        else:
            whole = self.probe(literal(folder), len(files))
            if not whole.problem or direct or self._left <= 0:
                yield whole
                return
        children: dict[str, list[str]] = {}
        for file in files:
            if file not in direct:
                children.setdefault(
                    f"{folder}/{PurePosixPath(file).relative_to(folder).parts[0]}", []
                ).append(file)
        for child, own in children.items():
            yield from self._below(child, own)

    def probe(self, path: str, count: int, values: Sequence[str] = ()) -> Set:
        """The set at a path, with what the gate has against it."""
        self._left -= 1
        keys = {"kind": "manifests", "path": path} | ({"values": list(values)} if values else {})
        try:
            spec = self._kind.spec.model_validate(keys)
            parts: list[Any] = []
            for item in self._kind.collect(spec, self._context):
                if item.facts is None:
                    name = Path(item.provenance.source).name
                    return Set(path, count, f"{name}: {item.message}")
                parts.append(item.facts)
            self._kind.combine(parts, spec)
        except Unproven as error:
            return Set(path, count, error.message)
        return Set(path, count)


def rank(path: str) -> int:
    """0 for what goes to production, 2 for what goes elsewhere, 1 where the name does not tell."""
    name = path.lower()
    if "prod" in name:
        return 0
    return 2 if any(PurePosixPath(name).name.startswith(word) for word in _OTHER_PLACES) else 1
