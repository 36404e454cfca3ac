"""testing/coverage of a report that tells of a part of the code: what is not in it shows nothing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.coverage import Coverage, Covered
from readiness.evidence.model import Reason
from readiness.evidence.python_source import PythonSource
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence
from tests.support import FIXTURES

CODED = ("shop/__init__.py", "shop/cart.py", "shop/till/__init__.py", "shop/till/cart.py")


def report(paths: Iterable[str], total: int = 10) -> Coverage:
    files = {path: Covered(total, total) for path in paths}
    return Coverage(metrics={"line": Covered(100, 100)}, files=files)


def tree(*coded: str, path: str = "src") -> PythonSource:
    return PythonSource(path=path, files=len(coded), stubs=0, tallies=(), coded=coded)


def judged(coverage: Coverage, python: PythonSource | None = None, **params: Any) -> Judgement:
    said = {"min": "80%", **{key.replace("_", "-"): value for key, value in params.items()}}
    if python is None:
        return judge_check("testing/coverage", said, coverage=coverage)
    return judge_check("testing/coverage", said, coverage=coverage, python=python)


def test_a_report_of_every_file_passes() -> None:
    verdict = judged(report(f"src/{path}" for path in CODED), tree(*CODED))
    assert verdict.outcome is Outcome.PASS
    assert verdict.findings[1].message == "every file with code in src is in the report: 4"


def test_what_is_excluded_is_told() -> None:
    verdict = judged(report(["src/a.py"]), tree("a.py").but(excluded={"*_pb2.py": 3}))
    assert (
        verdict.findings[1].message == "every file with code in src is in the report: 1, and 3 are excluded"
    )


def test_a_report_of_one_file_of_a_tree_shows_little() -> None:
    verdict = judged(report(["src/shop/cart.py"]), tree(*CODED))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    finding = verdict.findings[-1]
    assert finding.message == (
        "3 of 4 files with code in src are not in the report: "
        "shop/__init__.py, shop/till/__init__.py, shop/till/cart.py"
    )
    assert (finding.observed, finding.expected) == ("1 of 4 files", "all of them")
    assert finding.next == (
        "let the tool measure what no test imports too, as `coverage run --source=src` does; "
        "what needs no test belongs under `exclude` of the evidence `python`"
    )


def test_of_many_that_lack_the_first_are_named() -> None:
    verdict = judged(report(["src/a.py"]), tree("a.py", *(f"b{n}.py" for n in range(9))))
    assert verdict.findings[-1].message.endswith("b0.py, b1.py, b2.py, ...")


@pytest.mark.parametrize(
    ("path", "root"),
    [
        ("src", "src/"),
        ("src", "./src/"),
        ("./src/", "src/"),
        ("src", ""),
        (".", ""),
        (".", "/srv/shop/"),
        ("src", "/srv/shop/src/"),
        ("src", "C:\\work\\src\\"),
        ("src", "/usr/lib/python3.13/site-packages/"),
        ("services/api/src", "src/"),
        ("src", "services/api/src/"),
    ],
)
def test_paths_begin_where_the_tests_ran(path: str, root: str) -> None:
    there = [f"{root}{inside}" for inside in CODED]
    assert judged(report(there), tree(*CODED, path=path)).outcome is Outcome.PASS
    assert judged(report(there[:-1]), tree(*CODED, path=path)).outcome is Outcome.UNPROVEN


@pytest.mark.parametrize(
    "paths",
    [
        [f"other/{path}" for path in CODED],
        [f"mysrc/{path}" for path in CODED],
        [f"src/{path}c" for path in CODED],
        [f"src/my{path}" for path in CODED],
        [f"SRC/{path}" for path in CODED],
        ["cart.py", "__init__.py"],
        ["src/shop/cart.py", "/srv/shop/till/cart.py", "till/__init__.py", "__init__.py"],
        ["/a/shop/cart.py", "/b/shop/till/cart.py", "/c/shop/till/__init__.py", "/d/shop/__init__.py"],
    ],
    ids=str,
)
def test_files_of_the_same_name_stand_for_no_others(paths: list[str]) -> None:
    assert judged(report(paths), tree(*CODED)).outcome is Outcome.UNPROVEN


def test_paths_within_the_package_stand_for_one_file_each() -> None:
    """As Cobertura has them below its `source`."""
    inside = [path.removeprefix("shop/") for path in CODED]
    assert judged(report(inside), tree(*CODED)).outcome is Outcome.PASS
    assert judged(report(inside[:2]), tree(*CODED)).outcome is Outcome.UNPROVEN


@pytest.mark.parametrize(
    ("coverage", "python", "said"),
    [
        (
            report([]),
            tree(*CODED),
            "the report does not tell its files, of which there are too many, or none",
        ),
        (report(["src/a.py"]), tree(), "there is no file with code in src"),
    ],
)
def test_where_files_are_not_told_nothing_is_shown(
    coverage: Coverage, python: PythonSource, said: str
) -> None:
    verdict = judged(coverage, python)
    assert (verdict.outcome, verdict.summary) == (Outcome.UNPROVEN, said)


def test_too_little_coverage_fails_whatever_is_missing() -> None:
    little = Coverage(metrics={"line": Covered(1, 2)}, files={"src/a.py": Covered(1, 2)})
    assert judged(little, tree("a.py", "b.py")).outcome is Outcome.FAIL


def test_files_may_be_counted_in_other_languages() -> None:
    verdict = judged(report(["main.go"]), min_files=12)
    assert (verdict.outcome, verdict.summary) == (
        Outcome.UNPROVEN,
        "the report tells of 1 file with something to cover, where at least 12 are expected",
    )
    many = [f"f{n}.go" for n in range(12)]
    assert judged(report(many), min_files=12).outcome is Outcome.PASS
    assert judged(report(many, total=0), min_files=12).outcome is Outcome.UNPROVEN
    assert judged(report([]), min_files=1).outcome is Outcome.UNPROVEN


@pytest.mark.parametrize("least", [0, -3, True, "12"])
def test_at_least_one_file_is_asked_for(least: Any) -> None:
    with pytest.raises(ValidationError):
        judged(report(["main.go"]), min_files=least)


@pytest.mark.parametrize("name", ["coverage-branch.json", "cobertura-branch.xml", "branch.info"])
def test_real_reports_are_held_against_a_real_tree(name: str, tmp_path: Path) -> None:
    coverage = read_evidence("coverage", FIXTURES / "coverage", path=name).whole.facts
    assert isinstance(coverage, Coverage)
    for path in coverage.files:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("x = 1\n")
    before = read_evidence("python", tmp_path, path=".").whole.facts
    (tmp_path / "shop").mkdir(exist_ok=True)
    (tmp_path / "shop" / "forgotten.py").write_text("x = 1\n")
    after = read_evidence("python", tmp_path, path=".").whole.facts
    assert isinstance(before, PythonSource)
    assert isinstance(after, PythonSource)
    assert judged(coverage, before).outcome is Outcome.PASS
    assert "shop/forgotten.py" in judged(coverage, after).summary


PATHS = st.lists(st.sampled_from(["a", "b", "__init__"]), min_size=1, max_size=3).map(
    lambda steps: "/".join(steps) + ".py"
)


@settings(max_examples=60, deadline=None)
@given(coded=st.sets(PATHS, min_size=1), reported=st.sets(PATHS), root=st.sampled_from(["", "src/", "/x/"]))
def test_a_report_of_fewer_files_than_there_are_never_passes(
    coded: set[str], reported: set[str], root: str
) -> None:
    verdict = judged(report(f"{root}{path}" for path in reported), tree(*sorted(coded)))
    if len(reported) < len(coded):
        assert verdict.outcome is Outcome.UNPROVEN
    if coded <= reported:
        assert verdict.outcome is Outcome.PASS
