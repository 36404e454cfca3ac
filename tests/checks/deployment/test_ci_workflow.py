"""deployment/ci-workflow: pipelines of GitHub and GitLab, good, and with one seeded fault at a time."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.check import Finding, Outcome
from readiness.evidence.pipeline import Pipeline
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence

CHECK = "deployment/ci-workflow"
SHA = "08c6903cd8c0fde910a37f88322edcfb5dd907a8"
GITHUB = f"""\
name: release
on:
  push: {{branches: [main]}}
permissions: {{contents: read}}
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@{SHA} # v5
      - run: |
          pip install .[test]
          pytest -q
  build:
    needs: [test]
    runs-on: ubuntu-24.04
    permissions: {{packages: write}}
    steps:
      - run: docker push registry.acme/shop
  deploy:
    needs: build
    environment: production
    runs-on: ubuntu-24.04
    steps:
      - run: readiness verify scorecard.json
      - run: helm upgrade --install shop chart --set sha=${{{{ github.event.after }}}}
"""
GITLAB = """\
stages: [test, ship]
include:
  - local: ci/common.yml
.main: {rules: [{if: $CI_COMMIT_BRANCH == "main"}]}
unit:
  stage: test
  script: [pytest]
deploy:
  extends: .main
  stage: ship
  environment: {name: production}
  script:
    - readiness verify scorecard.json
    - helm upgrade --install shop chart
"""


def read(*texts: str, names: tuple[str, ...] = ("a.yml", "b.yml")) -> Pipeline:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in zip(names, texts, strict=False):
            path = Path(folder) / ".github" / "workflows" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        whole = read_evidence("pipeline", Path(folder), path=".github/workflows/*.yml").whole
    assert isinstance(whole.facts, Pipeline), whole.message
    return whole.facts


def judged(*texts: str, **params: Any) -> Judgement:
    return judge_check(CHECK, params, pipeline=read(*texts))


def bad(found: Judgement) -> list[Finding]:
    return [one for one in found.findings if one.outcome is not Outcome.PASS]


def swapped(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


def test_a_good_workflow_passes_and_tells_what_waits_for_what() -> None:
    found = judged(GITHUB)
    assert found.outcome is Outcome.PASS
    assert [one.message for one in found.findings if one.note] == [
        "the job deploy of .github/workflows/a.yml starts after test"
    ]
    assert "least permissions" in found.summary


def test_a_good_pipeline_of_gitlab_passes() -> None:
    found = judged(GITLAB)
    assert found.outcome is Outcome.PASS
    assert any("starts after unit, of an earlier stage" in one.message for one in found.findings)


@pytest.mark.parametrize(
    ("old", "new", "message", "line"),
    [
        ("needs: build", "timeout-minutes: 5", "deploys without waiting for a job that tests", 19),
        ("needs: [test]", "timeout-minutes: 5", "deploys without waiting for a job that tests", 19),
        ("needs: build", "needs: build\n    if: always()", "deploys although tests before it failed", 19),
        ("needs: [test]", "needs: [test]\n    if: failure()", "without waiting for a job that tests", 20),
        ("  test:\n", "  test:\n    continue-on-error: true\n", "may fail, and goes on", 6),
        ("pytest -q", "pytest -q || true", "throws the failure of its tests away", 12),
        ("pytest -q", "pytest -q | tee log", "throws the failure of its tests away", 12),
        ("pytest -q", "pytest -q || python report.py", "throws the failure of its tests away", 12),
        ("pytest -q", "if ! pytest; then echo broken; fi", "throws the failure of its tests away", 12),
        ("pytest -q", "pytest -q &", "throws the failure of its tests away", 12),
        ("pytest -q", "pytest -q; exit 0", "throws the failure of its tests away", 12),
        (
            "pytest -q",
            "pytest -q && echo ok\n          echo done",
            "throws the failure of its tests away",
            12,
        ),
        ("pip install .[test]", "set +e", "throws the failure of its tests away", 12),
        (
            "      - run: |",
            "      - continue-on-error: true\n        run: |",
            "goes on when its tests failed",
            11,
        ),
        ("verify scorecard.json", "verify x || true", "throws the failure of the gate away", 24),
        (f"@{SHA}", "@v5", "uses actions/checkout at v5", 9),
        (f"@{SHA}", "", "uses actions/checkout at no revision", 9),
        (f"actions/checkout@{SHA}", "docker://alpine:3", "uses docker://alpine:3", 9),
        ("permissions: {contents: read}\n", "", "says nothing of the permissions of test, deploy", 1),
        ("{contents: read}", "write-all", "may write everything", 4),
        ("{contents: read}", "{contents: write}", "lets every job write contents", 4),
        (
            "event.after",
            "event.head_commit.message",
            "puts github.event.head_commit.message into a script",
            25,
        ),
        ("event.after", "head_ref", "puts github.head_ref into a script", 25),
        ("github.event.after", "toJSON(github.event)", "puts github.event into a script", 25),
    ],
)
def test_a_seeded_fault_of_github_is_found_where_it_stands(
    old: str, new: str, message: str, line: int
) -> None:
    text = swapped(GITHUB, old, new)
    found = judged(text)
    assert found.outcome is Outcome.FAIL
    first = next(one for one in bad(found) if message in one.message)
    assert first.location
    assert first.location.line == line
    assert first.object
    assert first.next


@pytest.mark.parametrize(
    "command",
    ["echo pytest", "pytest --collect-only", "pip install pytest", "mvn -B package -DskipTests", "# pytest"],
)
def test_what_only_talks_of_tests_is_none(command: str) -> None:
    text = swapped(swapped(GITHUB, "pytest -q", command), "pip install .[test]", "true")
    text = text.replace("  test:", "  checks:").replace("[test]", "[checks]")
    found = bad(judged(text))
    assert [one.outcome for one in found] == [Outcome.FAIL] * 2
    assert "has no job that tests" in found[0].message


@pytest.mark.parametrize(
    "command",
    ["pytest --collect-only", "pytest --version", "npm ci", "uv sync", "readiness check --policy p.yaml"],
)
def test_a_job_that_is_called_test_and_only_prepares_tests_nothing(command: str) -> None:
    found = bad(judged(swapped(GITHUB, "pytest -q", command)))
    assert "has no job that tests" in found[0].message


def test_a_job_that_is_called_test_may_run_what_is_not_known() -> None:
    assert judged(swapped(GITHUB, "pytest -q", "./all-of-them.sh")).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "command", ["npm ci && npm test", "CI=1 yarn test:unit", "go test ./...", "./gradlew check"]
)
def test_tests_are_known_by_their_commands(command: str) -> None:
    assert judged(swapped(GITHUB, "pytest -q", command)).outcome is Outcome.PASS


@pytest.mark.parametrize("trigger", ["pull_request_target", "workflow_run", "issue_comment"])
@pytest.mark.parametrize(
    "step",
    [
        f"uses: actions/checkout@{SHA}\n        with: {{ref: '${{{{ github.event.pull_request.head.sha }}}}'}}",
        "run: gh pr checkout 1 && pytest",
        "run: git fetch origin pull/1/head && pytest",
    ],
)
def test_foreign_code_is_not_checked_out_with_secrets(trigger: str, step: str) -> None:
    text = swapped(GITHUB, f"uses: actions/checkout@{SHA} # v5", step)
    assert not any("checks the code" in one.message for one in bad(judged(text)))
    found = judged(swapped(text, "push: {branches: [main]}", f"{trigger}: null"))
    assert any(f"checks the code of a pull request out under {trigger}" in one.message for one in bad(found))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "  test:\n",
            "  test:\n    continue-on-error: ${{ matrix.x }}\n",
            "may fail where an expression says so",
        ),
        (
            "      - run: |",
            "      - if: github.actor == 'x'\n        run: |",
            "runs its tests only if github.actor",
        ),
    ],
)
def test_what_an_expression_decides_is_unproven(old: str, new: str, message: str) -> None:
    found = judged(swapped(GITHUB, old, new))
    assert found.outcome is Outcome.UNPROVEN
    assert any(message in one.message for one in bad(found))


def test_a_pipe_is_guarded_by_bash_or_pipefail() -> None:
    piped = swapped(GITHUB, "pytest -q", "pytest -q | tee log")
    assert (
        judged(swapped(piped, "jobs:\n", "defaults: {run: {shell: bash}}\njobs:\n")).outcome is Outcome.PASS
    )
    assert judged(swapped(piped, "pip install .[test]", "set -euo pipefail")).outcome is Outcome.PASS


@pytest.mark.parametrize("shell", ["pwsh", "bash {0}"])
def test_a_shell_that_goes_on_forgets_failures(shell: str) -> None:
    text = swapped(GITHUB, "jobs:\n", f"defaults: {{run: {{shell: '{shell}'}}}}\njobs:\n")
    assert judged(text).outcome is Outcome.PASS
    later = swapped(text, "pytest -q", "pytest -q\n          echo done")
    assert "throws the failure of its tests away" in judged(later).summary
    assert judged(later.replace(f"'{shell}'", "bash")).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "line", ["cd app && pytest", "pytest || exit 1", "pytest || { echo no; exit 1; }", "ls | x; pytest"]
)
def test_a_failure_that_is_handed_on_counts(line: str) -> None:
    assert judged(swapped(GITHUB, "pytest -q", line)).outcome is Outcome.PASS


def test_that_nothing_is_known_to_deploy_is_said() -> None:
    assert "no job that is known to deploy" in judged(BEFORE).summary


def test_a_condition_may_ask_for_the_results_itself() -> None:
    asking = "needs: [build, test]\n    if: always() && needs.test.result == 'success'"
    assert judged(swapped(GITHUB, "needs: build", asking)).outcome is Outcome.PASS
    assert judged(swapped(GITHUB, "needs: build", asking.replace("&&", "||"))).outcome is Outcome.FAIL


CALLED = """\
on: workflow_call
permissions: {}
jobs:
  deploy:
    environment: production
    steps: [{run: helm upgrade a b}]
"""
CALLING = """\
on: push
permissions: {}
jobs:
  test: {steps: [{run: pytest}]}
  go: {needs: test, uses: ./.github/workflows/b.yml}
"""


def test_a_called_workflow_waits_for_what_its_callers_wait_for() -> None:
    assert judged(CALLING, CALLED).outcome is Outcome.PASS
    assert judged(swapped(CALLING, "needs: test, ", ""), CALLED).outcome is Outcome.FAIL
    alone = judged(CALLED)
    assert "is in a workflow that others call, which are not here" in str(bad(alone))


AFTER = """\
on: {workflow_run: {workflows: [ci], types: [completed]}}
permissions: {}
jobs:
  deploy:
    if: github.event.workflow_run.conclusion == 'success'
    steps: [{run: kubectl apply -f x}]
"""
BEFORE = "name: ci\non: push\npermissions: {}\njobs: {test: {steps: [{run: pytest}]}}\n"


def test_a_workflow_that_follows_another_asks_how_that_ended() -> None:
    assert judged(BEFORE, AFTER).outcome is Outcome.PASS
    spoiled = swapped(AFTER, "    if: github.event.workflow_run.conclusion == 'success'\n", "")
    assert "however that ended" in str(bad(judged(BEFORE, spoiled)))
    idle = BEFORE.replace("test:", "lint:").replace("pytest", "ruff check")
    assert "starts after ci, which has no job that tests" in str(bad(judged(idle, AFTER)))
    assert "starts after ci, which is not here" in str(bad(judged(AFTER)))


def test_a_job_may_test_before_it_deploys() -> None:
    text = "on: push\npermissions: {}\njobs: {deploy: {steps: [{run: pytest}, {run: kubectl apply -f x}]}}\n"
    assert judged(text).outcome is Outcome.PASS
    assert (
        judged(text.replace("{run: pytest}, ", "").replace("x}]", "x}, {run: pytest}]")).outcome
        is Outcome.FAIL
    )


@pytest.mark.parametrize(
    ("old", "new", "outcome", "message"),
    [
        (
            "script: [pytest]",
            "script: [pytest]\n  allow_failure: true",
            Outcome.FAIL,
            "may fail, and goes on",
        ),
        ("script: [pytest]", "script: [pytest]\n  when: manual", Outcome.FAIL, "may fail, and goes on"),
        (
            "script: [pytest]",
            "script: ['pytest || true']",
            Outcome.FAIL,
            "throws the failure of its tests away",
        ),
        ("stage: ship\n", "stage: ship\n  needs: []\n", Outcome.FAIL, "without waiting for a job that tests"),
        ("stage: ship\n", "stage: ship\n  when: always\n", Outcome.FAIL, "although tests before it failed"),
        ("scorecard.json", "x || true", Outcome.FAIL, "throws the failure of the gate away"),
        ("- local: ci/common.yml", "- {project: a/b, file: c}", Outcome.FAIL, "includes a/b at no revision"),
        (
            "- local: ci/common.yml",
            "- remote: https://x.example/a?token=y",
            Outcome.FAIL,
            "https://x.example/a at no",
        ),
        ("- local: ci/common.yml", "- component: x/y@1.2", Outcome.FAIL, "includes x/y@1.2 at 1.2"),
        (
            "script: [pytest]",
            "script: [pytest]\n  rules: [{if: $MR}]",
            Outcome.UNPROVEN,
            "waits for unit only in pipelines that rules put them into",
        ),
        ("script: [pytest]", "script: [ruff check]", Outcome.UNPROVEN, "takes jobs from elsewhere"),
        ("extends: .main", "extends: .far", Outcome.PASS, ""),
    ],
)
def test_a_seeded_fault_of_gitlab_is_found(old: str, new: str, outcome: Outcome, message: str) -> None:
    text = swapped(GITLAB, old, new)
    if "ruff" in new:
        text = text.replace("unit:", "lint:")
    found = judged(text)
    assert found.outcome is outcome
    assert not message or any(message in one.message for one in bad(found))
    assert "token=y" not in str([one.message for one in found.findings])


def test_a_need_holds_whatever_rules_say() -> None:
    text = swapped(GITLAB, "script: [pytest]", "script: [pytest]\n  rules: [{if: $MR}]")
    assert judged(swapped(text, "stage: ship\n", "stage: ship\n  needs: [unit]\n")).outcome is Outcome.PASS


def test_names_and_commands_of_ones_own_are_taken() -> None:
    own = swapped(swapped(GITHUB, "pytest -q", "./ci/verify all"), "pip install .[test]", "true")
    own = own.replace("  test:", "  checks:").replace("[test]", "[checks]")
    assert judged(own).outcome is Outcome.FAIL
    assert judged(own, **{"test-commands": ["./ci/verify"]}).outcome is Outcome.PASS
    assert judged(own, **{"test-jobs": ["checks"]}).outcome is Outcome.PASS
    assert "there is no job gone" in str(bad(judged(GITHUB, **{"deploy-jobs": ["gone"]})))


def test_versions_are_enough_where_the_policy_says_so() -> None:
    tagged = swapped(GITHUB, f"@{SHA}", "@v5")
    assert judged(tagged, actions="tag").outcome is Outcome.PASS
    assert judged(tagged, actions="any").outcome is Outcome.PASS
    assert judged(tagged, trusted=["actions"]).outcome is Outcome.PASS
    assert judged(swapped(GITHUB, f"@{SHA}", "@main"), actions="tag").outcome is Outcome.FAIL
    assert (
        judged(swapped(GITHUB, "permissions: {contents: read}\n", ""), permissions="ignored").outcome
        is Outcome.PASS
    )


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([GITHUB, GITLAB]), st.data())
def test_a_line_less_is_never_an_error(text: str, data: st.DataObject) -> None:
    lines = text.splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "c.yml").write_text("\n".join(lines[:number] + lines[number + 1 :]))
        facts = read_evidence("pipeline", Path(folder), path="c.yml").whole.facts
    if isinstance(facts, Pipeline):
        assert judge_check(CHECK, {}, pipeline=facts).outcome is not Outcome.ERROR
