"""What became of faults that were injected on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Literal

from readiness.evidence.model import Facts, Value

Ended = Literal["completed", "failed", "aborted", "running", "dry"]


class Injection(Value, frozen=True, kw_only=True):
    """One fault that an experiment was to inject.

    `words` are the tool's own for what is done: names of functions, commands, kinds and actions, never a title.
    `done` says whether the tool reports that it was injected; `problem` why not.
    """

    name: str
    words: str
    done: bool
    problem: str = ""


class Trial(Value, frozen=True, kw_only=True):
    """One fault, from its start to the moment at which the system was well again.

    `recovery_s` is None when it did not recover. `is_bound` says that it recovered at the latest then. None stands for
    what was not told: `detection_s`, how long until somebody or something knew; `data_lost`, a number of records or the
    like; `contained`, whether nothing else was taken along; `rolled_back`, whether the fault was undone.
    """

    started_at: datetime
    recovery_s: float | None
    is_bound: bool = False
    detection_s: float | None = None
    data_lost: int | None = None
    contained: bool | None = None
    rolled_back: bool | None = None


class Experiment(Value, frozen=True, kw_only=True):
    """One experiment as its tool tells of it.

    `ended` is in our words, `ended_as` in the tool's. `probes` is how many things looked at whether the system held;
    `steady_before` and `held` what they saw, None when nothing looked; `unsteady_meanwhile` how often it was not steady
    while the fault lasted, None when nothing looked then. `to_undo` faults had to be undone, and `undone` of them were;
    `not_undone` are the first others. `ended_at` is None where the tool writes no time.
    """

    tool: str
    name: str
    ended: Ended
    ended_as: str = ""
    injections: tuple[Injection, ...] = ()
    probes: int = 0
    steady_before: bool | None = None
    held: bool | None = None
    deviation: str = ""
    unsteady_meanwhile: int | None = None
    to_undo: int = 0
    undone: int = 0
    not_undone: tuple[str, ...] = ()
    trials: tuple[Trial, ...] = ()
    ended_at: datetime | None = None

    @property
    def injected(self) -> tuple[Injection, ...]:
        """The faults that were injected."""
        return tuple(one for one in self.injections if one.done)


class Chaos(Facts, frozen=True, kw_only=True):
    """The experiments of one file, or of several."""

    kind: ClassVar[str] = "chaos"
    experiments: tuple[Experiment, ...]

    def summary(self) -> Mapping[str, object]:
        """How many experiments, faults and trials, and what became of each experiment."""
        return {
            "experiments": len(self.experiments),
            "faults": sum(len(one.injected) for one in self.experiments),
            "trials": sum(len(one.trials) for one in self.experiments),
            "results": [
                {"tool": one.tool, "name": one.name, "ended": one.ended, "held": one.held}
                for one in self.experiments[:50]
            ],
        }
