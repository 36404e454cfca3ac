"""Numbers and words of any program's own, as plain JSON data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from readiness.evidence.model import Facts


class Data(Facts, frozen=True, kw_only=True):
    """One file: maps, lists, text, numbers, true, false and null. A table is a list of maps, one a row."""

    kind: ClassVar[str] = "data"
    path: str
    content: Any

    def summary(self) -> Mapping[str, object]:
        """Only how much it holds: what it holds may be private."""
        what = (
            "map" if isinstance(self.content, dict) else "list" if isinstance(self.content, list) else "value"
        )
        size = len(self.content) if isinstance(self.content, dict | list) else 1
        return {"content": what, "entries": size}
