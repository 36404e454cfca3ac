"""`ChaosResult` of LitmusChaos (litmuschaos.io/v1alpha1), as `kubectl get chaosresult NAME -o json` prints it, or YAML.

Fields: the Go types of chaos-operator, `api/litmuschaos/v1alpha1/chaosresult_types.go`. A percentage of 100 is written
also where there was no probe, so it shows nothing by itself; the object tells no time of its own.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from readiness.evidence.chaos import Chaos, Ended, Experiment, Injection
from readiness.readers.base import Reader, Reading
from readiness.readers.chaos._made import chaos_of, holds_object, objects_of, refuse
from readiness.readers.source import Source
from readiness.readers.strict_json import shape
from readiness.readers.texts import clip

_GROUP = "litmuschaos.io"
_VERDICTS = ("Pass", "Fail", "Stopped", "Awaited", "Error")
_PHASES: dict[str, Ended] = {
    "completed": "completed",
    "running": "running",
    "stopped": "aborted",
    "error": "failed",
    "completed_with_error": "failed",
    "completed_with_probe_failure": "completed",
    "aborted": "aborted",
}
_SCORE = "100"
Count = Annotated[int, msgspec.Meta(ge=0)]


class _Base(msgspec.Struct, rename="camel"):
    """Keys as Kubernetes writes them."""


class _Metadata(_Base):
    name: str
    namespace: str = ""


class _Spec(_Base):
    experiment: str = ""
    engine: str = ""


class _Probe(_Base):
    name: str = ""
    status: dict[str, Any] = {}


class _Status(_Base):
    phase: str
    verdict: str
    probe_success_percentage: str | Count = ""
    fail_step: str = ""
    failure_output: dict[str, Any] | None = None


class _Target(_Base):
    name: str = ""
    kind: str = ""
    chaos_status: str = ""


class _History(_Base):
    passed_runs: Count = 0
    failed_runs: Count = 0
    stopped_runs: Count = 0
    targets: list[_Target] | None = None


class _Statuses(_Base):
    experiment_status: _Status
    probe_statuses: list[dict[str, Any]] | None = None
    probe_status: list[dict[str, Any]] | None = None
    history: _History | None = None


class _Result(_Base):
    kind: str
    metadata: _Metadata
    status: _Statuses
    spec: _Spec = msgspec.field(default_factory=_Spec)


class Litmus(Reader[Chaos]):
    """One experiment for each `ChaosResult`: the last of its runs."""

    def recognises(self, source: Source) -> bool:
        """By the API group."""
        return holds_object(source, _GROUP)

    def read(self, source: Source) -> Reading[Chaos]:
        """The verdicts, phases, probes and targets."""
        results = []
        for one in objects_of(source, _GROUP):
            if one.get("kind") != "ChaosResult":
                raise refuse(
                    f"it holds a {clip(str(one.get('kind')), 40)}, which is no result", "get the ChaosResult"
                )
            results.append(_experiment(shape(one, _Result, "ChaosResult of LitmusChaos")))
        return Reading(chaos_of(results))


def _experiment(result: _Result) -> Experiment:
    status = result.status.experiment_status
    name = "/".join(filter(None, (result.metadata.namespace, result.metadata.name)))
    if status.verdict not in _VERDICTS or status.phase.lower() not in _PHASES:
        told = f"verdict {clip(status.verdict, 30)!r} and phase {clip(status.phase, 30)!r}"
        raise refuse(f"{clip(name, 80)}: its {told} are not known")
    probes = [
        _probe(one) for one in [*(result.status.probe_statuses or []), *(result.status.probe_status or [])]
    ]
    _vet(name, result, probes)
    ended = _PHASES[status.phase.lower()]
    targets = (result.status.history.targets or []) if result.status.history else []
    open_ = tuple(
        f"{one.kind}/{one.name}".strip("/") for one in targets if one.chaos_status.lower() == "injected"
    )
    return Experiment(
        tool="litmus",
        name=clip(name),
        ended=ended,
        ended_as=f"{clip(status.phase, 30)}, {status.verdict}",
        injections=(_injection(result, ended),),
        probes=len(probes),
        held=_held(status, probes, ended),
        deviation=_deviation(status, probes),
        to_undo=len(targets),
        undone=len(targets) - len(open_),
        not_undone=tuple(clip(one, 100) for one in open_[:20]),
    )


def _probe(told: dict[str, Any]) -> tuple[str, str]:
    """The name of a probe and its verdict. Older ones have a map of modes: `{"Continuous": "Passed"}`, with a sign."""
    probe = shape(told, _Probe, "probe of LitmusChaos")
    verdict = probe.status.get("verdict")
    if isinstance(verdict, str):
        return probe.name, verdict
    modes = [str(value).partition(" ")[0] for value in probe.status.values()]
    worst = next((mode for mode in modes if mode != "Passed"), "Passed" if modes else "unknown")
    return probe.name, worst


def _vet(name: str, result: _Result, probes: list[tuple[str, str]]) -> None:
    """What a pass contradicts."""
    status = result.status.experiment_status
    if status.verdict != "Pass":
        return
    history = result.status.history
    bad = next((probe for probe, verdict in probes if verdict != "Passed"), None)
    if bad is not None:
        raise refuse(f"{clip(name, 80)}: its verdict is Pass, and its probe {clip(bad, 60)!r} did not pass")
    if str(status.probe_success_percentage) != _SCORE:
        score = clip(str(status.probe_success_percentage), 20)
        raise refuse(f"{clip(name, 80)}: its verdict is Pass, and its probeSuccessPercentage is {score!r}")
    if history is not None and history.passed_runs < 1:
        raise refuse(f"{clip(name, 80)}: its verdict is Pass, and none of its runs passed")


def _held(status: _Status, probes: list[tuple[str, str]], ended: Ended) -> bool | None:
    if status.verdict == "Fail":
        return False
    return True if status.verdict == "Pass" and ended == "completed" and probes else None


def _deviation(status: _Status, probes: list[tuple[str, str]]) -> str:
    failed = [clip(name, 60) for name, verdict in probes if verdict not in ("Passed", "Awaited", "N/A")]
    told = status.fail_step or str((status.failure_output or {}).get("failedStep", ""))
    step = f"it failed at {clip(told, 60)}" if told not in ("", "N/A") else ""
    return f"the probe {failed[0]} did not pass" if failed else step


def _injection(result: _Result, ended: Ended) -> Injection:
    """The experiment's own name is the fault; a result tells no more. One that was stopped injected it perhaps."""
    fault = result.spec.experiment or result.metadata.name
    done = ended == "completed" and result.status.experiment_status.verdict in ("Pass", "Fail")
    return Injection(
        name=clip(fault),
        words=clip(fault),
        done=done,
        problem="" if done else "the experiment did not complete",
    )
