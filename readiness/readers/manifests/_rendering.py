"""Rendering: the inputs are copied, the tool renders the copy, and its output is read as what would be applied."""

from __future__ import annotations

import os
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from readiness.evidence.manifests import Manifests, Resource
from readiness.evidence.manifests.chart import Chart
from readiness.evidence.model import Reason, Unproven
from readiness.places import Text, YamlError
from readiness.readers.commands import Limits, Ran, run
from readiness.readers.manifests._documents import resources_in
from readiness.readers.manifests._said import hidden, said, secrets_in
from readiness.readers.manifests._snapshot import Snapshot
from readiness.readers.manifests._spec import ManifestsSpec
from readiness.readers.manifests._tools import Workspace, environment

PlaceOf = Callable[[Resource], tuple[str, int]]
More = Callable[[Sequence[str]], Ran]
"""Runs another command in the same surroundings, within what is left of the deadline."""
_LIMITS = Limits(
    when_long="split what it renders into several evidences",
    when_late="render less at once, or give it a longer `deadline`",
)
_TEST_HOOKS = frozenset({"test", "test-success", "test-failure"})


@dataclass(frozen=True)
class Rendering(ABC):
    """One folder that is rendered by one tool."""

    spec: ManifestsSpec
    root: Path
    tool: ClassVar[str]

    @property
    def folder(self) -> Path:
        """Its absolute path, links kept."""
        return Path(os.path.abspath(self.root / self.spec.path))  # noqa: PTH100

    @abstractmethod
    def snapshot(self) -> Snapshot:
        """Everything that it is made of; Unproven when some of it cannot be read."""

    @abstractmethod
    def command(self, workspace: Workspace, snapshot: Snapshot) -> Sequence[str]:
        """What renders the copy of it; Unproven (missing) when the tool is not there."""

    @abstractmethod
    def by_hand(self) -> str:
        """The same command for a person."""

    @abstractmethod
    def places(self, text: str, snapshot: Snapshot, workspace: Workspace, more: More) -> PlaceOf:
        """Where a person would look for an object of what was rendered: file and line."""

    def chart(self, snapshot: Snapshot, workspace: Workspace, more: More) -> Chart | None:  # noqa: ARG002
        """The chart that it is; None where it is none."""
        return None

    def cleaner(self, snapshot: Snapshot, workspace: Workspace) -> Callable[[str], str]:
        """What takes secrets of the inputs, and our own folders, out of a text."""
        secrets = _secrets_of(snapshot)
        places = _places(self, workspace)

        def clean(text: str) -> str:
            for place, shown in places.items():
                text = text.replace(place, shown)
            return hidden(text, secrets)

        return clean


def rendered(rendering: Rendering, snapshot: Snapshot) -> Manifests:
    """The set that a folder renders to. Raises Unproven when it does not, and when there is nothing in it."""
    end = time.monotonic() + rendering.spec.deadline.total_seconds()
    with tempfile.TemporaryDirectory(prefix="readiness-") as folder:
        workspace = Workspace(Path(os.path.realpath(folder)))
        workspace.home.mkdir(mode=0o700)
        snapshot.lay_out(workspace.tree)
        command = rendering.command(workspace, snapshot)
        surroundings = environment(workspace)
        ran = run(command, workspace.home, surroundings, rendering.spec.deadline.total_seconds(), _LIMITS)
        text = _text(ran, rendering, snapshot, workspace)
        found = [one for one in _objects(text, rendering) if not _is_test(one)]

        if not found:
            raise Unproven(Reason.MISSING, "it renders to no object at all", _look(rendering))

        def more(command: Sequence[str]) -> Ran:
            return run(command, workspace.home, surroundings, max(0.0, end - time.monotonic()), _LIMITS)

        chart = rendering.chart(snapshot, workspace, more)
        place_of = rendering.places(text, snapshot, workspace, more)
    return Manifests(resources=tuple(_placed(one, place_of) for one in found), chart=chart)


def _placed(one: Resource, place_of: PlaceOf) -> Resource:
    file, line = place_of(one)
    return one.but(file=file, line=line, lines=())


def _text(ran: Ran, rendering: Rendering, snapshot: Snapshot, workspace: Workspace) -> str:
    if ran.code != 0:
        how = f"exit code {ran.code}" if ran.code > 0 else f"signal {-ran.code}"
        told = _told(ran, rendering, snapshot, workspace) or "it did not say why"
        raise Unproven(Reason.MALFORMED, f"{rendering.tool} failed ({how}): {told}", _look(rendering))
    try:
        return ran.printed.decode()
    except UnicodeDecodeError:
        message = f"what {rendering.tool} printed is not UTF-8 text"
        raise Unproven(Reason.MALFORMED, message, _look(rendering)) from None


def _told(ran: Ran, rendering: Rendering, snapshot: Snapshot, workspace: Workspace) -> str:
    return said(ran.complaints, _secrets_of(snapshot), _places(rendering, workspace))


def _secrets_of(snapshot: Snapshot) -> frozenset[str]:
    return frozenset[str]().union(*(secrets_in(one.content) for one in snapshot.files))


def _places(rendering: Rendering, workspace: Workspace) -> Mapping[str, str]:
    """The beginnings of paths of ours, and what stands for them."""
    tree = str(workspace.tree)
    roots = dict.fromkeys((str(rendering.root), os.path.realpath(rendering.root)), "")
    places = {f"{tree}{root.rstrip('/')}/": shown for root, shown in roots.items()}
    return {**places, tree: "", f"{workspace.folder}/": ""}


def _objects(text: str, rendering: Rendering) -> Iterator[Resource]:
    try:
        yield from resources_in(Text("rendered", text), "rendered")
    except YamlError as error:
        problem = error.problems[0]
        message = f"in what {rendering.tool} printed, line {problem.place.line}: {problem.message}"
        raise Unproven(Reason.MALFORMED, message, _look(rendering)) from None
    except Unproven as error:
        message = f"in what {rendering.tool} printed, {error.message}"
        raise Unproven(error.reason, message, _look(rendering)) from None


def _is_test(found: Resource) -> bool:
    """Whether it is there for `helm test` alone, which creates it long after the release."""
    meta = found.body.get("metadata")
    annotations = meta.get("annotations") if isinstance(meta, Mapping) else None
    hooks = annotations.get("helm.sh/hook") if isinstance(annotations, Mapping) else None
    return isinstance(hooks, str) and {hook.strip() for hook in hooks.split(",")} <= _TEST_HOOKS


def _look(rendering: Rendering) -> str:
    return f"see for yourself: {rendering.by_hand()}"
