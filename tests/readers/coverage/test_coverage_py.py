"""coverage.py's JSON: lines and branches are counted, percentages are not looked at."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

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

BRANCH = REPORTS / "coverage-branch.json"
GOOD: dict[str, Any] = json.loads(BRANCH.read_text())
CART = "shop/cart.py"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "coverage.json"


def test_lines_branches_and_functions_are_counted() -> None:
    assert metrics(BRANCH) == {"line": (14, 15), "statement": (14, 15), "branch": (5, 6), "function": (3, 4)}


def test_without_branches_the_metric_is_absent() -> None:
    assert metrics(REPORTS / "coverage-line.json") == {
        "line": (14, 15),
        "statement": (14, 15),
        "function": (3, 4),
    }


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")
def test_the_sample_is_counted() -> None:
    found = metrics(SAMPLES / "coverage.json")
    assert (found["line"], found["branch"]) == ((17, 19), (5, 6))


def test_its_time_without_a_zone_is_the_earliest_that_it_can_mean() -> None:
    origin = read(BRANCH).provenance
    assert (origin.format, origin.observed_from) == ("coverage-py", "content")
    assert origin.observed_at == datetime(2026, 11, 20, 14, 14, 40, 821648, tzinfo=UTC)


def _cart(report: dict[str, Any]) -> Any:
    return report["files"][CART]


def _covers_more(report: dict[str, Any]) -> None:
    _cart(report)["summary"]["covered_lines"] = 15


def _totals_lie(report: dict[str, Any]) -> None:
    report["totals"]["covered_lines"] = 15


def _more_than_all(report: dict[str, Any]) -> None:
    report["totals"]["covered_lines"], report["totals"]["num_statements"] = 20, 15


def _missing_lies(report: dict[str, Any]) -> None:
    report["totals"]["missing_lines"] = 0


def _both(report: dict[str, Any]) -> None:
    _cart(report)["missing_lines"].append(4)


def _branches_lie(report: dict[str, Any]) -> None:
    report["totals"]["covered_branches"] = 6


def _no_branches(report: dict[str, Any]) -> None:
    for key in ("executed_branches", "missing_branches"):
        del _cart(report)[key]
    for key in ("num_branches", "covered_branches"):
        del _cart(report)["summary"][key]


def _branches_of_more(report: dict[str, Any]) -> None:
    for key in ("executed_branches", "missing_branches"):
        del _cart(report)[key]
    _cart(report)["summary"]["covered_branches"] = 7


def _branch_twice(report: dict[str, Any]) -> None:
    _cart(report)["missing_branches"].append([9, 10])


def _functions_lie(report: dict[str, Any]) -> None:
    _cart(report)["functions"]["unused"] = {"executed_lines": [22], "missing_lines": []}


def _no_time(report: dict[str, Any]) -> None:
    report["meta"]["timestamp"] = "today"


def _negative(report: dict[str, Any]) -> None:
    report["totals"]["num_statements"] = -1


def _bool(report: dict[str, Any]) -> None:
    report["totals"]["num_statements"] = True


def _no_totals(report: dict[str, Any]) -> None:
    del report["totals"]


def _a_file_is_lost(report: dict[str, Any]) -> None:
    del report["files"][CART]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_covers_more, "shop/cart.py: it says 15 of 15 lines, and its lines come to 14 of 15"),
        (_totals_lie, "totals: it says 15 of 15 lines, and its lines come to 14 of 15"),
        (_more_than_all, "totals: it says 20 of 15 lines, and its lines come to 14 of 15"),
        (_missing_lies, "totals: 14 covered and 0 missing lines are not the 15 that it says"),
        (_both, "shop/cart.py: line 4 is both executed and missing"),
        (_branches_lie, "totals: it says 6 of 6 branches, and its branches come to 5 of 6"),
        (_no_branches, "shop/cart.py: it was measured with branches, and none are told of"),
        (_branches_of_more, "shop/cart.py: 7 of 6 branches are covered"),
        (_branch_twice, "shop/cart.py: the branch [9, 10] is both executed and missing"),
        (_functions_lie, "shop/cart.py: its functions and the file itself tell different lines"),
        (_no_time, "meta.timestamp 'today' is no time"),
        (_negative, "it is no report of coverage.py: Expected `int` >= 0 - at `$.totals.num_statements`"),
        (_bool, "it is no report of coverage.py: Expected `int`, got `bool` - at `$.totals.num_statements`"),
        (_no_totals, "it is no report of coverage.py: Object missing required field `totals`"),
        (_a_file_is_lost, "totals: it says 14 of 15 lines, and its lines come to 0 of 0"),
    ],
)
def test_a_report_that_contradicts_itself_is_refused(
    file: Path, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    report = copy.deepcopy(GOOD)
    change(report)
    assert refusal(file, json.dumps(report)) == said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"percent_covered": 90.47619047619048', '"percent_covered": NaN', "NaN is not a number"),
        ('"percent_covered": 90.47619047619048', '"percent_covered": 1e999', "1e999 is not a finite number"),
        (
            '"totals": {',
            '"totals": {"covered_lines": 15, ',
            "the key 'covered_lines' stands twice in one object",
        ),
    ],
)
def test_json_that_could_mean_two_things_is_refused(file: Path, old: str, new: str, said: str) -> None:
    text = BRANCH.read_text()
    assert old in text
    assert refusal(file, text.replace(old, new)) == f"it is not strict JSON: {said}"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", f"it is empty; tried {FORMATS}"),
        (b"{}", f"its format is not known; tried {FORMATS}"),
        (
            b'{"total": {"lines": {"pct": 100}}}',
            "it is no summary of Istanbul: Object missing required field `total` - at `$[...].lines`",
        ),
        (b"\x00\x01\x02\xff", f"its format is not known; tried {FORMATS}"),
        (b"SQLite format 3\x00", f"its format is not known; tried {FORMATS}"),
        (b"[]", f"its format is not known; tried {FORMATS}"),
    ],
)
def test_another_file_is_no_coverage(file: Path, content: bytes, said: str) -> None:
    assert refusal(file, content) == said


def test_nothing_measured_is_nothing_of_nothing(file: Path) -> None:
    totals = {"covered_lines": 0, "num_statements": 0, "missing_lines": 0}
    meta = {"version": "7.17.3", "timestamp": "2026-06-01T10:00:00", "branch_coverage": False}
    file.write_text(json.dumps({"meta": meta, "files": {}, "totals": totals}))
    assert metrics(file) == {"line": (0, 0), "statement": (0, 0)}


def test_branches_of_an_older_version_are_taken_from_its_counts(file: Path) -> None:
    report = copy.deepcopy(GOOD)
    for one in report["files"].values():
        del one["executed_branches"], one["missing_branches"], one["functions"]
    file.write_text(json.dumps(report))
    assert metrics(file) == {"line": (14, 15), "statement": (14, 15), "branch": (5, 6)}


def test_a_file_cut_at_any_byte_is_unproven(file: Path) -> None:
    content = BRANCH.read_bytes().rstrip()
    for cut in range(0, len(content), 101):
        refusal(file, content[:cut])


_CONTENT = BRANCH.read_bytes()


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, len(_CONTENT)), noise=st.binary(max_size=3), gone=st.integers(0, 3))
def test_damage_is_malformed_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, at: int, noise: bytes, gone: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.json"
    malformed_or_same(path, _CONTENT[:at] + noise + _CONTENT[at + gone :], metrics(BRANCH))
