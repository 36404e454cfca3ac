"""One experiment: whether it came to its end, whether the system held, and whether all was undone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from readiness.check import Finding, Measure, Outcome, unproven
from readiness.evidence.chaos import Experiment, Trial
from readiness.evidence.model import Reason
from readiness.units import show_age, show_duration

Told = Literal["data-lost", "contained", "detected"]
_SKEW = timedelta(minutes=5)
_ENDS = {
    "failed": "did not get as far as its fault",
    "aborted": "was broken off",
    "running": "is not over",
    "dry": "was a dry run, in which nothing is done",
}
_WATCH = "let the tool look: a steady-state hypothesis of Chaos Toolkit, probes of LitmusChaos, or readiness/chaos/1"


class Demands(NamedTuple):
    """What the policy asks of each experiment and each trial."""

    tells: tuple[Told, ...]
    steady: Literal["after", "throughout"]
    unobserved: Literal["unproven", "warn"]
    max_recovery: timedelta | None
    max_detection: timedelta | None
    max_age: timedelta | None


def examine(experiment: Experiment, demands: Demands, now: datetime) -> Iterator[Finding]:
    """Each shortcoming; nothing where there is none."""
    yield from _end(experiment)
    yield from _held(experiment, demands)
    yield from _undone(experiment)
    if experiment.ended_at is not None and experiment.ended_at > now + _SKEW:
        message = f"{experiment.name}: it ended at {experiment.ended_at:%Y-%m-%d %H:%M} UTC, in the future"
        yield unproven(Reason.MALFORMED, message, "check the clocks")
    elif demands.max_age is not None:
        yield from _age(experiment, demands.max_age, now)
    for trial in experiment.trials:
        yield from _trial(experiment, trial, demands)


def _end(one: Experiment) -> Iterator[Finding]:
    if one.ended != "completed":
        said = f" (its tool says: {one.ended_as})" if one.ended_as else ""
        because = ": its steady state was not met to begin with" if one.steady_before is False else ""
        yield unproven(
            Reason.INSUFFICIENT,
            f"{one.name}: the experiment {_ENDS[one.ended]}{because}{said}",
            "run it again, from its steady state to its end",
        )
    elif not one.injected:
        yield unproven(Reason.MISSING, f"{one.name}: no fault was injected", "let its method do something")
    for injection in one.injections:
        if not injection.done and one.ended == "completed":
            yield unproven(
                Reason.INSUFFICIENT,
                f"{one.name}: the fault {injection.name} was not injected: {injection.problem}",
                "mend the action, and run the experiment again",
            )


def _held(one: Experiment, demands: Demands) -> Iterator[Finding]:
    if one.held is False:
        why = f": {one.deviation}" if one.deviation else ""
        yield failed(
            f"{one.name}: the system did not get back to its steady state{why}",
            "deviated",
            "the steady state, met again",
            "find out what did not hold, mend it, and run the experiment again",
        )
    elif one.held is None and one.ended == "completed":
        yield _unobserved(one, demands)
    if demands.steady == "throughout" and one.unsteady_meanwhile is None:
        message = f"{one.name}: nothing tells whether the system was steady while the fault lasted"
        yield unproven(Reason.MISSING, message, "run it with `--hypothesis-strategy continuously`")
    elif demands.steady == "throughout" and one.unsteady_meanwhile:
        message = (
            f"{one.name}: the system was not steady {one.unsteady_meanwhile} times while the fault lasted"
        )
        yield failed(message, "not steady", "steady throughout", "add redundancy, retries or a fallback")


def _unobserved(one: Experiment, demands: Demands) -> Finding:
    message = f"{one.name}: faults were injected, and nothing looked at whether the system held"
    if demands.unobserved == "warn":
        return Finding(outcome=Outcome.WARN, message=message, next=_WATCH)
    return unproven(Reason.INSUFFICIENT, message, _WATCH)


def _undone(one: Experiment) -> Iterator[Finding]:
    if (left := one.to_undo - one.undone) and one.ended != "dry":
        first = f": {one.not_undone[0]}" if one.not_undone else ""
        yield failed(
            f"{one.name}: {left} of {one.to_undo} faults were not rolled back{first}",
            f"{one.undone} of {one.to_undo} rolled back",
            "every one",
            "undo it by hand now, and mend the rollback",
        )


def _age(one: Experiment, limit: timedelta, now: datetime) -> Iterator[Finding]:
    if one.ended_at is None:
        message = f"{one.name}: its tool does not tell when it ended"
        yield unproven(
            Reason.UNDATED, message, "limit the age by `max-age` of the evidence, and stamp the file"
        )
    elif now - one.ended_at > limit:
        message = (
            f"{one.name}: it is {show_age(now - one.ended_at)} old; at most {show_duration(limit)} is allowed"
        )
        yield unproven(Reason.STALE, message, "run it again")


def _trial(one: Experiment, trial: Trial, demands: Demands) -> Iterator[Finding]:
    where = f"{one.name}, trial of {trial.started_at:%Y-%m-%d %H:%M:%S} UTC"
    if trial.recovery_s is None:
        yield failed(
            f"{where}: the system did not recover", "no recovery", "a recovery", "mend what did not recover"
        )
    if trial.data_lost:
        yield failed(f"{where}: data were lost: {trial.data_lost}", f"{trial.data_lost} lost", "none lost")
    if trial.contained is False:
        yield failed(f"{where}: the fault spread to other parts", "spread", "contained")
    told = {"data-lost": trial.data_lost, "contained": trial.contained, "detected": trial.detection_s}
    for name in demands.tells:
        if told[name] is None:
            message = f"{where}: nothing tells `{name.replace('-', '_')}`"
            yield unproven(Reason.MISSING, message, "write it as docs/chaos-format.md tells")
    yield from _recovery(where, trial, demands.max_recovery)
    yield from _detection(where, trial, demands.max_detection)


def _recovery(where: str, trial: Trial, limit: timedelta | None) -> Iterator[Finding]:
    if limit is None or trial.recovery_s is None or trial.recovery_s <= limit.total_seconds():
        return
    measure = seconds(trial.recovery_s, limit)
    if trial.is_bound:
        message = f"{where}: it recovered within {trial.recovery_s:.3g}s, and nothing tells how much sooner"
        yield unproven(
            Reason.INSUFFICIENT,
            message,
            "let the tool look more often, as `--hypothesis-strategy continuously` does",
        ).but(measure=measure, expected=f"<= {show_duration(limit)}")
    else:
        message = f"{where}: it took {trial.recovery_s:.6g}s to recover"
        yield failed(message, f"{trial.recovery_s:.6g}s", f"<= {show_duration(limit)}").but(measure=measure)


def _detection(where: str, trial: Trial, limit: timedelta | None) -> Iterator[Finding]:
    if limit is None:
        return
    expected = f"<= {show_duration(limit)}"
    if trial.detection_s is None:
        yield unproven(
            Reason.MISSING, f"{where}: nothing tells when the fault was detected", "write `detected`"
        )
    elif trial.detection_s > limit.total_seconds():
        message = f"{where}: it took {trial.detection_s:.6g}s until the fault was detected"
        yield failed(message, f"{trial.detection_s:.6g}s", expected).but(
            measure=seconds(trial.detection_s, limit)
        )


def seconds(value: float, limit: timedelta, low: float | None = None, high: float | None = None) -> Measure:
    """A time against its limit."""
    return Measure(value, limit.total_seconds(), "s", "lower", low, high)


def failed(message: str, observed: str, expected: str, next_: str = "find out why, and mend it") -> Finding:
    """Proven bad."""
    return Finding(outcome=Outcome.FAIL, message=message, observed=observed, expected=expected, next=next_)
