"""The kind `dockerfile`."""

from __future__ import annotations

from typing import ClassVar

from readiness.evidence.dockerfile import Dockerfile
from readiness.readers.files import FileKind


class DockerfileKind(FileKind[Dockerfile]):
    """A Dockerfile; one that is tracked and unchanged is of the commit that is checked out."""

    facts = Dockerfile
    tracked: ClassVar[bool] = True
