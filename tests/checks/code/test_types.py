"""code/types: what type checkers found, and whether they looked."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.check import Location, Outcome
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.code.scans import of_file


def judged(name: str, **params: Any) -> Judgement:
    return judge_check("code/types", params, scan=of_file(name))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("mypy-clean.txt", "mypy looked at 1 file: nothing found"),
        ("pyright-clean.json", "pyright looked at 1 file: nothing found"),
    ],
)
def test_a_clean_run_over_files_passes(name: str, said: str) -> None:
    verdict = judged(name)
    assert (verdict.outcome, verdict.summary) == (Outcome.PASS, said)


@pytest.mark.parametrize("name", ["mypy.txt", "mypy.jsonl"])
def test_an_error_fails_and_tells_its_line(name: str) -> None:
    verdict = judged(name)
    assert verdict.outcome is Outcome.FAIL
    assert verdict.findings[0].message == "no-untyped-def: Function is missing a type annotation"
    assert verdict.findings[0].location == Location("shop/cart.py", 7)


def test_errors_within_the_limit_pass_where_files_are_counted_and_warn_where_they_are_not() -> None:
    assert judged("mypy.txt", **{"max-errors": 2}).summary == "mypy looked at 2 files: 2 errors"
    assert judged("mypy.jsonl", **{"max-errors": 2}).outcome is Outcome.WARN


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("pyright-empty.json", "pyright looked at 0 files, and what nobody looked at is not clean"),
        (
            "mypy-broken.txt",
            "mypy ran into an error: broken.py:1: Expected a parameter or the end of the parameter list",
        ),
        ("eslint-clean.json", "eslint did not look for faults of types"),
    ],
)
def test_what_shows_nothing_is_unproven(name: str, said: str) -> None:
    verdict = judged(name)
    assert verdict.outcome is Outcome.UNPROVEN
    assert verdict.findings[0].message == said


def test_a_checker_that_was_given_one_file_of_many_shows_little() -> None:
    verdict = judged("mypy-clean.txt", **{"min-scanned": 4})
    assert (verdict.outcome, verdict.summary) == (
        Outcome.UNPROVEN,
        "mypy looked at 1 file, where at least 4 are expected",
    )
