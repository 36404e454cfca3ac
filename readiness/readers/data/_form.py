"""A reader of one form of plain data."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from readiness.evidence.data import Data
from readiness.readers.base import Reader, Reading
from readiness.readers.data._content import bounded_text, reading
from readiness.readers.source import Source


class Form(Reader[Data]):
    """Any file may be data, so none is by itself: only a policy says so, and then the kind tells its form."""

    def recognises(self, source: Source) -> bool:  # noqa: ARG002 - a file is data only where a policy says so
        """Never by itself."""
        return False

    def read(self, source: Source) -> Reading[Data]:
        """The content as plain data."""
        return reading(source, self.parse(bounded_text(source), source))

    @abstractmethod
    def parse(self, text: str, source: Source) -> Any:
        """The content; Unproven when it is not of this form."""
