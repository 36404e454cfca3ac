"""The kind `project`: files in which a project states its version."""

from __future__ import annotations

from typing import ClassVar

from readiness.evidence.project import Project
from readiness.readers.files import FileKind


class ProjectKind(FileKind[Project]):
    """`pyproject.toml`, `package.json` and `Chart.yaml`."""

    facts = Project
    tracked: ClassVar[bool] = True
