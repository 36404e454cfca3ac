"""Coverage: one file, or the files of parts that have no source file in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import ClassVar

from readiness.evidence.coverage import MAX_FILES, Coverage, Covered
from readiness.evidence.model import Facts, Reason, Unproven
from readiness.readers.base import Binding, FileSpec
from readiness.readers.coverage._tally import kept_others
from readiness.readers.files import FileKind

_MAX_STEPS = 64
_REMEDY = "merge the reports with the tool that wrote them, or declare each as an evidence of its own"


class CoverageKind(FileKind[Coverage]):
    """What the tests covered. Several files add up when they are of different sources."""

    facts: ClassVar[type[Facts]] = Coverage
    binds: ClassVar[Binding | None] = "commit"

    def combine(self, parts: Sequence[Coverage], spec: FileSpec) -> Coverage:  # noqa: ARG002 - the same for all
        """The sums of the metrics that every part has.

        Unproven when two parts are of one source file: from counts alone nobody can tell which lines both covered.
        A path that ends like the whole of another, shorter one may be the same file, unless their counts differ and
        both are relative.
        """
        if len(parts) == 1:
            return parts[0]
        _refuse_overlaps(parts)
        shared = [name for name in parts[0].metrics if all(name in part.metrics for part in parts)]
        listed = parts[0].listed if parts[0].listed in shared or not shared else shared[0]
        files = _joined(parts, listed)
        return Coverage(
            metrics={name: sum((p.metrics[name] for p in parts), Covered(0, 0)) for name in shared},
            files=files if len(files) <= MAX_FILES else {},
            listed=listed,
            others=kept_others({name: _joined(parts, name) for name in shared if name != listed}),
        )


def _joined(parts: Sequence[Coverage], metric: str) -> dict[str, Covered]:
    """The counts of a metric by path; empty when a part has counts and does not tell them by path."""
    files: dict[str, Covered] = {}
    for part in parts:
        own = part.by_path(metric)
        if not own and metric in part.metrics and part.metrics[metric].total:
            return {}
        for path, counts in own.items():
            key = _plain(path)
            files[key] = files.get(key, Covered(0, 0)) + counts
    return files


def _plain(path: str) -> str:
    return path.replace("\\", "/").removeprefix("./")


def _refuse_overlaps(parts: Sequence[Coverage]) -> None:
    known: defaultdict[str, list[tuple[int, Covered]]] = defaultdict(list)
    for number, part in enumerate(parts):
        for path, counts in _told(part).items():
            if counts.total:
                known[_plain(path)].append((number, counts))
    for number, part in enumerate(parts):
        for path, counts in part.files.items():
            if counts.total:
                _refuse_overlap(number, path, counts, known)


def _told(part: Coverage) -> Mapping[str, Covered]:
    if not part.files and any(one.total for one in part.metrics.values()):
        message = (
            f"one of them is of more than {MAX_FILES:,} source files, too many to tell whether others overlap"
        )
        raise Unproven(Reason.MALFORMED, message, "merge the reports with the tool that wrote them")
    return part.files


def _refuse_overlap(
    number: int, path: str, counts: Covered, known: Mapping[str, Sequence[tuple[int, Covered]]]
) -> None:
    """Hold a path, and all that it ends with, against the paths of other parts."""
    plain = _plain(path)
    steps = plain.split("/")
    for start in range(min(len(steps), _MAX_STEPS)):
        tail = "/".join(steps[start:])
        for other, others in known.get(tail, ()):
            is_told_later = plain == tail and other > number
            if other != number and not is_told_later and _may_be_one(plain, tail, counts, others):
                what = "is" if plain == tail else f"may be {tail}, which would be"
                message = f"{path} {what} in more than one of them, and counts of one file cannot be added up"
                raise Unproven(Reason.MALFORMED, message, _REMEDY)


def _may_be_one(one: str, tail: str, counts: Covered, others: Covered) -> bool:
    """Whether a path and one that it ends with may be the same file."""
    return one == tail or _is_absolute(one) or counts.total == others.total


def _is_absolute(path: str) -> bool:
    return path.startswith("/") or path[1:3] == ":/"
