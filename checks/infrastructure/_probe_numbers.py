"""The numbers of a probe: each in its range, and together."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.check import Finding, Measure

from ._probe_ports import Asked
from ._subjects import failed

# The least that each number may be: the API server refuses less, and takes 0 for "the default".
_LEAST = {
    "initialDelaySeconds": 0,
    "periodSeconds": 1,
    "timeoutSeconds": 1,
    "successThreshold": 1,
    "failureThreshold": 1,
    "terminationGracePeriodSeconds": 1,
}


def range_flaws(asked: Asked) -> Iterator[Finding]:
    """Numbers that the API server refuses, or takes for something else."""
    probe = asked.probe
    said = {
        "initialDelaySeconds": probe.initial_delay_seconds,
        "periodSeconds": probe.period_seconds,
        "timeoutSeconds": probe.timeout_seconds,
        "successThreshold": probe.success_threshold,
        "failureThreshold": probe.failure_threshold,
        "terminationGracePeriodSeconds": probe.termination_grace_period_seconds,
    }
    for name, number in said.items():
        if number is not None and number < _LEAST[name]:
            yield _out_of_range(asked, name, number, f"at least {_LEAST[name]}")
    if asked.kind != "readinessProbe" and (probe.success_threshold or 1) > 1:
        yield _out_of_range(
            asked, "successThreshold", probe.success_threshold, "1: other probes than readiness"
        )
    if asked.kind == "readinessProbe" and probe.termination_grace_period_seconds is not None:
        number = probe.termination_grace_period_seconds
        yield _out_of_range(asked, "terminationGracePeriodSeconds", number, "absent: readiness ends nothing")


def _out_of_range(asked: Asked, name: str, number: object, expected: str) -> Finding:
    return failed(
        asked.subject,
        (asked.kind, name),
        f"has a {asked.word} with {name} {number}",
        f"correct {name} of the {asked.kind}",
        observed=str(number),
        expected=expected,
    )


def timeout_flaws(asked: Asked) -> Iterator[Finding]:
    """A probe that is still waiting when it is asked again."""
    timeout, period = asked.probe.timeout, asked.probe.period
    if timeout > period:
        yield failed(
            asked.subject,
            (asked.kind, "timeoutSeconds"),
            f"has a {asked.word} that waits {timeout} s for an answer and asks every {period} s",
            f"set timeoutSeconds of the {asked.kind} to {period} at most, or ask less often",
            observed=f"{timeout} s",
            expected=f"at most {period} s",
            measure=Measure(value=timeout, limit=period, unit="s"),
        )
