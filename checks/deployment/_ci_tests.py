"""Tests, and the gate, whose failures count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from readiness.check import Finding
from readiness.evidence.pipeline import Job, Step, Workflow

from ._ci_commands import Command, Script
from ._ci_findings import failed, unknown, within
from ._ci_roles import Roles, always_runs, gate_lines

_NEXT = "let it fail: take continue-on-error, allow_failure, `|| true` and such away"


def lenient(roles: Roles) -> Iterator[Finding]:
    """Tests that may fail without a consequence, and gates that nobody listens to."""
    for workflow, job in roles.testing.values():
        yield from _lenient_job(workflow, job, "tests")
        yield from _lenient_steps(workflow, job, roles)
    for workflow in roles.pipeline.workflows:
        for job in workflow.jobs:
            yield from _lenient_gate(workflow, job, is_test=roles.is_test(job))


def _lenient_job(workflow: Workflow, job: Job, what: str) -> Iterator[Finding]:
    if job.may_fail == "yes":
        yield failed(workflow, job, job.place, f"may fail, and goes on: its {what} decide nothing", _NEXT)
    elif job.may_fail == "unknown":
        yield unknown(workflow, job, job.place, "may fail where an expression says so", _NEXT)


def _lenient_steps(workflow: Workflow, job: Job, roles: Roles) -> Iterator[Finding]:
    steps = roles.test_steps(job)
    for step in steps:
        lines = list(roles.test_lines(step)) or [Command(step.run, 0)]
        yield from _step(workflow, job, step, lines, "its tests", roles.test_commands)
    if steps and not any(always_runs(step) for step in steps):
        what = f"runs its tests only if {steps[0].condition}"
        yield unknown(
            workflow, job, steps[0].place, what, "run them whenever the job runs, or skip the whole job"
        )


def _lenient_gate(workflow: Workflow, job: Job, *, is_test: bool) -> Iterator[Finding]:
    found = list(gate_lines(job))
    if found and not is_test:
        yield from _lenient_job(workflow, job, "gate")
    for step, line in found:
        yield from _step(workflow, job, step, [line], "the gate", ())
        if not always_runs(step):
            what = f"asks the gate only if {step.condition}"
            yield unknown(workflow, job, step.place, what, "ask it whenever the job runs")


def _step(
    workflow: Workflow, job: Job, step: Step, lines: list[Command], what: str, own: Sequence[str]
) -> Iterator[Finding]:
    if step.may_fail == "yes":
        yield failed(workflow, job, step.place, f"goes on when {what} failed: continue-on-error", _NEXT)
    elif step.may_fail == "unknown":
        yield unknown(
            workflow, job, step.place, f"goes on when {what} failed, where an expression says so", _NEXT
        )
    # GitLab starts bash with `set -o pipefail`; GitHub does so where `shell: bash` is written.
    has_pipefail = workflow.form == "gitlab" or step.shell.strip() == "bash"
    script = Script(step, has_pipefail)
    swallowed = [one for one in lines if script.swallows(one, own)]
    if swallowed:
        place = within(step.place, step.run, swallowed[0].number)
        next_ = _NEXT + "; before a pipe write `set -o pipefail`, or shell: bash"
        yield failed(workflow, job, place, f"throws the failure of {what} away", next_)
