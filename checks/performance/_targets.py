"""What of a load test is judged: the whole run, or the endpoints that a scope names; never what cannot be true."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase

from readiness.check import Finding
from readiness.evidence.load_test import Latency, LoadTest, Operation
from readiness.evidence.model import Reason

from ._findings import unproven
from ._invariants import contradictions

__all__ = ["Target", "opened", "targets", "unproven"]

_LISTED = 10


@dataclass(frozen=True)
class Target:
    """One run, or one endpoint of it. `errors` counts at least those that failed; None when nothing is known.

    `where` opens a message: it is empty for the only run.
    """

    run: LoadTest
    where: str
    object: str | None
    requests: int
    errors: int | None
    latency: Latency | None


def targets(load: Sequence[LoadTest], scope: str | None) -> Iterator[Target | Finding]:
    """What is to be judged in each run; a finding where there is nothing of it.

    A run that contradicts itself is malformed, whatever of it is asked for.
    """
    for where, run in opened(load):
        if broken := list(contradictions(run)):
            yield from (one.but(message=where + one.message) for one in broken)
        elif not run.complete:
            yield unproven(
                Reason.INSUFFICIENT,
                f"{where}the run was aborted: what it measured is not what was planned",
                next_="let the load test run to its end",
            )
        elif scope is None:
            yield Target(run, where, None, run.requests, run.errors, run.latency)
        else:
            yield from _endpoints(run, where, scope)


def opened(load: Sequence[LoadTest]) -> Iterator[tuple[str, LoadTest]]:
    """Each run with what opens a message of it, which is nothing for the only run."""
    for number, run in enumerate(load, 1):
        yield f"run {number} of {len(load)}: " if len(load) > 1 else "", run


def _endpoints(run: LoadTest, where: str, scope: str) -> Iterator[Target | Finding]:
    exact = [one for one in run.operations if one.name == scope]
    found = exact or [one for one in run.operations if fnmatchcase(one.name, scope)]
    if not found:
        yield _unmatched(run, where, scope)
    for one in found:
        yield Target(
            run, f"{where}{one.name}: ", f"Endpoint/{one.name}", one.requests, _errors(run, one), one.latency
        )


def _errors(run: LoadTest, one: Operation) -> int | None:
    """Where the file does not tell the endpoint's own, all errors of the run may be its."""
    if one.errors is not None or run.errors is None:
        return one.errors
    return min(run.errors, one.requests)


def _unmatched(run: LoadTest, where: str, scope: str) -> Finding:
    if not run.operations:
        message = f"{where}the file does not tell endpoints apart, so that nothing is known of '{scope}'"
        return unproven(
            Reason.MISSING, message, run.more_detail or "leave `scope` out, or name requests in the test"
        )
    names = [one.name for one in run.operations]
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    near = get_close_matches(scope, names, 1, 0.6)
    meant = f"; did you mean '{near[0]}'?" if near else ""
    message = f"{where}no endpoint matches '{scope}'; there are {', '.join(names[:_LISTED])}{more}{meant}"
    return unproven(Reason.MISSING, message, "correct `scope`, or let the load test call this endpoint")
