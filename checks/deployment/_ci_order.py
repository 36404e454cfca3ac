"""Whether what deploys waits for the tests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from readiness.check import Finding
from readiness.evidence.pipeline import Job, Workflow

from ._ci_commands import deploys
from ._ci_findings import failed, noted, unknown
from ._ci_roles import Roles, always_runs

_NEXT = "let it need the job that tests: `needs: [test]`"
_RENDER = "judge the files that it comes from together with this one, or the compiled pipeline"
_RESULT = re.compile(r"needs\.([\w-]+)\.result\s*==\s*['\"]success['\"]")
_CONCLUSION = re.compile(r"workflow_run\.conclusion\s*==\s*['\"]success['\"]")
_MAX_CALLS = 10
_CALLED = frozenset({"workflow_call"})


def untested(roles: Roles) -> Iterator[Finding]:
    """Whether there are tests at all, and whether every job that deploys waits for some."""
    if not roles.testing:
        yield _no_tests(roles)
    for workflow, job in roles.deploying:
        yield from _judged(workflow, job, roles, 0)


def _no_tests(roles: Roles) -> Finding:
    first = roles.pipeline.workflows[0]
    for workflow in roles.pipeline.workflows:
        elsewhere = workflow.includes or any(job.calls or job.unseen for job in workflow.jobs)
        if elsewhere and not roles.test_jobs:
            return unknown(
                workflow,
                None,
                workflow.place,
                "has no job that tests, and takes jobs from elsewhere",
                _RENDER,
            )
    next_ = "add a job that runs the tests; a command that is not known goes into `test-commands`"
    return failed(
        first,
        None,
        first.place,
        "and the others have no job that tests" if _are_many(roles) else "has no job that tests",
        next_,
    )


def _are_many(roles: Roles) -> bool:
    return len(roles.pipeline.workflows) > 1


def _judged(workflow: Workflow, job: Job, roles: Roles, level: int) -> Iterator[Finding]:
    """The findings on one job that deploys, or that calls the workflow which does."""
    ahead = _ahead(workflow, job)
    sure = [one for one in ahead.values() if _has_tests(one, roles)]
    if job.runs_anyway:
        yield from _anyway(workflow, job, sure)
    elif sure:
        yield noted(workflow, job, f"starts after {', '.join(one.name for one in sure)}")
    elif _tests_itself(job, roles):
        yield noted(workflow, job, "runs the tests before it deploys")
    else:
        yield from _without_need(workflow, job, ahead, roles, level)


def _without_need(
    workflow: Workflow, job: Job, ahead: Mapping[str, Job], roles: Roles, level: int
) -> Iterator[Finding]:
    chain = (job, *ahead.values())
    names = dict.fromkeys(name for one in chain for name in one.weak_needs)
    weak = [one for name in names if (one := workflow.job(name)) and roles.is_test(one)]
    if weak:
        yield from _by_stage(workflow, job, weak)
    elif any(one.calls for one in ahead.values()) or any(_is_open(one, workflow) for one in chain):
        yield unknown(workflow, job, job.place, "may wait for tests that are in another file", _RENDER)
    elif workflow.triggers and set(workflow.triggers) <= _CALLED and level < _MAX_CALLS:
        yield from _by_callers(workflow, job, roles, level)
    elif workflow.after:
        yield from _by_workflow(workflow, job, ahead, roles)
    else:
        observed = ", ".join(job.needs or job.weak_needs) or "none"
        yield failed(
            workflow, job, job.place, "deploys without waiting for a job that tests", _NEXT, observed=observed
        )


def _is_open(job: Job, workflow: Workflow) -> bool:
    """Whether files that were not read may give it more to wait for."""
    return bool(job.unseen or (job.by_stage and workflow.includes))


def _ahead(workflow: Workflow, job: Job) -> Mapping[str, Job]:
    """The jobs without whose success it does not start. Nothing is handed on by one that runs whatever happened."""
    found: dict[str, Job] = {}
    waiting = list(job.needs)
    while waiting:
        one = workflow.job(waiting.pop())
        if one is not None and one.name not in found:
            found[one.name] = one
            waiting.extend(() if one.runs_anyway else one.needs)
    return found


def _has_tests(job: Job, roles: Roles, level: int = 0) -> bool:
    """Whether a job tests, or starts a workflow of the repository that does."""
    if roles.is_test(job):
        return True
    called = _called(job, roles)
    return (
        called is not None
        and level < _MAX_CALLS
        and any(_has_tests(one, roles, level + 1) for one in called.jobs)
    )


def _called(job: Job, roles: Roles) -> Workflow | None:
    if job.calls is None or not job.calls.text.startswith("./"):
        return None
    path = job.calls.text.removeprefix("./")
    return next(
        (one for one in roles.pipeline.workflows if one.path == path or one.path.endswith(f"/{path}")), None
    )


def _tests_itself(job: Job, roles: Roles) -> bool:
    for step in job.steps:
        if deploys(step):
            return False
        if any(roles.test_lines(step)) and always_runs(step):
            return True
    return False


def _anyway(workflow: Workflow, job: Job, sure: list[Job]) -> Iterator[Finding]:
    """A condition that does not look at failures by itself may ask for the results of the tests."""
    demanded = set(_RESULT.findall(job.condition)) if "||" not in job.condition else set()
    direct = [one.name for one in sure if one.name in job.needs]
    if direct and demanded.issuperset(direct):
        yield noted(workflow, job, f"starts after {', '.join(direct)}, whose results it asks for")
    else:
        next_ = "take always() and such out of its condition, or `when: always` out of its rules"
        yield failed(
            workflow, job, job.place, "deploys although tests before it failed", next_, observed=job.condition
        )


def _by_stage(workflow: Workflow, job: Job, weak: list[Job]) -> Iterator[Finding]:
    """Earlier stages are waited for as far as they are in the pipeline: rules may leave the tests out of it."""
    sure = [one for one in weak if not one.unseen and one.condition in ("", job.condition)]
    if sure:
        yield noted(workflow, job, f"starts after {', '.join(one.name for one in sure)}, of an earlier stage")
    else:
        names = ", ".join(one.name for one in weak)
        what = f"waits for {names} only in pipelines that rules put them into"
        yield unknown(workflow, job, job.place, what, "let it need them: `needs:` without `optional`")


def _by_callers(workflow: Workflow, job: Job, roles: Roles, level: int) -> Iterator[Finding]:
    """A workflow that is only called waits for what the jobs that call it wait for."""
    callers = [
        (other, one)
        for other in roles.pipeline.workflows
        for one in other.jobs
        if one.calls is not None and _called(one, roles) is workflow
    ]
    if not callers:
        yield unknown(
            workflow, job, job.place, "is in a workflow that others call, which are not here", _RENDER
        )
    for other, one in callers:
        yield from _judged(other, one, roles, level + 1)


def _by_workflow(workflow: Workflow, job: Job, ahead: Mapping[str, Job], roles: Roles) -> Iterator[Finding]:
    """A workflow that starts when another has ended has to ask whether that ended well."""
    names = ", ".join(workflow.after)
    before = [
        one for one in roles.pipeline.workflows if one.name in workflow.after or one.path in workflow.after
    ]
    asks = any(
        _CONCLUSION.search(one.condition) and "||" not in one.condition for one in (job, *ahead.values())
    )
    if not asks or set(workflow.triggers) != {"workflow_run"}:
        next_ = "write if: github.event.workflow_run.conclusion == 'success', and start it by nothing else"
        yield failed(workflow, job, job.place, f"deploys after {names}, however that ended", next_)
    elif not before:
        yield unknown(workflow, job, job.place, f"starts after {names}, which is not here", _RENDER)
    elif any(_has_tests(one, roles) for other in before for one in other.jobs):
        yield noted(workflow, job, f"starts after {names}")
    else:
        yield failed(workflow, job, job.place, f"starts after {names}, which has no job that tests", _NEXT)
