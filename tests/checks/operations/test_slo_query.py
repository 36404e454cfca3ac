"""operations/slo-query: what Prometheus measures, within its limits."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.model import Reason
from readiness.evidence.prometheus import Answer, LiveSeries, Trouble
from readiness.judge import Judgement
from tests.checks.operations.monitored import NOON_S, answer, judged, live, said, value

LIMIT = {"max": 0.5, "unit": "s"}


def asked(one: Answer, **params: Any) -> Judgement:
    return judged("slo-query", {**LIMIT, **params}, prometheus=live(answers={"latency": one}))


def stretch(*texts: str, until_s: float = 0, step: float = 60, span: float | None = None) -> Answer:
    """A range that ends at noon, with these values at its end, the last one `until_s` earlier."""
    points = tuple((NOON_S - until_s - step * n, text) for n, text in enumerate(reversed(texts)))[::-1]
    start = NOON_S - (span if span is not None else step * (len(texts) - 1))
    return answer(LiveSeries({}, points), start=start, end=NOON_S, step=step)


def test_a_value_within_its_limit_passes() -> None:
    judgement = asked(answer(value("0.2", job="a"), value("0.5", job="b")))
    (finding,) = judgement.findings
    assert (judgement.outcome, finding.count) == (Outcome.PASS, 2)
    assert finding.message == "latency: from 0.2 to 0.5 s, in 2 series"


def test_every_series_must_hold() -> None:
    judgement = asked(answer(value("0.2", job="a"), value("0.6", job="b")))
    assert judgement.outcome is Outcome.FAIL
    assert judgement.summary == 'latency: {job="b"} is 0.6 s, where <= 0.5 s is good'


def test_a_least_value_holds_too() -> None:
    assert asked(answer(value("0.2")), max=None, min=0.1).outcome is Outcome.PASS
    assert asked(answer(value("0.05")), max=None, min=0.1).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("one", "params", "reason", "message"),
    [
        (answer(), {}, Reason.MISSING, "its answer is empty"),
        (answer(value("NaN")), {}, Reason.INSUFFICIENT, "is nan"),
        (answer(value("-Inf")), {}, Reason.INSUFFICIENT, "is -inf"),
        (answer(value("0.1", a="b"), value("NaN", a="c")), {}, Reason.INSUFFICIENT, 'a="c"} is nan'),
        (
            answer(value("0.1")),
            {"min-series": 2},
            Reason.INSUFFICIENT,
            "gives 1 series, and 2 series is the least",
        ),
        (answer(value("0.1"), warnings=("w",)), {"allow-infos": True}, Reason.INSUFFICIENT, "warns of"),
        (answer(value("0.1"), infos=("i",)), {}, Reason.INSUFFICIENT, "remarks on"),
        (answer(LiveSeries({}, ((NOON_S - 301, "0.1"),))), {}, Reason.STALE, "its last value is 5m 1s off"),
        (answer(LiveSeries({}, ((NOON_S + 301, "0.1"),))), {}, Reason.STALE, "its last value is 5m 1s off"),
        (stretch("0.1", "0.1", until_s=301, span=361), {"min-coverage": "1%"}, Reason.STALE, "5m 1s off"),
        (stretch(*["0.1"] * 9, span=600), {}, Reason.INSUFFICIENT, "has values at 9 of 11 moments (81.81%)"),
        (stretch("0.1", "NaN", "0.1"), {}, Reason.INSUFFICIENT, "is nan"),
        (
            answer(trouble=Trouble(Reason.UNREACHABLE, "503", "x")),
            {},
            Reason.UNREACHABLE,
            "has no answer: 503",
        ),
        (answer(LiveSeries({}, ())), {}, Reason.INSUFFICIENT, "is nothing"),
        (answer(value("0.1")), {"query": "errors"}, Reason.MISSING, "asked were: latency"),
    ],
)
def test_what_was_not_measured_shows_nothing(
    one: Answer, params: dict[str, Any], reason: Reason, message: str
) -> None:
    judgement = asked(one, **params)
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, reason)
    assert message in said(judgement)


def test_remarks_may_be_passed_over_and_are_noted() -> None:
    judgement = asked(answer(value("0.1"), infos=("i",)), **{"allow-infos": True})
    assert (judgement.outcome, judgement.findings[0].note) == (Outcome.PASS, True)


def test_of_a_range_every_value_must_hold() -> None:
    assert asked(stretch("0.1", "0.5", "0.1")).outcome is Outcome.PASS
    judgement = asked(stretch("0.1", "0.6", "0.1"))
    assert (judgement.outcome, judgement.findings[0].observed) == (Outcome.FAIL, "0.6 s")


def test_of_several_queries_one_must_be_named() -> None:
    answers = {"a": answer(value("0.1")), "b": answer(value("0.9"))}
    assert judged("slo-query", LIMIT, prometheus=live(answers=answers)).outcome is Outcome.UNPROVEN
    assert (
        judged("slo-query", {**LIMIT, "query": "a"}, prometheus=live(answers=answers)).outcome is Outcome.PASS
    )
    assert (
        judged("slo-query", {**LIMIT, "query": "b"}, prometheus=live(answers=answers)).outcome is Outcome.FAIL
    )


@pytest.mark.parametrize("params", [{"unit": "s"}, {"max": 1}, {"max": 1, "min": 2, "unit": "s"}], ids=str)
def test_a_limit_with_its_unit_is_needed(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        judged("slo-query", params, prometheus=live())


@settings(max_examples=40, deadline=None)
@given(first=st.floats(0, 2), worse=st.floats(0, 2))
def test_a_greater_value_is_never_better(first: float, worse: float) -> None:
    before, after = asked(answer(value(repr(first)))), asked(answer(value(repr(first + worse))))
    assert after.outcome.rank >= before.outcome.rank
