"""Cobertura XML: lines are merged by file and number; totals that disagree are refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.readers.coverage.support import (
    FORMATS,
    REPORTS,
    SAMPLES,
    malformed_or_same,
    metrics,
    read,
    refusal,
)

BRANCH = REPORTS / "cobertura-branch.xml"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "coverage.xml"


def report(*classes: str, header: str = "") -> str:
    inner = "\n".join(
        f'<class name="c{number}" filename="a.py">{lines}</class>' for number, lines in enumerate(classes)
    )
    return f"<coverage {header}><packages><package><classes>\n{inner}\n</classes></package></packages></coverage>"


def lines(*hits: int, start: int = 1) -> str:
    inner = "".join(f'<line number="{number}" hits="{hit}"/>' for number, hit in enumerate(hits, start))
    return f"<lines>{inner}</lines>"


def branch(conditions: str, number: int = 1) -> str:
    return (
        f'<lines><line number="{number}" hits="1" branch="true" condition-coverage="{conditions}"/></lines>'
    )


def write(file: Path, content: str) -> Path:
    file.write_text(content)
    return file


def test_lines_and_branches_are_counted() -> None:
    assert metrics(BRANCH) == {"line": (14, 15), "branch": (5, 6)}


def test_without_branches_the_metric_is_absent() -> None:
    assert metrics(REPORTS / "cobertura-line.xml") == {"line": (14, 15)}


def test_jest_names_a_dtd_and_has_methods() -> None:
    assert metrics(REPORTS / "jest-cobertura.xml") == {"line": (5, 6), "branch": (1, 2), "function": (1, 2)}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")
def test_the_sample_is_counted() -> None:
    assert metrics(SAMPLES / "cobertura.xml") == {"line": (17, 19), "branch": (5, 6)}


def test_a_time_in_milliseconds_is_read() -> None:
    origin = read(BRANCH).provenance
    assert (origin.format, origin.observed_from) == ("cobertura", "content")
    assert origin.observed_at == datetime(2026, 11, 21, 4, 14, 40, 926000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [("1795234480", "content"), ("1795234480926", "content"), ("0", "mtime"), ("", "mtime")],
)
def test_a_time_is_in_seconds_or_milliseconds(file: Path, stamp: str, expected: str) -> None:
    origin = read(write(file, report(lines(1), header=f'timestamp="{stamp}"'))).provenance
    assert origin.observed_from == expected
    if expected == "content":
        assert origin.observed_at is not None
        assert origin.observed_at.year == 2026


@pytest.mark.parametrize("stamp", ["now", "-5", "NaN", "99999999999999999"])
def test_what_is_no_time_is_refused(file: Path, stamp: str) -> None:
    message = refusal(file, report(lines(1), header=f'timestamp="{stamp}"'))
    assert message.startswith((f"timestamp='{stamp}' is no time", f"line 1: timestamp='{stamp}' is no count"))


def test_a_line_of_two_classes_is_one_line_and_covered_when_either_says_so(file: Path) -> None:
    content = report(lines(0, 1, 0), lines(1, 0, start=1))
    assert metrics(write(file, content)) == {"line": (2, 3)}


@pytest.mark.parametrize("header", ['lines-valid="3" lines-covered="2"', 'lines-valid="5" lines-covered="2"'])
def test_totals_may_count_a_line_of_two_classes_once_or_twice(file: Path, header: str) -> None:
    content = report(lines(0, 1, 0), lines(1, 0, start=1), header=header)
    assert metrics(write(file, content)) == {"line": (2, 3)}


def test_branches_of_one_line_in_two_classes_are_merged(file: Path) -> None:
    same = report(branch("50% (1/2)"), branch("100% (2/2)"))
    assert metrics(write(file, same))["branch"] == (2, 2)
    unlike = report(branch("50% (1/2)"), branch("75% (3/4)"))
    assert metrics(write(file, unlike))["branch"] == (4, 6)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            report(lines(1, 0), header='lines-valid="2" lines-covered="2"'),
            "line 1: it says lines-covered=2, lines-valid=2, and its lines come to 1 of 2",
        ),
        (
            report(lines(1, 0), header='lines-valid="1"'),
            "line 1: it says lines-valid=1, and its lines come to 1 of 2",
        ),
        (
            report(lines(1), header='branches-valid="4" branches-covered="4"'),
            "line 1: it says branches-covered=4, branches-valid=4, and its branches come to 0 of 0",
        ),
        (report(lines(1), header='lines-valid="NaN"'), "line 1: lines-valid='NaN' is no count"),
        (report(lines(-1)), "line 2: hits='-1' is no count"),
        (report('<lines><line number="1"/></lines>'), "line 2: <line> has no hits"),
        (report(branch("lots")), "line 2: condition-coverage='lots' is not as in '50% (1/2)'"),
        (report(branch("150% (3/2)")), "line 2: 3 of 2 branches are covered"),
        (report(branch("100% (1/2)")), "line 2: '100% (1/2)' contradicts itself"),
        (
            report(f'<methods><method name="m">{lines(1)}</method></methods>'),
            "line 2: a class has lines in its methods only",
        ),
        (
            report('<line number="1" hits="0"/>'),
            "it has 1 <line> elements, of which 0 stand where they belong",
        ),
        (
            "<coverage><packages><class filename='a'/></packages></coverage>",
            "it has 1 <class> elements, of which 0 stand where they belong",
        ),
        (report("").replace(' filename="a.py"', ""), "line 2: <class> has no filename"),
        ("<coverage/>", f"its format is not known; tried {FORMATS}"),
        ('<coverage clover="3"><project/></coverage>', "it tells of no source file"),
        (
            '<!DOCTYPE c [<!ENTITY a "b">]><coverage/>',
            "its DOCTYPE declares entities or the like, and those are not expanded (line 1)",
        ),
    ],
)
def test_what_is_odd_is_refused(file: Path, content: str, said: str) -> None:
    assert refusal(file, content) == said


def test_a_wrong_root_is_refused_when_the_format_is_named(file: Path) -> None:
    message = refusal(file, "<testsuites/>", format="cobertura")
    assert message == "its root is <testsuites>, which is not <coverage> with <packages>"


def test_a_report_without_lines_is_nothing_of_nothing(file: Path) -> None:
    assert metrics(write(file, "<coverage><packages/></coverage>")) == {"line": (0, 0)}


def test_a_file_cut_at_any_byte_is_unproven(file: Path) -> None:
    content = BRANCH.read_bytes().rstrip()
    for cut in range(0, len(content), 23):
        refusal(file, content[:cut])


_CONTENT = BRANCH.read_bytes()


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, len(_CONTENT)), noise=st.binary(max_size=3), gone=st.integers(0, 3))
def test_damage_is_malformed_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, at: int, noise: bytes, gone: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.xml"
    malformed_or_same(path, _CONTENT[:at] + noise + _CONTENT[at + gone :], metrics(BRANCH))
