"""The check infrastructure/probes-sane."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from readiness.check import Check, Finding, Params
from readiness.evidence.manifests import Manifests
from readiness.evidence.manifests.probes import PROBES, Probe, ProbeKind, probes_of

from ._containers import Pair, nothing_of
from ._empty_probes import never_fails
from ._probe_numbers import range_flaws, timeout_flaws
from ._probe_ports import Asked, host_flaws, port_flaws, question
from ._subjects import Subject, each_container, failed


class ProbesSaneParams(Params):
    """What is taken for a mistake."""

    same_question: Literal["refused", "if-patient"] = "if-patient"
    """Whether the liveness probe may ask just what the readiness probe asks.

    With `if-patient` it may, when it takes longer (period x failures) to give up: a pod that is overloaded then
    leaves the balance before it is restarted.
    """
    undeclared_ports: Literal["refused", "ignored"] = "refused"
    """Whether a probe may ask a port by a number that the container does not declare; a name is always looked up."""


class ProbesSane(Check[ProbesSaneParams]):
    """Every probe asks the container itself, at a port that it declares, with numbers that go together.

    ## Why it matters

    A probe that is written wrongly is worse than none: a port that nobody listens on restarts a healthy container for
    ever; a timeout longer than the period, or a liveness probe that gives up as early as the readiness probe, turns a
    slow minute into an outage.

    Looked at: every liveness, readiness and startup probe of the set. Told: no handler or several, a command that
    cannot fail, a port that is not declared, a host, numbers out of range, a timeout over the period, a liveness
    probe that is the readiness probe again, and probes where the API allows none (init containers that are no
    sidecars).

    ## How to fix it

    - Name the port in `ports:` and use the name in the probe.
    - Leave `host` out; write a `Host` header into `httpHeaders`.
    - `timeoutSeconds` (default 1) at most `periodSeconds` (default 10).
    - Ask for liveness what only a restart can mend. If both probes ask the same, give the liveness probe a larger
      `failureThreshold`.

    ## References

    - Kubernetes, Configure Liveness, Readiness and Startup Probes:
      https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
    - Kubernetes API, Probe:
      https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Probe
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """Each container that has probes, and each flaw of them, apart."""
        pairs = [(workload, one) for workload in manifests.index.workloads for one in workload.images]
        probed = [pair for pair in pairs if any(pair[1].body.get(kind) is not None for kind in PROBES)]
        yield from each_container(
            manifests,
            probed,
            self._flaws,
            "with sane probes",
            nothing_of(manifests, "container with a probe"),
        )

    def _flaws(self, pair: Pair, subject: Subject) -> Iterator[Finding]:
        workload, container = pair
        probes = probes_of(container)
        if container.role in ("init", "ephemeral"):
            yield _out_of_place(subject, container.role, next(iter(probes)))
            return
        for kind, probe in probes.items():
            asked = Asked(workload, container, subject, kind, probe)
            yield from _handler_flaws(asked)
            yield from _command_flaws(asked)
            yield from host_flaws(asked)
            yield from port_flaws(asked, (int, str) if self.params.undeclared_ports == "refused" else (str,))
            yield from range_flaws(asked)
            yield from timeout_flaws(asked)
        live, ready = probes.get("livenessProbe"), probes.get("readinessProbe")
        if live and ready and live.asks and question(live, container) == question(ready, container):
            yield from self._twins(live, ready, subject)

    def _twins(self, live: Probe, ready: Probe, subject: Subject) -> Iterator[Finding]:
        if self.params.same_question == "if-patient" and live.patience > ready.patience:
            return
        yield failed(
            subject,
            ("livenessProbe",),
            "asks for liveness just what it asks for readiness, and gives up as early",
            "ask for liveness what only a restart can mend, or give it a larger failureThreshold",
            observed=f"liveness gives up after {live.patience} s, readiness after {ready.patience} s",
            expected="different questions",
        )


def _handler_flaws(asked: Asked) -> Iterator[Finding]:
    said = asked.probe.said
    if len(said) > 1 or not asked.probe.asks:
        yield failed(
            asked.subject,
            (asked.kind,),
            f"has a {asked.word} that asks {'several things at once' if len(said) > 1 else 'nothing'}",
            f"give the {asked.kind} one handler, with a command or a port",
            observed=" and ".join(said) or "no handler",
            expected="one of httpGet, tcpSocket, grpc, exec",
        )


def _command_flaws(asked: Asked) -> Iterator[Finding]:
    handler = asked.probe.exec_
    command = (handler.command or ()) if handler is not None else ()
    is_shell = len(command) > 2 and command[0].endswith("sh") and command[1] == "-c"
    if command and never_fails(command[2] if is_shell else " ".join(command)):
        yield failed(
            asked.subject,
            (asked.kind, "exec", "command"),
            f"has a {asked.word} that cannot fail",
            f"let the command of the {asked.kind} end with the answer",
            observed=" ".join(command)[:200],
            expected="a command that fails when the container is not well",
        )


def _out_of_place(subject: Subject, role: str, kind: ProbeKind) -> Finding:
    return failed(
        subject,
        (kind,),
        f"is {'an init container' if role == 'init' else 'an ephemeral container'}, which may have no probe",
        "remove the probe, or make it a native sidecar with `restartPolicy: Always`",
        observed=kind,
        expected="no probe",
    )
