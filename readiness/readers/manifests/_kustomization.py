"""The files that an overlay of kustomize is made of: found by what its kustomizations name, none of them remote.

Sources: kubectl.docs.kubernetes.io/references/kustomize/kustomization, and what kustomize 5 does with each field.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from readiness.evidence.model import Reason, Unproven
from readiness.places import Text, YamlError, load_kubernetes
from readiness.readers.manifests._folder import KUSTOMIZATIONS
from readiness.readers.manifests._snapshot import MAX_INPUTS, name_of
from readiness.readers.source import Source

_FOLLOWED = ("resources", "bases", "components", "generators", "transformers", "validators")
_PLUGINS = ("generators", "transformers", "validators")
_NAMING_FILES = frozenset({"path", "files", "envs", "env", "patchesStrategicMerge", "crds", "configurations"})
_REMOTE = re.compile(
    r"://|^git::|^[^/]*@[^/]*[:/]|^gh:|^(www\.)?github\.com[:/]|\.git(/|\?|$)|_git/|[?&](ref|version)=|^[^/?#]*\.[a-z]+/.*//",
    re.I,
)
_HTTP = re.compile(r"(?:[^=]*=)?https?://", re.I)
_VENDOR = "copy it into the repository, or render it before the gate runs and let `path` name the output"


def inputs_of(folder: Path, root: Path) -> list[Path]:
    """The files of an overlay and of all that it is built on, in the order of their paths.

    Raises Unproven (malformed) for what is remote, not there, reached through a link, or not YAML.
    """
    walk = _Walk(root)
    walk.follow(Path(os.path.realpath(folder)))
    return sorted(walk.found)


def kustomizations_in(folder: Path) -> list[Path]:
    """The files of a folder that make it a kustomization; more than one is an error of it."""
    return [folder / name for name in KUSTOMIZATIONS if os.path.lexists(folder / name)]


class _Walk:
    """From folder to folder; each is looked at once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._seen: set[Path] = set()
        self.found: set[Path] = set()

    def follow(self, top: Path) -> None:
        todo = [top]
        while todo:
            folder = todo.pop()
            if folder in self._seen:
                continue
            self._seen.add(folder)
            if len(self._seen) > MAX_INPUTS:
                raise Unproven(Reason.MALFORMED, f"it is built on more than {MAX_INPUTS:,} folders")
            files = kustomizations_in(folder)
            if not files:
                message = f"{self._name(folder)}, which a kustomization names, holds none itself"
                remedy = f"write {folder.name}/{KUSTOMIZATIONS[0]}, or correct the name"
                raise Unproven(Reason.MALFORMED, message, remedy)
            for file in files:
                todo.extend(self._folders_of(file))

    def _folders_of(self, file: Path) -> Iterator[Path]:
        """Note the files that a kustomization names, and tell the folders."""
        for document in self._documents(file):
            _refuse_charts(document, self._name(file))
            for key in _FOLLOWED:
                for entry in _texts(document.get(key)):
                    yield from self._entry(entry, file, is_plugin=key in _PLUGINS)
            self._note_files(document, file)

    def _entry(self, entry: str, file: Path, *, is_plugin: bool) -> Iterator[Path]:
        if "\n" in entry:  # written out in place
            return
        if _REMOTE.search(entry):
            raise self._remote(entry, file)
        path = self._at(file, entry)
        if path.is_dir():
            yield path
        elif path.is_file():
            self.found.add(path)
            if is_plugin:
                for document in self._documents(path):
                    self._note_files(document, path)
        else:
            message = f"{self._name(file)} names {entry}, which is not there"
            raise Unproven(Reason.MALFORMED, message, "add it, or take it out of the kustomization")

    def _note_files(self, node: Any, file: Path, key: str = "") -> None:
        """Note every file that some value names, whatever the field is called."""
        if isinstance(node, Mapping):
            for name, value in node.items():
                self._note_files(value, file, name)
        elif isinstance(node, Sequence) and not isinstance(node, str):
            for value in node:
                self._note_files(value, file, key)
        elif isinstance(node, str) and 0 < len(node) < 4096 and "\n" not in node and "\0" not in node:
            if key in _NAMING_FILES and _HTTP.match(node):
                raise self._remote(node.partition("=")[2] if "=" in node.partition("://")[0] else node, file)
            self._note(node, file)

    def _note(self, text: str, file: Path) -> None:
        for part in {text, text.partition("=")[2]} - {""}:
            try:
                if (file.parent / part).is_file():
                    self.found.add(self._at(file, part))
            except OSError:  # too long for a name
                continue

    def _at(self, file: Path, entry: str) -> Path:
        """What an entry names, which is where it says: links would mean another place to kustomize than to a reader."""
        path = Path(os.path.normpath(file.parent / entry))
        if os.path.lexists(path) and os.path.realpath(path) != str(path):
            message = f"{self._name(file)} names {entry}, which is reached through a link"
            raise Unproven(Reason.MALFORMED, message, "name the place that the link leads to")
        return path

    def _documents(self, file: Path) -> list[Mapping[str, Any]]:
        name = self._name(file)
        self.found.add(file)
        try:
            with Source.open(file, name) as source:
                text = source.text
            documents = [document for document, _ in load_kubernetes(Text(file.name, text))]
        except YamlError as error:
            problem = error.problems[0]
            message = f"{name}: line {problem.place.line}: {problem.message}"
            raise Unproven(Reason.MALFORMED, message, problem.help) from None
        except Unproven as error:
            raise Unproven(error.reason, f"{name}: {error.message}", error.remedy or "correct it") from None
        return [document for document in documents if isinstance(document, Mapping)]

    def _name(self, path: Path) -> str:
        return name_of(path, self._root)

    def _remote(self, entry: str, file: Path) -> Unproven:
        shown = re.sub(r"//[^/@\s]*@", "//***@", entry)
        message = f"{self._name(file)} names {shown}, which is remote: nothing is fetched while the gate runs"
        return Unproven(Reason.MALFORMED, message, _VENDOR)


def _refuse_charts(document: Mapping[str, Any], name: str) -> None:
    for key in ("helmCharts", "helmChartInflationGenerator"):
        if document.get(key):
            message = f"{name} has `{key}`: kustomize would have Helm fetch a chart while the gate runs"
            raise Unproven(
                Reason.MALFORMED, message, "render it before the gate runs, and let `path` name the output"
            )


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, Sequence) and not isinstance(node, str):
        yield from (entry for entry in node if isinstance(entry, str) and entry)
