"""Several files of coverage: parts add up, overlaps are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.evidence import coverage as facts
from readiness.evidence.coverage import Coverage, Covered
from readiness.evidence.model import Item, Reason, Unproven
from readiness.readers.base import FileSpec
from readiness.readers.coverage import kind
from readiness.readers.coverage.kind import CoverageKind
from readiness.testing import read_evidence
from tests.readers.coverage.support import counts


def whole(folder: Path, **files: str) -> Item:
    for name, content in files.items():
        (folder / f"{name}.info").write_text(content)
    return read_evidence("coverage", folder, path="*.info").whole


def section(path: str, *records: str) -> str:
    return "\n".join((f"SF:{path}", *records, "end_of_record", ""))


def test_different_sources_add_up(tmp_path: Path) -> None:
    item = whole(tmp_path, a=section("a.c", "DA:1,1"), b=section("b.c", "DA:1,0", "DA:2,1"))
    assert counts(item) == {"line": (2, 3)}


def test_a_metric_that_one_part_lacks_is_absent(tmp_path: Path) -> None:
    item = whole(tmp_path, a=section("a.c", "DA:1,1", "BRDA:1,0,0,1"), b=section("b.c", "DA:1,1"))
    assert counts(item) == {"line": (2, 2)}


@pytest.mark.parametrize("path", ["src/a.c", "./src/a.c", "src\\a.c"])
def test_a_source_in_two_files_is_refused(tmp_path: Path, path: str) -> None:
    item = whole(tmp_path, a=section("src/a.c", "DA:1,1"), b=section(path, "DA:1,0"))
    assert item.reason is Reason.MALFORMED
    assert item.message == f"{path} is in more than one of them, and counts of one file cannot be added up"
    assert item.remedy.startswith("merge the reports")


def test_a_source_without_lines_may_be_in_both(tmp_path: Path) -> None:
    item = whole(
        tmp_path,
        a=section("__init__.py") + section("a.py", "DA:1,1"),
        b=section("__init__.py") + section("b.py", "DA:1,1"),
    )
    assert counts(item) == {"line": (2, 2)}


def test_more_files_than_are_kept_cannot_be_combined() -> None:
    unknown = Coverage(metrics={"line": Covered(1, 2)})
    with pytest.raises(Unproven) as caught:
        CoverageKind().combine([unknown, unknown], FileSpec(kind="coverage", path="*"))
    assert caught.value.message.startswith("one of them is of more than 20,000 source files")


def test_of_very_many_files_only_the_sums_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kind, "MAX_FILES", 1)
    item = whole(tmp_path, a=section("a.c", "DA:1,1"), b=section("b.c", "DA:1,0"))
    assert isinstance(item.facts, Coverage)
    assert (counts(item), item.facts.files) == ({"line": (1, 2)}, {})
    assert facts.MAX_FILES == 20_000
