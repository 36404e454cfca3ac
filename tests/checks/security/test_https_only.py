"""security/https-only: a plain port that leads to https, or is closed."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.check import Outcome
from readiness.evidence.endpoint import Endpoint, FailedTry, HttpAnswer
from readiness.evidence.model import Item, Reason
from readiness.judge import Judgement
from readiness.readers.network.deadline import Deadline
from readiness.readers.network.resolve import Address
from readiness.readers.network.trouble import is_refusal
from readiness.readers.network.wire import Line
from readiness.testing import judge_check, read_evidence
from tests.hostile_servers import answering, hangs_up, in_turn, resets, serving
from tests.tls_lab.pki import Pki

PLAIN, SECURE = "http://shop.test/cart", "https://shop.test/cart"
LIVE = Endpoint(url=SECURE, http=(HttpAnswer(status=200, elapsed_ms=1),))


def answer(status: int, location: str | None = None, **more: Any) -> HttpAnswer:
    headers = {} if location is None else {"location": location}
    return HttpAnswer(status=status, elapsed_ms=1, headers=headers, **more)


def failure(cause: Any = "refused", attempt: int = 1) -> FailedTry:
    return FailedTry(
        attempt=attempt, elapsed_ms=1, reason=Reason.UNREACHABLE, message="no connection", cause=cause
    )


def judged(
    *http: HttpAnswer, failures: tuple[FailedTry, ...] = (), url: str = PLAIN, secure: Endpoint | None = LIVE
) -> Judgement:
    plain = Endpoint(url=url, http=http, failures=failures)
    return judge_check("security/https-only", {}, plain=plain, secure=secure)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize(
    "location", [SECURE, "https://shop.test", "HTTPS://SHOP.TEST:443/a?b=***", "https://shop.test./"]
)
@pytest.mark.parametrize("secure", [LIVE, None])
def test_a_redirect_to_https_on_the_same_host_passes(
    status: int, location: str, secure: Endpoint | None
) -> None:
    made = judged(answer(status, location), secure=secure)
    assert made.outcome is Outcome.PASS
    assert made.summary == f"{PLAIN}: it answers {status}, leading to {location}"
    assert any(finding.note for finding in made.findings) == (status in (302, 307))


@pytest.mark.parametrize(
    "location",
    [
        None,
        "",
        "/login",
        "//shop.test/",
        PLAIN,
        "https:/shop.test/",
        "https:shop.test",
        "https:///cart",
        "https://evil.test/",
        "https://www.shop.test/",
        "https://shop.test.evil.test/",
        "https://evil.test/https://shop.test/",
        "https://shop.test@evil.test/",
        "https://user@shop.test/",
        "https://shop.test\\@evil.test/",
        "https://evil.test#@shop.test/",
        "https://shop.test:0/",
        "https://shop.test:99999/",
        "https://shop.test:x/",
        "https://shop.test/ https://evil.test/",
        "https://shop.test/, https://evil.test/ x",
        "ftp://shop.test/",
        "javascript:alert(1)",
        "***",
    ],
)
def test_a_redirect_to_anywhere_else_fails(location: str | None) -> None:
    assert judged(answer(301, location)).outcome is Outcome.FAIL


@pytest.mark.parametrize("status", [200, 204, 300, 303, 304, 400, 401, 403, 404, 426])
def test_an_answer_in_the_clear_fails(status: int) -> None:
    made = judged(answer(status, SECURE))
    assert made.outcome is Outcome.FAIL
    assert f"it answers {status} in the clear, without a redirect to https" in made.summary


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_broken_service_shows_nothing(status: int) -> None:
    assert judged(answer(status, SECURE)).outcome is Outcome.UNPROVEN


def test_a_redirect_within_http_before_it_fails() -> None:
    made = judged(answer(301, SECURE, redirects=1))
    assert (made.outcome, "only after 1 redirects within http" in made.summary) == (Outcome.FAIL, True)


def test_the_worst_try_counts() -> None:
    assert judged(answer(308, SECURE), answer(200, attempt=2)).outcome is Outcome.FAIL
    lost = (failure("other", 2),)
    assert judged(answer(308, SECURE), failures=lost).reason is Reason.UNREACHABLE
    assert judged(answer(308, SECURE), answer(308, SECURE, attempt=2)).findings[0].count == 2


def test_a_closed_port_passes_beside_an_https_port_that_answers() -> None:
    made = judged(failures=(failure(),))
    assert made.outcome is Outcome.PASS
    assert made.summary == f"{PLAIN}: the plain port is closed, while https://shop.test:443 answers"


@pytest.mark.parametrize(
    "secure",
    [
        None,
        Endpoint(url=SECURE),
        Endpoint(url=SECURE, failures=(failure("other"),)),
        Endpoint(url="https://other.test/", http=LIVE.http),
        Endpoint(url=PLAIN, http=LIVE.http),
        Endpoint(url="https://shop.test:80/", http=LIVE.http),
        Endpoint(url="tls://shop.test:443", http=LIVE.http),
    ],
)
def test_a_refusal_without_its_control_is_unproven(secure: Endpoint | None) -> None:
    made = judged(failures=(failure(),), secure=secure)
    assert (made.outcome, made.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert made.findings[0].next


def test_a_port_that_is_silent_is_not_closed() -> None:
    made = judged(failures=(failure("other"),))
    assert (made.outcome, made.reason) == (Outcome.UNPROVEN, Reason.UNREACHABLE)
    assert judged(failures=(failure(), failure("other", 2))).outcome is Outcome.UNPROVEN


def test_https_that_leads_back_to_http_fails() -> None:
    back = Endpoint(url=SECURE, http=(answer(302, "HTTP://shop.test/login"),))
    made = judged(answer(308, SECURE), secure=back)
    assert (made.outcome, "leading from https back to HTTP://shop" in made.summary) == (Outcome.FAIL, True)
    assert judged(failures=(failure(),), secure=back).outcome is Outcome.FAIL


def test_a_redirect_to_a_port_that_nobody_saw_is_unproven() -> None:
    assert judged(answer(308, "https://shop.test:8443/")).outcome is Outcome.UNPROVEN
    assert judged(answer(308, "https://shop.test:8443/"), secure=None).outcome is Outcome.PASS


@pytest.mark.parametrize("url", [SECURE, "tls://shop.test:80", "http://user@shop.test/", ""])
def test_what_is_no_plain_port_shows_nothing_of_one(url: str) -> None:
    assert judged(answer(308, SECURE), url=url).outcome is Outcome.UNPROVEN
    assert judged(failures=(failure(),), url=url).outcome is Outcome.UNPROVEN


def test_what_was_not_asked_is_unproven() -> None:
    assert judged().reason is Reason.MISSING


@settings(max_examples=120, deadline=None)
@given(st.text(max_size=30) | st.from_regex(r"https?://[a-z.@:/\\#?]{0,20}", fullmatch=True))
def test_no_odd_location_passes(location: str) -> None:
    made = judged(answer(308, location))
    is_home = location.lower().startswith("https://shop.test")
    assert made.outcome is Outcome.FAIL or is_home
    assert made.summary.isprintable()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def look(root: Path, url: str, **keys: Any) -> Item:
    (item,) = read_evidence("endpoint", root, **{"url": url, "deadline": "8s", **keys}).items
    return item


def facts_of(item: Item) -> Endpoint:
    assert isinstance(item.facts, Endpoint), item.message
    return item.facts


def test_a_live_port_that_is_closed_is_told_from_one_that_fails(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}/"
    assert look(tmp_path, url).reason is Reason.UNREACHABLE
    closed = facts_of(look(tmp_path, url, may_refuse=True, tries=2))
    assert (closed.http, [one.cause for one in closed.failures]) == ((), ["refused", "refused"])
    for behaviour in (resets, hangs_up):
        with serving(behaviour) as server:
            item = look(tmp_path, server.url(), may_refuse=True)
        assert (item.facts, item.reason) == (None, Reason.UNREACHABLE)


def test_a_refusal_after_an_answer_is_not_a_closed_port(tmp_path: Path) -> None:
    with serving(in_turn(answering(b"", "302 Found", "Location: /next"), hangs_up)) as server:
        item = look(tmp_path, server.url("/"), may_refuse=True, tries=2)
    assert item.facts is None


def test_live_ports_are_judged_as_they_are(tmp_path: Path) -> None:
    pki = Pki(tmp_path)
    with serving(answering(), pki.context()) as secure:
        url = f"https://127.0.0.1:{secure.port}/"
        control = facts_of(look(tmp_path, url, ca="root.pem"))
        closed = facts_of(look(tmp_path, f"http://127.0.0.1:{free_port()}/", may_refuse=True))
        cases = {
            f"Location: {url}?token=secret": Outcome.PASS,
            "Location: https://evil.test/": Outcome.FAIL,
            f"Location: https://a:b@127.0.0.1:{secure.port}/": Outcome.PASS,
            f"Location: https://evil.test\\@127.0.0.1:{secure.port}/": Outcome.FAIL,
            "X: y": Outcome.FAIL,
        }
        for header, outcome in cases.items():
            with serving(answering(b"", "308 Permanent Redirect", header)) as plain:
                facts = facts_of(look(tmp_path, plain.url("/")))
            made = judge_check("security/https-only", {}, plain=facts, secure=control)
            assert made.outcome is outcome, (header, made)
            assert "secret" not in made.summary
            assert "a:b" not in made.summary
    made = judge_check("security/https-only", {}, plain=closed, secure=control)
    assert made.outcome is Outcome.PASS, made


def test_a_host_of_which_one_address_refuses_and_another_fails_is_not_closed() -> None:
    closed = Address(socket.AF_INET, ("127.0.0.1", free_port()))
    elsewhere = Address(
        socket.AF_INET, ("255.255.255.255", 9)
    )  # the system itself does not let one connect there
    for addresses, is_closed in (
        ((closed, closed), True),
        ((closed, elsewhere), False),
        ((elsewhere, closed), False),
    ):
        with Deadline(5) as deadline, pytest.raises(OSError) as caught:
            Line(addresses, deadline).dial()
        assert is_refusal(caught.value) is is_closed
