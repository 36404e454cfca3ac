"""Reading live endpoints: what is seen of good ones, and that credentials are not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pydantic import ValidationError

from readiness.evidence.endpoint import Endpoint
from readiness.evidence.model import Item, Reason
from readiness.testing import read_evidence
from tests.hostile_servers import Behaviour, answering, hangs_up, in_turn, resets, saying, serving


def ask(root: Path, **keys: Any) -> Item:
    (item,) = read_evidence("endpoint", root, **{"deadline": "5s", **keys}).items
    return item


def seen(root: Path, **keys: Any) -> Endpoint:
    item = ask(root, **keys)
    assert isinstance(item.facts, Endpoint), item.message
    assert msgspec.json.decode(msgspec.json.encode(item.facts), type=Endpoint) == item.facts
    return item.facts


def test_a_healthy_endpoint_is_seen_with_its_status_body_and_headers(tmp_path: Path) -> None:
    with serving(answering(b'{"status": "UP"}', "200 OK", "X-Node: Seven")) as server:
        facts = seen(tmp_path, url=server.url())
    (answer,) = facts.http
    assert (answer.status, answer.json, answer.is_json, answer.body_bytes) == (
        200,
        {"status": "UP"},
        True,
        16,
    )
    assert (answer.headers["x-node"], answer.content_type) == ("Seven", "application/json")
    assert answer.elapsed_ms > 0
    assert facts.tls is None
    assert facts.summary()["failures"] == []


def test_the_item_tells_source_version_and_end_of_the_observation(tmp_path: Path) -> None:
    body = b'{"build": {"version": "1.4.2"}}'
    with serving(answering(body)) as server:
        first = ask(tmp_path, url=server.url(), version_field="build.version")
        second = ask(tmp_path, url=server.url(), version_field="build.version")
        other = ask(tmp_path, url=server.url("/other"))
    origin = first.provenance
    assert (origin.source, origin.format, origin.version) == (server.url(), "http", "1.4.2")
    assert (origin.observed_from, origin.bytes) == ("content", len(body))
    assert origin.observed_at is not None
    assert origin.observed_at.tzinfo is not None
    assert origin.sha256 == second.provenance.sha256 != other.provenance.sha256
    assert other.provenance.version is None


def test_a_rollout_in_progress_tells_both_versions(tmp_path: Path) -> None:
    with serving(in_turn(answering(b'{"version": "1.1"}'), answering(b'{"version": "1.0"}'))) as server:
        item = ask(tmp_path, url=server.url(), tries=3)
    assert item.provenance.version == "1.0, 1.1"


@pytest.mark.parametrize("second", [answering(b'{"ok": true}'), answering(b'{"version": true}'), hangs_up])
def test_a_version_that_not_every_try_tells_is_no_version(tmp_path: Path, second: Behaviour) -> None:
    with serving(in_turn(answering(b'{"version": "1.1"}'), second)) as server:
        assert ask(tmp_path, url=server.url(), tries=2).provenance.version is None


def test_head_asks_without_a_body(tmp_path: Path) -> None:
    with serving(answering(b"{}")) as server:
        facts = seen(tmp_path, url=server.url(), method="HEAD")
    assert server.requests[0].startswith(b"HEAD /health HTTP/1.1\r\n")
    assert (facts.method, facts.http[0].body_bytes, facts.http[0].problem) == ("HEAD", 0, "it is empty")


def test_each_try_is_a_connection_of_its_own_and_a_failed_one_is_kept(tmp_path: Path) -> None:
    with serving(in_turn(answering(), resets, answering(b"no", "503 Busy"))) as server:
        facts = seen(tmp_path, url=server.url(), tries=3)
    assert [(one.attempt, one.status) for one in facts.http] == [(1, 200), (3, 503)]
    assert [(one.attempt, one.reason) for one in facts.failures] == [(2, Reason.UNREACHABLE)]
    assert "reset" in facts.failures[0].message
    assert facts.tries == 3


def test_when_no_try_succeeds_the_item_says_so(tmp_path: Path) -> None:
    with serving(hangs_up) as server:
        item = ask(tmp_path, url=server.url(), tries=2)
    assert item.facts is None
    assert item.reason is Reason.UNREACHABLE
    assert item.message == "it closed the connection without an answer (none of 2 tries succeeded)"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "it is empty"),
        (b"<html>login</html>", "it is not JSON"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b'{"a": 1e999}', "not a finite number"),
        (b"\xff\xfe", "it is not UTF-8 text"),
        (b"[" * 5000 + b"]" * 5000, "nested"),
        (b"[" * 200 + b"]" * 200, "nested more than 100 levels deep"),
        (b'{"a": "\\ud800"}', "half a character"),
        (b'{"status": "UP"', "it ends too early"),
    ],
)
def test_a_body_that_is_no_strict_json_is_said_to_be_none(tmp_path: Path, body: bytes, problem: str) -> None:
    with serving(answering(body)) as server:
        (answer,) = seen(tmp_path, url=server.url()).http
    assert not answer.is_json
    assert answer.json is None
    assert problem in answer.problem


def test_a_redirect_on_the_same_origin_is_followed(tmp_path: Path) -> None:
    moved = answering(b"x" * 5000, "302 Found", "Location: /ready")
    with serving(in_turn(moved, answering())) as server:
        (answer,) = seen(tmp_path, url=server.url(), headers={"X-Token": "hunter2hunter2"}).http
    assert (answer.status, answer.redirects) == (200, 1)
    assert server.requests[1].startswith(b"GET /ready ")


def test_a_redirect_to_another_place_is_not_followed(tmp_path: Path) -> None:
    with serving(answering()) as other:
        targets = [
            other.url("/login?state=sesame-open"),
            "//localhost:1/",
            "https://127.0.0.1:1/",
            "file:///etc/hostname",
            "http://[",
        ]
        for target in targets:
            with serving(answering(b"", "302 Found", f"Location: {target}")) as server:
                item = ask(tmp_path, url=server.url())
            assert isinstance(item.facts, Endpoint)
            assert (item.facts.http[0].status, item.facts.http[0].redirects) == (302, 0)
            assert b"sesame" not in msgspec.json.encode(item)
    assert other.requests == []


def test_a_redirect_with_a_user_in_it_is_not_followed(tmp_path: Path) -> None:
    with serving(in_turn(answering(), answering())) as probe:
        port = probe.port
    with serving(answering(b"", "302 Found", f"Location: http://u:p@127.0.0.1:{port}/")) as server:
        assert seen(tmp_path, url=server.url()).http[0].status == 302
    assert len(server.requests) == 1


def test_at_most_five_redirects_are_followed(tmp_path: Path) -> None:
    with serving(answering(b"", "307 Again", "Location: /health")) as server:
        (answer,) = seen(tmp_path, url=server.url()).http
    assert (answer.status, answer.redirects, len(server.requests)) == (307, 5, 6)


def test_a_redirect_with_an_endless_body_is_not_read_into_memory(tmp_path: Path) -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 90000000\r\n\r\n" + b"z" * 3_000_000
    with serving(saying(moved)) as server:
        item = ask(tmp_path, url=server.url())
    assert (item.reason, item.message) == (
        Reason.MALFORMED,
        "its body is larger than `max-body`, 1,048,576 bytes",
    )


def test_proxies_of_the_environment_are_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(answering(b'{"from": "proxy"}')) as proxy, serving(answering()) as server:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url("/"))
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        facts = seen(tmp_path, url=server.url())
    assert facts.http[0].json == {"status": "UP"}
    assert proxy.requests == []


def test_netrc_is_not_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password sesame\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with serving(answering()) as server:
        seen(tmp_path, url=server.url())
    assert b"authorization" not in server.requests[0].lower()
    assert b"Accept-Encoding: identity\r\n" in server.requests[0]


SECRETS = ("canary-token-1", "canary-query-2", "canary-cookie-3", "canary-basic-4")


def test_credentials_are_sent_and_never_written_down(tmp_path: Path) -> None:
    echo = {"Authorization": "Bearer canary-token-1", "q": "x canary-query-2 y", "canary-token-1": [1]}
    with serving(
        answering(
            json.dumps(echo).encode(),
            "401 canary-query-2",
            "Set-Cookie: sid=canary-cookie-3",
            "WWW-Authenticate: Basic canary-basic-4",
            "X-Echo: Bearer canary-token-1",
            "Location: /x?again=canary-query-2",
        )
    ) as server:
        item = ask(
            tmp_path,
            url=server.url("/health?key=canary-query-2&v=1"),
            headers={"Authorization": "Bearer canary-token-1"},
        )
    assert b"Authorization: Bearer canary-token-1" in server.requests[0]
    assert b"GET /health?key=canary-query-2&v=1 " in server.requests[0]
    written = msgspec.json.encode(item).decode()
    assert [secret for secret in SECRETS if secret in written] == []
    assert isinstance(item.facts, Endpoint)
    assert item.provenance.source == item.facts.url == server.url("/health?key=***&v=***")
    assert item.facts.http[0].json == {"Authorization": "***", "q": "x *** y", "***": [1]}
    assert item.facts.http[0].headers["set-cookie"] == "***"


def test_credentials_are_not_in_the_message_of_a_failure(tmp_path: Path) -> None:
    with serving(hangs_up) as server:
        item = ask(tmp_path, url=server.url("/?key=canary-query-2"), headers={"X-Key": "canary-token-1"})
    written = msgspec.json.encode(item).decode()
    assert item.reason is Reason.UNREACHABLE
    assert [secret for secret in SECRETS if secret in written] == []


def test_hiding_a_secret_loses_no_element(tmp_path: Path) -> None:
    body = b'{"components": {"sesame-1": {"status": "DOWN"}, "***": {"status": "UP"}}}'
    with serving(answering(body)) as server:
        (answer,) = seen(tmp_path, url=server.url(), headers={"X-Key": "sesame-1"}).http
    assert sorted(one["status"] for one in answer.json["components"].values()) == ["DOWN", "UP"]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"url": "https://bob:sesame@h/"}, "no user and no password"),
        ({"url": "ftp://h/sesame"}, "no URL of http, https or tls"),
        ({"url": "file:///etc/sesame"}, "no URL of http, https or tls"),
        ({"url": "http:///sesame"}, "no URL of http, https or tls"),
        ({"url": "http://h:99999/sesame"}, "it is no URL"),
        ({"url": "http://h\\@sesame/"}, "no URL of http, https or tls"),
        ({"url": "http://h/ sesame"}, "no URL of http, https or tls"),
        ({"url": ["sesame"]}, "a URL is text"),
        ({"url": "http://h/", "ca": "ca.pem"}, "`ca` has no meaning without TLS"),
        ({"url": "http://h/", "client": {"cert": "c", "key": "k"}}, "`client` has no meaning without TLS"),
        ({"url": "http://h/", "method": "POST"}, "'GET' or 'HEAD'"),
        ({"url": "http://h/", "tries": 0}, "greater than or equal to 1"),
        ({"url": "http://h/", "tries": 21}, "less than or equal to 20"),
        ({"url": "http://h/", "tries": True}, "valid integer"),
        ({"url": "http://h/", "deadline": "0s"}, "more than 0 and at most 10m"),
        ({"url": "http://h/", "deadline": "11m"}, "more than 0 and at most 10m"),
        ({"url": "http://h/", "deadline": 3}, "is no duration"),
        ({"url": "http://h/", "max_body": "3MiB"}, "more than 0 and at most 2MiB"),
        ({"url": "http://h/", "version_field": "a.*"}, "has no `*`"),
        ({"url": "http://h/", "version_field": "a..b"}, "is no path"),
        ({"url": "http://h/", "headers": {"X-Key": "sesame\r\nX: y"}}, "text on one line"),
        ({"url": "http://h/", "headers": {"X-Key": "sesame\n"}}, "text on one line"),
        ({"url": "http://h/", "headers": {"X-Key": ["sesame"]}}, "text on one line"),
        ({"url": "http://h/", "headers": {"X Key": "sesame"}}, "letters, digits and dashes"),
        ({"url": "http://h/", "headers": {"X-Key": "sesame", "x-key": "b"}}, "stands there twice"),
        ({"url": "http://h/", "headers": {"Accept-Encoding": "sesame"}}, "not yours to set"),
        ({"url": "http://h/", "headers": "sesame"}, "headers are a mapping"),
    ],
)
def test_a_wrong_key_is_refused_without_showing_a_secret(
    tmp_path: Path, keys: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        read_evidence("endpoint", tmp_path, **keys)
    assert message in str(caught.value)
    assert "sesame" not in str(caught.value)
    assert "sesame" not in str(caught.value.errors())


def test_a_spec_does_not_show_its_secrets(tmp_path: Path) -> None:
    from readiness.readers.network.spec import EndpointSpec

    spec = EndpointSpec(kind="endpoint", url="http://h/?k=sesame", headers={"X-Key": "sesame"})
    assert "sesame" not in repr(spec)
