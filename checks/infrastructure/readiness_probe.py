"""The check infrastructure/readiness-probe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from readiness.check import Check, Finding, Outcome, Params
from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Reason

from ._containers import Pair, all_good, containers, nothing_of, place, unseen

_HANDLERS = ("httpGet", "tcpSocket", "grpc", "exec")


class ReadinessProbeParams(Params):
    """Which pods need one."""

    unserved: Literal["required", "ignored"] = "required"
    """Whether pods that no Service of the set selects need a probe too.

    They do by default: a rollout waits for readiness, served or not, and a Service that is applied from elsewhere is
    not seen here. With `ignored` the set must hold a Service, or nothing is shown.
    """


class ReadinessProbe(Check[ReadinessProbeParams]):
    """Every long-running container has a readiness probe.

    ## Why it matters

    Without a readiness probe a container counts as ready the moment it starts. During a rollout traffic goes to
    processes that still load, old pods are removed before new ones work, and a release that cannot serve at all
    looks like a success to `kubectl rollout status`.

    Asked for: every container of Deployments, StatefulSets, DaemonSets, ReplicaSets, ReplicationControllers,
    Rollouts, DeploymentConfigs, bare Pods that restart, and custom resources with a pod template, and their native
    sidecars (init containers with `restartPolicy: Always`). Not asked for: other init containers, Jobs, CronJobs.

    ## How to fix it

    Add a probe of something that is true only when requests can be answered, and cheap to ask:

        readinessProbe:
          httpGet: {path: /ready, port: http}
          periodSeconds: 5
          failureThreshold: 3

    It should not depend on other services: their outage would take every replica out at once. A worker without a
    port can use `exec`. Use a `startupProbe` for slow starts.

    ## References

    - Kubernetes, Configure Liveness, Readiness and Startup Probes:
      https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
    - Kubernetes, Sidecar Containers: https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """Each container apart; one probe in a pod does not speak for the others."""
        running = [pair for pair in containers(manifests) if pair[0].long_running and pair[1].role != "init"]
        asked = [pair for pair in running if self._is_asked(pair, manifests)]
        yield from unseen(manifests)
        if not running or not manifests.resources:
            yield from () if manifests.index.unseen else [nothing_of(manifests, "long-running container")]
        elif self.params.unserved == "ignored" and not manifests.index.services:
            yield _without_services()
        elif not asked:
            message = f"no Service of the set selects any of {len(running)} long-running containers"
            yield Finding(outcome=Outcome.NOT_APPLICABLE, message=message, count=len(running))
        else:
            yield from _judged(asked)

    def _is_asked(self, pair: Pair, manifests: Manifests) -> bool:
        return self.params.unserved == "required" or bool(manifests.index.services_of(pair[0]))


def _judged(asked: list[Pair]) -> Iterator[Finding]:
    good = []
    for pair in asked:
        probe = pair[1].readiness_probe
        if probe is None:
            yield _lacking(pair, "no readiness probe", "absent")
        elif not any(_asks(handler, probe.get(handler)) for handler in _HANDLERS):
            yield _lacking(pair, "a readiness probe that asks nothing", f"none of {', '.join(_HANDLERS)}")
        else:
            good.append(pair)
    if good:
        yield all_good(good, "a readiness probe")


def _asks(handler: str, said: object) -> bool:
    """Whether a handler says what the API server demands of it: a command, or a port."""
    if not isinstance(said, Mapping):
        return False
    return bool(said.get("command")) if handler == "exec" else said.get("port") not in (None, "")


def _lacking(pair: Pair, what: str, observed: str) -> Finding:
    workload, container = pair
    return Finding(
        outcome=Outcome.FAIL,
        message=f"{workload.name_of(container)} has {what}",
        observed=observed,
        expected="a readiness probe",
        object=workload.name_of(container),
        location=place(workload.resource, *container.path, "readinessProbe"),
        next=f"add a readinessProbe to the container {container.name}",
    )


def _without_services() -> Finding:
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.MISSING,
        message="the set holds no Service, so which pods are served is not shown",
        next="render the Services into the set, or require the probe of every pod with `unserved: required`",
    )
