"""A Helm chart with its values: made of every file below its folder, and the values files."""

from __future__ import annotations

import bisect
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from readiness.evidence.manifests import Resource
from readiness.evidence.model import Reason, Unproven
from readiness.places import Text, YamlError, load_kubernetes
from readiness.readers.manifests import _tools
from readiness.readers.manifests._folder import CHART
from readiness.readers.manifests._rendering import Again, PlaceOf, Rendering
from readiness.readers.manifests._snapshot import Snapshot, files_below, name_of, place, read_all
from readiness.readers.manifests._spec import OF_HELM

_CORRECT = "write Chart.yaml as `helm lint` wants it"
_SOURCE = re.compile(r"^---[^\n]*\n# Source: ([^\n]+)$", re.M)
_KIND = re.compile(r"^kind:[ \t]*[\"']?([A-Za-z0-9]+)[\"']?[ \t]*\r?$", re.M)


class Helm(Rendering):
    """What `helm template` prints, without what only `helm test` creates."""

    tool: ClassVar[str] = "helm"

    def snapshot(self) -> Snapshot:
        """The whole chart in the order of paths, the values files in theirs, and the keys of the evidence."""
        values = self._values
        files = read_all([*files_below(self.folder, self.root), *values], self.root)
        settings: dict[str, Any] = {
            field.replace("_", "-"): getattr(self.spec, field)
            for field in OF_HELM
            if getattr(self.spec, field)
        }
        if values:
            settings["values"] = [name_of(path, self.root) for path in values]
        return Snapshot(files, settings, (self.folder,))

    def command(self, workspace: _tools.Workspace, snapshot: Snapshot) -> Sequence[str]:
        """`helm template`, or the same by the extra."""
        about = next(one for one in snapshot.inputs if one.path == self.folder / CHART)
        name = self.spec.release_name or _name_in(about.content)
        values = [place(workspace.tree, path) for path in self._values]
        return _tools.helm(place(workspace.tree, self.folder), name, values, self.spec, workspace)

    def by_hand(self) -> str:
        """The same command for a person, without `set`."""
        values = "".join(f" --values {name}" for name in self.spec.values)
        return f"helm template {self.spec.release_name or 'NAME'} {self.spec.path}{values}"

    def places(self, text: str, snapshot: Snapshot, workspace: _tools.Workspace, again: Again) -> PlaceOf:  # noqa: ARG002
        """The template that Helm names above an object, and the line of its `kind` where only one is of that kind."""
        lines, sources = _sources(text)
        templates = {one.name: one.content for one in snapshot.inputs}

        def place_of(found: Resource) -> tuple[str, int]:
            before = bisect.bisect_right(lines, found.line)
            name = self._template(sources[before - 1] if before else "")
            return name, _line_of(found.kind, templates.get(name, b""))

        return place_of

    @property
    def _values(self) -> list[Path]:
        return [Path(os.path.abspath(self.root / name)) for name in self.spec.values]  # noqa: PTH100

    def _template(self, source: str) -> str:
        """What reports call a template: Helm begins with the name of the chart instead of its folder.

        A template in a packed subchart is no file of its own.
        """
        inner = source.partition("/")[2]
        is_below = bool(inner) and ".." not in inner.split("/")
        return name_of(self.folder / (inner if is_below else CHART), self.root)


def _sources(text: str) -> tuple[list[int], list[str]]:
    """The lines of the comments that name templates, ascending, and the names."""
    lines: list[int] = []
    names: list[str] = []
    at, line = 0, 1
    for found in _SOURCE.finditer(text):
        line += text.count("\n", at, found.end())
        at = found.end()
        lines.append(line)
        names.append(found[1].strip())
    return lines, names


def _line_of(kind: str, template: bytes) -> int:
    text = template.decode("utf-8", "replace")
    at = [found.start() for found in _KIND.finditer(text) if found[1] == kind]
    return text.count("\n", 0, at[0]) + 1 if len(at) == 1 else 1


def _name_in(content: bytes) -> str:
    """The name that a Chart.yaml tells; Unproven (malformed) without one."""
    try:
        documents = [one for one, _ in load_kubernetes(Text(CHART, content.decode("utf-8-sig")))]
    except YamlError as error:
        problem = error.problems[0]
        message = f"{CHART}: line {problem.place.line}: {problem.message}"
        raise Unproven(Reason.MALFORMED, message, problem.help or _CORRECT) from None
    except UnicodeDecodeError:
        raise Unproven(Reason.MALFORMED, f"{CHART} is not UTF-8 text", _CORRECT) from None
    document: Any = documents[0] if len(documents) == 1 else None
    name = document.get("name") if isinstance(document, Mapping) else None
    if not isinstance(name, str) or not name or name.startswith("-"):
        raise Unproven(Reason.MALFORMED, f"{CHART} tells no name", _CORRECT)
    return name
