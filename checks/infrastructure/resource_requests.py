"""The check infrastructure/resource-requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from readiness.check import Check, Finding, Outcome, Params
from readiness.evidence.manifests import Manifests, parse_quantity
from readiness.evidence.model import Reason

from ._containers import RENDER, Pair, all_good, containers, nothing_of, place, unseen
from ._peers import each_not_obeyed

Name = Annotated[str, StringConstraints(min_length=1)]


class ResourceRequestsParams(Params):
    """What must be requested, and by which containers."""

    resources: Annotated[tuple[Name, ...], Field(strict=False, min_length=1)] = ("cpu", "memory")
    """The resources by their Kubernetes names: `cpu`, `memory`, `ephemeral-storage`, ..."""
    init_containers: Literal["required", "ignored"] = "ignored"
    """Whether containers that run to their end before the others start need requests too.

    Native sidecars are always asked: they keep running.
    """


class ResourceRequests(Check[ResourceRequestsParams]):
    """Every container requests the resources that it needs.

    ## Why it matters

    The scheduler places pods by their requests, and by nothing else. A container without them may land on a node
    that is full, is the first to be evicted when memory runs short, and cannot be scaled by an autoscaler that
    counts utilisation of what was requested.

    A limit without a request is a request of the same size, as Kubernetes defaults it; a request of 0 is none.

    ## How to fix it

    Measure what the container uses under the load that you expect, then write it down:

        resources:
          requests: {cpu: 250m, memory: 256Mi}
          limits: {memory: 256Mi}

    For containers that an injector adds, set its defaults; waive single ones by `object:`.

    ## References

    - Kubernetes, Resource Management for Pods and Containers:
      https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
    - Kubernetes, Node-pressure Eviction:
      https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """Each container and resource apart."""
        asked = [pair for pair in containers(manifests) if self._is_asked(pair)]
        yield from unseen(manifests)
        if not asked and manifests.index.is_whole:
            yield nothing_of(manifests, "container")
            return
        good: list[Pair] = []
        spoiled: list[Pair] = []
        for pair in asked:
            bad = [finding for name in self.params.resources for finding in _lacking(pair, name)]
            yield from bad
            (spoiled if bad else good).append(pair)
        yield from each_not_obeyed(workload.resource for workload, _ in spoiled)
        if good:
            wanted = " and ".join(self.params.resources)
            yield all_good(good, f"requests of {wanted}")

    def _is_asked(self, pair: Pair) -> bool:
        return pair[1].role != "init" or self.params.init_containers == "required"


def _lacking(pair: Pair, resource: str) -> Iterator[Finding]:
    _, container = pair
    key = "requests" if resource in container.requests else "limits"
    written = container.requests.get(resource, container.limits.get(resource))
    if written is None:
        yield _failed(pair, resource, "requests", "absent")
        return
    try:
        amount = parse_quantity(written)
    except ValueError as error:
        yield _unread(pair, (key, resource), f"its {resource}: {error}")
        return
    if amount <= 0:
        yield _failed(pair, resource, key, str(written))


def _failed(pair: Pair, resource: str, key: str, observed: str) -> Finding:
    workload, container = pair
    return Finding(
        outcome=Outcome.FAIL,
        message=f"{workload.name_of(container)} requests no {resource}",
        observed=observed,
        expected=f"a request of {resource}",
        object=workload.name_of(container),
        location=place(workload.resource, *container.path, "resources", key, resource),
        next=f"set resources.requests.{resource} of the container {container.name}",
    )


def _unread(pair: Pair, path: tuple[str, str], message: str) -> Finding:
    workload, container = pair
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.MALFORMED,
        message=f"{workload.name_of(container)}: {message}",
        object=workload.name_of(container),
        location=place(workload.resource, *container.path, "resources", *path),
        next=RENDER,
    )
