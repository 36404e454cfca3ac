"""A Helm chart with its values: made of every file below its folder, or of its archive, and of the values files."""

from __future__ import annotations

import bisect
import os
import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from readiness.evidence.manifests import Resource
from readiness.evidence.manifests.chart import Chart, Lint
from readiness.evidence.model import Reason, Unproven
from readiness.readers.manifests import _tools
from readiness.readers.manifests._archive import SUFFIXES, members, refuse_unsafe
from readiness.readers.manifests._chart import chart_of, name_in
from readiness.readers.manifests._folder import CHART
from readiness.readers.manifests._lint import lint_of
from readiness.readers.manifests._rendering import More, PlaceOf, Rendering
from readiness.readers.manifests._snapshot import Input, Snapshot, files_below, name_of, place, read_all
from readiness.readers.manifests._spec import OF_HELM

_SOURCE = re.compile(r"^---[^\n]*\n# Source: ([^\n]+)$", re.M)
_KIND = re.compile(r"^kind:[ \t]*[\"']?([A-Za-z0-9]+)[\"']?[ \t]*\r?$", re.M)


class Helm(Rendering):
    """What `helm template --include-crds` prints, without what only `helm test` creates."""

    tool: ClassVar[str] = "helm"

    @cached_property
    def is_packed(self) -> bool:
        """Whether it is an archive, as `helm package` writes it."""
        return self.folder.name.endswith(SUFFIXES) and not self.folder.is_dir()

    def snapshot(self) -> Snapshot:
        """The whole chart in the order of paths, the values files in theirs, and the keys of the evidence."""
        values = self._values
        own = [self.folder] if self.is_packed else files_below(self.folder, self.root)
        files = read_all([*own, *values], self.root)
        _refuse_unsafe(files)
        settings: dict[str, Any] = {
            field.replace("_", "-"): getattr(self.spec, field)
            for field in OF_HELM
            if getattr(self.spec, field)
        }
        if values:
            settings["values"] = [name_of(path, self.root) for path in values]
        if self.is_packed:
            return Snapshot(files, settings, (), (*self._unpacked(files[0]), *files[1:]))
        return Snapshot(files, settings, (self.folder,))

    def _unpacked(self, archive: Input) -> Sequence[Input]:
        """The files of an archive, as if its name were that of a folder."""
        return [
            Input(self.folder / one.path, f"{archive.name}/{one.path}", one.content, archive.modified_at)
            for one in members(archive.content)
        ]

    def _chart(self, snapshot: Snapshot) -> Path:
        """The folder of the chart: that of the one Chart.yaml at the top of an archive."""
        if not self.is_packed:
            return self.folder
        tops = [one.path.parent for one in snapshot.files if one.path.name == CHART]
        tops = [top for top in tops if top.parent == self.folder]
        if len(tops) != 1:
            message = f"{self.spec.path} holds no chart: there is no {CHART} in one folder at its top"
            raise Unproven(Reason.MALFORMED, message, "pack the chart with `helm package`")
        return tops[0]

    def command(self, workspace: _tools.Workspace, snapshot: Snapshot) -> Sequence[str]:
        """`helm template`, or the same by the extra."""
        return _tools.helm("template", self._call(workspace, snapshot), self.spec, workspace)

    def _call(self, workspace: _tools.Workspace, snapshot: Snapshot) -> _tools.Call:
        chart = self._chart(snapshot)
        about = next(one for one in snapshot.files if one.path == chart / CHART)
        name = self.spec.release_name or name_in(about.content)
        values = tuple(place(workspace.tree, path) for path in self._values)
        return _tools.Call(place(workspace.tree, chart), name, values)

    def by_hand(self) -> str:
        """The same command for a person, without `set`."""
        values = "".join(f" --values {name}" for name in self.spec.values)
        return f"helm template {self.spec.release_name or 'NAME'} {self.spec.path}{values}"

    def places(self, text: str, snapshot: Snapshot, workspace: _tools.Workspace, more: More) -> PlaceOf:  # noqa: ARG002
        """The template that Helm names above an object, and the line of its `kind` where only one is of that kind."""
        lines, sources = _sources(text)
        templates = {one.name: one.content for one in snapshot.files}
        chart = self._chart(snapshot)

        def place_of(found: Resource) -> tuple[str, int]:
            before = bisect.bisect_right(lines, found.line)
            name = self._template(chart, sources[before - 1] if before else "")
            return name, _line_of(found.kind, templates.get(name, b""))

        return place_of

    def chart(self, snapshot: Snapshot, workspace: _tools.Workspace, more: More) -> Chart:
        """The chart, and what `helm lint` says of it with the same values."""
        command = _tools.helm("lint", self._call(workspace, snapshot), self.spec, workspace)
        clean = self.cleaner(snapshot, workspace)
        try:
            lint = lint_of(more(command), clean)
        except Unproven as error:
            lint = Lint(failure=f"helm lint: {error.message}")
        return chart_of(self._chart(snapshot), snapshot.files, lint)

    @property
    def _values(self) -> list[Path]:
        return [Path(os.path.abspath(self.root / name)) for name in self.spec.values]  # noqa: PTH100

    def _template(self, chart: Path, source: str) -> str:
        """What reports call a template: Helm begins with the name of the chart instead of its folder.

        A template in a packed subchart is no file of its own.
        """
        inner = source.partition("/")[2]
        is_below = bool(inner) and ".." not in inner.split("/")
        return name_of(chart / (inner if is_below else CHART), self.root)


def _refuse_unsafe(files: Sequence[Input]) -> None:
    """Helm unpacks what lies in `charts/`, and some versions of it without a bound."""
    for one in files:
        if one.name.endswith(SUFFIXES):
            try:
                refuse_unsafe(one.content)
            except Unproven as error:
                raise Unproven(error.reason, f"{one.name}: {error.message}", error.remedy) from None


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
