"""Objects of Chaos Mesh (chaos-mesh.org/v1alpha1), as `kubectl get podchaos,networkchaos,... -o json` prints them.

They tell that faults were injected and taken back, not that the system held: only a StatusCheck among them tells that,
which is one of a Workflow. A fault that happens once (pod-kill, container-kill) has nothing to take back, and its
`desiredPhase` stays `Run` (controllers of Chaos Mesh, `IsOneShot`). Otherwise `AllInjected` is `False` again after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec

from readiness.evidence.chaos import Chaos, Ended, Experiment, Injection
from readiness.readers.base import Reader, Reading
from readiness.readers.chaos._made import chaos_of, holds_object, instant, objects_of, refuse
from readiness.readers.source import Source
from readiness.readers.strict_json import shape
from readiness.readers.texts import clip

_GROUP = "chaos-mesh.org"
_ONCE = ("pod-kill", "container-kill")
_TRUE = "True"
Count = Annotated[int, msgspec.Meta(ge=0)]


class _Base(msgspec.Struct, rename="camel"):
    """Keys as Kubernetes writes them."""


class _Condition(_Base):
    type: str
    status: str
    reason: str = ""


class _Event(_Base):
    type: str = ""
    operation: str = ""
    message: str = ""
    timestamp: str = ""


class _Record(_Base):
    id: str
    phase: str = ""
    injected_count: Count = 0
    recovered_count: Count = 0
    events: list[_Event] = []


class _Run(_Base):
    desired_phase: str = ""
    container_records: list[_Record] | None = None


class _Status(_Base):
    conditions: list[_Condition] = []
    experiment: _Run = msgspec.field(default_factory=_Run)


class _Metadata(_Base):
    name: str
    namespace: str = ""


class _Object(_Base):
    kind: str
    metadata: _Metadata
    status: _Status
    spec: dict[str, Any] = {}

    @property
    def name(self) -> str:
        """As in `PodChaos/shop/kill-cart`."""
        return clip("/".join(filter(None, (self.kind, self.metadata.namespace, self.metadata.name))))

    def condition(self, name: str) -> str:
        """Its status; empty when it is not there."""
        return next((one.status for one in self.status.conditions if one.type == name), "")


class ChaosMesh(Reader[Chaos]):
    """One experiment for each fault; a Workflow, its nodes and status checks tell of them all."""

    def recognises(self, source: Source) -> bool:
        """By the API group."""
        return holds_object(source, _GROUP)

    def read(self, source: Source) -> Reading[Chaos]:
        """The faults, with what status checks saw."""
        found = [shape(one, _Object, "object of Chaos Mesh") for one in objects_of(source, _GROUP)]
        faults = [one for one in found if one.kind.endswith("Chaos")]
        if not faults:
            raise refuse(
                "it holds no fault of Chaos Mesh", "get the objects such as PodChaos and NetworkChaos too"
            )
        problem = next(_problems(found), "")
        looks = [_look(one) for one in found if one.kind == "StatusCheck"]
        made = [_experiment(one, looks, problem) for one in faults]
        times = [one.ended_at for one in made]
        ends = [one for one in times if one is not None]
        return Reading(chaos_of(made), min(ends) if len(ends) == len(times) else None)


def _problems(found: Sequence[_Object]) -> Iterator[str]:
    """What in a Workflow or its nodes did not come to its end."""
    for one in found:
        if one.kind in ("Workflow", "WorkflowNode") and one.condition("Accomplished") != _TRUE:
            yield f"{one.name} is not accomplished"
        if one.condition("Aborted") == _TRUE:
            yield f"{one.name} was aborted"
        if any(c.reason == "ChaosCRCreateFailed" for c in one.status.conditions):
            yield f"{one.name} could not create its fault"


def _look(check: _Object) -> bool | None:
    """Whether a status check came to enough good answers; None while it runs."""
    if check.condition("Completed") != _TRUE:
        return None
    bad = check.condition("FailureThresholdExceed") == _TRUE
    return not bad and check.condition("SuccessThresholdExceed") == _TRUE


def _experiment(fault: _Object, looks: Sequence[bool | None], problem: str) -> Experiment:
    records = fault.status.experiment.container_records or []
    once = fault.kind == "PodChaos" and fault.spec.get("action") in _ONCE
    open_ = () if once else tuple(one.id for one in records if _is_open(one))
    ended = _ended(fault, records, problem, once=once)
    if fault.condition("AllRecovered") == _TRUE and open_:
        raise refuse(f"{fault.name}: it says that all is recovered, and {clip(open_[0], 80)} is not")
    held = None if not looks or None in looks else all(looks)
    return Experiment(
        tool="chaos-mesh",
        name=fault.name,
        ended=ended,
        ended_as=problem or f"desired phase {clip(fault.status.experiment.desired_phase, 20) or 'not told'}",
        injections=(_injection(fault, records),),
        probes=len(looks),
        held=held,
        deviation="a status check was not met" if held is False else "",
        to_undo=0 if once else len(records),
        undone=0 if once else len(records) - len(open_),
        not_undone=tuple(clip(one, 100) for one in open_[:20]),
        ended_at=_last_event(fault, records),
    )


def _is_open(record: _Record) -> bool:
    """Whether a target is, or may be, still under the fault."""
    return record.injected_count > record.recovered_count or record.phase == "Injected"


def _ended(fault: _Object, records: Sequence[_Record], problem: str, *, once: bool) -> Ended:
    if problem:
        return "aborted"
    if fault.condition("Paused") == _TRUE:
        return "aborted"
    if once:
        return "completed" if records and all(one.injected_count for one in records) else "running"
    is_over = fault.status.experiment.desired_phase == "Stop" and fault.condition("AllRecovered") == _TRUE
    return "completed" if is_over else "running"


def _injection(fault: _Object, records: Sequence[_Record]) -> Injection:
    """The kind and the action; done when every target that was selected had it at least once."""
    action = fault.spec.get("action")
    words = f"{fault.kind} {action if isinstance(action, str) else ''}".strip()
    words += "".join(f" {key}" for key in ("stressors",) if isinstance(fault.spec.get(key), dict))
    words += "".join(f" {key}" for key in _stressors(fault.spec))
    missed = [one.id for one in records if not one.injected_count]
    problem = ""
    if not records or fault.condition("Selected") != _TRUE:
        problem = "no target was selected"
    elif missed:
        problem = f"it was not injected into {clip(missed[0], 80)}"
    return Injection(name=fault.name, words=clip(words), done=not problem, problem=problem)


def _stressors(spec: dict[str, Any]) -> list[str]:
    told = spec.get("stressors")
    return [str(key) for key in told][:5] if isinstance(told, dict) else []


def _last_event(fault: _Object, records: Sequence[_Record]) -> datetime | None:
    times = [one.timestamp for record in records for one in record.events if one.timestamp]
    return max((instant(text, f"{fault.name}: a timestamp") for text in times), default=None)
