"""security/headers: each header, present and strong, on every answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.endpoint import Endpoint, FailedTry, HttpAnswer
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence
from tests.hostile_servers import answering, serving
from tests.tls_lab.pki import Pki

URL = "https://shop.test/"
HSTS, CSP = "strict-transport-security", "content-security-policy"
GOOD = {
    HSTS: "max-age=63072000; includeSubDomains",
    "x-content-type-options": "nosniff",
    CSP: "default-src 'self'; frame-ancestors 'none'",
    "referrer-policy": "strict-origin-when-cross-origin",
}


def answer(headers: dict[str, str], status: int = 200, attempt: int = 1) -> HttpAnswer:
    return HttpAnswer(status=status, elapsed_ms=1, headers=headers, attempt=attempt)


def judged(*http: HttpAnswer, url: str = URL, **params: Any) -> Judgement:
    named = {name.replace("_", "-"): value for name, value in params.items()}
    return judge_check("security/headers", named, endpoint=Endpoint(url=url, http=http))


def with_header(name: str, value: str | None) -> HttpAnswer:
    headers = GOOD | {name: value or ""}
    return answer({key: said for key, said in headers.items() if value is not None or key != name})


def test_all_headers_pass_and_are_counted() -> None:
    made = judged(answer(GOOD), answer(GOOD, attempt=2))
    assert (made.outcome, made.findings[0].count) == (Outcome.PASS, 10)
    assert made.summary == "GET https://shop.test/: 10 headers as expected in 2 answers"


def test_each_missing_header_is_a_finding_of_its_own() -> None:
    made = judged(answer({}))
    assert made.outcome is Outcome.FAIL
    assert [finding.message.removeprefix("GET https://shop.test/: ") for finding in made.findings] == [
        "strict-transport-security is missing",
        "x-content-type-options is missing",
        "content-security-policy is missing",
        "x-frame-options is missing, and so is frame-ancestors",
        "referrer-policy is missing",
    ]


def test_an_api_needs_less() -> None:
    lean = {name: GOOD[name] for name in (HSTS, "x-content-type-options")}
    assert judged(answer(lean), profile="api").outcome is Outcome.PASS
    assert judged(answer(lean)).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("max-age=63072000", True),
        ('MAX-AGE="63072000" ; preload', True),
        ("max-age=63071999", False),
        ("max-age=0", False),
        ("max-age=-1", False),
        ("max-age=63072000, max-age=0", False),
        ("max-age=63072000; max-age=0", False),
        ("max-age=63072000; includeSubDomains; includesubdomains", False),
        ("max-age", False),
        ("max-age=", False),
        ('max-age="63072000', False),
        ("max-age=" + "9" * 5000, False),
        ("max-age=63072000\xa0", False),
        ("max-age=\N{ARABIC-INDIC DIGIT SIX}3072000", False),
        ("includeSubDomains", False),
        ("63072000", False),
        ("", False),
        ("***", False),
        (None, False),
    ],
)
def test_hsts_is_read_as_browsers_read_it(value: str | None, *, good: bool) -> None:
    assert (judged(with_header(HSTS, value)).outcome is Outcome.PASS) == good


def test_hsts_limits_are_told() -> None:
    made = judged(with_header(HSTS, "max-age=86400"))
    assert f"{HSTS} holds for 1d only, and 730d is the least" in made.summary
    assert judged(with_header(HSTS, "max-age=86400"), min_hsts="1d").outcome is Outcome.PASS
    bare = with_header(HSTS, "max-age=63072000; includeSubDomains=no")
    assert judged(bare, include_subdomains=True).outcome is Outcome.FAIL
    assert judged(answer(GOOD), include_subdomains=True).outcome is Outcome.PASS


def test_hsts_over_http_does_not_count() -> None:
    made = judged(answer(GOOD), url="http://shop.test/")
    assert (made.outcome, f"{HSTS} counts over https only" in made.summary) == (Outcome.FAIL, True)


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("default-src 'none'; frame-ancestors 'self'", True),
        ("script-src 'self' https://cdn.test; frame-ancestors https://a.test", True),
        ("script-src; frame-ancestors 'none'", True),
        ("script-src 'nonce-c29tZXRoaW5n' 'unsafe-inline'; frame-ancestors 'none'", True),
        ("script-src 'nonce-c29tZXRoaW5n' 'strict-dynamic' https:; frame-ancestors 'none'", True),
        ("default-src *; script-src 'self'; frame-ancestors 'none'", True),
        ("script-src 'self' 'unsafe-inline'; frame-ancestors 'none'", False),
        ("SCRIPT-SRC 'UNSAFE-INLINE'; frame-ancestors 'none'", False),
        ("default-src 'self' 'unsafe-inline'; frame-ancestors 'none'", False),
        ("script-src 'self' nonce-c29tZXRoaW5n 'unsafe-inline'; frame-ancestors 'none'", False),
        ("script-src 'nonce-' 'unsafe-inline'; frame-ancestors 'none'", False),
        ("script-src *; frame-ancestors 'none'", False),
        ("script-src 'self' https:; frame-ancestors 'none'", False),
        ("script-src https://*; frame-ancestors 'none'", False),
        ("script-src *:443; frame-ancestors 'none'", False),
        ("script-src data:; frame-ancestors 'none'", False),
        ("script-src 'strict-dynamic' *; frame-ancestors 'none'", False),
        ("script-src 'self'; script-src-elem *; frame-ancestors 'none'", False),
        ("script-src 'self'; script-src-attr 'unsafe-inline'; frame-ancestors 'none'", False),
        ("script-src *; script-src 'self'; frame-ancestors 'none'", False),
        ("script-src\xa0'self'; frame-ancestors 'none'", False),
        ("script-src 'self'; frame-ancestors *", False),
        ("script-src 'self'; frame-ancestors https:", False),
        ("script-src 'self'", False),
        ("script-src 'self'; frame-ancestors 'none', script-src *", False),
        ("frame-ancestors 'none'", False),
        ("upgrade-insecure-requests; frame-ancestors 'none'", False),
        ("", False),
        (";;;", False),
        (None, False),
    ],
)
def test_a_policy_must_say_which_scripts_run_and_who_frames(value: str | None, *, good: bool) -> None:
    assert (judged(with_header(CSP, value)).outcome is Outcome.PASS) == good


def test_a_policy_that_only_reports_does_not_count() -> None:
    reporting = {name: value for name, value in GOOD.items() if name != CSP} | {
        f"{CSP}-report-only": GOOD[CSP]
    }
    made = judged(answer(reporting))
    assert made.outcome is Outcome.FAIL
    assert f"{CSP} is missing: report-only enforces nothing" in made.summary


@pytest.mark.parametrize(
    ("name", "value", "good"),
    [
        ("x-content-type-options", "NoSniff ", True),
        ("x-content-type-options", "nosniff, nosniff", False),
        ("x-content-type-options", "none", False),
        ("x-content-type-options", "nosniff\xa0", False),
        ("referrer-policy", "no-referrer, strict-origin-when-cross-origin", True),
        ("referrer-policy", "no-referrer, unsafe-url", False),
        ("referrer-policy", "unsafe-url", False),
        ("referrer-policy", "no-referrer-when-downgrade", False),
        ("referrer-policy", "origin", False),
        ("referrer-policy", "", False),
        ("referrer-policy", "nonsense", False),
    ],
)
def test_other_headers_are_read_strictly(name: str, value: str, *, good: bool) -> None:
    assert (judged(with_header(name, value)).outcome is Outcome.PASS) == good


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("DENY", True),
        ("sameorigin", True),
        ("ALLOWALL", False),
        ("DENY, SAMEORIGIN", False),
        ("ALLOW-FROM https://a.test", False),
        ("", False),
    ],
)
def test_the_older_header_against_frames_will_do(value: str, *, good: bool) -> None:
    headers = GOOD | {CSP: "default-src 'self'", "x-frame-options": value}
    assert (judged(answer(headers)).outcome is Outcome.PASS) == good
    open_ = headers | {CSP: "default-src 'self'; frame-ancestors *", "x-frame-options": "DENY"}
    assert judged(answer(open_)).outcome is Outcome.FAIL


def test_one_weak_answer_of_several_fails_once_and_is_counted() -> None:
    weak = GOOD | {CSP: "script-src 'self' 'unsafe-inline'; frame-ancestors 'none'"}
    made = judged(answer(GOOD), answer(weak, attempt=2), answer(weak, attempt=3))
    assert made.outcome is Outcome.FAIL
    assert made.summary.endswith("so a script that is injected runs (in 2 of 3 answers)")
    assert [finding.count for finding in made.findings] == [1, 13]


@pytest.mark.parametrize("status", [302, 304, 401, 404, 500, 503])
def test_an_answer_that_is_no_success_shows_nothing(status: int) -> None:
    made = judged(answer(GOOD, status))
    assert (made.outcome, made.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert f"it answers {status}, which is not the page" in made.summary
    assert judged(answer(GOOD), answer(GOOD, status, 2)).outcome is Outcome.UNPROVEN


def test_what_was_not_answered_is_unproven() -> None:
    assert judged().reason is Reason.MISSING
    failure = FailedTry(attempt=1, elapsed_ms=1, reason=Reason.UNREACHABLE, message="it did not answer")
    facts = Endpoint(url=URL, http=(answer(GOOD, attempt=2),), failures=(failure,))
    made = judge_check("security/headers", {}, endpoint=facts)
    assert (made.outcome, made.reason) == (Outcome.UNPROVEN, Reason.UNREACHABLE)


def test_a_long_and_odd_value_is_shown_short_and_printable() -> None:
    made = judged(with_header(CSP, "script-src\x1b[2J *; " + "x" * 9000 + "; frame-ancestors 'none'"))
    assert max(len(finding.message) + len(finding.observed) for finding in made.findings) < 400
    assert all((finding.message + finding.observed).isprintable() for finding in made.findings)


@pytest.mark.parametrize(
    "params", [{"profile": "page"}, {"min_hsts": 63072000}, {"min_hsts": "0s"}, {"include_subdomains": 1}]
)
def test_what_makes_no_sense_is_refused(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        judged(answer(GOOD), **params)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(list(GOOD)), st.text(max_size=40) | st.sampled_from(["*", "max-age=1", "'none'"]))
def test_any_value_is_judged_and_nothing_breaks(name: str, value: str) -> None:
    made = judged(with_header(name, value))
    assert made.outcome in (Outcome.PASS, Outcome.FAIL)
    assert all(finding.message.isprintable() for finding in made.findings)


def test_a_header_that_a_live_server_sends_twice_is_not_a_pass(tmp_path: Path) -> None:
    pki = Pki(tmp_path)
    good = [f"{name}: {value}" for name, value in GOOD.items()]
    for more, outcome in (((), Outcome.PASS), ((f"{HSTS.title()}: max-age=0",), Outcome.FAIL)):
        with serving(answering(b"{}", "200 OK", *good, *more), pki.context()) as server:
            url = f"https://localhost:{server.port}/"
            (item,) = read_evidence("endpoint", tmp_path, url=url, ca="root.pem", deadline="8s").items
        assert item.facts is not None, item.message
        assert judge_check("security/headers", {}, endpoint=item.facts).outcome is outcome


@pytest.mark.parametrize(
    "value",
    [
        "max-age=63072000; =x",
        "max-age=63072000; @@@",
        "max-age=63072000; includeSubDomains=0",
        "max-age=63072000; two words",
        'max-age=63072000; a="b',
    ],
)
def test_one_broken_directive_spoils_the_whole_header(value: str) -> None:
    made = judged(with_header(HSTS, value))
    assert made.outcome is Outcome.FAIL
    assert "is not as RFC 6797 writes it" in made.summary


@pytest.mark.parametrize("value", ["max-age=63072000; preload", 'max-age="63072000" ; x="a b"; y = z;'])
def test_directives_that_are_not_known_are_passed_over(value: str) -> None:
    assert judged(with_header(HSTS, value)).outcome is Outcome.PASS


@pytest.mark.parametrize("source", ["*.com", "https://*.dev", "wss://*.io:*", "//*.net/a"])
def test_a_whole_top_level_domain_is_anywhere(source: str) -> None:
    scripts = judged(with_header(CSP, f"script-src {source}; frame-ancestors 'none'"))
    frames = judged(with_header(CSP, f"default-src 'self'; frame-ancestors {source}"))
    assert (scripts.outcome, "takes scripts from anywhere" in scripts.summary) == (Outcome.FAIL, True)
    assert (frames.outcome, "lets anybody frame it" in frames.summary) == (Outcome.FAIL, True)


@pytest.mark.parametrize("source", ["https://*.acme.com", "https://*.internal", "shop.com"])
def test_a_domain_of_ones_own_is_not_anywhere(source: str) -> None:
    assert judged(with_header(CSP, f"script-src {source}; frame-ancestors 'none'")).outcome is Outcome.PASS
