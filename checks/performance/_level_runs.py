"""The levels that load tests show: those of the course of one run, or one of each of several runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from readiness.check import Finding
from readiness.evidence.course import Course
from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason
from readiness.units import show_duration

from ._findings import unproven
from ._level import Level, Levels
from ._level_course import Asked, course_levels, middle
from ._ruling import number
from ._strength import offered
from ._targets import Target, targets

_WHOLE = Fraction(95, 100)
_STEADY = 0.6
_MIX = 0.2
_RISING = (
    "give several runs at rising load, or one run with a stepped ramp in a file that tells every request"
)
_SAME = "run the same test at each load"


def levels_of(load: Sequence[LoadTest], asked: Asked, min_achieved: Fraction) -> Levels | list[Finding]:
    """The levels; findings instead where a run shows nothing, or runs are not of one test."""
    found = list(targets(load, None))
    runs = [one for one in found if isinstance(one, Target)]
    if len(runs) < len(found) or not runs:
        return [one for one in found if isinstance(one, Finding)]
    if any(one.to_s <= one.from_s for run in load if run.course for one in run.course.windows):
        return [unproven(Reason.MALFORMED, "a window of a course has no length", "run the load test again")]
    if len(runs) == 1:
        return _of_one(runs[0].run, asked)
    odd = [*_unsuited(load, asked), *_copies(load), *_differences(load)]
    if odd:
        return odd
    return Levels(
        tuple(_whole(one, place, len(runs), min_achieved) for place, one in enumerate(runs, 1)), "runs"
    )


def _of_one(run: LoadTest, asked: Asked) -> Levels | list[Finding]:
    course = run.course
    if course is None or not course.windows:
        message = "one run, whose file does not tell what happened when, shows no levels of load"
        return [unproven(Reason.INSUFFICIENT, message, run.more_detail or _RISING)]
    if odd := _partial(run, course):
        return [odd]
    return course_levels(run, course, asked)


def _partial(run: LoadTest, course: Course) -> Finding | None:
    """What a course leaves out may be the worst of the run."""
    held = sum(one.requests for one in course.windows)
    if held < _WHOLE * run.requests:
        message = f"the course of the run holds {held:,} of its {run.requests:,} requests"
        return unproven(Reason.INSUFFICIENT, message, run.more_detail or _RISING)
    errors = [one.errors for one in course.windows if one.errors is not None]
    failed, told = sum(errors), len(errors) == len(course.windows)
    if told and run.errors is not None and failed < _WHOLE * run.errors:
        message = f"the course of the run holds {failed:,} of its {run.errors:,} failures"
        return unproven(Reason.INSUFFICIENT, message, run.more_detail or _RISING)
    return None


def _unsuited(load: Sequence[LoadTest], asked: Asked) -> Iterator[Finding]:
    if asked.step is not None:
        message = f"`step` is the step of one run, and there are {len(load)}, each of them one level"
        yield unproven(Reason.INSUFFICIENT, message, "leave `step` out, or give one run")
    for place, run in enumerate(load, 1):
        where = f"run {place} of {len(load)}"
        if not run.duration_s or run.duration_s < asked.least_s:
            lasted = (
                f"lasted {number(run.duration_s)} s" if run.duration_s else "does not tell how long it was"
            )
            message = f"{where} {lasted}; a level lasts at least {show_duration(asked.least)} (`min-level`)"
            yield unproven(Reason.INSUFFICIENT, message, "let each run last longer")
        if run.course is not None and run.course.windows and middle(run.course)[1] < _STEADY:
            message = f"{where} is no single level: its load changes for most of its time"
            yield unproven(Reason.INSUFFICIENT, message, "give that run alone, or keep one load in each run")


def _copies(load: Sequence[LoadTest]) -> Iterator[Finding]:
    """What is the same to the last digit is one measurement, whatever load each file claims."""
    for (here, run), (there, other) in combinations(enumerate(load, 1), 2):
        if (run.requests, run.duration_s, run.latency) == (other.requests, other.duration_s, other.latency):
            message = f"runs {here} and {there} are the same measurement, and a copy is no other level"
            yield unproven(Reason.MALFORMED, message, "keep one file for each level of load")


def _differences(load: Sequence[LoadTest]) -> Iterator[Finding]:
    """The first way in which a run differs from the first one in more than its load."""
    first = load[0]
    for place, run in enumerate(load[1:], 2):
        if said := _difference(first, run):
            message = f"run 1 and run {place} of {len(load)} are not the same test: {said}"
            yield unproven(Reason.INSUFFICIENT, message, _SAME)


def _difference(one: LoadTest, other: LoadTest) -> str:
    mine, theirs = one.tool.partition(" ")[0], other.tool.partition(" ")[0]
    if mine != theirs:
        return f"one is of {mine}, the other of {theirs}"
    if one.loop != other.loop:
        return f"the loop of one is {one.loop}, that of the other {other.loop}"
    here, there = _mix(one), _mix(other)
    if set(here) != set(there):
        return f"{min(set(here) ^ set(there))} is called in one of them only"
    for name, share in here.items():
        if abs(share - there[name]) > _MIX:
            return f"{name} is {share:.0%} of the requests of one, {there[name]:.0%} of the other"
    return ""


def _mix(run: LoadTest) -> dict[str, float]:
    return {one.name: one.requests / run.requests for one in run.operations}


def _whole(target: Target, place: int, count: int, min_achieved: Fraction) -> Level:
    run = target.run
    length = run.duration_s or 1.0
    sent = run.requests / length
    usual = middle(run.course)[0] if run.course and run.course.windows else sent
    ruling = offered(run, min_achieved)
    return Level(
        where=f"run {place} of {count}",
        loop=run.loop,
        sent=sent,
        top=max(sent, usual),
        good=None if run.errors is None else (run.requests - run.errors) / length,
        users=run.concurrency,
        offered=run.offered_per_s,
        run=run,
        kindest=run,
        wider=run,
        gap=ruling if isinstance(ruling, Finding) else None,
    )
