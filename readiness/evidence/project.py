"""What a project's own files say about its name and version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from readiness.evidence.model import Facts


class Project(Facts, frozen=True, kw_only=True):
    """One file: `pyproject.toml`, `package.json` or `Chart.yaml`.

    `released` is the version of the software: for a chart its `appVersion`, and None when the file does not state
    it. `version` is that of the file's own package, `line` where the former stands, or should.
    """

    kind: ClassVar[str] = "project"
    path: str
    form: Literal["pyproject", "package-json", "chart"]
    name: str
    version: str | None
    released: str | None
    line: int = 1

    @property
    def key(self) -> str:
        """What the file calls the version of the software."""
        return {"pyproject": "project.version", "package-json": "version", "chart": "appVersion"}[self.form]

    def summary(self) -> Mapping[str, object]:
        """Its name and versions."""
        return {"name": self.name, "version": self.version, "released": self.released}
