"""The journal of Chaos Toolkit (`chaos run`), as chaostoolkit-lib 1.x writes it.

Its `status` and `deviated` are not believed alone: a journal whose steady state was not met *before* the method, so
that nothing was injected, says `completed` and not deviated (chaostoolkit 1.19, chaostoolkit-lib 1.44), an action whose
command failed says `succeeded`, and so does a rollback.
"""

from __future__ import annotations

from typing import Any

import msgspec

from readiness.evidence.chaos import Chaos, Ended, Experiment
from readiness.readers.base import Reader, Reading
from readiness.readers.chaos._idle import is_blind
from readiness.readers.chaos._journal import Activity, Run, State, injections, not_undone, trials
from readiness.readers.chaos._made import chaos_of, instant, refuse, starts_json
from readiness.readers.source import Source
from readiness.readers.strict_json import shape
from readiness.readers.texts import clip

_ENDED: dict[str, Ended] = {
    "completed": "completed",
    "failed": "failed",
    "aborted": "aborted",
    "interrupted": "aborted",
}


class _Plan(msgspec.Struct):
    title: str
    method: list[Activity] = []
    rollbacks: list[Activity] = []
    dry: Any = None


class _States(msgspec.Struct):
    before: State | None = None
    after: State | None = None
    during: list[State] = []


class _Journal(msgspec.Struct):
    experiment: _Plan
    status: str
    deviated: bool
    steady_states: _States
    run: list[Run]
    rollbacks: list[Run]
    start: str
    end: str


class ChaosToolkit(Reader[Chaos]):
    """One experiment. It recovered at the latest when its hypothesis was met again."""

    def recognises(self, source: Source) -> bool:
        """By its keys."""
        if not starts_json(source) or b"steady_states" not in source.content:
            return False
        data = source.json
        return isinstance(data, dict) and {"experiment", "steady_states", "deviated"} <= data.keys()

    def read(self, source: Source) -> Reading[Chaos]:
        """The experiment; malformed where it contradicts itself."""
        journal = shape(source.json, _Journal, "journal of Chaos Toolkit")
        ended = instant(journal.end, "the end")
        if ended < instant(journal.start, "the start"):
            raise refuse("it ends before it starts")
        states = journal.steady_states
        for name, state in (("before", states.before), ("after", states.after)):
            _recount(name, state)
        for state in states.during:
            _recount("during", state)
        held = _held(journal)
        injected = injections(journal.experiment.method, journal.run)
        to_undo = journal.experiment.rollbacks
        open_ = not_undone(to_undo, journal.rollbacks)
        made = Experiment(
            tool="chaos-toolkit",
            name=clip(journal.experiment.title),
            ended=_ended(journal),
            ended_as=clip(journal.status, 40),
            injections=injected,
            probes=len(states.after.probes) if states.after else 0,
            steady_before=_met(states.before),
            held=held,
            deviation=_deviation(states),
            to_undo=len(to_undo),
            undone=len(to_undo) - len(open_),
            not_undone=open_[:20],
            trials=trials(journal.run, [*states.during, *([states.after] if states.after else [])])
            if held
            else (),
            unsteady_meanwhile=sum(not one.steady_state_met for one in states.during)
            if states.during
            else None,
            ended_at=ended,
        )
        return Reading(chaos_of([made]), ended)


def _ended(journal: _Journal) -> Ended:
    if journal.status not in _ENDED:
        raise refuse(f"its status {clip(journal.status, 40)!r} is none of {', '.join(_ENDED)}")
    if journal.experiment.dry:
        return "dry"
    if _met(journal.steady_states.before) is False:
        return "failed"
    return _ENDED[journal.status]


def _held(journal: _Journal) -> bool | None:
    after = _met(journal.steady_states.after)
    if after is False and not journal.deviated:
        raise refuse("it says that it did not deviate, and that its steady state was not met afterwards")
    return False if journal.deviated else after


def _met(state: State | None) -> bool | None:
    """Whether the steady state was met; None when nothing was looked at, as by a probe that runs `true`."""
    if state is None or not state.steady_state_met:
        return None if state is None or not state.probes else False
    return True if any(not is_blind(one.activity.provider) for one in state.probes) else None


def _recount(name: str, state: State | None) -> None:
    """A steady state is not met with a probe that did not run, or that is out of its tolerance."""
    bad = [one for one in state.probes if not one.tolerance_met or one.status != "succeeded"] if state else []
    if state is not None and state.steady_state_met and bad:
        probe = clip(bad[0].activity.name, 60)
        raise refuse(f"the steady state {name} the method is said to be met, and its probe {probe!r} is not")


def _deviation(states: _States) -> str:
    """Which probe was out of its tolerance, and when."""
    later = [("afterwards", states.after)] if states.after else []
    for when, state in (*later, *(("meanwhile", one) for one in states.during)):
        for probe in state.probes:
            if not probe.tolerance_met:
                return f"{clip(probe.activity.name, 60)} was out of its tolerance {when}"
    return ""
