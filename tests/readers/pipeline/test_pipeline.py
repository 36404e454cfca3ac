"""Pipeline files of GitHub and GitLab: what is read, and what makes them malformed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness.evidence.model import Item, Reason
from readiness.evidence.pipeline import Job, Pipeline, Workflow
from readiness.testing import read_evidence

GITHUB = """\
name: release
on:
  push: {branches: [main]}
  workflow_run: {workflows: [CI]}
permissions: {contents: read}
defaults: {run: {shell: bash}}
jobs:
  test:
    runs-on: x
    steps:
      - uses: actions/checkout@v4
        with: {ref: main, fetch-depth: 0}
      - {name: Test, run: pytest, if: always(), continue-on-error: true}
  call:
    uses: ./.github/workflows/x.yml
    continue-on-error: ${{ matrix.x }}
  deploy:
    needs: [test, call]
    if: ${{ !failure() }}
    environment: {name: production}
    permissions: write-all
    steps: [{run: x, shell: pwsh}]
"""
GITLAB = """\
stages: [check, ship]
default: {before_script: [setup]}
.base: &base
  stage: check
.rules: {rules: [{if: $MAIN, when: always}]}
.lines:
  script: [one, two]
include:
  - local: a.yml
  - {project: acme/ci, ref: main, file: x.yml}
  - https://ci.example/x.yml
  - {component: gitlab.example/acme/c@1.2.3}
unit:
  <<: *base
  script: [!reference [.lines, script], [three]]
lint: {stage: check, script: ruff, allow_failure: {exit_codes: 1}}
hand: {stage: check, when: manual, script: x}
ship:
  extends: [.rules]
  stage: ship
  environment: production
  before_script: []
  script: [go]
other:
  stage: ship
  needs: [unit, {job: lint, optional: true}]
  trigger: {include: child.yml}
far:
  extends: .elsewhere
  script: [x]
"""


def whole(folder: Path, content: str) -> Item:
    (folder / "ci.yml").write_text(content)
    return read_evidence("pipeline", folder, path="ci.yml").whole


def read(folder: Path, content: str) -> Workflow:
    item = whole(folder, content)
    assert isinstance(item.facts, Pipeline), item.message
    (workflow,) = item.facts.workflows
    return workflow


def job(workflow: Workflow, name: str) -> Job:
    found = workflow.job(name)
    assert found
    return found


def refused(folder: Path, content: str) -> str:
    item = whole(folder, content)
    assert item.facts is None
    assert item.reason is Reason.MALFORMED
    assert not item.message.startswith("the reader")
    return item.message


def test_a_workflow_of_github_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, GITHUB)
    assert (found.form, found.name, found.triggers, found.after) == (
        "github",
        "release",
        ("push", "workflow_run"),
        ("CI",),
    )
    assert found.permissions
    assert found.permissions.scopes == {"contents": "read"}
    test, call, deploy = found.jobs
    assert (test.steps[0].uses, test.steps[0].inputs["fetch-depth"]) == ("actions/checkout@v4", "0")
    assert (test.steps[1].run, test.steps[1].may_fail, test.steps[1].shell) == ("pytest", "yes", "bash")
    assert call.calls
    assert (call.calls.text, call.may_fail) == ("./.github/workflows/x.yml", "unknown")
    assert (deploy.needs, deploy.runs_anyway, deploy.environment) == (("test", "call"), True, "production")
    assert deploy.permissions
    assert deploy.permissions.writes == ("all",)
    assert deploy.steps[0].shell == "pwsh"
    assert "Pipeline/ci.yml:deploy" in Pipeline(workflows=(found,)).objects()


@pytest.mark.parametrize("on", ["on: push", '"on": push', "on: [push]", "'on': {push: null}"])
def test_the_key_on_is_no_boolean(tmp_path: Path, on: str) -> None:
    assert read(tmp_path, f"{on}\njobs: {{a: {{steps: [{{run: x}}]}}}}\n").triggers == ("push",)


def test_a_pipeline_of_gitlab_is_read_with_anchors_extends_and_references(tmp_path: Path) -> None:
    found = read(tmp_path, GITLAB)
    assert found.form == "gitlab"
    unit = job(found, "unit")
    assert [step.run for step in unit.steps] == ["setup", "one", "two", "three"]
    assert [step.place.line for step in unit.steps] == [2, 7, 7, 15]
    assert (job(found, "lint").may_fail, job(found, "hand").may_fail, unit.may_fail) == ("yes", "yes", "no")
    ship = job(found, "ship")
    assert (ship.needs, ship.weak_needs) == ((), ("unit", "lint", "hand", "far"))
    assert (ship.runs_anyway, ship.environment, ship.by_stage) == (True, "production", True)
    assert "$MAIN" in ship.condition
    assert [step.run for step in ship.steps] == ["go"]
    other = job(found, "other")
    assert (other.needs, other.weak_needs, other.by_stage) == (("unit",), ("lint",), False)
    assert other.calls
    assert other.calls.text == "child.yml"
    assert job(found, "far").unseen == (".elsewhere",)
    assert [(one.kind, one.pin) for one in found.includes] == [
        ("local", ""),
        ("project", "main"),
        ("remote", ""),
        ("component", "1.2.3"),
    ]


def test_a_header_with_inputs_is_passed_over(tmp_path: Path) -> None:
    assert read(tmp_path, "spec: {inputs: {a: null}}\n---\nt: {script: x}\n").jobs[0].name == "t"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("on: push\njobs: {a: {runs-on: x}}\n", "jobs.a has neither steps nor a workflow"),
        ("on: push\njobs: {a: {steps: [{name: x}]}}\n", "jobs.a.steps[0] neither runs nor uses something"),
        ("on: push\njobs: {a: {needs: b, steps: []}}\n", "jobs.a needs b, which is no job"),
        ("on: push\njobs: 3\n", "jobs is a number, where a map is meant"),
        ("on: push\njobs: [a]\n", "jobs is a list, where a map is meant"),
        ("on: push\njobs: {a: {steps: {run: x}}}\n", "jobs.a.steps is a map, where a list is meant"),
        ("on: push\npermissions: all\njobs: {}\n", "permissions is neither read-all nor write-all"),
        ("on: push\npermissions: {a: x}\njobs: {}\n", "permissions.a is neither read, write nor none"),
        ("on: null\njobs: {}\n", "it has no `on`, or no `jobs`"),
        ("a: {script: x, extends: .b}\n", "a extends .b, which is not in this file"),
        ("a: {script: x, extends: a}\n", "levels, or itself"),
        ("a: {script: x, stage: no}\n", "a is in the stage false, which is not among the stages"),
        ("a: {script: x, needs: [b]}\n", "a needs b, which is no job"),
        ("a: {script: {b: c}}\n", "a.script is a map, where text is meant"),
        ("a: {script: [!reference [.b, c]]}\n", "refers to .b.c, which is not in this file"),
        ("a: {script: [!reference x]}\n", "!reference takes a list of keys"),
        ("a: {script: [!reference [a, script]]}\n", "nested too deeply, or refers to itself"),
        ("a: {script: x}\nb: [1]\n", "b is no job"),
        ("a: {script: x}\ninclude: [{a: b}]\n", "include[0] names no file"),
        ("a: {trigger: {strategy: depend}}\n", "a.trigger names no pipeline"),
    ],
)
def test_what_its_server_would_refuse_is_malformed(tmp_path: Path, content: str, message: str) -> None:
    assert message in refused(tmp_path, content)


@pytest.mark.parametrize(
    "content",
    ["", "services: {a: {image: b}}\n", "apiVersion: v1\nkind: Pod\nspec: {script: x}\n", "a: b\n", "[1]\n"],
)
def test_what_is_no_pipeline_is_not_taken_for_one(tmp_path: Path, content: str) -> None:
    refused(tmp_path, content)


def test_too_many_jobs_are_refused(tmp_path: Path) -> None:
    assert "501 jobs" in refused(tmp_path, "".join(f"j{n}: {{script: x}}\n" for n in range(501)))
    jobs = "".join(f"  j{n}: {{steps: []}}\n" for n in range(501))
    assert "501 jobs" in refused(tmp_path, f"on: push\njobs:\n{jobs}")


def test_extends_that_multiply_are_refused(tmp_path: Path) -> None:
    wide = ", ".join(f"k{n}: x" for n in range(400))
    content = f".a0: {{{wide}}}\n"
    for level in range(1, 10):
        content += f".a{level}: {{extends: [{', '.join([f'.a{level - 1}'] * 5)}]}}\n"
    assert "through extends and references" in refused(tmp_path, content + "j: {extends: .a9, script: x}\n")


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([GITHUB, GITLAB]),
    st.data(),
    st.sampled_from(["", "\0", "{", "]", "&", "*", "\t", ": ", "!x "]),
)
def test_a_damaged_file_gives_facts_or_a_reason(
    tmp_path: Path, text: str, data: st.DataObject, what: str
) -> None:
    at = data.draw(st.integers(0, len(text)))
    for content in (text[:at], text[:at] + what + text[at + 1 :]):
        item = whole(tmp_path, content)
        assert item.facts is not None or not item.message.startswith("the reader")
