"""The kind `compose`: a Compose file, and those that are laid over it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar

from pydantic import Field

from readiness.evidence.compose import Compose, Service
from readiness.evidence.model import Item, Reason, Unproven
from readiness.readers.base import Context, FileSpec, Spec
from readiness.readers.compose._merge import overlay
from readiness.readers.files import FileKind


class ProjectSpec(FileSpec):
    """A Compose project."""

    overrides: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(strict=False)] = ()
    """Files that are laid over `path`, in this order, as `docker compose -f path -f ...` does."""


class ComposeKind(FileKind[Compose]):
    """Compose files are merged in the order that the policy gives, never in that of a glob."""

    spec: ClassVar[type[Spec]] = ProjectSpec
    facts = Compose
    tracked: ClassVar[bool] = True

    def collect(self, spec: ProjectSpec, context: Context) -> Iterator[Item]:  # type: ignore[override]
        """One item for each file, in the order in which they are merged; never raises."""
        yield from super().collect(spec, context)
        for path in spec.overrides:
            yield self._item(context.root / path, spec, context)

    def combine(self, parts: Sequence[Compose], spec: ProjectSpec) -> Compose:
        """The project; Unproven (malformed) when the order of its files is not told."""
        overlaid = len(spec.overrides)
        if len(parts) != 1 + overlaid:
            message = f"{len(parts) - overlaid} files match, and which is laid over which is not told"
            raise Unproven(
                Reason.MALFORMED,
                message,
                "name the first one as `path`, and the others in `overrides`, in order",
            )
        services: dict[str, Service] = {}
        for part in parts:
            for one in part.services:
                services[one.name] = overlay(services[one.name], one) if one.name in services else one
        if not services:
            raise Unproven(Reason.MISSING, "there is no service in it", "name the file of the project")
        return Compose(
            services=tuple(services.values()),
            included=tuple(one for part in parts for one in part.included),
            remarks=tuple(one for part in parts for one in part.remarks),
        )
