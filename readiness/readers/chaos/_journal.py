"""The activities of a Chaos Toolkit journal: what was injected, what was undone, and how long it took."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from readiness.evidence.chaos import Injection, Trial
from readiness.readers.chaos._idle import is_idle
from readiness.readers.chaos._made import instant, refuse
from readiness.readers.texts import clip

_SUCCEEDED = "succeeded"
_FIRST_ERROR = 400
_WORD = re.compile(r"[\w./=:@ -]{1,80}")
_USER = re.compile(r"//[^/@\s]*@")
_SECRET = re.compile(r"(?i)secret|token|password|passwd|key|credential")


class Activity(msgspec.Struct):
    """An action or a probe, as the experiment declares it."""

    name: str = ""
    type: str = ""
    provider: dict[str, Any] = {}
    ref: str = ""


class Run(msgspec.Struct):
    """An activity that was run."""

    activity: Activity
    status: str
    start: str = ""
    end: str = ""
    output: Any = None
    tolerance_met: bool | None = None


class State(msgspec.Struct):
    """The steady state, as its probes saw it."""

    steady_state_met: bool
    probes: list[Run] = []


def injections(method: Sequence[Activity], runs: Sequence[Run]) -> tuple[Injection, ...]:
    """The actions that were run, and those of the method that were not."""
    made = [_injection(run) for run in runs if run.activity.type == "action"]
    left = [one for one in method if one.type == "action"][len(made) :]
    made += [
        Injection(name=clip(one.name), words=_words(one), done=False, problem="it was not run")
        for one in left
    ]
    return tuple(made)


def not_undone(declared: Sequence[Activity], runs: Sequence[Run]) -> tuple[str, ...]:
    """The rollbacks that were not run, or that failed."""
    failed = [f"{clip(run.activity.name, 60)}: {problem}" for run in runs if (problem := _problem(run))]
    left = declared[len(runs) :]
    return (*failed, *(f"{clip(one.name or one.ref, 60)}: it was not run" for one in left))


def trials(runs: Sequence[Run], states: Sequence[State]) -> tuple[Trial, ...]:
    """From the first action to the time at which the steady state was seen to be met again; none without both."""
    started = [instant(run.start, "the start of an action") for run in runs if _injection_of(run)]
    if not started:
        return ()
    start = min(started)
    seen = [(*_span(state), state.steady_state_met) for state in states if state.probes]
    unmet = [end for begin, end, met in seen if not met and begin >= start]
    met = sorted(end for begin, end, met in seen if met and begin >= start)
    back = next((end for end in met if end > max(unmet)), None) if unmet else met[-1] if met else None
    if back is None:
        return ()
    if back <= start:
        raise refuse("its steady state was looked at before the fault was injected")
    return (Trial(started_at=start, recovery_s=(back - start).total_seconds(), is_bound=True),)


def _span(state: State) -> tuple[datetime, datetime]:
    starts = [instant(probe.start, "the start of a probe") for probe in state.probes]
    return min(starts), max(instant(probe.end, "the end of a probe") for probe in state.probes)


def _injection_of(run: Run) -> bool:
    return run.activity.type == "action" and not _problem(run)


def _injection(run: Run) -> Injection:
    problem = _problem(run)
    return Injection(
        name=clip(run.activity.name), words=_words(run.activity), done=not problem, problem=problem
    )


def _problem(run: Run) -> str:
    """Why an activity did nothing, which its status does not tell: a command may fail and the action succeed."""
    if run.status != _SUCCEEDED:
        return f"its status is {clip(run.status, 40)}"
    kind = run.activity.provider.get("type")
    told = run.output.get("status") if isinstance(run.output, dict) else None
    if kind == "process" and told != 0:
        return f"its command ended with {told if isinstance(told, int) else 'no status'}"
    if kind == "http" and not (isinstance(told, int) and told < _FIRST_ERROR):
        return f"it was answered {told if isinstance(told, int) else 'without a status'}"
    if is_idle(run.activity.provider):
        return "what it runs changes nothing"
    return ""


def _words(activity: Activity) -> str:
    """What is done, in the words of the experiment: the name, the function or command, and its arguments."""
    provider = activity.provider
    said = [activity.name, *(provider.get(key) for key in ("module", "func", "path", "url", "method"))]
    text = " ".join(str(one) for one in (*said, *_arguments(provider.get("arguments"))) if one)
    return clip(_USER.sub("//", text), 400)


def _arguments(arguments: Any) -> Iterator[str]:
    if isinstance(arguments, str):
        yield arguments if not _SECRET.search(arguments) else ""
    pairs = arguments.items() if isinstance(arguments, dict) else enumerate(arguments or ())
    if isinstance(arguments, dict | list):
        for key, value in pairs:
            if isinstance(value, str) and _WORD.fullmatch(value) and not _SECRET.search(f"{key} {value}"):
                yield value
