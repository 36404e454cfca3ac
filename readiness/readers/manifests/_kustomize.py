"""An overlay of kustomize: made of the files that its kustomizations name."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from readiness.evidence.manifests import Resource
from readiness.evidence.model import Unproven
from readiness.places import Text, YamlError, load_kubernetes
from readiness.readers.manifests import _tools
from readiness.readers.manifests._kustomization import inputs_of, kustomizations_in
from readiness.readers.manifests._rendering import More, PlaceOf, Rendering
from readiness.readers.manifests._snapshot import Snapshot, name_of, place, read_all

_ORIGIN = "config.kubernetes.io/origin"
_ASK = "buildMetadata: [originAnnotations]\n"
_START = re.compile(r"\A(?:[ \t]*(?:#[^\n]*)?\n)*---[ \t]*(?:#[^\n]*)?\n")
_Identity = tuple[str, str, str, str]


class Kustomize(Rendering):
    """What `kustomize build` prints, by kustomize itself or by kubectl."""

    tool: ClassVar[str] = "kustomize"

    def snapshot(self) -> Snapshot:
        """The overlay, its bases and components, and the files that they name, in the order of paths."""
        return Snapshot(read_all(inputs_of(self.folder, self.root), self.root), {})

    def command(self, workspace: _tools.Workspace, snapshot: Snapshot) -> Sequence[str]:  # noqa: ARG002
        """`kustomize build`, or `kubectl kustomize`."""
        return _tools.kustomize(place(workspace.tree, self._real))

    def by_hand(self) -> str:
        """The same command for a person."""
        return f"kubectl kustomize {self.spec.path}"

    def places(self, text: str, snapshot: Snapshot, workspace: _tools.Workspace, more: More) -> PlaceOf:  # noqa: ARG002
        """The file that an object began in, by kustomize's own origin annotations; else the overlay.

        They are asked for in a second run, which tells nothing else: an annotation may change what a patch does.
        """
        files = {str(one.path): one.content for one in snapshot.inputs}
        origins = self._origins(files, workspace, more)
        overlay = str(kustomizations_in(self._real)[0])

        def place_of(found: Resource) -> tuple[str, int]:
            file = origins.get((found.api_version, found.kind, found.namespace, found.name), overlay)
            return name_of(Path(file), self.root), _line_of(found, files[file])

        return place_of

    @property
    def _real(self) -> Path:
        return Path(os.path.realpath(self.folder))

    def _origins(
        self, files: Mapping[str, bytes], workspace: _tools.Workspace, more: More
    ) -> Mapping[_Identity, str]:
        """The file of each object that tells one of ours; none where kustomize is too old to say."""
        top = kustomizations_in(self._real)[0]
        asking = _asking(files[str(top)])
        if asking is None:
            return {}
        place(workspace.tree, top).write_text(asking, encoding="utf-8")
        try:
            ran = more(_tools.kustomize(place(workspace.tree, self._real)))
            documents = _documents(ran.printed) if ran.code == 0 else []
        except Unproven:
            return {}
        told = {_identity(one): os.path.normpath(self._real / _origin(one)) for one in documents}
        return {identity: file for identity, file in told.items() if file in files}


def _asking(content: bytes) -> str | None:
    """The kustomization with a wish for origins; None where nothing else can be shown to stay as it is."""
    text = content.decode("utf-8", "replace")
    before = _documents(content)
    if len(before) != 1 or "buildMetadata" in before[0]:
        return None
    start = found.end() if (found := _START.match(text)) else 0
    asking = text[:start] + _ASK + text[start:]
    after = _documents(asking.encode())
    is_same = len(after) == 1 and {**after[0]} == {**before[0], "buildMetadata": ["originAnnotations"]}
    return asking if is_same else None


def _documents(content: bytes) -> list[Mapping[str, Any]]:
    try:
        found = [one for one, _ in load_kubernetes(Text("rendered", content.decode("utf-8", "replace")))]
    except YamlError:
        return []
    return [one for one in found if isinstance(one, Mapping)]


def _identity(document: Mapping[str, Any]) -> _Identity:
    meta = _map(document.get("metadata"))
    parts = (document.get("apiVersion"), document.get("kind"), meta.get("namespace"), meta.get("name"))
    version, kind, namespace, name = (part if isinstance(part, str) else "" for part in parts)
    return version, kind, namespace, name


def _origin(document: Mapping[str, Any]) -> str:
    told = _map(_map(document.get("metadata")).get("annotations")).get(_ORIGIN)
    for origin in _documents(told.encode()) if isinstance(told, str) else ():
        path = origin.get("path") or origin.get("configuredIn")
        return path if isinstance(path, str) else ""
    return ""


def _line_of(found: Resource, content: bytes) -> int:
    """Where the object of that name begins in a file, or the only one of that kind; else the first line."""
    of_kind = [(name, line) for kind, name, line in _begin(content) if kind == found.kind]
    named = [line for name, line in of_kind if name and name == found.name] or [line for _, line in of_kind]
    return named[0] if len(named) == 1 else 1


def _begin(content: bytes) -> Iterator[tuple[object, object, int]]:
    try:
        for document, line in load_kubernetes(Text("origin", content.decode("utf-8", "replace"))):
            if isinstance(document, Mapping):
                yield document.get("kind"), _map(document.get("metadata")).get("name"), line
    except YamlError:
        return


def _map(node: Any) -> Mapping[str, Any]:
    return node if isinstance(node, Mapping) else {}
