"""Pipelines: what runs before and at a deployment, as the files of GitHub and GitLab say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from readiness.evidence.model import Facts, Value
from readiness.evidence.written import Place, Written

Leniency = Literal["no", "yes", "unknown"]
"""Whether a failure is let pass; `unknown` where an expression decides."""


class Step(Value, frozen=True, kw_only=True):
    """One step of a job: a script, or an action that is used with `inputs`.

    `shell` is what runs the script, where it is said. `condition` is the text that decides whether it runs.
    """

    place: Place
    name: str = ""
    run: str = ""
    shell: str = ""
    uses: str = ""
    inputs: Mapping[str, str] = {}
    condition: str = ""
    may_fail: Leniency = "no"


class Permissions(Value, frozen=True):
    """What the token may do: `every` is `read-all` or `write-all`, `scopes` the single ones."""

    place: Place
    every: str = ""
    scopes: Mapping[str, str] = {}

    @property
    def writes(self) -> tuple[str, ...]:
        """The scopes that may be written; `all` for every one of them."""
        if self.every == "write-all":
            return ("all",)
        return tuple(sorted(name for name, access in self.scopes.items() if access == "write"))


class Job(Value, frozen=True, kw_only=True):
    """One job.

    `needs` are the jobs that must have ended well before it starts. `weak_needs` are those that it waits for only when
    they are in the pipeline at all: optional needs, and for a job `by_stage`, which names no needs, all jobs of
    earlier stages of GitLab. `condition` is the text that decides
    whether it runs, empty where it always does. `runs_anyway` says that it starts although a need failed. `calls` is
    the workflow, or the pipeline, that it starts; `environment` what it deploys to. `unseen` are the parts that it
    takes from files that were not read.
    """

    name: str
    place: Place
    title: str = ""
    steps: tuple[Step, ...] = ()
    needs: tuple[str, ...] = ()
    weak_needs: tuple[str, ...] = ()
    by_stage: bool = False
    condition: str = ""
    runs_anyway: bool = False
    may_fail: Leniency = "no"
    permissions: Permissions | None = None
    calls: Written | None = None
    environment: str = ""
    unseen: tuple[str, ...] = ()


class Include(Value, frozen=True):
    """What a GitLab file includes. `pin` is the revision that it is fixed to, as it is written."""

    what: str
    kind: Literal["local", "project", "remote", "template", "component"]
    place: Place
    pin: str = ""


class Workflow(Value, frozen=True, kw_only=True):
    """One file. `triggers` are the events of GitHub that start it; `after` the workflows that it waits for."""

    path: str
    form: Literal["github", "gitlab"]
    place: Place
    name: str = ""
    triggers: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    permissions: Permissions | None = None
    jobs: tuple[Job, ...] = ()
    includes: tuple[Include, ...] = ()

    def job(self, name: str) -> Job | None:
        """The job of a name."""
        return next((one for one in self.jobs if one.name == name), None)

    def name_of(self, job: Job) -> str:
        """What waivers call a job."""
        return f"Pipeline/{self.path}:{job.name}"


class Pipeline(Facts, frozen=True, kw_only=True):
    """The workflows of a repository."""

    kind: ClassVar[str] = "pipeline"
    workflows: tuple[Workflow, ...]

    def summary(self) -> Mapping[str, object]:
        """The jobs of each file."""
        return {"workflows": {one.path: [job.name for job in one.jobs] for one in self.workflows}}

    def objects(self) -> frozenset[str]:
        """`Pipeline/path`, and that with `:job` for each job."""
        files = {f"Pipeline/{one.path}" for one in self.workflows}
        return frozenset(files | {one.name_of(job) for one in self.workflows for job in one.jobs})
