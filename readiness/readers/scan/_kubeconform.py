"""What the formats of kubeconform have in common: resources, each with what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from readiness.evidence.scan import ScanRun
from readiness.readers.scan._made import finding, run
from readiness.readers.scan._severity import FIXED

Status = Literal["valid", "invalid", "error", "skipped"]


class Validated(NamedTuple):
    """One resource, by file, API version, kind and name, and what came of it, in words where there are some."""

    file: str
    version: str
    kind: str
    name: str
    status: Status
    message: str

    @property
    def identity(self) -> str:
        """As a run names what it looked at."""
        return f"{self.version} {self.kind}/{self.name}"


def run_of(found: Sequence[Validated], scanned: int | None, unlisted: int = 0) -> ScanRun:
    """The run that a report tells of; `unlisted` is how many were skipped without being listed."""
    invalid = [one for one in found if one.status == "invalid"]
    skipped = [one for one in found if one.status == "skipped"]
    return run(
        "kubeconform",
        [
            finding(
                "schema", FIXED["kubeconform"], one.message, file=one.file, object=f"{one.kind}/{one.name}"
            )
            for one in invalid
        ],
        scanned=scanned,
        unit="resources",
        errors=[
            f"{one.file}: {one.kind} {one.name}: {one.message}" for one in found if one.status == "error"
        ],
        skipped=[
            *(f"{one.file}: {one.kind} {one.name}" for one in skipped),
            *["one that is not listed"] * min(unlisted, 1_000_000),
        ],
        objects=(one.identity for one in found if one.status in ("valid", "invalid")),
        left_out=(one.identity for one in skipped),
    )
