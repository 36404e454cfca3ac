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


@pytest.mark.parametrize(
    ("one", "other"),
    [("/srv/shop/src/a.c", "src/a.c"), ("C:\\shop\\src\\a.c", "src/a.c"), ("src/shop/a.py", "shop/a.py")],
)
def test_a_source_that_may_be_the_same_under_a_longer_path_is_refused(
    tmp_path: Path, one: str, other: str
) -> None:
    for first, second in ((one, other), (other, one)):
        item = whole(tmp_path, a=section(first, "DA:1,1"), b=section(second, "DA:1,0"))
        assert item.reason is Reason.MALFORMED
        assert "which would be in more than one of them" in item.message


def test_files_of_one_name_in_different_folders_add_up(tmp_path: Path) -> None:
    longer = section("lib/src/a.c", "DA:1,1", "DA:2,1")
    item = whole(tmp_path, a=section("src/a.c", "DA:1,1"), b=longer, c=section("src/b/a.c", "DA:1,1"))
    assert counts(item) == {"line": (4, 4)}


def test_other_metrics_stay_with_their_paths(tmp_path: Path) -> None:
    one = section("a.c", "DA:1,1", "BRDA:1,0,0,1", "BRDA:1,0,1,-")
    item = whole(tmp_path, a=one, b=section("b.c", "DA:1,1", "BRDA:1,0,0,1"))
    assert isinstance(item.facts, Coverage)
    assert {path: one.total for path, one in item.facts.by_path("branch").items()} == {"a.c": 2, "b.c": 1}


def test_formats_without_a_metric_in_common_show_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.info").write_text(section("a.c", "DA:1,1"))
    (tmp_path / "b.info").write_text("mode: set\nshop/a.go:1.1,2.2 1 1\n")
    item = read_evidence("coverage", tmp_path, path="*.info").whole
    assert counts(item) == {}


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
