"""`readiness verify`, as a deploy step meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness.cli import run
from tests.cli.scorecards import COMMIT, DIGEST, POLICY, Card, ago, card, finding, result, waiver, write

OTHER = "a" * 40


class Said:
    """The exit code and the output of one `readiness verify`."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def verify(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def ask(content: Card | str | bytes, *options: str) -> Said:
        path = write(tmp_path, content)
        code = run(["verify", path, *options])
        out, err = capsys.readouterr()
        return Said(code, out, err)

    return ask


def changed(part: str, **more: Any) -> Card:
    made = card()
    return {**made, part: {**made[part], **more}}


def test_a_go_that_meets_every_demand_is_allowed(verify: Any) -> None:
    said = verify(
        card(),
        *("--commit", COMMIT.upper()),
        *("--policy-digest", POLICY),
        *("--max-age", "24h"),
        *("--artifact", f"registry.acme/shop@{DIGEST}"),
        *("--version", "2.4.0"),
        *("--environment", "production"),
    )
    assert said.code == 0
    assert said.out.startswith("allowed: GO for shop 2.4.0 to production")
    assert said.err == ""


def test_a_go_that_nothing_ties_to_the_deploy_is_told_so(verify: Any) -> None:
    said = verify(card())
    assert said.code == 0
    assert "nothing ties the scorecard to this deploy: give --commit" in said.err


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (("--commit", OTHER), f"commit: observed {COMMIT}\n    expected {OTHER}"),
        (("--version", "2.5.0"), "version: observed 2.4.0\n    expected 2.5.0"),
        (("--environment", "staging"), "environment: observed production\n    expected staging"),
        (("--policy-digest", "sha256:" + "0" * 64), f"policy digest: observed {POLICY}"),
        (("--max-age", "30m"), "age: observed 1h old\n    expected at most 30m"),
        (("--artifact", f"registry.acme/cart@{DIGEST}"), "it is none of the artifacts that were judged"),
        (
            ("--artifact", "registry.acme/shop@sha256:" + "0" * 64),
            f"artifact registry.acme/shop: observed {DIGEST}",
        ),
    ],
)
def test_a_scorecard_of_another_deploy_is_not_trusted(
    verify: Any, options: tuple[str, str], shown: str
) -> None:
    said = verify(card(), *options)
    assert said.code == 3
    assert said.out.startswith("refused: GO")
    assert shown in said.out


def test_what_the_scorecard_does_not_name_does_not_match(verify: Any) -> None:
    nameless = changed(
        "release", commit=None, version=None, artifacts=[{"name": "registry.acme/shop", "digest": None}]
    )
    said = verify(
        nameless, "--commit", COMMIT, "--version", "2.4.0", "--artifact", f"registry.acme/shop@{DIGEST}"
    )
    assert said.code == 3
    assert "commit: observed none" in said.out
    assert "version: observed none" in said.out
    assert "observed no digest" in said.out


@pytest.mark.parametrize(
    ("spoilt", "shown"),
    [
        (changed("run", judged_at=ago(hours=-10)), "in the future"),
        (changed("run", judged_at="2026-11-20T09:30:00"), "without a time zone"),
        (card(valid_until=ago(seconds=1)), "validity: observed it ended at"),
        (card(valid_until="2999-01-01T00:00:00"), "its end has no time zone"),
        (card(partial="--only performance/latency"), "a part was judged: --only performance/latency"),
    ],
)
def test_a_scorecard_that_holds_no_more_is_not_trusted(verify: Any, spoilt: Card, shown: str) -> None:
    said = verify(spoilt, "--commit", COMMIT)
    assert said.code == 3
    assert shown in said.out


def test_a_clock_that_differs_by_minutes_is_forgiven(verify: Any) -> None:
    assert verify(changed("run", judged_at=ago(minutes=-4))).code == 0


BLOCKER = {"cause": "evidence:load", "reason": "missing", "detail": "", "checks": [], "next": ""}
ITEM = {**card()["evidence"][0]["items"][0], "reason": "stale", "message": "old"}


@pytest.mark.parametrize(
    ("spoilt", "shown"),
    [
        (card(blockers=[BLOCKER]), "blockers: observed GO with 1 of them: evidence:load"),
        (card(proven_bad=True), "proven_bad"),
        (card(score=None), "score: observed None, while its results come to 100%"),
        (card(score=99.0), "score: observed 99.0, while its results come to 100%"),
        (card(score=0.0, results=[]), "its results come to no weight"),
        (card(score=100.0, results=[result("performance/latency")]), "none that is proven good"),
        (card(results=[result("performance/latency", enforce="required", weight=-1)]), "a weight of -1"),
        (
            card(
                score=50.0,
                results=[result("performance/latency", enforce="required"), result("performance/x", "fail")],
            ),
            "score: observed 50%\n    expected at least 90%",
        ),
        (changed("policy", decision={"go": "90%", "floors": {"security": "80%"}}), "category security"),
        (changed("policy", decision={"floors": {}}), "its limit is None"),
        (changed("policy", decision={"go": 0.5}), "its limit is 0.5"),
        (changed("policy", decision={"go": "90%", "floors": 3}), "floors: observed 3"),
        (
            changed("policy", decision={"go": "90%", "max-waived": 1}),
            "waived weight: observed its limit is 1",
        ),
        (card(waivers=[waiver()]), "waivers: observed GO with 1 in force"),
        (
            changed("policy", overrides=[{"path": "a.b", "parent": "p", "old": 1, "new": 2}]),
            "a loosened parent: a.b",
        ),
        (
            card(results=[result("performance/latency", enforce="required", findings=[finding("fail")])]),
            "pass, while its worst finding is fail",
        ),
        (
            card(results=[result("performance/latency", enforce="required", findings=[])]),
            "pass without a finding",
        ),
        (
            card(results=[*card()["results"], result("performance/x", "fail", enforce="required")]),
            "required and fail, while the decision is GO",
        ),
        (
            card(results=[*card()["results"], result("performance/x", "error", findings=[])]),
            "the check broke",
        ),
        (
            card(results=[*card()["results"], result("performance/x", "fail", waiver=waiver())]),
            "GO with its weight waived",
        ),
        (card(evidence=[]), "its evidence load was not read"),
        (card(evidence=[{**card()["evidence"][0], "items": [ITEM]}]), "its evidence load is stale"),
    ],
)
def test_a_go_at_odds_with_itself_is_not_trusted(verify: Any, spoilt: Card, shown: str) -> None:
    said = verify(spoilt, "--commit", COMMIT)
    assert said.code == 3
    assert shown in said.out


def conditional(**more: Any) -> Card:
    """One in five of the weight is not good."""
    results = [
        result("performance/latency", enforce="required", weight=4),
        result("performance/error-rate", "unproven", reason="missing"),
    ]
    return card(decision="conditional", score=80.0, results=results, **more)


def test_a_conditional_is_not_signed(verify: Any) -> None:
    said = verify(conditional(), "--commit", COMMIT)
    assert said.code == 4
    assert "decision: observed CONDITIONAL\n    expected GO" in said.out


def test_a_conditional_is_allowed_where_it_is_enough(verify: Any) -> None:
    assert verify(conditional(), "--commit", COMMIT, "--require", "conditional").code == 0
    assert verify(card(), "--commit", COMMIT, "--require", "conditional").code == 0


def test_sign_offs_are_not_believed_unread(verify: Any) -> None:
    said = verify(conditional(sign_offs=[{"by": "dana"}]), "--commit", COMMIT)
    assert said.code == 4
    assert "its sign-offs are not verified by this version" in said.out


def test_a_conditional_below_its_own_limit_is_not_trusted(verify: Any) -> None:
    weak = conditional()
    weak["policy"] = {**weak["policy"], "decision": {"conditional": "85%"}}
    assert verify(weak, "--require", "conditional").code == 3


def test_a_conditional_with_more_waived_than_its_policy_allows_is_not_trusted(verify: Any) -> None:
    results = [
        result("performance/latency", enforce="required"),
        result("performance/error-rate", "fail", waiver=waiver(check="performance/error-rate")),
    ]
    said = verify(card(decision="conditional", results=results), "--require", "conditional")
    assert said.code == 3
    assert "waived weight: observed 50%\n    expected at most 25%" in said.out


@pytest.mark.parametrize("require", ["go", "conditional"])
def test_a_no_go_says_whether_something_is_bad_or_not_shown(verify: Any, require: str) -> None:
    bad = verify(card(decision="no-go", proven_bad=True), "--require", require, "--commit", COMMIT)
    gap = verify(card(decision="no-go"), "--require", require, "--commit", COMMIT)
    assert (bad.code, gap.code) == (1, 5)
    assert "NO-GO: something is proven bad" in bad.out
    assert "NO-GO: something is not shown" in gap.out


@pytest.mark.parametrize(
    "spoilt", [card(decision="no-go", proven_bad=True), card(decision="no-go"), conditional()]
)
def test_not_trusted_comes_before_whatever_it_says(verify: Any, spoilt: Card) -> None:
    said = verify(spoilt, "--commit", OTHER, "--version", "9")
    assert said.code == 3
    assert "commit: observed" in said.out
    assert "version: observed" in said.out
    assert "decision: observed" in said.out


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("", "it is empty"),
        (json.dumps(card())[:-1], "it ends too early"),
        ("[]", "it has no `schema`"),
        ('{"decision": "go"}', "it has no `schema`"),
        (card(schema="readiness/scorecard/2"), "its schema is 'readiness/scorecard/2'"),
        (card(schema=None), "its schema is 'None'"),
        (card(decision="GO"), "Invalid enum value 'GO'"),
        (card(score="100"), "Expected `float | null`, got `str`"),
        (card(proven_bad="false"), "Expected `bool`, got `str`"),
        (card(signature="x"), "use the version that wrote it, or a newer one"),
        (json.dumps(card()).replace("100.0", "NaN", 1), "NaN is not a number"),
        (json.dumps(card()).replace("100.0", "1e999", 1), "1e999 is not a finite number"),
        (json.dumps(card())[:-1] + ', "decision": "go"}', "the key 'decision' stands twice"),
        ('{"schema":' * 100_000, "nested too deeply"),
        (b"\xff\xfe{}", "it is not UTF-8 text"),
        ({k: v for k, v in card().items() if k != "proven_bad"}, "missing required field `proven_bad`"),
        (card(results=[result("a/b", findings=[finding(count=0)])]), "nothing was looked at"),
    ],
)
def test_what_is_no_scorecard_is_wrong_usage(verify: Any, content: Card | str | bytes, shown: str) -> None:
    said = verify(content, "--commit", COMMIT)
    assert said.code == 2
    assert "scorecard.json cannot be used: " in said.err
    assert shown in said.err
    assert said.out == ""


def test_a_missing_file_a_folder_and_a_huge_file_are_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(60_000_000)
    assert run(["verify", str(tmp_path / "none.json")]) == 2
    assert "there is no such file" in capsys.readouterr().err
    assert run(["verify", str(tmp_path)]) == 2
    assert "it is a folder, where a file is meant" in capsys.readouterr().err
    assert run(["verify", str(huge)]) == 2
    assert "a scorecard has at most 50,000,000" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (("--commit", ""), "--commit is empty: is its variable set?"),
        (("--commit", "3f2a9c1"), "--commit '3f2a9c1' is no full commit"),
        (("--commit", "0" * 40), "is no full commit"),
        (("--commit", COMMIT + "\n"), "is no full commit"),
        (("--version", ""), "--version is empty"),
        (("--environment", " "), "--environment is empty"),
        (("--policy-digest", "7b" * 32), "write sha256: and 64 hexadecimal digits"),
        (("--policy-digest", ""), "--policy-digest is empty"),
        (("--max-age", "24"), "--max-age '24' is no duration"),
        (("--max-age", ""), "--max-age is empty"),
        (("--artifact", "shop:1.2"), "is no NAME@DIGEST"),
        (("--artifact", ""), "is no NAME@DIGEST"),
        (("--artifact", "@" + DIGEST), "is no NAME@DIGEST"),
        (("--require", "anything"), "'anything' is not one of"),
    ],
)
def test_a_demand_that_cannot_be_understood_is_never_dropped(
    verify: Any, options: tuple[str, str], shown: str
) -> None:
    said = verify(card(), *options)
    assert said.code == 2
    assert shown in said.err
    assert "allowed" not in said.out


def test_what_a_scorecard_says_cannot_drive_a_terminal(verify: Any) -> None:
    said = verify(changed("release", name="\x1b[2Jshop\n::error::x \u202e"), "--commit", OTHER)
    assert "\x1b" not in said.out
    assert "\n::error" not in said.out
    assert "\u202e" not in said.out


def test_the_help_says_that_origin_is_not_proven(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "--help"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "This proves what the file says, not who wrote it" in shown
    assert "3, 1, 5, 4" in shown


def test_the_real_command_line_has_the_same_exit_codes(tmp_path: Path) -> None:
    def code(content: Card | str, *options: str) -> int:
        command = [sys.executable, "-m", "readiness", "verify", write(tmp_path, content), *options]
        return subprocess.run(command, check=False, capture_output=True, timeout=60).returncode

    assert code(card(), "--commit", COMMIT) == 0
    assert code(card(), "--commit", OTHER) == 3
    assert code("{") == 2


@given(st.integers(0, 4000), st.binary(max_size=3))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_mutated_no_go_is_never_allowed(tmp_path: Path, at: int, put: bytes) -> None:
    content = json.dumps(card(decision="no-go", proven_bad=True)).encode()
    at %= len(content)
    assert run(["verify", write(tmp_path, content[:at] + put + content[at + len(put) :])]) in (1, 2, 3, 5)


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_truncated_go_is_wrong_usage(tmp_path: Path, at: int) -> None:
    content = json.dumps(card()).encode()
    assert run(["verify", write(tmp_path, content[: at % len(content)])]) == 2


@pytest.mark.parametrize(
    "worse",
    [
        {"reasons": ["something is wrong"]},
        {"results": [*card()["results"], card()["results"][0]]},
        {"results": [{**card()["results"][0], "weight": 1001}, *card()["results"][1:]]},
        {"results": [{**card()["results"][0], "weight": 0}, *card()["results"][1:]]},
    ],
)
def test_what_no_gate_writes_is_not_trusted(worse: Card, verify: Any) -> None:
    assert verify({**card(), **worse}).code == 3


def test_a_pass_that_only_notes_something_is_not_trusted(verify: Any) -> None:
    made = card()
    for one in made["results"][0]["findings"]:
        one["note"] = True
    said = verify(made)
    assert said.code == 3
    assert "pass without a finding" in said.out


def test_a_time_at_the_end_of_all_days_is_in_the_future(verify: Any) -> None:
    said = verify(changed("run", judged_at="9999-12-31T23:59:59-14:00"))
    assert (said.code, "in the future" in said.out) == (3, True)
