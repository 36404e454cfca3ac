"""The kind `catalog`: what a service says of itself in a developer portal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.ownership import Catalog
from readiness.readers.base import FileSpec
from readiness.readers.files import FileKind


class CatalogKind(FileKind[Catalog]):
    """Catalog files; several are one catalog."""

    facts = Catalog
    tracked: ClassVar[bool] = True

    def combine(self, parts: Sequence[Catalog], spec: FileSpec) -> Catalog:  # noqa: ARG002
        """All components together; Unproven (malformed) when one name is there twice."""
        components = [one for part in parts for one in part.components]
        names = [one.name for one in components]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise Unproven(Reason.MALFORMED, f"the component {twice} is there twice", "keep one of them")
        return Catalog(
            path=", ".join(part.path for part in parts),
            components=tuple(components),
            others=sum(part.others for part in parts),
        )
