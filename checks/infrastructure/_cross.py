"""What the checks share that look from one object to others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, TypeVar

from readiness.check import Finding, Outcome
from readiness.evidence.manifests import Manifests, Resource, ShapeError, Workload
from readiness.evidence.manifests.scales import Scale
from readiness.evidence.manifests.shapes import Path
from readiness.evidence.model import Reason

from ._containers import nothing_of, place, unread
from ._subjects import Rule, Subject, each, malformed, whole

T = TypeVar("T")
Unserved = Literal["required", "ignored"]
Bad = Iterable[tuple[Resource, ShapeError]]
OPEN = "write the namespace into both, or render the set with it"


def misshapen(bad: Bad) -> Iterator[Finding]:
    """A failure for each object that has not the shape of its kind: the API server refuses it."""
    for resource, error in bad:
        yield malformed(whole(resource), error)


def unshown(
    subject: Subject,
    path: Path,
    what: str,
    next_: str,
    *,
    reason: Reason = Reason.MISSING,
    observed: str = "",
    expected: str = "",
) -> Finding:
    """Something that the set does not show either way; `what` goes on from the name of the subject."""
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=reason,
        message=f"{subject.name} {what}",
        observed=observed,
        expected=expected,
        object=subject.name,
        location=place(subject.resource, *subject.path, *path),
        next=next_,
    )


def at(resource: Resource, name: str) -> Subject:
    """Something that is told of `name`, and stands in another object."""
    return Subject(resource, (), name)


def each_workload(
    manifests: Manifests, workloads: Sequence[Workload], rule: Rule[Workload], good: str, none: Finding
) -> Iterator[Finding]:
    """The findings of a rule, workload by workload; what nobody can look at is told first, and `none` for none."""
    yield from unread(manifests)
    if workloads:
        yield from each(workloads, lambda one: whole(one.resource), rule, "workload", good)
    elif manifests.index.is_whole:
        yield none


def each_object(
    manifests: Manifests,
    things: Sequence[T],
    about: Callable[[T], Resource],
    rule: Rule[T],
    noun: str,
    good: str,
    bad: Bad = (),
    none: str = "",
) -> Iterator[Finding]:
    """The same of objects: those in `bad` fail, and a set without any is not applicable.

    `none` is what there is none of then, where that is not the `noun`.
    """
    refused = list(misshapen((*manifests.index.faulty, *bad)))
    yield from refused
    if things:
        yield from each(things, lambda one: whole(about(one)), rule, noun, good)
    elif not refused:
        yield nothing_of(manifests, none or noun)


def scaled(manifests: Manifests, wanted: Callable[[Scale], bool]) -> list[Workload]:
    """The workloads that run so many pods, and those of which that cannot be read."""
    found = []
    for workload in manifests.index.workloads:
        try:
            is_wanted = wanted(manifests.index.scale_of(workload))
        except ShapeError:
            is_wanted = True
        if is_wanted:
            found.append(workload)
    return found


def several(scale: Scale) -> bool:
    """Whether a workload keeps several pods, or may."""
    return scale.sort in ("replicated", "other") and scale.may_be_many


def served(manifests: Manifests, workloads: Sequence[Workload], unserved: Unserved) -> list[Workload]:
    """Those that are asked: all, or those to which a Service of the set sends traffic."""
    if unserved == "required":
        return list(workloads)
    return [one for one in workloads if manifests.index.services_of(one)]


def none_served(
    manifests: Manifests, workloads: Sequence[Workload], unserved: Unserved, what: str
) -> Finding:
    """What there is to say when nothing is asked."""
    if not workloads or unserved == "required":
        return nothing_of(manifests, what)
    if manifests.index.services:
        message = f"no Service of the set selects any of {len(workloads)} workloads"
        return Finding(outcome=Outcome.NOT_APPLICABLE, message=message, count=len(workloads))
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.MISSING,
        message="the set holds no Service, so which pods are served is not shown",
        next="render the Services into the set, or ask every workload with `unserved: required`",
    )
