"""What a pipeline runs that others wrote, and what its token may do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from readiness.check import Finding
from readiness.evidence.manifests import parse_image
from readiness.evidence.pipeline import Include, Job, Permissions, Pipeline, Workflow
from readiness.evidence.written import Place

from ._ci_findings import failed

Pin = Literal["sha", "tag", "any"]
_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_VERSION = re.compile(r"v?[0-9]+(?:\.[0-9]+)*(?:[-+.]\w[\w.+-]*)?")
_EXPECTED = {"sha": "a full commit SHA", "tag": "a version, or a full commit SHA"}
_LEAST = "write `permissions: {contents: read}` at the top, and more only at the job that needs it"
_CALLED = {"workflow_call"}


def loose_actions(pipeline: Pipeline, pin: Pin, trusted: Sequence[str]) -> Iterator[Finding]:
    """Actions, workflows and includes that may be others tomorrow."""
    for workflow in pipeline.workflows:
        for job in workflow.jobs:
            used = [(step.uses, step.place) for step in job.steps if step.uses]
            if job.calls and workflow.form == "github":
                used.append((job.calls.text, job.calls.place))
            for text, place in used:
                yield from _loose(workflow, job, text, place, pin, trusted)
        for include in workflow.includes:
            yield from _loose_include(workflow, include, pin, trusted)


def _loose(
    workflow: Workflow, job: Job, text: str, place: Place, pin: Pin, trusted: Sequence[str]
) -> Iterator[Finding]:
    if text.startswith("./"):
        return
    name, at, ref = text.partition("@")
    next_ = f"write {name}@ and the full SHA of the commit, with the version in a comment behind it"
    if text.startswith("docker://"):
        if not _is_fixed_image(text.removeprefix("docker://"), pin):
            yield failed(
                workflow,
                job,
                place,
                f"uses {text}, which may be another image tomorrow",
                next_,
                observed=text,
            )
        return
    wanted: Pin = "tag" if pin == "sha" and _is_trusted(name, trusted) else pin
    if not at or not _is_pinned(ref, wanted):
        what = f"uses {name} at {ref or 'no revision'}, which may be another one tomorrow"
        yield failed(workflow, job, place, what, next_, observed=text, expected=_EXPECTED[wanted])


def _loose_include(
    workflow: Workflow, include: Include, pin: Pin, trusted: Sequence[str]
) -> Iterator[Finding]:
    """Local files are of this commit, and templates come with GitLab itself."""
    if include.kind in ("local", "template"):
        return
    wanted: Pin = "tag" if pin == "sha" and _is_trusted(include.what, trusted) else pin
    is_fixed = (
        include.pin.startswith("sha256-") if include.kind == "remote" else _is_pinned(include.pin, wanted)
    )
    if not is_fixed:
        shown = include.what.partition("?")[0]
        next_ = "fix it: `ref:` or `@` with a full commit SHA, for a remote file `integrity:`"
        what = f"includes {shown} at {include.pin or 'no revision'}, which may be another one tomorrow"
        yield failed(
            workflow, None, include.place, what, next_, observed=include.pin, expected=_EXPECTED[wanted]
        )


def _is_pinned(ref: str, pin: Pin) -> bool:
    return _SHA.fullmatch(ref) is not None or (pin == "tag" and _VERSION.fullmatch(ref) is not None)


def _is_fixed_image(reference: str, pin: Pin) -> bool:
    try:
        image = parse_image(reference)
    except ValueError:
        return False
    return bool(image.digest) or (pin == "tag" and image.tag not in ("", "latest"))


def _is_trusted(name: str, trusted: Sequence[str]) -> bool:
    return any(name == one or name.startswith(f"{one.rstrip('/')}/") for one in trusted)


def broad_permissions(pipeline: Pipeline) -> Iterator[Finding]:
    """Tokens that may do more than they need. A workflow that is only called has that of its caller."""
    for workflow in pipeline.workflows:
        if workflow.form != "github":
            continue
        top = workflow.permissions
        if top is not None:
            yield from _broad(workflow, None, top)
        for job in workflow.jobs:
            if job.permissions is not None:
                yield from _broad(workflow, job, job.permissions)
        if top is not None and top.scopes and top.writes and len(workflow.jobs) > 1:
            what = f"lets every job write {', '.join(top.writes)}"
            yield failed(
                workflow, None, top.place, what, _LEAST, observed=", ".join(top.writes), expected="read"
            )
        lacking = [job.name for job in workflow.jobs if top is None and job.permissions is None]
        if lacking and set(workflow.triggers) != _CALLED:
            what = f"says nothing of the permissions of {', '.join(lacking[:5])}: by default they may write"
            yield failed(
                workflow, None, workflow.place, what, _LEAST, observed="absent", expected="permissions"
            )


def _broad(workflow: Workflow, job: Job | None, said: Permissions) -> Iterator[Finding]:
    if said.every == "write-all":
        yield failed(
            workflow, job, said.place, "may write everything: write-all", _LEAST, observed="write-all"
        )
