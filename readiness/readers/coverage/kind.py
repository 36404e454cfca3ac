"""Coverage: one file, or the files of parts that have no source file in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from readiness.evidence.coverage import MAX_FILES, Coverage, Covered
from readiness.evidence.model import Facts, Reason, Unproven
from readiness.readers.base import Binding, FileSpec
from readiness.readers.files import FileKind


class CoverageKind(FileKind[Coverage]):
    """What the tests covered. Several files add up when they are of different sources."""

    facts: ClassVar[type[Facts]] = Coverage
    binds: ClassVar[Binding | None] = "commit"

    def combine(self, parts: Sequence[Coverage], spec: FileSpec) -> Coverage:  # noqa: ARG002 - the same for all
        """The sums of the metrics that every part has.

        Unproven when two parts are of one source file: from counts alone nobody can tell which lines both covered.
        """
        if len(parts) == 1:
            return parts[0]
        files: dict[str, Covered] = {}
        for part in parts:
            _join(files, part)
        if len(files) > MAX_FILES:
            files = {}
        shared = [name for name in parts[0].metrics if all(name in part.metrics for part in parts)]
        return Coverage(
            metrics={name: sum((p.metrics[name] for p in parts), Covered(0, 0)) for name in shared},
            files=files,
        )


def _join(files: dict[str, Covered], part: Coverage) -> None:
    if not part.files and any(one.total for one in part.metrics.values()):
        message = (
            f"one of them is of more than {MAX_FILES:,} source files, too many to tell whether others overlap"
        )
        raise Unproven(Reason.MALFORMED, message, "merge the reports with the tool that wrote them")
    for path, counts in part.files.items():
        key = path.replace("\\", "/").removeprefix("./")
        if files.get(key, counts).total and key in files and counts.total:
            message = f"{path} is in more than one of them, and counts of one file cannot be added up"
            remedy = (
                "merge the reports with the tool that wrote them, or declare each as an evidence of its own"
            )
            raise Unproven(Reason.MALFORMED, message, remedy)
        files[key] = files.get(key, Covered(0, 0)) + counts
