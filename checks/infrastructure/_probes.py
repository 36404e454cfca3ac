"""What the checks of probes share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Literal

from readiness.check import Finding, Outcome
from readiness.evidence.manifests import Manifests
from readiness.evidence.manifests.probes import ProbeKind, probes_of
from readiness.evidence.model import Reason

from ._containers import Pair, containers, nothing_of
from ._subjects import Subject, each_container, failed

Unserved = Literal["required", "ignored"]
WORDS = {
    "livenessProbe": "liveness probe",
    "readinessProbe": "readiness probe",
    "startupProbe": "startup probe",
}


def long_running(manifests: Manifests) -> list[Pair]:
    """The containers that are meant to keep running, native sidecars among them."""
    return [pair for pair in containers(manifests) if pair[0].long_running and pair[1].role != "init"]


def each_with(manifests: Manifests, kind: ProbeKind, unserved: Unserved) -> Iterator[Finding]:
    """Whether each long-running container has a probe that asks something; one in a pod does not speak for others."""
    running = long_running(manifests)
    asked = [pair for pair in running if unserved == "required" or manifests.index.services_of(pair[0])]
    none = nothing_of(manifests, "long-running container")
    if running and unserved == "ignored":
        none = _without_services() if not manifests.index.services else _unserved(running)
    yield from each_container(manifests, asked, partial(_lacking, kind), f"with a {WORDS[kind]}", none)


def _lacking(kind: ProbeKind, pair: Pair, subject: Subject) -> Iterator[Finding]:
    word = WORDS[kind]
    probe = probes_of(pair[1]).get(kind)
    if probe is None:
        next_ = f"add a {kind} to the container {pair[1].name}"
        yield failed(subject, (kind,), f"has no {word}", next_, observed="absent", expected=f"a {word}")
    elif not probe.asks:
        what, next_ = f"has a {word} that asks nothing", f"give the {kind} a command, or a port"
        yield failed(subject, (kind,), what, next_, observed="no handler", expected=f"a {word}")


def _unserved(running: Sequence[Pair]) -> Finding:
    message = f"no Service of the set selects any of {len(running)} long-running containers"
    return Finding(outcome=Outcome.NOT_APPLICABLE, message=message, count=len(running))


def _without_services() -> Finding:
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.MISSING,
        message="the set holds no Service, so which pods are served is not shown",
        next="render the Services into the set, or require the probe of every pod with `unserved: required`",
    )
