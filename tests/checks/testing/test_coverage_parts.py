"""testing/coverage of parts of the code and of new code: what matches nothing is unproven."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.check import Finding, Outcome
from readiness.evidence.coverage import NEW_CODE, Coverage, Covered
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence
from tests.support import FIXTURES


def coverage(**files: tuple[int, int]) -> Coverage:
    """Counts of lines by path."""
    made = {path: Covered(*counts) for path, counts in files.items()}
    return Coverage(metrics={"line": sum(made.values(), Covered(0, 0))}, files=made)


def new_code(covered: int, total: int) -> Coverage:
    files = {"src/new.py": Covered(covered, total)}
    return Coverage(metrics={NEW_CODE: Covered(covered, total)}, files=files, listed=NEW_CODE)


SHOP = coverage(
    **{"src/payments/card.py": (95, 100), "src/payments/api/v1.py": (98, 100), "src/cart.py": (10, 100)}
)


def judged(facts: Coverage, diff: Coverage | None = None, **params: Any) -> Judgement:
    return judge_check("testing/coverage", {"min": "1%", **params}, coverage=facts, diff=diff)


def part(facts: Coverage, path: str, least: str = "95%", **params: Any) -> Finding:
    """The finding about one part, which comes behind the one of everything."""
    return judged(facts, paths=[{"path": path, "min": least}], **params).findings[1]


@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("src/payments/**", Outcome.PASS),
        ("src/payments/card.py", Outcome.PASS),
        ("**/*.py", Outcome.FAIL),
        ("src/**/v?.py", Outcome.PASS),
        ("src/payments/*.py", Outcome.PASS),
        ("./src/payments/**", Outcome.PASS),
        ("src\\payments\\**", Outcome.PASS),
        ("src/payments", Outcome.UNPROVEN),
        ("payments/**", Outcome.UNPROVEN),
        ("src/*/v1.py", Outcome.UNPROVEN),
        ("src/billing/**", Outcome.UNPROVEN),
        ("SRC/payments/**", Outcome.UNPROVEN),
    ],
)
def test_a_part_is_judged_by_its_own_files(path: str, outcome: Outcome) -> None:
    assert part(SHOP, path).outcome is outcome


def test_a_part_with_too_little_names_its_files() -> None:
    finding = part(SHOP, "src/payments/**", "97%")
    assert finding.message == "193 of 200 lines of src/payments/** are covered: 96.5%"
    assert finding.next == (
        "write tests for what is not covered, first in src/payments/card.py (5 lines), "
        "src/payments/api/v1.py (2 lines)"
    )


def test_a_part_that_matches_no_file_is_unproven_and_shows_what_is_there() -> None:
    finding = part(SHOP, "src/billing/**")
    assert (finding.outcome, finding.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert finding.message == (
        "no file of the report matches src/billing/**; it is of 3 files, such as src/cart.py, "
        "src/payments/api/v1.py, src/payments/card.py"
    )


def test_parts_that_are_good_share_a_finding() -> None:
    parts = [{"path": "src/payments/**", "min": "95%"}, {"path": "src/cart.py", "min": "10%"}]
    findings = judged(SHOP, paths=parts).findings
    assert [(one.outcome, one.count) for one in findings] == [(Outcome.PASS, 1), (Outcome.PASS, 2)]
    assert findings[1].message == "2 of 2 parts of the code are covered as they should be"


@pytest.mark.parametrize("root", ["/srv/shop/", "C:\\shop\\", "/src/shop/"])
def test_absolute_paths_match_from_the_root_of_all(root: str) -> None:
    inner = {"src/payments/card.js": (1, 1), "src/cart.js": (0, 1), "lib/src/payments/old.js": (0, 1)}
    facts = coverage(**{(root + path).replace("/", root[-1]): counts for path, counts in inner.items()})
    assert part(facts, "src/payments/**", "100%").outcome is Outcome.PASS
    assert part(facts, "**/payments/**", "100%").outcome is Outcome.FAIL
    assert part(facts, "payments/**").outcome is Outcome.UNPROVEN


def test_a_part_without_lines_shows_nothing() -> None:
    finding = part(coverage(**{"src/a.py": (1, 1), "src/__init__.py": (0, 0)}), "src/__init__.py")
    assert (finding.outcome, finding.reason) == (Outcome.UNPROVEN, Reason.MISSING)


def test_a_report_that_does_not_tell_files_shows_no_part() -> None:
    finding = part(Coverage(metrics={"line": Covered(9, 10)}), "src/**")
    assert (finding.outcome, finding.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)


def test_parts_are_judged_by_the_metric_of_the_check() -> None:
    facts = SHOP.but(
        metrics={**SHOP.metrics, "branch": Covered(1, 4)}, others={"branch": {"src/cart.py": Covered(1, 4)}}
    )
    assert part(facts, "src/cart.py", "25%", metric="branch").outcome is Outcome.PASS
    assert part(facts, "src/cart.py", "26%", metric="branch").outcome is Outcome.FAIL
    assert part(facts, "src/payments/**", metric="branch").outcome is Outcome.UNPROVEN


def test_new_code_is_judged_by_its_own_report() -> None:
    good = judged(SHOP, new_code(85, 100), **{"new-code": "85%"})
    assert (good.outcome, good.findings[-1].message) == (
        Outcome.PASS,
        "85 of 100 new lines are covered: 85%",
    )
    bad = judged(SHOP, new_code(84, 100), **{"new-code": "85%"})
    assert bad.outcome is Outcome.FAIL
    assert bad.findings[-1].next == "write tests for what is not covered, first in src/new.py (16 new lines)"


@pytest.mark.parametrize(
    ("diff", "said"),
    [
        (None, "there is no report about new code"),
        (SHOP, "what is given as `diff` is no report of diff-cover"),
        (new_code(0, 0), "0 of 0 new lines are covered, which shows nothing"),
    ],
)
def test_new_code_that_is_not_shown_is_unproven(diff: Coverage | None, said: str) -> None:
    found = judged(SHOP, diff, **{"new-code": "85%"})
    assert (found.outcome, found.findings[-1].reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert found.findings[-1].message == said


def test_new_code_without_a_limit_is_a_note() -> None:
    finding = judged(SHOP, new_code(1, 100)).findings[-1]
    assert (finding.note, finding.message) == (
        True,
        "1 of 100 new lines are covered, and no `new-code` limits them",
    )


def test_new_code_may_be_judged_alone() -> None:
    facts = read_evidence("coverage", FIXTURES / "coverage", path="diff-cover.json").whole.facts
    assert isinstance(facts, Coverage)
    assert judged(facts, metric="new-code", min="75%").outcome is Outcome.PASS
    assert judged(facts, metric="new-code", min="76%").outcome is Outcome.FAIL
    assert judged(facts, min="1%").outcome is Outcome.UNPROVEN


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"paths": [{"path": "a", "min": "1%"}, {"path": "a", "min": "2%"}]}, "a path stands twice in paths"),
        ({"paths": [{"path": "a", "min": "0%"}]}, "min must be more than 0%"),
        ({"paths": [{"path": " ", "min": "1%"}]}, "an empty path matches nothing"),
        ({"paths": [{"path": "a"}]}, "Field required"),
        ({"new-code": "0%"}, "new-code must be more than 0%"),
        ({"new-code": 85}, "is no share"),
    ],
)
def test_wrong_params_are_refused(params: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        judged(SHOP, **params)


@settings(max_examples=40, deadline=None)
@given(covered=st.integers(1, 50), total=st.integers(50, 60), least=st.integers(1, 100))
def test_less_coverage_of_a_part_is_never_judged_better(covered: int, total: int, least: int) -> None:
    better, worse = (
        part(coverage(**{"src/a.py": (count, total), "b.py": (99, 99)}), "src/**", f"{least}%").outcome
        for count in (covered, covered - 1)
    )
    assert worse.rank >= better.rank
