"""What a release is made of, as a software bill of materials tells it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from readiness.evidence.model import Facts, Value


class Component(Value, frozen=True, kw_only=True):
    """One part. `licences` are as they are written, each an SPDX expression or a name; all of them apply."""

    name: str
    version: str = ""
    licences: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """As in `click 8.1.7`."""
        return f"{self.name} {self.version}".strip()

    @property
    def object(self) -> str:
        """As waivers name it: `Component/click@8.1.7`, without blanks and colons."""
        return "Component/" + f"{self.name}@{self.version}".rstrip("@").translate(_TIED)


_TIED = str.maketrans(" :", "__")


class Subject(Value, frozen=True, kw_only=True):
    """What the bill is of. `identities` are texts that may hold its digest: version, purl, hashes, references."""

    name: str
    version: str = ""
    identities: tuple[str, ...] = ()


class Sbom(Facts, frozen=True, kw_only=True):
    """One bill of materials.

    `components` are the parts, without files and data, which `left_out` counts. `incomplete` is what the bill says of
    its own gaps. `named` maps the licences of a document's own (`LicenseRef-...`) to their names.
    """

    kind: ClassVar[str] = "sbom"
    form: str
    path: str
    subject: Subject | None
    created_at: datetime | None
    components: tuple[Component, ...]
    left_out: int = 0
    incomplete: tuple[str, ...] = ()
    named: Mapping[str, str] = {}

    def summary(self) -> Mapping[str, object]:
        """What it is of, and how many components it lists."""
        return {
            "subject": self.subject.name if self.subject else None,
            "version": self.subject.version if self.subject else None,
            "components": len(self.components),
            "without_version": sum(not one.version for one in self.components),
            "without_licence": sum(not one.licences for one in self.components),
        }

    def objects(self) -> frozenset[str]:
        """Its components."""
        return frozenset(one.object for one in self.components)
