"""Series of numbers, as evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar

from pydantic import Field

from readiness.evidence.model import Facts, Item, Unproven
from readiness.evidence.series import Metrics
from readiness.readers.base import Binding, Context, FileSpec, Spec
from readiness.readers.files import FileKind
from readiness.readers.metrics._gathered import bounded, malformed, renamed


class MetricsSpec(FileSpec):
    """Files of metrics."""

    name: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    """The name of series that have none, as `sum(rate(...))` leaves them; its suffix tells the unit: `cpu_cores`."""


class MetricsKind(FileKind[Metrics]):
    """What a monitoring system recorded while the release was tested. Several files are put together."""

    spec: ClassVar[type[Spec]] = MetricsSpec
    facts: ClassVar[type[Facts]] = Metrics
    binds: ClassVar[Binding | None] = "commit"

    def collect(self, spec: FileSpec, context: Context) -> Iterator[Item]:
        """One item for each file, its nameless series named as the policy says; never raises."""
        for item in super().collect(spec, context):
            yield _named(item, spec)

    def combine(self, parts: Sequence[Metrics], spec: FileSpec) -> Metrics:  # noqa: ARG002 - its keys say nothing of it
        """All series. Unproven when one stands in two files, or when they are too many."""
        series = tuple(one for part in parts for one in part.series)
        for title, times in Counter(one.title for one in series).items():
            if times > 1:
                message = f"the series {title[:200]} stands in {times} files"
                raise malformed(message, "export each series once, or tell them apart by a label")
        return bounded(Metrics(series=series))


def _named(item: Item, spec: FileSpec) -> Item:
    if not isinstance(spec, MetricsSpec) or spec.name is None or not isinstance(item.facts, Metrics):
        return item
    try:
        return item.but(facts=renamed(item.facts, spec.name))
    except Unproven as error:
        return Item(item.provenance, None, error.reason, error.message, error.remedy)
