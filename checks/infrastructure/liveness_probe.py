"""The check infrastructure/liveness-probe."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.check import Check, Finding, Params
from readiness.evidence.manifests import Manifests

from ._probes import Unserved, each_with


class LivenessProbeParams(Params):
    """Which pods need one."""

    unserved: Unserved = "required"
    """Whether pods that no Service of the set selects need a probe too.

    They do by default: a worker can hang as well. With `ignored` the set must hold a Service, or nothing is shown.
    """


class LivenessProbe(Check[LivenessProbeParams]):
    """Every long-running container has a liveness probe.

    ## Why it matters

    A process that hangs, in a deadlock or out of file handles, is still a process: Kubernetes restarts what ends, and
    what does not end it asks by the liveness probe only. Without one the container stays as it is until somebody is
    woken up.

    Asked for: every container of the objects whose pods keep running, and their native sidecars (init containers with
    `restartPolicy: Always`). Not asked for: other init containers, Jobs, CronJobs. A startup probe does not stand in
    for it: it is asked until it succeeds, and never again.

    ## How to fix it

    Add a probe of something that fails only when a restart would help, and that is patient:

        livenessProbe:
          httpGet: {path: /live, port: http}
          periodSeconds: 10
          failureThreshold: 6

    It must not ask other services, nor answer more slowly under load: a restart would make both worse. Slow starts
    belong into a `startupProbe`. If a container is better off without, waive it by `object:` and say why.

    ## References

    - Kubernetes, Liveness, Readiness, and Startup Probes:
      https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
    - Kubernetes, Configure Liveness, Readiness and Startup Probes:
      https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """Each container apart."""
        yield from each_with(manifests, "livenessProbe", self.params.unserved)
