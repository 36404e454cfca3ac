"""The check infrastructure/readiness-probe."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.check import Check, Finding, Params
from readiness.evidence.manifests import Manifests

from ._probes import Unserved, each_with


class ReadinessProbeParams(Params):
    """Which pods need one."""

    unserved: Unserved = "required"
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
        yield from each_with(manifests, "readinessProbe", self.params.unserved)
