"""What the rules of pipelines share."""

from __future__ import annotations

from readiness.check import Finding, Location, Outcome
from readiness.evidence.model import Reason
from readiness.evidence.pipeline import Job, Workflow
from readiness.evidence.written import Place


def failed(
    workflow: Workflow,
    job: Job | None,
    place: Place,
    what: str,
    next_: str,
    *,
    observed: str = "",
    expected: str = "",
) -> Finding:
    """Something bad; `what` goes on from the name of the job, or of the file."""
    return Finding(
        outcome=Outcome.FAIL,
        message=f"{_subject(workflow, job)} {what}",
        observed=observed,
        expected=expected,
        object=_object(workflow, job),
        location=Location(place.file, place.line),
        next=next_,
    )


def unknown(workflow: Workflow, job: Job | None, place: Place, what: str, next_: str) -> Finding:
    """Something that the files do not show either way."""
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.INSUFFICIENT,
        message=f"{_subject(workflow, job)} {what}",
        object=_object(workflow, job),
        location=Location(place.file, place.line),
        next=next_,
    )


def noted(workflow: Workflow, job: Job, what: str) -> Finding:
    """Something worth knowing that does not count."""
    return Finding(
        outcome=Outcome.PASS,
        message=f"{_subject(workflow, job)} {what}",
        object=_object(workflow, job),
        location=Location(job.place.file, job.place.line),
        note=True,
    )


def within(place: Place, script: str, number: int) -> Place:
    """The place of a line of a script, which begins below its key where it has several lines."""
    return place.but(line=place.line + 1 + number) if "\n" in script.rstrip("\n") else place


def _subject(workflow: Workflow, job: Job | None) -> str:
    return f"the job {job.name} of {workflow.path}" if job else workflow.path


def _object(workflow: Workflow, job: Job | None) -> str:
    return workflow.name_of(job) if job else f"Pipeline/{workflow.path}"
