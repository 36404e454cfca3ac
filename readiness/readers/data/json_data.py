"""JSON (RFC 8259): no NaN, no key twice."""

from __future__ import annotations

from typing import Any

from readiness.readers.data._form import Form
from readiness.readers.source import Source


class JsonData(Form):
    """One value."""

    def parse(self, text: str, source: Source) -> Any:  # noqa: ARG002 - the source has parsed it once for all
        """The value."""
        return source.json
