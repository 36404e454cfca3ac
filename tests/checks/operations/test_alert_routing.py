"""operations/alert-routing: where an alert ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from readiness.check import Outcome
from readiness.judge import Judgement
from tests.checks.operations.monitored import facts, judged, said
from tests.support import FIXTURES

CONFIG = (FIXTURES / "monitoring" / "alertmanager" / "alertmanager.yml").read_text()
PROD = {"ways": [{"labels": {"severity": "critical", "env": "prod"}}]}


def routed(text: str, folder: Path, params: dict[str, Any] | None = None) -> Judgement:
    return judged("alert-routing", params or PROD, alertmanager=facts("alertmanager", text, folder))


def tree(routes: str, *, more: str = "", pager: str = "pagerduty_configs: [{routing_key: k1}]") -> str:
    return (
        f"route: {{receiver: 'null', routes: [{routes}]}}\n"
        f"receivers:\n- name: 'null'\n- name: pager\n  {pager}\n{more}"
    )


CRITICAL = "{receiver: pager, matchers: [severity=critical]%s}"


def test_critical_reaches_the_pager(tmp_path: Path) -> None:
    params = {"ways": [{**PROD["ways"][0], "receivers": ["pag*"], "integrations": ["pagerduty"]}]}
    judgement = routed(CONFIG, tmp_path, params)
    assert (judgement.outcome, judgement.findings[-1].count) == (Outcome.PASS, 1)


@pytest.mark.parametrize(
    ("routes", "outcome"),
    [
        (CRITICAL % "", Outcome.PASS),
        ("", Outcome.FAIL),
        ("{receiver: pager, matchers: [severity=warning]}", Outcome.FAIL),
        ("{receiver: pager, matchers: ['severity!=critical']}", Outcome.FAIL),
        ("{receiver: pager, matchers: ['severity=~crit']}", Outcome.FAIL),
        ("{receiver: pager, matchers: ['severity=~crit.*']}", Outcome.PASS),
        ("{receiver: pager, match_re: {severity: 'critical|page'}}", Outcome.PASS),
        ("{receiver: pager, matchers: ['severity=critical', 'team=shop']}", Outcome.FAIL),
        ("{receiver: 'null', matchers: ['severity=critical']}, " + CRITICAL % "", Outcome.FAIL),
        (
            "{receiver: 'null', matchers: ['severity=critical'], continue: true}, " + CRITICAL % "",
            Outcome.PASS,
        ),
        ("{receiver: 'null'}, " + CRITICAL % "", Outcome.FAIL),
        ("{receiver: pager, matchers: [severity=critical], routes: [{receiver: 'null'}]}", Outcome.FAIL),
        ("{receiver: pager, matchers: [severity=critical], routes: [{matchers: [a=b]}]}", Outcome.PASS),
        ("{receiver: 'null', matchers: [severity=critical], routes: [{receiver: pager}]}", Outcome.PASS),
    ],
)
def test_the_tree_is_walked_as_alertmanager_does(routes: str, outcome: Outcome, tmp_path: Path) -> None:
    judgement = routed(tree(routes), tmp_path)
    assert judgement.outcome is outcome, said(judgement)


@pytest.mark.parametrize(
    ("pager", "message"),
    [
        ("webhook_configs: [{url: 'http://example.com'}]", "leads to a host that is an example"),
        ("webhook_configs: []", "it has no integration"),
        ("slack_configs: [{channel: a}]", "it has none of api_url"),
    ],
)
def test_a_receiver_that_reaches_nobody_fails(pager: str, message: str, tmp_path: Path) -> None:
    judgement = routed(tree(CRITICAL % "", pager=pager), tmp_path)
    assert (judgement.outcome, judgement.findings[0].object) == (Outcome.FAIL, "Receiver/pager")
    assert message in judgement.summary


def test_the_integration_must_be_one_that_is_asked_for(tmp_path: Path) -> None:
    params = {"ways": [{"labels": {"severity": "critical"}, "integrations": ["opsgenie"]}]}
    assert "reaches nobody by opsgenie" in routed(tree(CRITICAL % ""), tmp_path, params).summary


def test_every_receiver_that_is_asked_for_must_be_reached(tmp_path: Path) -> None:
    params = {"ways": [{"labels": {"severity": "critical"}, "receivers": ["pager", "chat"]}]}
    assert "does not reach chat, but pager" in routed(tree(CRITICAL % ""), tmp_path, params).summary


def intervals(periods: str) -> str:
    return f"time_intervals: [{{name: quiet, time_intervals: [{periods}]}}]\n"


NIGHT = "{times: [{start_time: '22:00', end_time: '24:00'}]}"


@pytest.mark.parametrize(
    ("key", "periods", "outcome"),
    [
        ("mute", "{}", Outcome.FAIL),
        ("mute", "{months: ['january:december']}", Outcome.FAIL),
        ("mute", "{years: ['2020:2100']}", Outcome.FAIL),
        ("mute", "{weekdays: ['monday:friday']}, {weekdays: [saturday, sunday]}", Outcome.FAIL),
        ("mute", NIGHT, Outcome.FAIL),
        ("mute", "", Outcome.PASS),
        ("active", "{}", Outcome.PASS),
        ("active", "", Outcome.FAIL),
        ("active", "{years: ['2020:2100']}", Outcome.FAIL),
        ("active", "{weekdays: ['sunday:saturday']}", Outcome.PASS),
        ("active", NIGHT, Outcome.FAIL),
    ],
)
def test_what_is_muted_reaches_nobody_then(key: str, periods: str, outcome: Outcome, tmp_path: Path) -> None:
    text = tree(CRITICAL % f", {key}_time_intervals: [quiet]", more=intervals(periods))
    judgement = routed(text, tmp_path)
    assert judgement.outcome is outcome, said(judgement)


def test_a_policy_may_bear_some_muted_hours(tmp_path: Path) -> None:
    text = tree(CRITICAL % ", mute_time_intervals: [quiet]", more=intervals(NIGHT))
    assert routed(text, tmp_path, {"min-open": "90%"}).outcome is Outcome.PASS
    judgement = routed(text, tmp_path, {"min-open": "95%"})
    assert (judgement.outcome, judgement.findings[0].observed) == (Outcome.FAIL, "91.66%")


def test_a_second_way_that_is_not_muted_is_enough(tmp_path: Path) -> None:
    muted = CRITICAL % ", mute_time_intervals: [quiet], continue: true"
    assert routed(tree(f"{muted}, {CRITICAL % ''}", more=intervals("{}")), tmp_path).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("rule", "outcome"),
    [
        ("{source_matchers: [alertname=Watchdog], target_matchers: [severity=critical]}", Outcome.FAIL),
        ("{target_match: {severity: critical}}", Outcome.FAIL),
        ("{source_matchers: [alertname=ClusterDown], target_matchers: [severity=critical]}", Outcome.PASS),
        ("{source_matchers: [alertname=Watchdog], target_matchers: [severity=warning]}", Outcome.PASS),
    ],
)
def test_an_inhibition_by_what_always_fires_fails(rule: str, outcome: Outcome, tmp_path: Path) -> None:
    assert routed(tree(CRITICAL % "", more=f"inhibit_rules: [{rule}]\n"), tmp_path).outcome is outcome


def test_the_first_route_is_good_enough_and_told(tmp_path: Path) -> None:
    mail = "{to: oncall@acme.io, smarthost: 'mail.acme.io:25'}"
    text = f"route: {{receiver: a}}\nreceivers: [{{name: a, email_configs: [{mail}]}}]\n"
    judgement = routed(text, tmp_path, {})
    assert (judgement.outcome, judgement.findings[0].note) == (Outcome.PASS, True)
