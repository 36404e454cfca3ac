"""Silence on honest reports, and an alarm on one wrong number among honest ones."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.errors import UsageError
from tests.claims.support import FIXTURES, audited, refuted

Row = tuple[int, int, int]
ROWS = st.lists(
    st.tuples(*[st.integers(0, 400)] * 3).filter(lambda row: sum(row) > 0), min_size=2, max_size=6
)


@pytest.mark.parametrize("name", ["honest_release.md", "honest_review.md"])
def test_an_honest_report_of_many_claims_raises_no_alarm(tmp_path: Path, name: str) -> None:
    made = audited(tmp_path, (FIXTURES / name).read_text(encoding="utf-8"))
    assert [(claim.line, claim.text, claim.reasons) for claim in refuted(made)] == []
    assert len(made.claims) >= 40


STYLES = sorted(path.name for path in FIXTURES.glob("honest_*.md"))


@pytest.mark.parametrize("name", STYLES)
def test_an_honest_report_in_the_style_of_another_team_raises_no_alarm(tmp_path: Path, name: str) -> None:
    made = audited(tmp_path, (FIXTURES / name).read_text(encoding="utf-8"))
    assert [(claim.line, claim.text, claim.reasons) for claim in refuted(made)] == []
    assert made.claims


def alarms(text: str) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        return audited(Path(folder), text).is_refuted


def percent(part: int, whole: int, digits: int) -> str:
    """Rounded half up, exactly."""
    scaled = Fraction(part * 100 * 10**digits, whole) + Fraction(1, 2)
    text = f"{int(scaled):0{digits + 1}d}"
    return f"{text[:-digits]}.{text[-digits:]}%" if digits else f"{text}%"


def suites(rows: list[Row], digits: int) -> list[list[str]]:
    totals = (sum(r[0] for r in rows), sum(r[1] for r in rows), sum(r[2] for r in rows))
    named = [*((f"suite {i}", *row) for i, row in enumerate(rows)), ("Total", *totals)]
    made = []
    for name, passed, failed, skipped in named:
        whole = passed + failed + skipped
        rate = percent(passed, whole, digits)
        made.append(
            [name, f"{whole:,}", f"{passed:,}", str(failed), str(skipped), rate, "❌" if failed else "✅"]
        )
    return made


def shown(rows: list[list[str]]) -> str:
    head = ["Suite", "Tests", "Passed", "Failed", "Skipped", "Pass rate", "Status"]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])


@settings(max_examples=40, deadline=None)
@given(ROWS, st.integers(0, 2))
def test_a_table_of_suites_that_adds_up_raises_no_alarm(rows: list[Row], digits: int) -> None:
    assert not alarms(shown(suites(rows, digits)))


@settings(max_examples=40, deadline=None)
@given(ROWS, st.data())
def test_one_wrong_count_raises_an_alarm(rows: list[Row], data: st.DataObject) -> None:
    table = suites(rows, 1)
    row = data.draw(st.integers(0, len(table) - 1))
    column = data.draw(st.integers(1, 4))
    right = int(table[row][column].replace(",", ""))
    table[row][column] = f"{right + data.draw(st.integers(1, 50)):,}"
    assert alarms(shown(table))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 500), st.integers(0, 500), st.integers(0, 2))
def test_a_fraction_with_its_own_percentage_raises_no_alarm(whole: int, part: int, digits: int) -> None:
    part = min(part, whole)
    assert not alarms(f"- {part}/{whole} hosts are upgraded ({percent(part, whole, digits)})\n- {part}/{whole} hosts "
                      f"= {percent(part, whole, digits)}")  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 500), st.integers(0, 500), st.integers(2, 9))
def test_a_percentage_that_is_off_by_two_digits_or_more_raises_an_alarm(
    whole: int, part: int, off: int
) -> None:
    part = min(part, whole)
    wrong = float(percent(part, whole, 1).rstrip("%")) + off / 10
    assert alarms(f"- {part}/{whole} tests passed ({wrong:.1f}%)")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 100), min_size=2, max_size=12), st.integers(0, 2))
def test_an_average_that_follows_from_its_table_raises_no_alarm(scores: list[int], digits: int) -> None:
    rows = "".join(f"| area {i} | {score}% |\n" for i, score in enumerate(scores))
    head = f"| Area | Score |\n|---|---|\n{rows}"
    average = percent(sum(scores), 100 * len(scores), digits)
    assert not alarms(f"{head}| **Average** | **{average}** |\n")
    assert alarms(f"{head}| **Average** | **{float(average.rstrip('%')) + 3:.1f}%** |\n")


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 900), st.integers(1, 900), st.booleans())
def test_a_ticked_row_is_wrong_exactly_when_it_misses_its_target(
    value: int, limit: int, strict: bool
) -> None:
    sign = "<" if strict else "≤"
    keeps = value < limit if strict else value <= limit
    text = f"| Metric | Target | Measured | OK |\n|---|---|---|---|\n| p95 | {sign} {limit} ms | {value} ms | ✅ |\n"
    assert alarms(text) is not keeps


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="✅❌⏳|-[]x ()/%<>≥.,:#*`~012369psm\n\t_a", max_size=300))
def test_any_text_is_read_or_refused_in_one_line(text: str) -> None:
    assert "\n" not in refusal(text)


def refusal(text: str) -> str:
    try:
        alarms(text)
    except UsageError as error:
        return str(error)
    return ""
