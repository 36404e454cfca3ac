"""operations/components: what a component must show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.component import Cause, Component, ComponentFailure, ComponentTry, Protocol
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence
from tests.hostile_servers import serving
from tests.readers.component import fakes as f

URL = "postgres://db.test:5432/shop"
GOOD = ComponentTry(attempt=1, elapsed_ms=12.0, reachable=True, speaks=True, auth="required", version="16.2")
IN = GOOD.but(login="accepted", rows=1, result=1)


def judged(params: dict[str, Any], *tries: ComponentTry, **fields: Any) -> Judgement:
    component = Component(**{"url": URL, "protocol": "postgres", "tries": tries, **fields})
    return judge_check("operations/components", params, component=component)


def failing(cause: Cause, one: ComponentTry = GOOD, reason: Reason = Reason.UNREACHABLE) -> ComponentTry:
    return one.but(
        failure=ComponentFailure(cause=cause, reason=reason, message="it did not", remedy="see why")
    )


def test_a_component_that_answers_passes_and_says_what_it_said() -> None:
    judgement = judged({}, GOOD, GOOD.but(attempt=2, elapsed_ms=20.0))
    (finding,) = judgement.findings
    assert (judgement.outcome, finding.count, finding.observed) == (Outcome.PASS, 2, "postgres 16.2")
    assert finding.message == (
        f"{URL}: it speaks postgres, and requires a login in 2 tries, the slowest in 20 ms"
    )


def test_an_open_port_passes_and_says_that_this_is_all() -> None:
    one = GOOD.but(speaks=None, auth=None, version="")
    judgement = judged({}, one, protocol="tcp")
    assert judgement.outcome is Outcome.PASS
    assert "it accepts connections, which is all that was asked" in judgement.summary


@pytest.mark.parametrize("cause", ["wrong-protocol", "not-ready", "login-refused", "query-failed"])
def test_what_a_component_shows_to_be_bad_fails(cause: Cause) -> None:
    judgement = judged({}, failing(cause, GOOD.but(speaks=cause != "wrong-protocol")))
    (finding,) = judgement.findings
    assert (judgement.outcome, finding.observed, finding.next) == (Outcome.FAIL, cause, "see why")


@pytest.mark.parametrize(
    "cause", ["refused", "timeout", "reset", "closed", "unreachable", "tls", "insufficient", "malformed"]
)
def test_what_leaves_open_how_it_is_is_unproven(cause: Cause) -> None:
    judgement = judged({}, GOOD, failing(cause, GOOD.but(attempt=2)))
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.UNREACHABLE)
    assert judgement.summary == f"{URL}, try 2 of 2: it did not"


@pytest.mark.parametrize(
    ("one", "fields"),
    [
        (GOOD.but(speaks=None), {}),
        (GOOD.but(speaks=False), {}),
        (GOOD.but(reachable=False), {}),
        (GOOD.but(reachable=False, speaks=None), {"protocol": "tcp"}),
        (GOOD.but(login="refused"), {}),
        (GOOD, {"asks": True}),
        (IN.but(rows=None), {"asks": True}),
    ],
)
def test_facts_that_show_too_little_do_not_pass(one: ComponentTry, fields: dict[str, Any]) -> None:
    assert judged({}, one, **fields).outcome in (Outcome.FAIL, Outcome.UNPROVEN)


def test_a_component_that_was_not_asked_is_unproven() -> None:
    assert (judged({}).outcome, judged({}).reason) == (Outcome.UNPROVEN, Reason.MISSING)


def test_a_component_that_is_slow_once_fails() -> None:
    judgement = judged({"max-latency": "15ms"}, GOOD, GOOD.but(attempt=2, elapsed_ms=15.1))
    worst = judgement.findings[0]
    assert (judgement.outcome, worst.expected) == (Outcome.FAIL, "at most 15ms")
    assert worst.measure is not None
    assert judged({"max-latency": "15ms"}, GOOD).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("wanted", "one", "outcome"),
    [
        ("any", GOOD.but(auth="none"), Outcome.PASS),
        ("any", GOOD.but(auth=None), Outcome.PASS),
        ("required", GOOD, Outcome.PASS),
        ("required", GOOD.but(auth="none"), Outcome.FAIL),
        ("required", GOOD.but(auth=None), Outcome.UNPROVEN),
        ("required", IN, Outcome.PASS),
        ("accepted", IN, Outcome.PASS),
        ("accepted", GOOD, Outcome.UNPROVEN),
        ("accepted", IN.but(auth="none"), Outcome.FAIL),
        ("accepted", IN.but(auth=None), Outcome.UNPROVEN),
        ("accepted", failing("login-refused", GOOD.but(login="refused")), Outcome.FAIL),
        ("any", failing("login-refused", GOOD.but(login="refused")), Outcome.FAIL),
    ],
)
def test_who_is_let_in_is_judged_as_the_policy_wants_it(
    wanted: str, one: ComponentTry, outcome: Outcome
) -> None:
    assert judged({"auth": wanted}, one).outcome is outcome


@pytest.mark.parametrize(
    ("protocol", "words"), [("tcp", "name its protocol in `url`"), ("kafka", "SASL handshakes")]
)
def test_where_nobody_can_tell_who_is_let_in_the_finding_says_what_to_do(
    protocol: Protocol, words: str
) -> None:
    judgement = judged({"auth": "required"}, GOOD.but(auth=None), protocol=protocol)
    assert words in judgement.findings[0].next


@pytest.mark.parametrize(
    ("allowed", "one", "outcome"),
    [
        ([1], IN, Outcome.PASS),
        ([0, 1], IN, Outcome.PASS),
        (["1"], IN, Outcome.FAIL),
        ([True], IN, Outcome.FAIL),
        ([1], IN.but(rows=0, result=None), Outcome.FAIL),
        ([None], IN.but(rows=0, result=None), Outcome.FAIL),
        ([None], IN.but(result=None), Outcome.PASS),
        ([1], IN.but(rows=None, result=None), Outcome.UNPROVEN),
        (["up"], IN.but(result="UP"), Outcome.FAIL),
    ],
)
def test_the_result_of_a_query_must_be_one_of_those_named(
    allowed: list[Any], one: ComponentTry, outcome: Outcome
) -> None:
    assert judged({"query-result": allowed}, one, asks=True).outcome is outcome


def test_a_result_that_was_not_asked_for_is_unproven() -> None:
    judgement = judged({"query-result": [1]}, GOOD)
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert judgement.findings[0].next == "give the evidence a `query`"


@pytest.mark.parametrize("params", [{"max-latency": "0s"}, {"auth": "maybe"}, {"query-result": 1}, {"x": 1}])
def test_params_that_mean_nothing_are_refused(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        judged(params, GOOD)


TRIES = st.builds(
    ComponentTry,
    attempt=st.integers(1, 3),
    elapsed_ms=st.floats(0, 1e6),
    reachable=st.booleans(),
    speaks=st.sampled_from([True, False, None]),
    auth=st.sampled_from(["none", "required", None]),
    login=st.sampled_from(["accepted", "refused", None]),
    rows=st.sampled_from([None, 0, 1]),
    result=st.sampled_from([None, 1, "1"]),
)
PARAMS = st.fixed_dictionaries(
    {},
    optional={
        "auth": st.sampled_from(["any", "required", "accepted"]),
        "max-latency": st.sampled_from(["1ms", "10s"]),
        "query-result": st.just([1]),
    },
)
RANK = {Outcome.PASS: 0, Outcome.WARN: 1}


@settings(max_examples=80, deadline=None)
@given(PARAMS, st.lists(TRIES, min_size=1, max_size=3), TRIES, st.booleans(), st.data())
def test_worse_evidence_never_gives_a_better_outcome(
    params: dict[str, Any], tries: list[ComponentTry], more: ComponentTry, asks: bool, data: st.DataObject
) -> None:
    before = judged(params, *tries, asks=asks)
    i = data.draw(st.integers(0, len(tries) - 1))
    worse = data.draw(
        st.sampled_from(
            [
                tries[i].but(speaks=None),
                tries[i].but(reachable=False),
                tries[i].but(auth=None),
                tries[i].but(rows=None),
                tries[i].but(elapsed_ms=tries[i].elapsed_ms + 1e5),
                failing("timeout", tries[i]),
                failing("login-refused", tries[i].but(login="refused")),
            ]
        )
    )
    after = judged(params, *tries[:i], worse, *tries[i + 1 :], asks=asks)
    added = judged(params, *tries, more, asks=asks)
    for one in (after, added):
        assert RANK.get(one.outcome, 2) >= RANK.get(before.outcome, 2)
        assert one.outcome is not Outcome.ERROR


def test_evidence_as_it_is_read_is_judged(tmp_path: Path) -> None:
    with serving(f.talking(b"+PONG\r\n", f.REDIS_INFO)) as server:
        facts = read_evidence("component", tmp_path, url=server.url("", "redis")).whole.facts
    assert isinstance(facts, Component)
    assert judge_check("operations/components", component=facts).outcome is Outcome.PASS
    judgement = judge_check("operations/components", {"auth": "required"}, component=facts)
    assert judgement.summary.endswith("it lets in somebody without credentials")
