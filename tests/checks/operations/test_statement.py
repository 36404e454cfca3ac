"""operations/statement, and the files of people that it judges."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from readiness.check import Outcome
from readiness.evidence.model import Item, Reason
from readiness.evidence.statement import Statement
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
GOOD = {
    "schema": "readiness/statement/1",
    "subject": "on-call-rota",
    "statement": "Two people are on call for checkout at any hour until the end of July.",
    "name": "Ada Lovelace",
    "role": "head of operations",
    "date": "2026-05-20",
    "valid-for": "60d",
}


def item(root: Path, content: str | bytes) -> Item:
    (root / "file").write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_evidence("statement", root, path="file").whole


def quoted(**changes: Any) -> str:
    return json.dumps({key: value for key, value in {**GOOD, **changes}.items() if value is not None})


def read(root: Path, **changes: Any) -> Statement:
    found = item(root, quoted(**changes))
    assert isinstance(found.facts, Statement), found.message
    return found.facts


def judge(*statements: Statement, now: datetime = NOON, **params: Any) -> Judgement:
    written = {key.replace("_", "-"): value for key, value in params.items()}
    return judge_check("operations/statement", written, now=now, statement=statements)


def test_a_statement_is_shown_as_stated_and_warns_at_best(tmp_path: Path) -> None:
    found = judge(read(tmp_path), subjects=["on-call-rota"])
    assert found.outcome is Outcome.WARN
    assert found.summary.startswith(
        "on-call-rota: stated by Ada Lovelace (head of operations) on 2026-05-20: Two people"
    )
    assert found.findings[0].observed == "stated"
    assert found.findings[0].until == datetime(2026, 5, 19, 10, tzinfo=UTC) + timedelta(days=60)


def test_a_statement_is_written_as_yaml_or_json(tmp_path: Path) -> None:
    text = yaml.safe_dump(GOOD, sort_keys=False).replace("'2026-05-20'", "2026-05-20")
    assert item(tmp_path, text).facts == read(tmp_path)
    found = item(tmp_path, text)
    assert found.provenance.observed_from == "content"


def test_a_statement_holds_for_as_long_as_its_author_says_and_the_policy_allows(tmp_path: Path) -> None:
    stated = read(tmp_path)
    start = stated.stated_at
    assert judge(stated, now=start + timedelta(days=60, seconds=-1)).outcome is Outcome.WARN
    assert judge(stated, now=start + timedelta(days=60)).reason == "stale"
    assert judge(stated, now=start + timedelta(days=8), max_valid="7d").reason == "stale"
    long = read(tmp_path, **{"valid-for": "900d"})
    assert judge(long, now=start + timedelta(days=91)).reason == "stale"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"date": "2026-06-03"}, "which is still to come"),
        ({"name": "TBD"}, "names nobody who could be asked"),
        ({"name": "John Doe"}, "names nobody"),
        ({"name": "the team"}, "names nobody"),
        ({"name": "Somebody else"}, "names nobody"),
        ({"name": "<your name>"}, "names nobody"),
        ({"name": "Someone from operations"}, "names nobody"),
        ({"role": "n/a"}, "names nobody"),
        ({"statement": "TODO: ask legal"}, "a placeholder was left"),
    ],
)
def test_a_statement_of_nobody_or_of_tomorrow_is_malformed(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    found = judge(read(tmp_path, **changes))
    assert found.reason == "malformed"
    assert message in found.summary


def test_what_nobody_states_is_missing_and_others_are_not_asked(tmp_path: Path) -> None:
    found = judge(read(tmp_path), subjects=["legal"])
    assert (found.reason, found.summary) == ("missing", "legal: nobody states it")
    assert judge(read(tmp_path), roles=["CTO"]).reason == "insufficient"
    assert judge(read(tmp_path), roles=["Head of Operations"]).outcome is Outcome.WARN


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (quoted(name=None), "missing required field `name`"),
        (quoted(name=""), "name"),
        (quoted(name="?"), "name"),
        (quoted(signed=True), "unknown field `signed`"),
        (quoted(date="20 May 2026"), "no day as in 2026-11-02"),
        (quoted(date="2026-02-30"), "no day as in 2026-11-02"),
        (quoted(**{"valid-for": "forever"}), "its valid-for is no duration"),
        (quoted(**{"valid-for": "0d"}), "no time at all"),
        (quoted(subject="On call"), "subject"),
        (quoted(schema="readiness/statement/2"), "its format is not known"),
        ("schema: readiness/statement/1\nname: a\nname: b\n", "'name' is here a second time"),
        ("schema: readiness/statement/1\nname: *a\n", "aliases have no place in a statement"),
        ("", "it is empty"),
        ("On call: yes", "its format is not known"),
    ],
)
def test_what_is_no_statement_is_malformed(tmp_path: Path, content: str, message: str) -> None:
    found = item(tmp_path, content)
    assert (found.facts, found.reason) == (None, Reason.MALFORMED)
    assert message in found.message


def test_a_statement_that_is_cut_anywhere_is_malformed(tmp_path: Path) -> None:
    whole = quoted()
    for at in range(0, len(whole), 3):
        assert item(tmp_path, whole[:at]).reason is Reason.MALFORMED


@pytest.mark.parametrize(
    "name", ["Platform Team", "the on-call team", "SRE squad", "github-actions[bot]", "CI pipeline"]
)
def test_a_team_or_a_robot_is_nobody_who_could_be_asked(tmp_path: Path, name: str) -> None:
    found = judge(read(tmp_path, name=name))
    assert (found.outcome, found.reason) == ("unproven", "malformed")


@pytest.mark.parametrize("name", ["Ada L.", "Björk Guðmundsdóttir", "李小龙", "Jean-Luc Teamer"])
def test_names_of_people_are_names(tmp_path: Path, name: str) -> None:
    assert judge(read(tmp_path, name=name)).outcome is Outcome.WARN
