"""Pods as the controls of the Pod Security Standards see them.

https://kubernetes.io/docs/concepts/security/pod-security-standards/, and the package `policy` of
k8s.io/pod-security-admission, release 1.35. Pods in a user namespace (`hostUsers: false`) are treated as any other:
whether their node can make one is not shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal, NamedTuple

from readiness.evidence.manifests import Container, Workload
from readiness.evidence.manifests.security import (
    ContainerContext,
    Context,
    PodSecurity,
    annotations_of,
    context_of,
    pods_of,
)
from readiness.evidence.manifests.shapes import Path

Profile = Literal["baseline", "restricted"]
CONTEXT = "securityContext"


class Seen(NamedTuple):
    """Pods with their containers, and what each says of its security."""

    pod: PodSecurity
    containers: tuple[tuple[Container, ContainerContext], ...]
    annotations: Mapping[str, str]

    @property
    def contexts(self) -> tuple[tuple[Container | None, Context], ...]:
        """What the pod says for all of its containers, which None stands for, and what each of them says."""
        return ((None, self.pod.security_context), *self.containers)


class Flaw(NamedTuple):
    """What breaks a control, in a container or (None) in the pod itself; `path` goes on from there."""

    container: Container | None
    path: Path
    what: str
    observed: str
    expected: str


class Control(NamedTuple):
    """One control of a standard, by the name that the standard gives it."""

    profile: Profile
    name: str
    flaws: Callable[[Seen], Iterator[Flaw]]


def seen_of(workload: Workload) -> Iterator[Seen]:
    """The pods of a workload: one, or one for each template of a workflow; ShapeError."""
    annotations = annotations_of(workload)
    for pod, containers in pods_of(workload):
        yield Seen(pod, tuple((one, context_of(one)) for one in containers), annotations)
