"""What the checks of containers share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from readiness.check import Finding, Location, Outcome
from readiness.evidence.manifests import Container, Manifests, Resource, Workload
from readiness.evidence.manifests.shapes import Path, show_path
from readiness.evidence.model import Reason

Pair = tuple[Workload, Container]
RENDER = "render the manifests with the values of this environment, and judge the output"


def containers(manifests: Manifests) -> Iterator[Pair]:
    """Every container of every workload, in the order of the set."""
    for workload in manifests.index.workloads:
        for container in workload.containers:
            yield workload, container


def unseen(manifests: Manifests) -> Iterator[Finding]:
    """What must be told where containers are asked for: `unread`, and pods without a container."""
    yield from unread(manifests)
    for workload in manifests.index.empty:
        yield flawed(workload.resource, workload.pod_path, "has no containers")


def unread(manifests: Manifests) -> Iterator[Finding]:
    """One finding for each object that runs pods which cannot be looked at.

    One that has not the shape of its kind fails: the API server refuses it. One that holds containers in a place that
    is not known is unproven.
    """
    for resource, error in manifests.index.misshapen:
        yield flawed(resource, error.path, f"{show_path(error.path) or 'the object'}: {error}")
    yield from hidden(manifests)


def hidden(manifests: Manifests) -> Iterator[Finding]:
    """One finding for each object that holds containers in a place that is not known."""
    for resource, path in manifests.index.unseen:
        yield Finding(
            outcome=Outcome.UNPROVEN,
            reason=Reason.INSUFFICIENT,
            message=f"{resource.identity} holds containers at {show_path(path)}, where they are not looked at",
            object=resource.identity,
            location=place(resource, *path),
            next="look at them by hand and waive this object, or render the workloads that it makes into the set",
        )


def flawed(resource: Resource, path: Path, what: str) -> Finding:
    """A failure for what the API server refuses."""
    return Finding(
        outcome=Outcome.FAIL,
        message=f"{resource.identity}: {what}",
        object=resource.identity,
        location=place(resource, *path),
        next="write what the API server takes: `kubectl apply --dry-run=server` tells",
    )


def place(resource: Resource, *path: str | int) -> Location:
    """Where a part of an object stands, or would."""
    return Location(resource.file, resource.line_of(*path))


def nothing_of(manifests: Manifests, what: str) -> Finding:
    """Not applicable: the set was searched, and holds nothing of the kind; unproven when it holds nothing at all."""
    searched = len(manifests.resources)
    if not searched:
        return Finding(
            outcome=Outcome.UNPROVEN, reason=Reason.MISSING, message="the set of manifests is empty"
        )
    message = f"there is no {what} among {searched} {'object' if searched == 1 else 'objects'}"
    return Finding(outcome=Outcome.NOT_APPLICABLE, message=message, count=searched)


def all_good(good: Sequence[Pair], expected: str) -> Finding:
    """The one finding that the good share."""
    noun = "container" if len(good) == 1 else "containers"
    return Finding(
        outcome=Outcome.PASS,
        message=f"{len(good)} {noun} with {expected}",
        expected=expected,
        count=len(good),
    )
