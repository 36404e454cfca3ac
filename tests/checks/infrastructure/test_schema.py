"""infrastructure/schema: every object was validated by kubeconform, and is valid."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from readiness.check import Outcome
from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Reason
from readiness.evidence.scan import Scan, ScanRun
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence
from tests.support import FIXTURES

REPORTS = FIXTURES / "scan"
SET = """apiVersion: v1
kind: Service
metadata: {name: good, namespace: prod}
---
apiVersion: v1
kind: Service
metadata: {name: other, namespace: prod}
"""


def judge(name: str, manifests: Manifests | None = None, **params: Any) -> Judgement:
    facts = read_evidence("scan", REPORTS, path=name).whole.facts
    assert isinstance(facts, Scan)
    given = {key.replace("_", "-"): value for key, value in params.items()}
    return judge_check("infrastructure/schema", given, scan=facts, manifests=manifests)


def rendered(folder: Path, content: str) -> Manifests:
    (folder / "set.yaml").write_text(content)
    facts = read_evidence("manifests", folder, path="set.yaml").whole.facts
    assert isinstance(facts, Manifests)
    return facts


def said(judged: Judgement) -> list[tuple[str, str]]:
    return [(str(one.outcome), one.message) for one in judged.findings if not one.note]


def test_objects_that_are_valid_pass() -> None:
    judged = judge("kubeconform-good.json")
    assert said(judged) == [("pass", "kubeconform validated 2 resources")]


@pytest.mark.parametrize("name", ["kubeconform-verbose.json", "kubeconform-verbose.junit.xml"])
def test_what_is_invalid_fails_and_what_was_skipped_is_unproven(name: str) -> None:
    judged = judge(name)
    (invalid, skipped) = judged.findings
    assert judged.outcome is Outcome.FAIL
    assert invalid.object == "Service/bad"
    assert invalid.message.startswith("objects.yaml: schema in Service/bad: problem validating schema.")
    assert invalid.message.endswith("at '/spec/type': got number, want string")
    assert said(judged)[1] == (
        "unproven",
        "acme.example/v1 Widget/w was skipped: nothing says that it is valid",
    )
    assert "-schema-location" in skipped.next


def test_kinds_may_go_without_a_schema() -> None:
    judged = judge("kubeconform-verbose.json", without_schema=["Widget"])
    assert [one.message for one in judged.findings if one.note] == [
        "1 object without a schema, which the policy allows"
    ]
    assert [outcome for outcome, _ in said(judged)] == ["fail"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "kubeconform-silent.json",
            "the report does not tell what kubeconform validated, and what it skipped",
        ),
        ("kubeconform-errors.json", "kubeconform validated nothing"),
        ("kubeconform-skipped.json", "kubeconform validated nothing"),
        ("kube-score.json", "kubeconform did not run: kube-score did"),
    ],
)
def test_a_report_that_shows_nothing_is_unproven(name: str, message: str) -> None:
    judged = judge(name)
    assert judged.outcome is Outcome.UNPROVEN
    assert said(judged)[0] == ("unproven", message)
    assert all("kubeconform" in one.next for one in judged.findings)


def test_a_schema_that_is_not_there_is_unproven_and_a_file_that_cannot_be_read_fails() -> None:
    messages = (
        "a.yaml: Widget w: could not find schema for Widget",
        "b.yaml:  : error unmarshalling resource",
    )
    run = ScanRun(tool="kubeconform", scanned=1, unit="resources", errors=messages, error_count=4)
    judged = judge_check("infrastructure/schema", scan=Scan(runs=(run,)))
    assert said(judged) == [
        ("unproven", "not validated: a.yaml: Widget w: could not find schema for Widget"),
        ("fail", "not validated: b.yaml:  : error unmarshalling resource"),
        ("unproven", "2 objects more could not be validated"),
    ]


def test_skipped_objects_that_are_not_listed_are_unproven() -> None:
    run = ScanRun(tool="kubeconform", scanned=1, unit="resources", skipped=("x",), skipped_count=3)
    judged = judge_check("infrastructure/schema", {"without-schema": ["Widget"]}, scan=Scan(runs=(run,)))
    assert said(judged) == [("unproven", "3 objects skipped, and the report does not list which")]


def test_every_object_of_the_set_must_have_been_validated(tmp_path: Path) -> None:
    whole = rendered(tmp_path, SET)
    assert said(judge("kubeconform-good.json", whole)) == [
        ("pass", "kubeconform validated 2 resources, every one of 2 of the set among them")
    ]
    more = rendered(tmp_path, SET + "---\napiVersion: v1\nkind: Service\nmetadata: {name: third}\n")
    judged = judge("kubeconform-good.json", more)
    assert (judged.outcome, judged.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert said(judged) == [("unproven", "Service/third is not among the objects that kubeconform validated")]
    assert judged.findings[0].location is not None
    assert judged.findings[0].location.line == 9


@pytest.mark.parametrize(
    "other",
    [
        SET.replace("v1", "acme/v1", 1),
        SET.replace("kind: Service", "kind: ConfigMap", 1),
        SET.replace("name: other", "name: good").replace("prod}\n---", "staging}\n---"),
    ],
)
def test_another_object_is_not_the_one_that_was_validated(tmp_path: Path, other: str) -> None:
    assert judge("kubeconform-good.json", rendered(tmp_path, other)).outcome is Outcome.UNPROVEN


@pytest.mark.parametrize("name", ["kubeconform-verbose.json", "kubeconform-verbose.junit.xml"])
def test_names_that_are_to_be_generated_are_compared_too(tmp_path: Path, name: str) -> None:
    made = "apiVersion: v1\nkind: Service\nmetadata: {generateName: gen-}\n"
    judged = judge(name, rendered(tmp_path, made))
    assert not [one for one in judged.findings if "not among" in one.message]
    again = judge(name, rendered(tmp_path, made.replace("gen-", "x-")))
    assert [one for one in again.findings if "Service/x- is not among" in one.message]


def test_a_report_that_does_not_name_the_valid_objects_shows_nothing_of_the_set(tmp_path: Path) -> None:
    run = ScanRun(tool="kubeconform", scanned=2, unit="resources")
    judged = judge_check("infrastructure/schema", scan=Scan(runs=(run,)), manifests=rendered(tmp_path, SET))
    assert said(judged) == [
        ("unproven", "the report does not name 2 of the objects that kubeconform validated")
    ]
    assert "-verbose" in judged.findings[0].next


def test_kinds_that_may_go_without_a_schema_are_not_compared(tmp_path: Path) -> None:
    whole = rendered(tmp_path, SET + "---\napiVersion: acme.example/v1\nkind: Widget\nmetadata: {name: w}\n")
    assert judge("kubeconform-good.json", whole, without_schema=["Widget"]).outcome is Outcome.PASS
    assert judge("kubeconform-good.json", whole).outcome is Outcome.UNPROVEN


def test_sarif_of_kubeconform_does_not_tell_what_was_skipped() -> None:
    run = ScanRun(tool="kubeconform", scanned=5, unit="files")
    assert judge_check("infrastructure/schema", scan=Scan(runs=(run,))).outcome is Outcome.UNPROVEN


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"valid": 9}, "its summary says 9 valid, and it lists 2"),
        ({"skipped": 9}, "its summary says 9 skipped, and it lists 1"),
        ({"valid": 0}, "its summary says 0 valid, and it lists 2"),
    ],
)
def test_a_summary_that_contradicts_what_is_listed_is_malformed(
    tmp_path: Path, change: dict[str, int], message: str
) -> None:
    report = json.loads((REPORTS / "kubeconform-verbose.json").read_text())
    report["summary"].update(change)
    (tmp_path / "report.json").write_text(json.dumps(report))
    found = read_evidence("scan", tmp_path, path="report.json").whole
    assert (found.facts, found.reason, found.message) == (None, Reason.MALFORMED, message)
