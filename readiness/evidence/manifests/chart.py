"""The Helm chart that a set was rendered from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from readiness.evidence.model import Value

Level = Literal["error", "warning", "info"]
LEVELS: tuple[Level, ...] = ("error", "warning", "info")
"""What `helm lint` says, from worst to best."""


class Dependency(Value, frozen=True, kw_only=True):
    """Another chart: as it is asked for, as it is locked, or as it lies in `charts/`; `line` is 0 where it has none."""

    name: str
    version: str
    repository: str = ""
    file: str = ""
    line: int = 0

    @property
    def is_remote(self) -> bool:
        """Whether it is fetched from elsewhere; others are files of the same repository."""
        return bool(self.repository) and not self.repository.startswith("file:")


class Lock(Value, frozen=True, kw_only=True):
    """`Chart.lock`; `in_step` where its digest is that of the dependencies of `Chart.yaml` and of its own."""

    file: str
    dependencies: tuple[Dependency, ...]
    in_step: bool


class LintMessage(Value, frozen=True):
    """One thing that `helm lint` says, of a file of the chart."""

    level: Level
    path: str
    message: str


class Lint(Value, frozen=True, kw_only=True):
    """What `helm lint` says with the same values: the worst of it, and how much of each level there is.

    `failure` is why it could not be asked, and empty where it was.
    """

    messages: tuple[LintMessage, ...] = ()
    counts: Mapping[Level, int] = {}
    failure: str = ""


class Chart(Value, frozen=True, kw_only=True):
    """One chart: what its `Chart.yaml` says, and what was found beside it.

    `file` is that of `Chart.yaml`, `lines` those of its keys. What it does not say is empty.
    """

    file: str
    lines: Mapping[str, int]
    name: str
    version: str
    api_version: str = ""
    app_version: str = ""
    is_deprecated: bool = False
    dependencies: tuple[Dependency, ...] = ()
    lock: Lock | None = None
    vendored: tuple[Dependency, ...] = ()
    lint: Lint = Lint()
