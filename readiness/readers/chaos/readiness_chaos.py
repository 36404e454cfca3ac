"""`readiness/chaos/1`: the JSON for game days and chaos tools of one's own, documented in docs/chaos-format.md."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import Annotated

import msgspec

from readiness.evidence.chaos import Chaos, Experiment, Injection, Trial
from readiness.readers.base import Reader, Reading
from readiness.readers.chaos._made import chaos_of, refuse, starts_json
from readiness.readers.source import Source
from readiness.readers.strict_json import shape
from readiness.readers.texts import clip

SCHEMA = "readiness/chaos/1"
_FIX = "write it as docs/chaos-format.md tells"
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"[^\W_]")]


class _Trial(msgspec.Struct, forbid_unknown_fields=True):
    start: Moment
    recovered: Moment | None
    detected: Moment | None = None
    data_lost: Count | None = None
    contained: bool | None = None
    rolled_back: bool | None = None


class _Fault(msgspec.Struct, forbid_unknown_fields=True):
    fault: Name
    trials: Annotated[list[_Trial], msgspec.Meta(min_length=1, max_length=10_000)]
    action: str = ""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    schema: str
    tool: Name
    faults: Annotated[list[_Fault], msgspec.Meta(min_length=1, max_length=1_000)]


class ReadinessChaos(Reader[Chaos]):
    """One experiment for each fault, with its trials."""

    def recognises(self, source: Source) -> bool:
        """An object that says so."""
        if SCHEMA.encode() not in source.head or not starts_json(source):
            return False
        return isinstance(source.json, dict) and source.json.get("schema") == SCHEMA

    def read(self, source: Source) -> Reading[Chaos]:
        """The trials of each fault; the evidence is as old as the fault that was tried last the longest ago."""
        told = shape(source.json, _File, SCHEMA)
        if told.schema != SCHEMA:
            raise refuse(f"its schema is {clip(told.schema, 40)!r}; {SCHEMA} is read", _FIX)
        names = [one.fault.casefold() for one in told.faults]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise refuse(f"the fault {clip(twice, 80)!r} is there twice", "put all its trials into one entry")
        made = [_experiment(one, told.tool) for one in told.faults]
        return Reading(chaos_of(made), min(one.ended_at for one in made if one.ended_at is not None))


def _experiment(told: _Fault, tool: str) -> Experiment:
    trials = sorted(told.trials, key=lambda one: one.start)
    for trial in trials:
        _vet(told.fault, trial)
    for first, second in pairwise(trials):
        if second.start <= first.start or second.start < (first.recovered or first.start):
            raise refuse(
                f"{clip(told.fault, 80)}: a trial starts at {second.start} before the one before is over",
                _FIX,
            )
    tries = tuple(_trial(one) for one in trials)
    asked = [one for one in tries if one.rolled_back is not None]
    open_ = tuple(f"the trial of {one.started_at:%Y-%m-%d %H:%M}" for one in asked if not one.rolled_back)
    return Experiment(
        tool=clip(tool, 80),
        name=clip(told.fault),
        ended="completed",
        injections=(
            Injection(name=clip(told.fault), words=clip(f"{told.fault} {told.action}", 400), done=True),
        ),
        probes=len(tries),
        held=all(one.recovery_s is not None for one in tries),
        deviation="it did not recover" if any(one.recovery_s is None for one in tries) else "",
        to_undo=len(asked),
        undone=len(asked) - len(open_),
        not_undone=open_[:20],
        trials=tries,
        ended_at=(trials[-1].recovered or trials[-1].start).astimezone(UTC),
    )


def _vet(fault: str, trial: _Trial) -> None:
    for name, moment in (("recovered", trial.recovered), ("detected", trial.detected)):
        late = moment is not None and (
            moment < trial.start or (name == "recovered" and moment == trial.start)
        )
        if late:
            message = f"{clip(fault, 80)}: it {name} at {moment}, and its fault started at {trial.start}"
            raise refuse(message, "write the times to the second or better, each with its offset")


def _trial(told: _Trial) -> Trial:
    return Trial(
        started_at=told.start.astimezone(UTC),
        recovery_s=_between(told.start, told.recovered),
        detection_s=_between(told.start, told.detected),
        data_lost=told.data_lost,
        contained=told.contained,
        rolled_back=told.rolled_back,
    )


def _between(start: datetime, end: datetime | None) -> float | None:
    return None if end is None else (end - start).total_seconds()
