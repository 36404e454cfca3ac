"""The check infrastructure/memory-limit."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from readiness.check import Check, Finding, Measure, Params, Stricter
from readiness.evidence.manifests import Container, Manifests, parse_quantity

from ._containers import RENDER, Pair, containers, nothing_of
from ._subjects import Subject, each_container, failed, unknown

_LEAST = Fraction(1024**2)


class MemoryLimitParams(Params):
    """Which containers need a limit, and how far it may be from what they request."""

    max_ratio: Annotated[float, Field(ge=1), Stricter.LOWER] = 4
    """The most that a limit may be of its request, in times: `4` lets 256Mi requested grow to 1Gi."""
    init_containers: Literal["required", "ignored"] = "ignored"
    """Whether containers that run to their end before the others start need a limit too.

    Native sidecars are always asked: they keep running.
    """


class MemoryLimit(Check[MemoryLimitParams]):
    """Every container has a memory limit, not far above its request.

    ## Why it matters

    Memory cannot be taken back: a container without a limit that leaks takes its node down to the last page, and the
    kernel then ends whatever it finds, other people's pods included. With a limit it ends the one that leaks.

    The scheduler counts requests only. Where limits are many times as large, nodes are promised more memory than they
    have, and the first busy hour evicts pods that did nothing wrong.

    A number without a unit is one of bytes, and `256m` is a quarter of a byte: with less than 1Mi nothing starts.

    A limit without a request is a request of the same size, as Kubernetes defaults it. A limit of the whole pod
    (`spec.resources`) and the defaults of a LimitRange are not counted: whether the cluster knows them is not shown.

    ## How to fix it

    Measure the peak under the load that you expect, add what a bad day adds, and write both down:

        resources:
          requests: {memory: 256Mi}
          limits: {memory: 384Mi}

    Tell the runtime as well: `GOMEMLIMIT`, `-XX:MaxRAMPercentage`, `--max-old-space-size`.

    ## References

    - Kubernetes, Resource Management for Pods and Containers:
      https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
    - Kubernetes, Assign Memory Resources to Containers and Pods:
      https://kubernetes.io/docs/tasks/configure-pod-container/assign-memory-resource/
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """Each container apart."""
        asked = [pair for pair in containers(manifests) if self._is_asked(pair)]
        none = nothing_of(manifests, "container that keeps running")
        yield from each_container(manifests, asked, self._flaws, "with a memory limit", none)

    def _is_asked(self, pair: Pair) -> bool:
        return pair[1].role != "init" or self.params.init_containers == "required"

    def _flaws(self, pair: Pair, subject: Subject) -> Iterator[Finding]:
        container = pair[1]
        limit, request = container.limits.get("memory"), container.requests.get("memory")
        if limit is None:
            yield _unlimited(subject, "absent")
            return
        amounts = []
        for key, written in (("limits", limit), ("requests", limit if request is None else request)):
            try:
                amounts.append(parse_quantity(written))
            except ValueError as error:
                yield unknown(
                    subject, ("resources", key, "memory"), f"{key}: {error}", RENDER, observed=str(written)
                )
        if len(amounts) == 2:
            yield from self._numbers(subject, container, *amounts)

    def _numbers(
        self, subject: Subject, container: Container, limit: Fraction, request: Fraction
    ) -> Iterator[Finding]:
        said = f"{container.limits['memory']} of {container.requests.get('memory', 'the same')}"
        if limit <= 0:
            yield _unlimited(subject, str(container.limits["memory"]))
        elif limit < _LEAST:
            what, next_ = "has a memory limit with which nothing starts", "write its unit, as in 256Mi"
            yield _distant(subject, what, next_, said, "at least 1Mi")
        elif request > limit:
            what, next_ = (
                "requests more memory than its limit",
                "raise limits.memory, or lower requests.memory",
            )
            yield _distant(subject, what, next_, said, "at most the limit")
        elif request <= 0 or limit > request * Fraction(self.params.max_ratio):
            most = f"at most {self.params.max_ratio:g} times the request"
            times = (
                Measure(value=float(limit / request), limit=self.params.max_ratio, unit="times")
                if request > 0
                else None
            )
            next_ = "bring requests.memory nearer to what the container uses, or limits.memory nearer to it"
            yield _distant(subject, "may use far more memory than it requests", next_, said, most, times)


def _unlimited(subject: Subject, observed: str) -> Finding:
    next_ = "set resources.limits.memory"
    path = ("resources", "limits", "memory")
    return failed(subject, path, "has no memory limit", next_, observed=observed, expected="a limit")


def _distant(
    subject: Subject, what: str, next_: str, observed: str, expected: str, measure: Measure | None = None
) -> Finding:
    path = ("resources", "limits", "memory")
    return failed(subject, path, what, next_, observed=observed, expected=expected, measure=measure)
