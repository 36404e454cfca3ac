"""The check infrastructure/read-only-root."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from readiness.check import Check, Finding, Outcome, Params
from readiness.evidence.manifests import Manifests, ShapeError, Workload
from readiness.evidence.manifests.security import context_of, pod_security_of

from ._containers import Pair, nothing_of
from ._subjects import Subject, each_container, failed


class ReadOnlyRootParams(Params):
    """Which containers are asked."""

    init_containers: Literal["required", "ignored"] = "required"
    """Whether containers that run to their end before the others start are asked too."""


class ReadOnlyRoot(Check[ReadOnlyRootParams]):
    """Every container has a root file system that it cannot write to.

    ## Why it matters

    Whoever gets into a process wants to leave something behind: a shell, a miner, a changed library. A root file
    system that is read-only takes the places for it away, and shows at once what the release writes where nobody
    expects it: such files are gone with the container, and fill the disk of the node before.

    It is a field of containers: written for a pod it is nothing that the API knows. Pods for Windows
    (`spec.os.name: windows`) are not asked, as the field cannot be set there.

    ## How to fix it

    Set it, and mount a volume wherever the process must write:

        securityContext:
          readOnlyRootFilesystem: true
        volumeMounts:
          - {name: tmp, mountPath: /tmp}

    with `volumes: [{name: tmp, emptyDir: {sizeLimit: 64Mi}}]` in the pod.

    ## References

    - Kubernetes, Configure a Security Context for a Pod or Container:
      https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
    - NSA and CISA, Kubernetes Hardening Guide, section "Immutable container file systems"
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """Each container apart."""
        pairs = [
            (workload, one)
            for workload in manifests.index.workloads
            for one in workload.images
            if one.role != "volume" and (one.role != "init" or self.params.init_containers == "required")
        ]
        asked = [pair for pair in pairs if not _is_for_windows(pair[0])]
        none = _windows_only(len(pairs)) if pairs else nothing_of(manifests, "container")
        yield from each_container(manifests, asked, _flaws, "with a read-only root file system", none)


def _flaws(pair: Pair, subject: Subject) -> Iterator[Finding]:
    value = context_of(pair[1]).read_only_root_filesystem
    if value is not True:
        yield failed(
            subject,
            ("securityContext", "readOnlyRootFilesystem"),
            "can write to its root file system",
            "set securityContext.readOnlyRootFilesystem to true, and mount an emptyDir where it must write",
            observed="absent" if value is None else str(value).lower(),
            expected="true",
        )


def _is_for_windows(workload: Workload) -> bool:
    try:
        return pod_security_of(workload).is_windows
    except ShapeError:
        return False


def _windows_only(count: int) -> Finding:
    message = f"all of {count} containers are for Windows, where the field does not exist"
    return Finding(outcome=Outcome.NOT_APPLICABLE, message=message, count=count)
