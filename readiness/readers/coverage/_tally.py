"""What readers of coverage collect: points of source files that were reached, or not."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from readiness.evidence.coverage import MAX_FILES, Coverage, Covered
from readiness.evidence.model import Reason, Unproven


@dataclass(slots=True)
class Points:
    """Points of one file by their keys. A point that is told of twice is covered when either says so."""

    reached: dict[Hashable, bool] = field(default_factory=dict)

    def add(self, key: Hashable, covered: bool) -> None:
        """Tell of a point."""
        self.reached[key] = covered or self.reached.get(key, False)

    @property
    def counts(self) -> Covered:
        """How many of how many."""
        return Covered(sum(self.reached.values()), len(self.reached))


def total(counts: Mapping[str, Covered]) -> Covered:
    """The sum over files."""
    return sum(counts.values(), Covered(0, 0))


def make_coverage(metrics: Mapping[str, Mapping[str, Covered]], lines: str = "line") -> Coverage:
    """The facts, from counts by metric and file; `lines` is the metric by which files are listed."""
    files = metrics[lines]
    return Coverage(
        metrics={name: total(counts) for name, counts in metrics.items()},
        files=dict(files) if len(files) <= MAX_FILES else {},
        listed=lines,
        others=kept_others({name: counts for name, counts in metrics.items() if name != lines}),
    )


def kept_others(others: Mapping[str, Mapping[str, Covered]]) -> Mapping[str, Mapping[str, Covered]]:
    """Counts of other metrics by file, without files of which there is nothing; none when they are too many."""
    kept = {name: {path: one for path, one in counts.items() if one.total} for name, counts in others.items()}
    return kept if sum(len(counts) for counts in kept.values()) <= MAX_FILES else {}


def refuse(message: str, remedy: str = "") -> Unproven:
    """A file that is not what it claims to be."""
    return Unproven(Reason.MALFORMED, message, remedy)


REWRITE = "write the report again, whole and by the tool itself"
