"""operations/health: what a good answer is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.check import Outcome, Release
from readiness.evidence.endpoint import Endpoint, FailedTry, HttpAnswer
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.plugins import discover
from readiness.testing import judge_check, read_evidence
from tests.hostile_servers import answering, saying, serving

URL = "https://shop.test/health"


def answer(document: Any = None, *, status: int = 200, ms: float = 12.0, attempt: int = 1) -> HttpAnswer:
    return HttpAnswer(
        attempt=attempt,
        status=status,
        elapsed_ms=ms,
        json=document,
        is_json=document is not None,
        content_type="application/json; charset=utf-8",
        problem="" if document is not None else "it is not JSON: Expecting value (line 1, column 1)",
    )


def judged(params: dict[str, Any], *http: HttpAnswer, failures: tuple[FailedTry, ...] = ()) -> Judgement:
    endpoint = Endpoint(url=URL, http=http, failures=failures)
    return judge_check("operations/health", params, endpoint=endpoint)


def test_an_answer_200_is_healthy() -> None:
    judgement = judged({}, answer())
    assert judgement.outcome is Outcome.PASS
    assert judgement.findings[0].count == 1


@pytest.mark.parametrize("status", [204, 301, 302, 401, 404, 500, 503])
def test_another_status_fails_and_says_what_to_do(status: int) -> None:
    judgement = judged({}, answer(status=status))
    assert judgement.outcome is Outcome.FAIL
    (finding,) = judgement.findings
    assert (finding.observed, finding.expected) == (str(status), "200")
    assert finding.message == f"GET {URL}: it answers {status} where 200 is expected"
    assert finding.next


def test_a_redirect_says_where_it_leads() -> None:
    moved = HttpAnswer(status=302, elapsed_ms=1, headers={"location": "https://login.test/?next=***"})
    (finding,) = judged({}, moved).findings
    assert "leading to https://login.test/?next=***, where 200 is expected" in finding.message


def test_a_status_that_the_policy_allows_is_good() -> None:
    assert judged({"status": [200, 204]}, answer(status=204)).outcome is Outcome.PASS


def test_the_worst_try_counts() -> None:
    judgement = judged({}, answer(), answer(status=503, attempt=2), answer(attempt=3))
    assert judgement.outcome is Outcome.FAIL
    assert "try 2 of 3" in judgement.summary
    assert judgement.findings[-1].count == 2


def test_a_try_that_failed_makes_it_unproven() -> None:
    lost = FailedTry(
        attempt=2,
        elapsed_ms=3,
        reason=Reason.UNREACHABLE,
        message="the connection was refused",
        remedy="start",
    )
    judgement = judged({}, answer(), failures=(lost,))
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.UNREACHABLE)
    assert judgement.summary == f"GET {URL}, try 2 of 2: the connection was refused"
    assert judgement.findings[0].next == "start"


def test_an_endpoint_that_was_not_asked_shows_nothing() -> None:
    assert judged({}).outcome is Outcome.UNPROVEN


def test_every_try_has_to_be_fast() -> None:
    params = {"max-latency": "100ms"}
    assert judged(params, answer(ms=100.0)).outcome is Outcome.PASS
    judgement = judged(params, answer(ms=20), answer(ms=100.5, attempt=2))
    assert judgement.outcome is Outcome.FAIL
    measure = judgement.findings[0].measure
    assert measure is not None
    assert (measure.value, measure.limit, measure.unit) == (100.5, 100.0, "ms")


@pytest.mark.parametrize(
    ("document", "fields", "outcome", "observed"),
    [
        ({"status": "UP"}, {"status": "UP"}, Outcome.PASS, ""),
        ({"status": "DOWN"}, {"status": "UP"}, Outcome.FAIL, '"DOWN"'),
        ({"status": "UP"}, {"status": ["UP", "UNKNOWN"]}, Outcome.PASS, ""),
        ({"status": "OUT"}, {"status": ["UP", "UNKNOWN"]}, Outcome.FAIL, '"OUT"'),
        ({"ok": "true"}, {"ok": True}, Outcome.FAIL, '"true"'),
        ({"ok": 1}, {"ok": True}, Outcome.FAIL, "1"),
        ({"ok": True}, {"ok": 1}, Outcome.FAIL, "true"),
        ({"ok": True}, {"ok": True}, Outcome.PASS, ""),
        ({"lag": 0}, {"lag": False}, Outcome.FAIL, "0"),
        ({"lag": 0.0}, {"lag": 0}, Outcome.PASS, ""),
        ({"lag": "0"}, {"lag": 0}, Outcome.FAIL, '"0"'),
        ({"error": None}, {"error": None}, Outcome.PASS, ""),
        ({}, {"error": None}, Outcome.FAIL, "absent"),
        ({"status": {"a": 1}}, {"status": "UP"}, Outcome.FAIL, "an object"),
        ({"status": ["UP"]}, {"status": "UP"}, Outcome.FAIL, "a list of 1"),
        ([], {"status": "UP"}, Outcome.FAIL, "absent"),
        ("UP", {"status": "UP"}, Outcome.FAIL, "absent"),
        ({"a": {"b": {"c": "x"}}}, {"a.b.c": "x"}, Outcome.PASS, ""),
        ({"a": {"b": "x"}}, {"a.b.c": "x"}, Outcome.FAIL, "absent"),
        ({"a.b": "x"}, {"a\\.b": "x"}, Outcome.PASS, ""),
        ({"items": [{"n": 1}, {"n": 2}]}, {"items.1.n": 2}, Outcome.PASS, ""),
        ({"items": [{"n": 1}]}, {"items.1.n": 2}, Outcome.FAIL, "absent"),
        ({"c": {"db": {"s": "up"}, "mq": {"s": "up"}}}, {"c.*.s": "up"}, Outcome.PASS, ""),
        ({"c": {"db": {"s": "up"}, "mq": {"s": "down"}}}, {"c.*.s": "up"}, Outcome.FAIL, '"down"'),
        ({"c": {"db": {"s": "up"}, "mq": {}}}, {"c.*.s": "up"}, Outcome.FAIL, "absent"),
        ({"c": [{"s": "up"}, {"s": "up"}]}, {"c.*.s": "up"}, Outcome.PASS, ""),
        ({"c": "up"}, {"c.*": "up"}, Outcome.FAIL, "absent"),
        ({"c": {}}, {"c.*.s": "up"}, Outcome.UNPROVEN, "no elements"),
        ({"c": []}, {"c.*": "up"}, Outcome.UNPROVEN, "no elements"),
        ({"c": {"a": [1], "b": []}}, {"c.*.*": 1}, Outcome.UNPROVEN, "no elements"),
    ],
)
def test_fields_are_compared_strictly(
    document: Any, fields: dict[str, Any], outcome: Outcome, observed: str
) -> None:
    judgement = judged({"fields": fields}, answer(document))
    assert judgement.outcome is outcome
    assert judgement.findings[0].observed == ("" if outcome is Outcome.PASS else observed) or observed in [
        finding.observed for finding in judgement.findings
    ]


def test_a_finding_names_the_component_that_is_down() -> None:
    document = {"components": {"db": {"status": "UP"}, "mail.relay": {"status": "DOWN"}}}
    judgement = judged({"fields": {"components.*.status": "UP"}}, answer(document))
    assert judgement.summary == f'GET {URL}: components.mail\\.relay.status is "DOWN", and not "UP"'


def test_a_login_page_does_not_pass_when_fields_are_asked() -> None:
    page = HttpAnswer(
        status=200, elapsed_ms=3, body_bytes=2048, content_type="text/html", problem="it is not JSON"
    )
    judgement = judged({"fields": {"status": "UP"}}, page)
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.MALFORMED)
    assert judgement.findings[0].observed == "2048 bytes of text/html"
    assert judged({"content-type": "application/json"}, page).outcome is Outcome.FAIL


def test_the_media_type_counts_without_its_parameters() -> None:
    assert judged({"content-type": "application/JSON"}, answer({"status": "UP"})).outcome is Outcome.PASS
    untold = HttpAnswer(status=200, elapsed_ms=3)
    (finding, _) = judged({"content-type": "application/json"}, untold).findings
    assert (finding.outcome, finding.observed) == (Outcome.FAIL, "absent")


def test_a_long_value_is_cut_and_many_findings_are_counted() -> None:
    document = {"c": {str(i): "x" * 500 for i in range(200)}}
    judgement = judged({"fields": {"c.*": "up"}}, answer(document))
    assert judgement.outcome is Outcome.FAIL
    assert len(judgement.findings) == 52
    assert max(len(finding.message) for finding in judgement.findings) < 300
    assert judgement.findings[-2].message == f"GET {URL}: c.*: 150 more fields are not as expected"


def test_control_characters_of_an_answer_are_not_repeated() -> None:
    judgement = judged({"fields": {"status": "UP"}}, answer({"status": "\x1b[2J\nUP"}))
    assert judgement.summary.isprintable()


@pytest.mark.parametrize(
    "params",
    [
        {"status": []},
        {"status": [99]},
        {"status": ["200"]},
        {"status": 200},
        {"max-latency": "0s"},
        {"max-latency": 200},
        {"fields": {"a..b": 1}},
        {"fields": {"": 1}},
        {"fields": {"a": []}},
        {"fields": {"a": {"b": 1}}},
        {"fields": {"a": float("nan")}},
        {"content-type": "json"},
        {"content-type": "application/json; charset=utf-8"},
        {"latency": "1s"},
    ],
)
def test_params_that_mean_nothing_are_refused(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        judged(params, answer())


def test_params_keep_their_types_through_a_policy() -> None:
    written = {"fields": {"a": True, "b": 1, "c": 1.5, "d": "1", "e": None, "f": [True, 1, "x"]}}
    params = discover().checks["operations/health"].params_type.model_validate_json(json.dumps(written))
    assert json.dumps(params.model_dump()["fields"]) == json.dumps(written["fields"])


STATES: st.SearchStrategy[Any] = st.sampled_from(["UP", "DOWN", None, 1, True, {}, []])
DOCUMENTS = st.dictionaries(st.sampled_from("abc"), STATES, max_size=3)
ANSWERS = st.builds(
    answer,
    st.one_of(st.none(), st.builds(lambda found: {"c": found}, DOCUMENTS)),
    status=st.sampled_from([200, 503]),
    ms=st.floats(0, 200),
)
PARAMS: dict[str, Any] = {"max-latency": "100ms", "fields": {"c.*": "UP"}}


@settings(max_examples=60, deadline=None)
@given(st.lists(ANSWERS, min_size=1, max_size=3), ANSWERS)
def test_one_more_answer_never_makes_it_better(answers: list[HttpAnswer], more: HttpAnswer) -> None:
    before, after = judged(PARAMS, *answers), judged(PARAMS, *answers, more)
    assert after.outcome.rank >= before.outcome.rank


@settings(max_examples=60, deadline=None)
@given(ANSWERS, st.sampled_from([{"status": 500}, {"elapsed_ms": 5000.0}, {"json": {"c": {"a": "DOWN"}}}]))
def test_a_worse_answer_is_never_good(one: HttpAnswer, worse: dict[str, Any]) -> None:
    changed = msgspec.structs.replace(one, **worse)
    assert not judged(PARAMS, changed).outcome.is_good


def test_a_live_endpoint_is_judged_as_it_answers(tmp_path: Path) -> None:
    body = json.dumps({"status": "UP", "components": {"db": {"status": "UP"}}}).encode()
    fields = {"fields": {"status": "UP", "components.*.status": "UP"}, "content-type": "application/json"}
    with serving(answering(body)) as server:
        (item,) = read_evidence("endpoint", tmp_path, url=server.url(), tries=3).items
    assert isinstance(item.facts, Endpoint), item.message
    judgement = judge_check("operations/health", fields, endpoint=item.facts)
    assert judgement.outcome is Outcome.PASS
    assert judgement.findings[0].count == 12


def test_a_measure_that_is_over_its_limit_does_not_stand_beside_pass() -> None:
    for times in ((20.0, 30.0), (20.0, 130.0)):
        answers = [answer(ms=ms, attempt=i) for i, ms in enumerate(times, 1)]
        good = judged({"max-latency": "100ms"}, *answers).findings[-1]
        assert good.outcome is Outcome.PASS
        assert (good.measure is not None) is (max(times) < 100)


def test_an_endpoint_that_was_not_asked_over_http_shows_nothing() -> None:
    judgement = judge_check("operations/health", {}, endpoint=Endpoint(url="tls://db.test:5432"))
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert "was not asked over HTTP" in judgement.findings[0].message


def test_an_endpoint_of_which_only_tls_was_seen_is_unproven_for_the_reason_of_its_failure() -> None:
    failure = FailedTry(
        attempt=1, elapsed_ms=1, reason=Reason.UNREACHABLE, message="its certificate is not trusted: expired"
    )
    judgement = judged({}, failures=(failure,))
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.UNREACHABLE)
    assert "not trusted" in judgement.findings[0].message


def timed(*ms: float) -> list[HttpAnswer]:
    return [answer({}, ms=one, attempt=i) for i, one in enumerate(ms, 1)]


@pytest.mark.parametrize(
    ("params", "times", "outcome", "said"),
    [
        ({"p90": "100ms"}, [10.0] * 9 + [500.0], Outcome.PASS, ""),
        ({"p90": "100ms"}, [10.0] * 8 + [101.0] * 2, Outcome.FAIL, "90% of 10 answers take up to 101 ms"),
        ({"p90": "100ms"}, [10.0] * 9, Outcome.UNPROVEN, "9 answers do not show a p90, which needs 10"),
        ({"p50": "100ms"}, [10.0, 500.0], Outcome.PASS, ""),
        ({"p50": "100ms"}, [10.0], Outcome.UNPROVEN, "which needs 2"),
        ({"p95": "100ms"}, [10.0] * 19 + [500.0], Outcome.PASS, ""),
        ({"p95": "100ms"}, [10.0] * 19, Outcome.UNPROVEN, "which needs 20"),
        ({"p90": "100ms", "max-latency": "400ms"}, [10.0] * 9 + [500.0], Outcome.FAIL, "took 500 ms"),
        ({"min-tries": 3}, [1.0, 1.0, 1.0], Outcome.PASS, ""),
        ({"min-tries": 3}, [1.0, 1.0], Outcome.UNPROVEN, "it answered 2 times, and 3 is the least"),
    ],
)
def test_many_tries_are_judged_together(
    params: dict[str, Any], times: list[float], outcome: Outcome, said: str
) -> None:
    judgement = judged(params, *timed(*times))
    assert (judgement.outcome, said in judgement.summary) == (outcome, True), judgement.summary
    if outcome is Outcome.UNPROVEN:
        assert judgement.findings[0].next.startswith("set `tries: ")


COUNTS = {"counts": {"workers.active": "workers.total"}}


@pytest.mark.parametrize(
    ("params", "document", "outcome", "said"),
    [
        (COUNTS, {"workers": {"active": 21, "total": 21}}, Outcome.PASS, ""),
        (
            COUNTS,
            {"workers": {"active": 12, "total": 21}},
            Outcome.FAIL,
            "is 12 of 21 in workers.total: 9 are not",
        ),
        (COUNTS, {"workers": {"active": 0, "total": 0}}, Outcome.UNPROVEN, "which cannot be"),
        (COUNTS, {"workers": {"active": 22, "total": 21}}, Outcome.UNPROVEN, "which cannot be"),
        (COUNTS, {"workers": {"active": -1, "total": -1}}, Outcome.UNPROVEN, "no count"),
        (COUNTS, {"workers": {"active": "21", "total": "21"}}, Outcome.UNPROVEN, 'is "21", and no count'),
        (COUNTS, {"workers": {"active": True, "total": True}}, Outcome.UNPROVEN, "is true, and no count"),
        (COUNTS, {"workers": {"active": 21.0, "total": 21}}, Outcome.UNPROVEN, "no count"),
        (COUNTS, {"workers": {"active": None, "total": None}}, Outcome.UNPROVEN, "is null"),
        (COUNTS, {"workers": {"active": 21}}, Outcome.UNPROVEN, "workers.total is absent"),
        (COUNTS, {"workers": "12/21"}, Outcome.UNPROVEN, "is absent"),
        ({"ratios": ["c"]}, {"c": "21/21"}, Outcome.PASS, ""),
        ({"ratios": ["c"]}, {"c": "21 of 21 Active"}, Outcome.PASS, ""),
        ({"ratios": ["c"]}, {"c": "12/21"}, Outcome.FAIL, 'c is "12/21": 9 are not active'),
        ({"ratios": ["c"]}, {"c": "12/21 active"}, Outcome.FAIL, "9 are not active"),
        ({"ratios": ["c"]}, {"c": "21/21 failed"}, Outcome.UNPROVEN, "no ratio"),
        ({"ratios": ["c"]}, {"c": "0/0"}, Outcome.UNPROVEN, "which cannot be"),
        ({"ratios": ["c"]}, {"c": "22/21"}, Outcome.UNPROVEN, "which cannot be"),
        ({"ratios": ["c"]}, {"c": "121/21/21"}, Outcome.UNPROVEN, "no ratio"),
        ({"ratios": ["c"]}, {"c": "\u0662/\u0662"}, Outcome.UNPROVEN, "no ratio"),
        ({"ratios": ["c"]}, {"c": 1}, Outcome.UNPROVEN, "c is 1, and no ratio"),
        ({"ratios": ["c"]}, {"c": True}, Outcome.UNPROVEN, "no ratio"),
        ({"ratios": ["c"]}, {}, Outcome.UNPROVEN, "c is absent"),
        ({"fields": {"c": True}}, {"c": "12/21"}, Outcome.FAIL, 'c is "12/21", and not true'),
        ({"elements": {"c": 2}}, {"c": {"db": 1, "mq": 2}}, Outcome.PASS, ""),
        ({"elements": {"c": 2}}, {"c": ["db", "mq", "x"]}, Outcome.PASS, ""),
        (
            {"elements": {"c": 21}},
            {"c": {"db": 1, "mq": 2}},
            Outcome.FAIL,
            "c has 2 elements, and 21 is the least",
        ),
        ({"elements": {"c": 1}}, {"c": "db"}, Outcome.UNPROVEN, "has no elements"),
        ({"elements": {"c": 1}}, {"c": 21}, Outcome.UNPROVEN, "has no elements"),
        ({"elements": {"c": 1}}, {"c": []}, Outcome.FAIL, "c has 0 elements"),
        ({"version": "v"}, {"v": "1.2.3"}, Outcome.PASS, ""),
        ({"version": "v"}, {"v": "v1.2.3"}, Outcome.PASS, ""),
        ({"version": "v"}, {"v": "1.2.30"}, Outcome.FAIL, 'v is "1.2.30", and not "1.2.3"'),
        ({"version": "v"}, {"v": 1}, Outcome.FAIL, "v is 1"),
        ({"version": "v"}, {"v": None}, Outcome.FAIL, "v is null"),
        ({"version": "v"}, {}, Outcome.FAIL, "v is absent"),
    ],
)
def test_components_behind_one_endpoint_are_counted(
    params: dict[str, Any], document: Any, outcome: Outcome, said: str
) -> None:
    judgement = judged(params, answer(document))
    assert (judgement.outcome, said in judgement.summary) == (outcome, True), judgement.summary


@pytest.mark.parametrize("params", [COUNTS, {"ratios": ["c"]}, {"elements": {"c": 1}}, {"version": "v"}])
def test_what_is_asked_of_a_body_needs_json(params: dict[str, Any]) -> None:
    page = HttpAnswer(status=200, elapsed_ms=1, content_type="text/html", problem="it is not JSON")
    assert judged(params, page).reason is Reason.MALFORMED


def test_without_a_version_of_the_release_there_is_nothing_to_compare() -> None:
    endpoint = Endpoint(url=URL, http=(answer({"v": "1.2.3"}),))
    unnamed = Release("shop")
    judgement = judge_check("operations/health", {"version": "v"}, release=unnamed, endpoint=endpoint)
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert judgement.findings[0].next == "set `release.version` in the policy"


@pytest.mark.parametrize(
    "params",
    [
        {"counts": {"a.*": "b"}},
        {"counts": {"a": "a"}},
        {"ratios": ["a.*"]},
        {"elements": {"a": 0}},
        {"elements": {"a": True}},
        {"version": "*"},
        {"min-tries": 21},
        {"p90": 100},
        {"p99": "1s"},
    ],
)
def test_limits_that_mean_nothing_are_refused(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        judged(params, answer({}))


@settings(max_examples=60, deadline=None)
@given(
    st.integers(-2, 5) | st.booleans() | st.text(max_size=5), st.integers(-2, 5) | st.booleans() | st.none()
)
def test_counts_pass_only_when_all_are_there(active: Any, total: Any) -> None:
    document = {"workers": {"active": active, "total": total}}
    both = type(active) is int and type(total) is int
    good = both and active == total and total > 0
    assert (judged(COUNTS, answer(document)).outcome is Outcome.PASS) == good


PAGE = b"<!DOCTYPE html>\n<html><body><form action=/login></form></body></html>"


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Type: application/xhtml+xml",
        b"Content-Type: text/plain",
        b"X-Other: no content type at all",
        b"Content-Type: text/html\r\nContent-Type: text/html",
    ],
)
@pytest.mark.parametrize("page", [PAGE, PAGE.decode().encode("utf-16"), b"<script>0</script><BODY class=x>"])
def test_a_login_page_is_one_whatever_it_calls_itself(tmp_path: Path, headers: bytes, page: bytes) -> None:
    raw = b"HTTP/1.1 200 OK\r\n%s\r\nContent-Length: %d\r\n\r\n%s" % (headers, len(page), page)
    with serving(saying(raw)) as server:
        (item,) = read_evidence("endpoint", tmp_path, url=server.url()).items
    assert isinstance(item.facts, Endpoint), item.message
    made = judge_check("operations/health", endpoint=item.facts)
    assert (made.outcome, made.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert made.summary.endswith("it is an HTML page, as a login page would be")


@pytest.mark.parametrize("body", [b"", b"OK", b"<health>UP</health>", b'{"hint": "<html>"}', b"<htmlish>"])
def test_a_short_answer_is_no_page(tmp_path: Path, body: bytes) -> None:
    with serving(answering(body, content_type="text/plain")) as server:
        (item,) = read_evidence("endpoint", tmp_path, url=server.url()).items
    assert isinstance(item.facts, Endpoint), item.message
    assert judge_check("operations/health", endpoint=item.facts).outcome is Outcome.PASS


def test_what_says_that_it_is_json_must_be_json(tmp_path: Path) -> None:
    wanted = {"content-type": "application/json"}
    with serving(answering(PAGE)) as server:
        (item,) = read_evidence("endpoint", tmp_path, url=server.url()).items
        (head,) = read_evidence("endpoint", tmp_path, url=server.url(), method="HEAD").items
    assert isinstance(item.facts, Endpoint)
    assert isinstance(head.facts, Endpoint)
    made = judge_check("operations/health", wanted, endpoint=item.facts)
    assert (made.outcome, "it is not JSON" in made.summary) == (Outcome.UNPROVEN, True)
    assert judge_check("operations/health", wanted, endpoint=head.facts).outcome is Outcome.PASS


def test_a_null_is_no_element() -> None:
    made = judged({"elements": {"parts": 3}}, answer({"parts": ["a", None, None]}))
    assert made.outcome is Outcome.FAIL
    assert made.summary.endswith("parts has 1 elements (2 more are null), and 3 is the least")
    assert judged({"elements": {"parts": 2}}, answer({"parts": {"a": 1, "b": 0}})).outcome is Outcome.PASS
