"""Which jobs test, and which deploy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from readiness.evidence.pipeline import Job, Pipeline, Step, Workflow

from ._ci_commands import Command, commands, deploys, does_something, gates, tests

_TEST_NAME = re.compile(
    r"(?:^|[\W_])(?:tests?|testing|specs?|e2e|unit|integration|pytest|smoke)(?=$|[\W_0-9])", re.I
)
_DEPLOY_NAME = re.compile(
    r"(?:^|[\W_])(?:deploy(?:s|ment|ments|ing)?|rollout|promote|go[-_ ]?live|ship)(?=$|[\W_0-9])", re.I
)
_ALWAYS_RUNS = re.compile(
    r"\s*(?:\$\{\{)?\s*(?:always\(\)|success\(\)|!\s*cancelled\(\)|true|)\s*(?:\}\})?\s*", re.I
)


@dataclass(frozen=True)
class Roles:
    """The roles of the jobs of a repository; the names are those that the policy gives, where it gives any."""

    pipeline: Pipeline
    test_jobs: tuple[str, ...]
    deploy_jobs: tuple[str, ...]
    test_commands: tuple[str, ...]

    @cached_property
    def testing(self) -> dict[int, tuple[Workflow, Job]]:
        """The jobs that test, by identity."""
        return {id(job): (workflow, job) for workflow, job in self._jobs() if self._tests(job)}

    @cached_property
    def deploying(self) -> tuple[tuple[Workflow, Job], ...]:
        """The jobs that deploy."""
        return tuple((workflow, job) for workflow, job in self._jobs() if self._deploys(job))

    def is_test(self, job: Job) -> bool:
        """Whether a job tests."""
        return id(job) in self.testing

    def test_lines(self, step: Step) -> Iterator[Command]:
        """The lines of a step that run tests."""
        return (one for one in commands(step) if tests(one.text, self.test_commands))

    def test_steps(self, job: Job) -> list[Step]:
        """The steps that run tests; where none is known, those of a job that is called so that do anything."""
        known = [step for step in job.steps if any(self.test_lines(step))]
        return known or [step for step in job.steps if does_something(step)]

    def _jobs(self) -> Iterator[tuple[Workflow, Job]]:
        for workflow in self.pipeline.workflows:
            yield from ((workflow, job) for job in workflow.jobs)

    def _tests(self, job: Job) -> bool:
        if self.test_jobs:
            return job.name in self.test_jobs and any(does_something(step) for step in job.steps)
        if any(True for step in job.steps for _ in self.test_lines(step)):
            return True
        named = _is_called(job, _TEST_NAME) and not _is_called(job, _DEPLOY_NAME)
        return named and any(does_something(step) for step in job.steps)

    def _deploys(self, job: Job) -> bool:
        if self.deploy_jobs:
            return job.name in self.deploy_jobs
        if _is_called(job, _DEPLOY_NAME) or job.environment:
            return True
        return not self.is_test(job) and any(deploys(step) for step in job.steps)


def gate_lines(job: Job) -> Iterator[tuple[Step, Command]]:
    """The lines of a job that ask readiness for its verdict."""
    for step in job.steps:
        yield from ((step, one) for one in commands(step) if gates(one.text))


def always_runs(step: Step) -> bool:
    """Whether a step of a job that starts is never passed over."""
    return _ALWAYS_RUNS.fullmatch(step.condition) is not None


def unknown_names(roles: Roles, names: Sequence[str]) -> list[str]:
    """The names of the policy that are no job of any file."""
    there = {job.name for workflow in roles.pipeline.workflows for job in workflow.jobs}
    return [name for name in names if name not in there]


def _is_called(job: Job, pattern: re.Pattern[str]) -> bool:
    return bool(pattern.search(job.name) or pattern.search(job.title))
