"""Scorecard and demands -> everything that speaks against the deploy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from readiness.scorecard import Scorecard
from readiness.units import show_age, show_duration
from readiness.verify.consistency import contradictions
from readiness.verify.demands import Demands

GOOD, PROVEN_BAD, NOT_TRUSTED, NOT_SIGNED, NOT_SHOWN = 0, 1, 3, 4, 5
_WORST_FIRST = (NOT_TRUSTED, PROVEN_BAD, NOT_SHOWN, NOT_SIGNED)
_SKEW = timedelta(minutes=5)


class Failure(NamedTuple):
    """One condition that does not hold; `code` is the exit code that it asks for."""

    code: int
    what: str
    observed: str
    expected: str


def verify(card: Scorecard, demands: Demands, now: datetime) -> tuple[Failure, ...]:
    """Every condition that does not hold; none when the scorecard allows the deploy."""
    return (
        *_untrusted(card, demands, now),
        *(
            Failure(NOT_TRUSTED, what, observed, expected)
            for what, observed, expected in contradictions(card)
        ),
        *_not_good_enough(card, demands),
    )


def exit_code(failures: Sequence[Failure]) -> int:
    """The worst for a deploy: not to be trusted (3), proven bad (1), not shown (5), not signed (4); else 0.

    A scorecard that is not to be trusted comes first: whatever it says, it says of something else.
    """
    codes = {failure.code for failure in failures}
    return next((code for code in _WORST_FIRST if code in codes), NOT_TRUSTED if failures else GOOD)


def _untrusted(card: Scorecard, demands: Demands, now: datetime) -> Iterator[Failure]:
    for what, observed, expected in (
        *_times(card, demands, now),
        *_bindings(card, demands),
        *_artifacts(card, demands),
    ):
        yield Failure(NOT_TRUSTED, what, observed, expected)
    if card.partial is not None:
        yield Failure(NOT_TRUSTED, "completeness", f"a part was judged: {card.partial}", "the whole policy")


def _times(card: Scorecard, demands: Demands, now: datetime) -> Iterator[tuple[str, str, str]]:
    judged_at = card.run.judged_at
    if judged_at.tzinfo is None:
        yield "time", f"judged at {judged_at.isoformat()}, without a time zone", "a time with a zone"
        return
    age = now - judged_at
    if age < -_SKEW:
        yield "time", f"judged at {_time(judged_at)}, in the future", f"not after {_time(now)}"
    if demands.max_age is not None and age > demands.max_age:
        yield "age", f"{show_age(age)} old", f"at most {show_duration(demands.max_age)}"
    if card.valid_until is None:
        return
    if card.valid_until.tzinfo is None:
        yield "validity", "its end has no time zone", "a time with a zone"
    elif now >= card.valid_until:
        yield "validity", f"it ended at {_time(card.valid_until)}", f"an end after {_time(now)}"


def _bindings(card: Scorecard, demands: Demands) -> Iterator[tuple[str, str, str]]:
    release = card.release
    digest = f"sha256:{card.policy.sha256.lower().removeprefix('sha256:')}"
    for what, observed, expected in (
        ("commit", release.commit and release.commit.lower(), demands.commit),
        ("version", release.version, demands.version),
        ("environment", release.environment, demands.environment),
        ("policy digest", digest, demands.policy_digest),
    ):
        if expected is not None and observed != expected:
            yield what, observed or "none", expected


def _artifacts(card: Scorecard, demands: Demands) -> Iterator[tuple[str, str, str]]:
    for wanted in demands.artifacts:
        judged = [one.digest or "no digest" for one in card.release.artifacts if one.name == wanted.name]
        if wanted.digest not in [digest.lower() for digest in judged]:
            found = ", ".join(judged) or "it is none of the artifacts that were judged"
            yield f"artifact {wanted.name}", found, wanted.digest or ""


def _not_good_enough(card: Scorecard, demands: Demands) -> Iterator[Failure]:
    if card.decision == "no-go":
        code = PROVEN_BAD if card.proven_bad else NOT_SHOWN
        why = "something is proven bad" if card.proven_bad else "something is not shown"
        yield Failure(code, "decision", f"NO-GO: {why}", demands.require.upper())
    elif card.decision == "conditional" and demands.require == "go":
        signs = "; its sign-offs are not verified by this version" if card.sign_offs else ""
        yield Failure(NOT_SIGNED, "decision", f"CONDITIONAL{signs}", "GO")


def _time(moment: datetime) -> str:
    try:
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except OverflowError:
        return moment.isoformat()
