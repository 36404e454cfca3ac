"""Judging things of a set one by one: what is bad is told apart, what is good together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from readiness.check import Finding, Measure, Outcome
from readiness.evidence.manifests import Manifests, Resource, ShapeError, Workload
from readiness.evidence.manifests.shapes import Path, show_path
from readiness.evidence.model import Reason

from ._containers import Pair, place, unseen
from ._peers import not_obeyed

T = TypeVar("T")


class Subject(NamedTuple):
    """What a finding is about: an object, or the part of it at `path`, by the name that a waiver gives it."""

    resource: Resource
    path: Path
    name: str


Rule = Callable[[T, Subject], Iterable[Finding]]


def container(pair: Pair) -> Subject:
    """A container."""
    workload, one = pair
    return Subject(workload.resource, one.path, workload.name_of(one))


def pod(workload: Workload) -> Subject:
    """The pods of a workload."""
    return Subject(workload.resource, workload.pod_path, workload.resource.identity)


def whole(resource: Resource) -> Subject:
    """An object."""
    return Subject(resource, (), resource.identity)


def each(
    things: Sequence[T], about: Callable[[T], Subject], rule: Rule[T], noun: str, good: str
) -> Iterator[Finding]:
    """The findings of a rule, thing by thing, and one pass for those of which it has none.

    Notes do not spoil a pass. `noun` is what one thing is called, `good` goes on from it: `with a probe`. A part that
    has not the shape which the API prescribes fails, and with it the thing: the API server refuses it.
    """
    count, spoiled = 0, dict[int, Resource]()
    for thing in things:
        subject = about(thing)
        found = findings_of(thing, subject, rule)
        if not found:  # as most are
            count += 1
            continue
        yield from found
        if all(finding.note for finding in found):
            count += 1
        else:
            spoiled.setdefault(id(subject.resource), subject.resource)
    for resource in spoiled.values():
        yield from not_obeyed(resource)
    if count:
        message = f"{count} {noun if count == 1 else noun + 's'} {good}"
        yield Finding(outcome=Outcome.PASS, message=message, expected=good, count=count)


def each_container(
    manifests: Manifests, pairs: Sequence[Pair], rule: Rule[Pair], good: str, none: Finding
) -> Iterator[Finding]:
    """The same of containers: those that nobody can look at are told first, and `none` where there are none at all."""
    yield from unseen(manifests)
    if pairs:
        yield from each(pairs, container, rule, "container", good)
    elif manifests.index.is_whole:
        yield none


def findings_of(thing: T, subject: Subject, rule: Rule[T]) -> list[Finding]:
    """What a rule finds of one thing, or that a part of it is malformed."""
    try:
        return list(rule(thing, subject))
    except ShapeError as error:
        return [malformed(subject, error)]


def malformed(subject: Subject, error: ShapeError) -> Finding:
    """A part that has not the shape which the API prescribes."""
    return Finding(
        outcome=Outcome.FAIL,
        message=f"{subject.name}: {show_path(error.path)}: {error}",
        object=subject.name,
        location=place(subject.resource, *error.path),
        next="write what the API server takes: `kubectl apply --dry-run=server` tells",
    )


def failed(
    subject: Subject,
    path: Path,
    what: str,
    next_: str,
    *,
    observed: str = "",
    expected: str = "",
    measure: Measure | None = None,
) -> Finding:
    """Something bad at a place below the subject; `what` goes on from its name."""
    return Finding(
        outcome=Outcome.FAIL,
        message=f"{subject.name} {what}",
        observed=observed,
        expected=expected,
        object=subject.name,
        location=place(subject.resource, *subject.path, *path),
        measure=measure,
        next=next_,
    )


def unknown(subject: Subject, path: Path, what: str, next_: str, *, observed: str = "") -> Finding:
    """Something that the manifests do not show either way, as what was not rendered."""
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.MALFORMED,
        message=f"{subject.name} {what}",
        observed=observed,
        object=subject.name,
        location=place(subject.resource, *subject.path, *path),
        next=next_,
    )


def noted(subject: Subject, path: Path, what: str) -> Finding:
    """Something worth knowing that does not count."""
    return Finding(
        outcome=Outcome.PASS,
        message=f"{subject.name} {what}",
        object=subject.name,
        location=place(subject.resource, *subject.path, *path),
        note=True,
    )
