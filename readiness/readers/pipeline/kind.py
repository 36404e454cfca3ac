"""The kind `pipeline`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from readiness.evidence.pipeline import Pipeline
from readiness.readers.base import FileSpec
from readiness.readers.files import FileKind


class PipelineKind(FileKind[Pipeline]):
    """Pipeline files; several are the workflows of one repository."""

    facts = Pipeline
    tracked: ClassVar[bool] = True

    def combine(self, parts: Sequence[Pipeline], spec: FileSpec) -> Pipeline:  # noqa: ARG002
        """All workflows together."""
        return Pipeline(workflows=tuple(one for part in parts for one in part.workflows))
