"""AlertmanagerConfig objects, and what configurations may not have."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.evidence.alertmanager import Alertmanager
from readiness.evidence.model import Reason
from tests.readers.monitoring.support import facts, refusal

OBJECT = """\
apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata: {name: shop, namespace: shop}
spec:
  route:
    receiver: pager
    groupWait: 1m
    routes:
    - receiver: chat
      matchers: [{name: severity, value: warning, matchType: "!="}]
      muteTimeIntervals: [nights]
  receivers:
  - name: pager
    pagerdutyConfigs: [{routingKey: {name: pd, key: key}}]
  - name: chat
    slackConfigs: [{apiURL: {name: slack, key: url}, sendResolved: true}]
    webhookConfigs: [{urlSecret: {name: hook}}]
  inhibitRules:
  - sourceMatch: [{name: severity, value: critical}]
    targetMatch: [{name: severity, value: warning, regex: true}]
    equal: [alertname]
  muteTimeIntervals:
  - name: nights
    timeIntervals:
    - times: [{startTime: "22:00", endTime: "24:00"}]
      daysOfMonth: [{start: 1, end: 5}]
"""


def test_an_object_of_the_operator_takes_the_alerts_of_its_namespace(tmp_path: Path) -> None:
    made = facts("alertmanager", OBJECT, tmp_path)
    assert isinstance(made, Alertmanager)
    (own,) = made.route.routes
    assert [(one.name, one.op, one.value) for one in own.matches] == [("namespace", "=", "shop")]
    assert (own.receiver, own.goes_on, own.wait_s, own.routes[0].wait_s) == ("pager", True, 60, 60)
    assert [(one.name, one.op) for one in own.routes[0].matches] == [("severity", "!=")]
    assert [one.value for one in made.inhibitions[0].target] == ["shop", "warning"]
    assert made.intervals["nights"][0].is_dated
    told = {one.name: [(i.sort, i.flaw) for i in one.integrations] for one in made.receivers}
    assert told["pager"] == [("pagerduty", "")]
    assert told["chat"] == [("slack", ""), ("webhook", "`url_secret` names no secret")]
    assert made.receivers[1].place.line == 13


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (", namespace: shop", "", "has no `namespace`"),
        ("receiver: pager", "receiver: nobody", "there is no receiver 'nobody'"),
        ("groupWait: 1m", "groupWeit: 1m", "a route has no key `group_weit`"),
        ("groupWait: 1m", "groupWait: 1m\n    group_wait: 2m", "stands there twice, once with capitals"),
        (
            "apiVersion",
            "kind: AlertmanagerConfig\nmetadata: {namespace: a}\n---\napiVersion",
            "2 AlertmanagerConfig",
        ),
        ('"22:00"', '"24:00"', "ends before it begins"),
    ],
)
def test_an_object_that_the_operator_refuses_is_malformed(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    assert old in OBJECT
    reason, said = refusal("alertmanager", OBJECT.replace(old, new, 1), tmp_path)
    assert reason is Reason.MALFORMED
    assert message in said


def test_a_range_of_times_over_midnight_is_malformed_as_alertmanager_has_it(tmp_path: Path) -> None:
    text = (
        "route: {receiver: a}\nreceivers: [{name: a}]\ntime_intervals:\n- name: nights\n  time_intervals:\n"
        "  - times: [{start_time: '22:00', end_time: '06:00'}]\n"
    )
    assert "ends before it begins" in refusal("alertmanager", text, tmp_path)[1]


@pytest.mark.parametrize(
    ("written", "flaw"),
    [
        ("webhook_configs: [{url: 'http://127.0.0.1:5001/'}]", "as the example that comes with Alertmanager"),
        ("webhook_configs: [{url: 'http://0.0.0.0:80/'}]", "leads to the machine itself"),
        (
            "email_configs: [{to: root@localhost, smarthost: 'localhost:25'}]",
            "`to` leads to the machine itself",
        ),
        (
            "pagerduty_configs: [{routing_key: k1, url: 'https://example.com'}]",
            "`url` leads to a host that is",
        ),
        ("opsgenie_configs: [{api_key: k1, api_url: ''}]", "`api_url` is empty"),
    ],
)
def test_an_address_that_leads_nowhere_is_a_flaw(written: str, flaw: str, tmp_path: Path) -> None:
    made = facts("alertmanager", f"route: {{receiver: a}}\nreceivers:\n- name: a\n  {written}\n", tmp_path)
    assert flaw in made.receivers[0].integrations[0].flaw
