"""LCOV: records are counted; sums may be absent, and must be right when they are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.model import Reason
from tests.readers.coverage.support import REPORTS, SAMPLES, counts, metrics, read, refusal

BRANCH = REPORTS / "branch.info"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "lcov.info"


def section(*records: str, path: str = "a.c") -> str:
    return "\n".join(("TN:", f"SF:{path}", *records, "end_of_record", ""))


def write(file: Path, content: str) -> Path:
    file.write_text(content)
    return file


def test_lines_branches_and_functions_are_counted() -> None:
    assert metrics(BRANCH) == {"line": (14, 15), "branch": (5, 6), "function": (3, 4)}


def test_without_branches_the_metric_is_absent() -> None:
    assert metrics(REPORTS / "line.info") == {"line": (14, 15), "function": (3, 4)}


def test_jest_is_counted() -> None:
    assert metrics(REPORTS / "jest.info") == {"line": (5, 6), "branch": (1, 2), "function": (1, 2)}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")
def test_the_sample_is_counted() -> None:
    assert metrics(SAMPLES / "lcov.info") == {"line": (17, 19), "branch": (5, 6), "function": (3, 5)}


def test_it_has_no_time_of_its_own() -> None:
    assert read(BRANCH).provenance.observed_from == "mtime"


def test_sums_may_be_absent(file: Path) -> None:
    assert metrics(write(file, section("DA:1,1", "DA:2,0"))) == {"line": (1, 2)}


def test_a_branch_of_a_line_that_never_ran_is_not_taken(file: Path) -> None:
    records = ("BRDA:1,0,0,-", "BRDA:1,0,1,0", "BRDA:2,e0,jump to line 3, or 4,2", "BRF:3", "BRH:1")
    assert metrics(write(file, section("DA:1,0", *records)))["branch"] == (1, 3)


def test_sections_of_one_file_are_merged_by_line(file: Path) -> None:
    content = section("DA:1,1", "DA:2,0", "LF:2", "LH:1") + section("DA:1,0", "DA:2,3", "LF:2", "LH:1")
    assert metrics(write(file, content)) == {"line": (2, 2)}


def test_sections_of_one_name_with_other_lines_are_of_different_files(file: Path) -> None:
    content = section("DA:1,1", "DA:2,1", "LF:2", "LH:2") + section("DA:1,0", "DA:3,0", "LF:2", "LH:0")
    assert "they are of different files" in refusal(file, content)


def test_windows_line_ends_comments_and_checksums_are_read(file: Path) -> None:
    content = "# made by hand\nTN:unit\nSF:src\\a.c\nVER:1\nDA:1,1,abc123==\nend_of_record"
    assert metrics(write(file, content.replace("\n", "\r\n"))) == {"line": (1, 1)}


def test_functions_of_lcov_2_are_counted(file: Path) -> None:
    records = ("FNL:0,1,3", "FNA:0,2,f(int, int)", "FNL:1,5", "FNA:1,0,g", "FNF:2", "FNH:1", "DA:1,1")
    assert metrics(write(file, section(*records)))["function"] == (1, 2)


def test_functions_of_one_name_are_told_apart_by_their_order(file: Path) -> None:
    records = (
        "FN:1,constructor",
        "FN:9,constructor",
        "FNF:2",
        "FNH:1",
        "FNDA:3,constructor",
        "FNDA:0,constructor",
    )
    assert metrics(write(file, section("DA:1,1", *records)))["function"] == (1, 2)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (section("DA:1,1", "DA:2,0", "LF:1"), "line 5: LF:1 of a.c, and its records come to 2 lines found"),
        (section("DA:1,1", "DA:2,0", "LH:2"), "line 5: LH:2 of a.c, and its records come to 1 lines hit"),
        (section("LF:10", "LH:10"), "line 3: LF:10 of a.c, and its records come to 0 lines found"),
        (section("BRDA:1,0,0,1", "BRF:2"), "line 4: BRF:2 of a.c, and its records come to 1 branches found"),
        (section("FN:1,f", "FNH:1"), "line 4: FNH:1 of a.c, and its records come to 0 functions hit"),
        (section("LF:0", "LF:1"), "line 4: a second LF of a.c, unlike the first"),
        (section("FNDA:1,f"), "a.c: 1 FNDA of 'f', and 0 FN"),
        (section("FNA:0,1,f"), "line 3: FNA of a function without FNL"),
        (section("DA:1,-1"), "line 3: 'DA:1,-1' is not as such a record is written"),
        (section("DA:1,NaN"), "line 3: 'DA:1,NaN' is not as such a record is written"),
        (section("DA:1,1e999"), "line 3: 'DA:1,1e999' is not as such a record is written"),
        (section("DA:1"), "line 3: 'DA:1' is not as such a record is written"),
        (section("LF:-1"), "line 3: 'LF:-1' is not as such a record is written"),
        (section("BRDA:1,0,0,"), "line 3: 'BRDA:1,0,0,' is not as such a record is written"),
        (section("XX:1,0"), "line 3: 'XX' is no record that is known"),
        (section("garbage"), "line 3: 'garbage' is no record that is known"),
        ("SF:a.c\nDA:1,1\n", "the section of a.c, from line 1, has no end_of_record: it ends too early"),
        (
            "SF:a.c\nDA:1,1\nSF:b.c\nend_of_record\n",
            "the section of a.c, from line 1, has no end_of_record: it ends too early",
        ),
        ("SF:a.c\nDA:1,1\nend_of_rec", "line 3: 'end_of_rec' is no record that is known"),
        ("TN:\nDA:1,1\n", "line 2: 'DA:1,1' stands outside of a section"),
        ("TN:\nSF:\nend_of_record\n", "line 2: 'SF:' stands outside of a section"),
        (section() + "end_of_record\n", "line 4: 'end_of_record' stands outside of a section"),
        ("TN:\n", "it tells of no source file"),
    ],
)
def test_what_is_odd_is_refused(file: Path, content: str, said: str) -> None:
    assert refusal(file, content) == said


def test_bytes_that_are_not_text_are_refused(file: Path) -> None:
    assert refusal(file, b"TN:\nSF:\xff\n") == "it is not UTF-8 text: byte 7 is 0xff"


def test_an_empty_file_of_a_named_format_is_refused(file: Path) -> None:
    assert refusal(file, b"", format="lcov") == "it tells of no source file"


def test_a_section_without_lines_is_nothing_of_nothing(file: Path) -> None:
    assert metrics(write(file, section())) == {"line": (0, 0)}


_WHOLE = BRANCH.read_bytes().rstrip()
_FIRST = len(b"SF:shop/__init__.py\nend_of_record")


@pytest.mark.parametrize("cut", range(0, len(_WHOLE), 3))
def test_a_file_cut_within_a_section_is_unproven(file: Path, cut: int) -> None:
    file.write_bytes(_WHOLE[:cut])
    item = read(file)
    if _FIRST <= cut <= _FIRST + 1:  # between sections: what is left is whole
        assert counts(item) == {"line": (0, 0)}
    else:
        assert item.reason is Reason.MALFORMED


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, len(_WHOLE)), noise=st.binary(max_size=3), gone=st.integers(0, 3))
def test_damage_is_malformed_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, at: int, noise: bytes, gone: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.info"
    path.write_bytes(_WHOLE[:at] + noise + _WHOLE[at + gone :])
    item = read(path)
    if item.facts is None:
        assert item.reason is Reason.MALFORMED
        assert not item.message.startswith("the reader")
    else:
        assert counts(item).get("line", (0, 0))[0] <= 14
