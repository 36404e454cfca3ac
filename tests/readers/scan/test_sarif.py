"""SARIF: levels, scores, suppressions, baselines, and how a run went."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.evidence.scan import ScanRun, Severity
from readiness.readers.scan._severity import severity_of_score
from tests.readers.scan.support import counts, read, run, scan


def log(*runs: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"version": "2.1.0", "runs": list(runs), **more}


def one_run(**more: Any) -> dict[str, Any]:
    return {"tool": {"driver": {"name": "bandit"}}, "results": [], **more}


def result(**more: Any) -> dict[str, Any]:
    return {"message": {"text": "wrong"}, "ruleId": "R1", **more}


def with_rule(found: dict[str, Any], **rule: Any) -> dict[str, Any]:
    return {"tool": {"driver": {"name": "bandit", "rules": [{"id": "R1", **rule}]}}, "results": [found]}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "report.sarif"


def read_run(file: Path, made: dict[str, Any]) -> ScanRun:
    file.write_text(json.dumps(log(made)))
    return run(file)


@pytest.mark.parametrize(
    ("found", "rule", "severity"),
    [
        ({}, {}, "medium"),
        ({"level": "error"}, {}, "high"),
        ({"level": "note"}, {}, "low"),
        ({"level": "none"}, {}, "unknown"),
        ({}, {"defaultConfiguration": {"level": "error"}}, "high"),
        ({"level": "note"}, {"defaultConfiguration": {"level": "error"}}, "low"),
        ({"kind": "review"}, {}, "unknown"),
        ({"kind": "open"}, {"defaultConfiguration": {"level": "note"}}, "unknown"),
        ({}, {"properties": {"security-severity": "9.8"}}, "critical"),
        ({}, {"properties": {"security-severity": 7}}, "high"),
        ({"level": "error"}, {"properties": {"security-severity": "4.0"}}, "medium"),
        ({"level": "error"}, {"properties": {"security-severity": "0.1"}}, "low"),
        ({"level": "note"}, {"properties": {"security-severity": "bad"}}, "unknown"),
        ({"level": "note"}, {"properties": {"security-severity": "11"}}, "unknown"),
        ({"level": "note"}, {"properties": {"security-severity": True}}, "low"),
        (
            {"properties": {"security-severity": "9.0"}},
            {"properties": {"security-severity": "1"}},
            "critical",
        ),
    ],
)
def test_the_severity_is_that_of_the_score_else_of_the_level_else_of_the_rule(
    file: Path, found: dict[str, Any], rule: dict[str, Any], severity: str
) -> None:
    assert counts(read_run(file, with_rule(result(**found), **rule))) == {severity: 1}


def test_a_part_of_a_rule_has_the_level_of_the_rule(file: Path) -> None:
    made = with_rule(result(ruleId="R1/sub"), defaultConfiguration={"level": "error"})
    assert counts(read_run(file, made)) == {"high": 1}


@pytest.mark.parametrize("kind", ["pass", "notApplicable", "informational"])
def test_results_of_other_kinds_are_no_findings(file: Path, kind: str) -> None:
    assert counts(read_run(file, one_run(results=[result(kind=kind)]))) == {}


@pytest.mark.parametrize(
    ("state", "found"), [("new", 1), ("unchanged", 1), ("updated", 1), ("absent", 0), (None, 1)]
)
def test_what_is_absent_since_the_baseline_is_no_finding(file: Path, state: str | None, found: int) -> None:
    one = read_run(file, one_run(results=[result(baselineState=state)]))
    assert sum(one.counts.values()) == found


@pytest.mark.parametrize(
    ("suppressions", "counted"),
    [
        (None, True),
        ([], True),
        ([{"kind": "inSource"}], False),
        ([{"kind": "external", "status": "accepted"}], False),
        ([{"kind": "external", "status": "underReview"}], True),
        ([{"kind": "external", "status": "rejected"}], True),
        ([{"kind": "inSource"}, {"kind": "external", "status": "rejected"}], True),
    ],
)
def test_a_result_is_suppressed_when_all_its_suppressions_are_accepted(
    file: Path, suppressions: Any, counted: bool
) -> None:
    one = read_run(file, one_run(results=[result(suppressions=suppressions)]))
    assert (sum(one.counts.values()), sum(one.suppressed.values())) == (int(counted), int(not counted))
    if not counted:
        assert (one.findings[0].suppressed or "").endswith("without a reason")


def _note(level: str, id_: str = "x") -> dict[str, Any]:
    return {"message": {"text": "it broke"}, "level": level, "descriptor": {"id": id_}}


@pytest.mark.parametrize(
    ("more", "errors"),
    [
        ({"invocations": [{"executionSuccessful": True}]}, ()),
        (
            {"invocations": [{"executionSuccessful": False}]},
            ("the run was not successful: it says no more",),
        ),
        (
            {"invocations": [{"executionSuccessful": False, "exitCode": 3}]},
            ("the run was not successful: exit code 3",),
        ),
        (
            {"invocations": [{"executionSuccessful": False, "exitCodeDescription": "no rules"}]},
            ("the run was not successful: no rules",),
        ),
        (
            {"invocations": [{"executionSuccessful": True, "toolExecutionNotifications": [_note("error")]}]},
            ("it broke",),
        ),
        (
            {
                "invocations": [
                    {"executionSuccessful": True, "toolConfigurationNotifications": [_note("error")]}
                ]
            },
            ("it broke",),
        ),
        (
            {
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [_note("warning", "SyntaxError")],
                    }
                ]
            },
            ("it broke",),
        ),
        (
            {
                "invocations": [
                    {"executionSuccessful": True, "toolExecutionNotifications": [_note("warning")]}
                ]
            },
            (),
        ),
        ({"results": None}, ("it has no `results`, which says that nothing was analysed",)),
        (
            {"results": None, "externalPropertyFileReferences": {"results": [{}]}},
            ("its results stand in other files, which are not read",),
        ),
    ],
)
def test_what_went_wrong_is_an_error(file: Path, more: dict[str, Any], errors: tuple[str, ...]) -> None:
    assert read_run(file, one_run(**more)).errors == errors


def test_results_that_are_absent_are_not_results_that_are_empty(file: Path) -> None:
    made = one_run()
    del made["results"]
    assert read_run(file, made).error_count == 1
    assert read_run(file, one_run()).error_count == 0


def test_files_that_were_targets_are_counted_and_others_are_not(file: Path) -> None:
    artifacts: list[dict[str, Any]] = [
        {"location": {"uri": "a"}, "roles": ["analysisTarget"]},
        {"location": {"uri": "b"}},
    ]
    assert read_run(file, one_run(artifacts=artifacts)).scanned == 1
    assert read_run(file, one_run(artifacts=artifacts[1:])).scanned is None


def test_each_run_is_one(file: Path) -> None:
    other = {"tool": {"driver": {"name": "ruff"}}, "results": [result()]}
    file.write_text(json.dumps(log(one_run(), other)))
    assert [(one.tool, counts(one)) for one in scan(file).runs] == [("bandit", {}), ("ruff", {"medium": 1})]


def test_the_observation_is_as_old_as_its_oldest_run(file: Path) -> None:
    runs = [
        one_run(invocations=[{"executionSuccessful": True, "endTimeUtc": f"2026-05-{day}T10:00:00Z"}])
        for day in (30, 20)
    ]
    file.write_text(json.dumps(log(*runs)))
    assert str(read(file).provenance.observed_at) == "2026-05-20 10:00:00+00:00"
    file.write_text(json.dumps(log(*runs, one_run())))
    assert read(file).provenance.observed_from == "mtime"


def test_runs_of_two_commits_tell_none(file: Path) -> None:
    runs = [
        one_run(versionControlProvenance=[{"repositoryUri": "x", "revisionId": sha * 40}]) for sha in "ab"
    ]
    file.write_text(json.dumps(log(runs[0])))
    assert read(file).provenance.commit == "a" * 40
    file.write_text(json.dumps(log(*runs)))
    assert read(file).provenance.commit is None
    file.write_text(json.dumps(log(runs[0], one_run())))
    assert read(file).provenance.commit is None


def test_a_place_may_be_told_by_its_number(file: Path) -> None:
    place = {"physicalLocation": {"artifactLocation": {"index": 0}, "region": {"startLine": 7}}}
    made = one_run(results=[result(locations=[place])], artifacts=[{"location": {"uri": "file:///srv/a.py"}}])
    (found,) = read_run(file, made).findings
    assert (found.file, found.line) == ("/srv/a.py", 7)


def test_a_message_may_be_that_of_the_rule(file: Path) -> None:
    made = with_rule(result(message={"id": "m"}), messageStrings={"m": {"text": "of the rule"}})
    assert read_run(file, made).findings[0].message == "of the rule"


@given(st.floats(0, 10), st.floats(0, 10))
def test_a_greater_score_is_never_less_severe(first: float, second: float) -> None:
    less, more = sorted([first, second])
    assert severity_of_score(more).rank <= severity_of_score(less).rank


@given(st.floats().filter(lambda score: not 0 <= score <= 10))
def test_a_score_that_is_none_is_unknown(score: float) -> None:
    assert severity_of_score(score) is Severity.UNKNOWN
