"""The check infrastructure/graceful-stop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Literal

from readiness.check import Check, Finding, Measure, Outcome, Params, Stricter
from readiness.evidence.manifests import Container, Manifests, Workload
from readiness.evidence.manifests.probes import Handler, lifecycle_of, ports_of
from readiness.evidence.manifests.shapes import View, view
from readiness.evidence.model import Reason
from readiness.units import Duration, show_duration

from ._containers import Pair, nothing_of, unseen
from ._hooks import pause_of
from ._subjects import Subject, container, each, failed, pod

_DEFAULT_GRACE = 30


class GracefulStopParams(Params):
    """How much time a container has to end what it does."""

    min_grace: Annotated[Duration, Stricter.HIGHER] = timedelta(seconds=10)
    """The least time from SIGTERM to SIGKILL: the grace period less the pause of the hook before it."""
    pre_stop: Literal["required", "optional"] = "optional"
    """Whether every container needs a preStop hook, so that traffic stops before the process does."""
    unserved: Literal["required", "ignored"] = "required"
    """Whether pods that no Service of the set selects are asked too. With `ignored` the set must hold a Service."""


class _Pod(View, frozen=True):
    termination_grace_period_seconds: int | None = None


class GracefulStop(Check[GracefulStopParams]):
    """Pods that run all the time have the time to stop without losing requests.

    ## Why it matters

    Every rollout, every drained node and every step down of an autoscaler stops pods. A container gets SIGTERM, and
    what it has not finished when the grace period is over is cut off: requests end in resets, jobs run twice, files
    stay half written. Meanwhile the balancer goes on sending for a few seconds, as nobody waits for it.

    The grace period is 30 s where nothing is said, and a preStop hook runs within it: a hook that sleeps 25 of 30 s
    leaves 5. Only pauses that are written out (`sleep`) are counted; how long a script takes is not shown.

    ## How to fix it

        spec:
          terminationGracePeriodSeconds: 45
          containers:
            - name: web
              lifecycle:
                preStop:
                  sleep: {seconds: 10}     # or exec: {command: [sleep, "10"]} where the image has it

    Let the process itself stop accepting on SIGTERM, finish what it has, and end: started through a shell it may
    never hear the signal (`exec` in the entry point). The period covers the pause and the longest request.

    ## References

    - Kubernetes, Pod Lifecycle, termination of pods:
      https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
    - Kubernetes, Container Lifecycle Hooks:
      https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """The grace period of each pod, then each container with its hook."""
        running = [workload for workload in manifests.index.workloads if workload.long_running]
        served = [workload for workload in running if manifests.index.services_of(workload)]
        asked = running if self.params.unserved == "required" else served
        yield from unseen(manifests)
        if asked:
            yield from self._judged(asked)
        elif running and manifests.index.services:
            yield _unserved(running)
        elif running:
            yield _without_services()
        elif manifests.index.is_whole:
            yield nothing_of(manifests, "workload that keeps running")

    def _judged(self, asked: Sequence[Workload]) -> Iterator[Finding]:
        least = show_duration(self.params.min_grace)
        yield from each(asked, pod, self._grace_flaws, "workload", f"with a grace period of at least {least}")
        pairs = [(workload, one) for workload in asked for one in workload.containers if one.role != "init"]
        hooked = [pair for pair in pairs if self.params.pre_stop == "required" or _is_hooked(pair)]
        if hooked:
            good = f"with a preStop hook that leaves at least {least}"
            yield from each(hooked, container, self._hook_flaws, "container", good)

    def _grace_flaws(self, workload: Workload, subject: Subject) -> Iterator[Finding]:
        grace, least = _grace_of(workload), self.params.min_grace.total_seconds()
        if grace < least:
            yield self._too_short(subject, ("terminationGracePeriodSeconds",), "has", grace, "")

    def _hook_flaws(self, pair: Pair, subject: Subject) -> Iterator[Finding]:
        workload, one = pair
        hook = lifecycle_of(one).pre_stop
        path = ("lifecycle", "preStop")
        if hook is None:
            if self.params.pre_stop == "required":
                next_ = "add lifecycle.preStop with a sleep of a few seconds"
                yield failed(
                    subject, path, "has no preStop hook", next_, observed="absent", expected="a hook"
                )
            return
        if flaw := _hook_flaw(hook) or _port_flaw(hook, one):
            yield failed(subject, path, f"has a preStop hook that {flaw[0]}", flaw[1], observed=flaw[0])
            return
        grace, pause = _grace_of(workload), pause_of(hook)
        if pause and grace - pause < self.params.min_grace.total_seconds():
            said = f"{grace} s less a pause of {pause:g} s"
            yield self._too_short(subject, path, "is left", grace - pause, said)

    def _too_short(
        self, subject: Subject, path: tuple[str, ...], has: str, left: float, said: str
    ) -> Finding:
        least = self.params.min_grace
        return failed(
            subject,
            path,
            f"{has} {left:g} s to stop",
            "raise terminationGracePeriodSeconds over the pause and the longest request together",
            observed=said or f"{left:g} s",
            expected=f"at least {show_duration(least)}",
            measure=Measure(value=left, limit=least.total_seconds(), unit="s", better="higher"),
        )


def _grace_of(workload: Workload) -> int:
    """Seconds; ShapeError."""
    if workload.pod.get("terminationGracePeriodSeconds") is None:
        return _DEFAULT_GRACE
    said = view(workload.pod, _Pod, workload.pod_path).termination_grace_period_seconds
    return _DEFAULT_GRACE if said is None else said


def _is_hooked(pair: Pair) -> bool:
    """Whether there is a hook, or what may be meant as one."""
    lifecycle = pair[1].body.get("lifecycle")
    return lifecycle.get("preStop") is not None if isinstance(lifecycle, Mapping) else lifecycle is not None


def _hook_flaw(hook: Handler) -> tuple[str, str] | None:
    """What is wrong with a hook, and what to do."""
    said = hook.said
    if len(said) > 1:
        return "does several things at once", "keep one handler: the API allows no more"
    if "tcpSocket" in said or "grpc" in said:
        return "does nothing: hooks have no handler of that kind", "use exec, httpGet or sleep"
    pauses = hook.sleep is not None and (hook.sleep.seconds or 0) > 0
    if not hook.asks and not pauses:
        return "does nothing", "give it a command, a port, or seconds to sleep"
    return None


def _port_flaw(hook: Handler, one: Container) -> tuple[str, str] | None:
    """A name is looked up among the ports of the container; a number may be one that it does not declare."""
    port = hook.http_get.port if hook.http_get is not None else None
    if not isinstance(port, str) or any(port == declared.name for declared in ports_of(one)):
        return None
    return f"asks the port '{port}', which it does not have", "name one of its ports, or write the number"


def _unserved(running: Sequence[Workload]) -> Finding:
    message = f"no Service of the set selects any of {len(running)} workloads that keep running"
    return Finding(outcome=Outcome.NOT_APPLICABLE, message=message, count=len(running))


def _without_services() -> Finding:
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.MISSING,
        message="the set holds no Service, so which pods are served is not shown",
        next="render the Services into the set, or ask every pod with `unserved: required`",
    )
