"""kind prometheus: what a live server tells, and what is no answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pydantic import ValidationError

from readiness.evidence.model import Reason
from readiness.evidence.prometheus import Prometheus
from readiness.testing import read_evidence
from tests.hostile_servers import Server, saying, serving
from tests.readers.monitoring.support import API, live, prometheus

EVERYTHING = ["targets", "metrics", "rules", "alertmanagers"]


def told(server: Server, folder: Path, **keys: Any) -> Prometheus:
    item = live(server, folder, **keys)
    assert isinstance(item.facts, Prometheus), item.message
    return item.facts


def test_every_part_is_read_as_the_server_told_it(tmp_path: Path) -> None:
    with prometheus() as server:
        facts = told(server, tmp_path, read=EVERYTHING)
    assert [(one.job, one.health) for one in facts.targets or ()] == [
        ("checkout", "down"),
        ("prometheus", "up"),
    ]
    assert facts.targets is not None
    assert "connection refused" in facts.targets[0].error
    assert facts.targets[1].interval_s == 2
    assert facts.pools == {"checkout": 0, "dropped": 1, "prometheus": 0}
    assert facts.metrics is not None
    assert "up" in facts.metrics
    assert [one.name for one in facts.rules or () if one.sort == "alert"] == [
        "CheckoutErrors",
        "CheckoutDown",
    ]
    assert facts.alertmanagers == 1
    assert facts.troubles == {}
    assert msgspec.json.decode(msgspec.json.encode(facts), type=Prometheus) == facts


def test_a_query_of_a_moment_and_one_of_a_range_are_answered(tmp_path: Path) -> None:
    queries = {"now": "up", "hour": {"query": "up", "range": "1h", "step": "30s"}, "one": "scalar"}
    with prometheus() as server:
        answers = told(server, tmp_path, read=[], queries=queries).answers
    assert [one.title for one in answers["now"].series][1] == 'up{instance="127.0.0.1:19191", job="checkout"}'
    assert [one.points[0][1] for one in answers["now"].series] == ["1", "0"]
    assert answers["hour"].is_range
    assert (answers["hour"].end or 0) - (answers["hour"].start or 0) == 3600
    assert len(answers["hour"].series[0].points) == 7
    assert [one.points[0][1] for one in answers["one"].series] == ["1"]


def test_a_query_that_fails_says_why_and_leaves_the_others(tmp_path: Path) -> None:
    with prometheus() as server:
        answers = told(server, tmp_path, read=[], queries={"bad": "up{", "good": "up"}).answers
    trouble = answers["bad"].trouble
    assert trouble is not None
    assert (trouble.reason, trouble.message[:26]) == (Reason.MALFORMED, "it answers 400: bad_data: ")
    assert answers["good"].trouble is None


def test_a_range_vector_is_no_number(tmp_path: Path) -> None:
    with prometheus() as server:
        facts = told(server, tmp_path, queries={"v": "range-vector"})
    assert facts.answers["v"].trouble is not None
    assert "it gives a matrix" in facts.answers["v"].trouble.message


def test_warnings_and_remarks_come_along(tmp_path: Path) -> None:
    with prometheus() as server:
        answers = told(server, tmp_path, queries={"w": "warnings", "i": "infos"}).answers
    assert "quantile value should be" in answers["w"].warnings[0]
    assert "might not be a counter" in answers["i"].infos[0]


@pytest.mark.parametrize(
    ("answer", "reason", "message"),
    [
        ((404, "404 page not found\n"), Reason.MALFORMED, "it answers 404, and no JSON"),
        (
            (503, '{"status":"error","errorType":"unavailable","error":"x"}'),
            Reason.UNREACHABLE,
            "unavailable: x",
        ),
        ((401, '{"status":"error"}'), Reason.UNREACHABLE, "it answers 401: error"),
        ("", Reason.MALFORMED, "no JSON"),
        ('{"status":"success"', Reason.MALFORMED, "no JSON"),
        ('{"status":"success","data":NaN}', Reason.MALFORMED, "no JSON"),
        ('{"status":"success","status":"error"}', Reason.MALFORMED, "no JSON"),
        ('{"status":"success","data":{}}', Reason.MALFORMED, "it is no list of targets"),
        ('{"status":"success","isPartial":true,"data":{}}', Reason.INSUFFICIENT, "its answer is partial"),
        (
            '{"status":"success","warnings":["a store is away"],"data":{}}',
            Reason.INSUFFICIENT,
            "a store is away",
        ),
        ("[]", Reason.MALFORMED, "it is no answer of Prometheus"),
        ('{"data":{"activeTargets":[]}}', Reason.MALFORMED, "it is no answer of Prometheus"),
    ],
)
def test_what_is_no_whole_success_shows_nothing(
    answer: str | tuple[int, str], reason: Reason, message: str, tmp_path: Path
) -> None:
    with prometheus({"targets?state=active": answer}) as server:
        item = live(server, tmp_path, read=["targets"])
    assert (item.facts, item.reason) == (None, reason)
    assert message in item.message


def test_one_part_that_fails_leaves_the_others_and_is_told(tmp_path: Path) -> None:
    with prometheus({**API, "rules": (500, "oops")}) as server:
        facts = told(server, tmp_path)
    assert facts.rules is None
    assert facts.targets is not None
    assert facts.troubles["rules"].message.startswith("it answers 500, and no JSON")


def test_truncated_names_are_no_names(tmp_path: Path) -> None:
    names = '{"status":"success","data":["a"],"warnings":["results truncated due to limit"]}'
    with prometheus({**API, "label/__name__/values": names}) as server:
        assert told(server, tmp_path).troubles["metrics"].reason is Reason.INSUFFICIENT


def test_a_server_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    with prometheus() as server:
        port = server.port
    item = read_evidence("prometheus", tmp_path, url=f"http://127.0.0.1:{port}").whole
    assert item.reason is Reason.UNREACHABLE


def test_one_deadline_holds_for_all_questions(tmp_path: Path) -> None:
    with serving(lambda client, server: server.drip(client, b"H")) as server:
        item = live(server, tmp_path, deadline="300ms", read=EVERYTHING, queries={"a": "up"})
    assert item.reason is Reason.UNREACHABLE
    assert "no whole answer within 0.3s" in item.message


def test_a_body_that_is_too_large_is_malformed(tmp_path: Path) -> None:
    with prometheus() as server:
        item = live(server, tmp_path, read=["metrics"], max_body="1KiB")
    assert item.reason is Reason.MALFORMED
    assert "larger than `max-body`" in item.message


def test_a_page_of_html_says_that_the_address_is_wrong(tmp_path: Path) -> None:
    with serving(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<html></html>")) as server:
        item = live(server, tmp_path)
    assert "no JSON" in item.message
    assert "/api/v1" in item.remedy


def test_credentials_are_sent_and_never_kept(tmp_path: Path) -> None:
    secret = "Bearer s3cr3t-token"
    echo = json.dumps({"status": "error", "errorType": "x", "error": f"who is {secret}?"})
    with prometheus({**API, "query?query=up": (400, echo)}) as server:
        item = live(server, tmp_path, headers={"Authorization": secret}, queries={"up": "up"})
    assert b"Bearer s3cr3t-token" in server.requests[0]
    assert "s3cr3t" not in msgspec.json.encode(item).decode()


def test_credentials_in_the_errors_of_targets_are_hidden(tmp_path: Path) -> None:
    one = {
        "labels": {"job": "a", "instance": "b"},
        "health": "down",
        "lastError": 'Get "http://me:pass@b/metrics?token=abc123": refused',
    }
    body = json.dumps({"status": "success", "data": {"activeTargets": [one]}})
    with prometheus({"targets?state=active": body}) as server:
        facts = told(server, tmp_path, read=["targets"])
    assert facts.targets is not None
    assert facts.targets[0].error == 'Get "http://***@b/metrics?***": refused'


def test_what_a_query_names_is_not_taken_for_a_secret(tmp_path: Path) -> None:
    one = {"metric": {"__name__": "http_requests_total"}, "value": [1_795_255_200, "3"]}
    body = json.dumps({"status": "success", "data": {"resultType": "vector", "result": [one]}})
    with prometheus({"query?query=http_requests_total": body}) as server:
        facts = told(server, tmp_path, read=[], queries={"q": "http_requests_total"})
    assert facts.answers["q"].series[0].title == "http_requests_total"


def test_the_address_may_have_a_path(tmp_path: Path) -> None:
    with prometheus(API, "/prom/api/v1/") as server:
        facts = told(server, tmp_path, url=f"http://127.0.0.1:{server.port}/prom/")
    assert facts.targets is not None


def test_pools_are_asked_for_one_by_one(tmp_path: Path) -> None:
    with prometheus() as server:
        facts = told(server, tmp_path, read=["targets"], pools=["checkout", "prometheus"])
    assert facts.targets is not None
    assert (
        len(facts.targets) == 2
    )  # the server of this test does not select, as old ones do not: each counts once
    assert b"scrapePool=checkout" in server.requests[0]


@pytest.mark.parametrize(
    "value",
    ["", "1,5", "0x10", "nan nan", "1_000", "\uff11"],
    ids=["none", "comma", "hex", "two", "low", "wide"],
)
def test_a_value_that_prometheus_does_not_write_is_malformed(value: str, tmp_path: Path) -> None:
    one = {"metric": {}, "value": [1_795_255_200, value]}
    body = json.dumps({"status": "success", "data": {"resultType": "vector", "result": [one]}})
    with prometheus({"query?query=q": body}) as server:
        item = live(server, tmp_path, read=[], queries={"q": "q"})
    assert (item.facts, item.reason) == (None, Reason.MALFORMED)


@pytest.mark.parametrize(
    "keys",
    [
        {"url": "http://a?token=b"},
        {"url": "http://me:secret@a"},
        {"url": "tls://a:9090"},
        {"url": "http://a", "read": []},
        {"url": "http://a", "read": ["everything"]},
        {"url": "http://a", "queries": {"a b": "up"}},
        {"url": "http://a", "queries": {"a": {"query": "up", "range": "1h", "step": "2h"}}},
        {"url": "http://a", "queries": {"a": {"query": "up", "range": "30d", "step": "1s"}}},
        {"url": "http://a", "ca": "ca.pem"},
        {"url": "http://a", "deadline": "1h"},
    ],
    ids=str,
)
def test_keys_that_make_no_sense_are_refused(keys: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(ValidationError) as error:
        read_evidence("prometheus", tmp_path, **keys)
    assert "secret" not in str(error.value)
