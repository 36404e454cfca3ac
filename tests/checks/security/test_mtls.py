"""security/mtls: three clients, and the one of the policy must be served."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from readiness.check import Outcome
from readiness.evidence.tls import Attempt, ClientAuth
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.security.tls_facts import observed

SERVED = Attempt(outcome="served", status=200)
NGINX = Attempt(outcome="http", status=400)
REQUIRED = Attempt(outcome="alert", detail="certificate_required")
UNKNOWN = Attempt(outcome="alert", detail="unknown_ca")
EOF = Attempt(outcome="eof")
SILENT = Attempt(outcome="timeout")
ODD = Attempt(outcome="http", status=404)


def judged(auth: ClientAuth | None) -> Judgement:
    return judge_check("security/mtls", endpoint=observed(client_auth=auth))


def auth(none: Attempt | None, wrong: Attempt | None, right: Attempt | None, **more: Any) -> ClientAuth:
    return ClientAuth(**({"requested": True, "none": none, "wrong_ca": wrong, "right": right} | more))


@pytest.mark.parametrize(
    ("none", "wrong"), [(NGINX, NGINX), (REQUIRED, UNKNOWN), (REQUIRED, EOF), (EOF, EOF)]
)
def test_a_server_that_turns_the_others_away_passes(none: Attempt, wrong: Attempt) -> None:
    made = judged(auth(none, wrong, SERVED))
    assert made.outcome is Outcome.PASS
    assert made.findings[0].count == 3


@pytest.mark.parametrize("right", [SERVED, SILENT, None])
def test_an_optional_certificate_fails(right: Attempt | None) -> None:
    made = judged(auth(SERVED, NGINX, right))
    assert made.outcome is Outcome.FAIL
    assert made.summary.startswith("shop.test:443 serves a client without a certificate (served HTTP 200)")


def test_any_authority_fails() -> None:
    made = judged(auth(REQUIRED, SERVED, SERVED))
    assert made.outcome is Outcome.FAIL
    assert "serves a client of an unknown authority" in made.summary


def test_a_server_that_does_not_ask_fails() -> None:
    made = judged(auth(SERVED, SERVED, SERVED, requested=False))
    assert (made.outcome, made.summary) == (
        Outcome.FAIL,
        "shop.test:443 asks for no client certificate (served HTTP 200)",
    )


def test_a_server_that_does_not_ask_in_tls_but_refuses_is_not_shown() -> None:
    made = judged(auth(NGINX, NGINX, SERVED, requested=False))
    assert made.outcome is Outcome.UNPROVEN


@pytest.mark.parametrize("right", [None, SILENT, NGINX, ODD, REQUIRED])
def test_without_a_right_client_that_is_served_refusals_show_nothing(right: Attempt | None) -> None:
    made = judged(auth(REQUIRED, UNKNOWN, right))
    assert made.outcome is Outcome.UNPROVEN
    assert made.findings[0].next


@pytest.mark.parametrize("odd", [SILENT, ODD, None, Attempt(outcome="local"), Attempt(outcome="malformed")])
def test_an_attempt_that_shows_nothing_is_unproven(odd: Attempt | None) -> None:
    assert judged(auth(odd, UNKNOWN, SERVED)).outcome is Outcome.UNPROVEN
    assert judged(auth(REQUIRED, odd, SERVED)).outcome is Outcome.UNPROVEN


@pytest.mark.parametrize("requested", [None, False])
def test_the_question_itself_must_be_seen(requested: bool | None) -> None:
    assert judged(auth(REQUIRED, UNKNOWN, SERVED, requested=requested)).outcome is Outcome.UNPROVEN


def test_what_was_not_looked_at_is_unproven() -> None:
    assert judged(None).outcome is Outcome.UNPROVEN
    assert judged(ClientAuth(requested=None)).outcome is Outcome.UNPROVEN
    assert judged(ClientAuth(requested=True)).outcome is Outcome.UNPROVEN


def test_it_passes_only_by_the_rule() -> None:
    every = [None, SERVED, NGINX, REQUIRED, UNKNOWN, EOF, SILENT, ODD]
    refusals = [NGINX, REQUIRED, UNKNOWN, EOF]
    for none, wrong, right, requested in product(every, every, every, [None, False, True]):
        made = judged(auth(none, wrong, right, requested=requested))
        good = requested is True and none in refusals and wrong in refusals and right is SERVED
        assert (made.outcome is Outcome.PASS) == good, (none, wrong, right, requested)
