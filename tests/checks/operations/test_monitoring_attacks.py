"""What monitoring must not pass: inputs that were made to be passed wrongly, and honest ones beside them."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from readiness.check import Outcome
from readiness.evidence.alert_drill import AlertDrills, Drill
from readiness.evidence.model import Reason
from readiness.evidence.prometheus import LiveRule, LiveSeries
from readiness.judge import Judgement
from readiness.testing import NOON
from tests.checks.operations.monitored import NOON_S, answer, document, facts, judged, live, said, target

RULE = """\
groups:
- name: shop
  interval: 30s
  rules:
  - alert: Down
    expr: up{job="shop"} == 0
    for: 5m
    labels: {severity: critical}
    annotations: {runbook_url: docs/down.md}
"""


def alerts(folder: Path, text: str = RULE, params: dict[str, Any] | None = None, **slots: Any) -> Judgement:
    books = (document(slots.pop("book", "# Down\n\nLook at the pods.\n"), folder, "docs/down.md"),)
    return judged("alerts", params or {}, alerts=facts("alert-rules", text, folder), runbook=books, **slots)


def ran(**changes: Any) -> LiveRule:
    told = {"expression": 'up{job="shop"} == 0', "health": "ok", "evaluated_at": NOON - timedelta(seconds=20)}
    return LiveRule(sort="alert", name="Down", group="shop", **{**told, **changes})


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("interval: 30s", "interval: 52w", "with the `interval` of its group, waits"),
        ("for: 5m", "for: 1y", "waits 3.1536e+07 s, and 1d is the most"),
        ("severity: critical", "severity: n/a", "has no severity"),
        ("severity: critical", "severity: '-'", "has no severity"),
        ("  - alert", "  - {record: shop:up, expr: vector(0)}\n  - alert", ""),
    ],
)
def test_an_alert_that_cannot_be_meant_fails(old: str, new: str, message: str, tmp_path: Path) -> None:
    text = RULE.replace(old, new, 1)
    if not message:
        text, message = text.replace('up{job="shop"} == 0', "shop:up == 1"), "reads no metric"
    judgement = alerts(tmp_path, text)
    assert judgement.outcome is Outcome.FAIL
    assert message in said(judgement)


def test_an_alert_on_a_constant_record_does_not_exist_on_a_live_server(tmp_path: Path) -> None:
    text = RULE.replace("  - alert", "  - {record: shop:up, expr: vector(0)}\n  - alert", 1)
    text = text.replace('up{job="shop"} == 0', "up == 0 and on() shop:up == 1")
    assert "reads shop:up, of which" in said(alerts(tmp_path, text, prometheus=live("up")))


def test_records_of_one_name_and_circles_of_them_are_looked_through(tmp_path: Path) -> None:
    more = "".join(f"  - {{record: r{at}, expr: r{(at + 1) % 3} or r{(at + 1) % 3}}}\n" for at in range(3))
    text = RULE + more + "  - {record: shop:up, expr: gone > 1}\n  - {record: shop:up, expr: up}\n"
    text = text.replace('up{job="shop"} == 0', "shop:up == 0")
    required = {"required": [{"metric": "up"}]}
    assert alerts(tmp_path, text, required, prometheus=live("up")).outcome is Outcome.PASS
    text = text.replace("shop:up == 0", "r0 == 0")
    assert alerts(tmp_path, text, required).outcome is Outcome.FAIL
    assert "reads r0" in said(alerts(tmp_path, text, prometheus=live("up")))


@pytest.mark.parametrize(
    ("rules", "outcome", "message"),
    [
        ((ran(),), Outcome.PASS, ""),
        ((ran(expression="up{job = 'shop'}==0"),), Outcome.FAIL, "with another expression"),  # not normal
        ((ran(health="err", error="boom"), ran()), Outcome.FAIL, "cannot evaluate Down: boom"),
        ((ran(expression="up == 0"),), Outcome.FAIL, "with another expression: up == 0"),
        ((ran(health="unknown"),), Outcome.FAIL, "has not evaluated"),
        ((ran(evaluated_at=NOON - timedelta(days=2)),), Outcome.UNPROVEN, "evaluated the alert Down 2d"),
        ((ran(evaluated_at=NOON + timedelta(days=2)),), Outcome.UNPROVEN, "evaluated the alert Down"),
    ],
)
def test_a_server_must_run_the_same_alert_now(
    rules: tuple[LiveRule, ...], outcome: Outcome, message: str, tmp_path: Path
) -> None:
    judgement = alerts(tmp_path, RULE, {"loaded": True}, prometheus=live("up", rules=rules))
    assert judgement.outcome is outcome
    assert message in said(judgement)


@pytest.mark.parametrize("text", ["TODO: write it", "## Now\n\nComing soon.", "..."])
def test_a_runbook_that_only_promises_one_does_not_count(text: str, tmp_path: Path) -> None:
    judgement = alerts(tmp_path, book=f"# Down\n\n{text}\n")
    assert judgement.outcome is Outcome.FAIL
    assert "says nothing" in said(judgement)


CONFIG = """\
rule_files: [content]
scrape_configs: [{job_name: shop}]
alerting:
  alertmanagers: [{static_configs: [{targets: ['am:9093']}]}]
  alert_relabel_configs: [{%s}]
"""


@pytest.mark.parametrize(
    ("step", "outcome"),
    [
        ("action: labeldrop, regex: prometheus_replica", Outcome.PASS),
        ("action: labeldrop, regex: 'prometheus_replica|replica'", Outcome.PASS),
        ("target_label: cluster, replacement: a", Outcome.PASS),
        ("action: drop, source_labels: [severity], regex: critical", Outcome.UNPROVEN),
        ("action: keep, source_labels: [team], regex: other", Outcome.UNPROVEN),
        ("action: labeldrop, regex: sev.*", Outcome.FAIL),
        ("action: labelkeep, regex: 'alertname|job'", Outcome.FAIL),
        ("action: labelkeep, regex: 'alertname|severity'", Outcome.PASS),
        ("action: labeldrop, regex: '(a+)+'", Outcome.UNPROVEN),
    ],
)
def test_alerts_may_not_be_lost_on_their_way_to_alertmanager(
    step: str, outcome: Outcome, tmp_path: Path
) -> None:
    config = facts("prometheus-config", CONFIG % step, tmp_path, "prometheus.yml")
    assert alerts(tmp_path, config=config).outcome is outcome


@pytest.mark.parametrize(
    "text", ["| Sign | Do |\n|---|---|\n| 5xx | roll back |", "```sh\nkubectl get pods\n```", "- look"]
)
def test_a_runbook_may_be_a_table_a_list_or_commands(text: str, tmp_path: Path) -> None:
    assert alerts(tmp_path, book=f"# Down\n\n{text}\n").outcome is Outcome.PASS


@pytest.mark.parametrize("targets", ["[]", "['']", "[' ']"])
def test_an_alertmanager_without_an_address_is_none(targets: str, tmp_path: Path) -> None:
    text = (CONFIG % "action: labeldrop, regex: a").replace("['am:9093']", targets)
    config = facts("prometheus-config", text, tmp_path, "prometheus.yml")
    assert "names no Alertmanager" in said(alerts(tmp_path, config=config))


def routed(folder: Path, routes: str, more: str = "", params: dict[str, Any] | None = None) -> Judgement:
    text = (
        f"route: {{receiver: none, routes: [{routes}]}}\n{more}\n"
        "receivers: [{name: none}, {name: pager, pagerduty_configs: [{routing_key: k1}]}]\n"
    )
    return judged("alert-routing", params or {}, alertmanager=facts("alertmanager", text, folder))


PAGER = "{receiver: pager, matchers: [severity=critical]%s}"
RULES = "inhibit_rules: [{source_matchers: [%s], target_matchers: [%s]}]"


@pytest.mark.parametrize(
    "matcher", ['alertname=~".+"', 'alertname!=""', 'alertname!="Watchdog"', 'alertname=~".*"']
)
def test_a_route_for_any_name_takes_the_alert(matcher: str, tmp_path: Path) -> None:
    judgement = routed(tmp_path, f"{{receiver: none, matchers: ['{matcher}']}}, " + PAGER % "")
    assert judgement.outcome is Outcome.FAIL
    assert routed(tmp_path, "{receiver: none, matchers: [alertname=Watchdog]}, " + PAGER % "").outcome.is_good


@pytest.mark.parametrize(
    ("source", "target", "outcome"),
    [
        ("severity=none", "severity=critical", Outcome.FAIL),  # Watchdog is of that severity
        ("severity=warning", "severity=critical", Outcome.FAIL),
        ("'severity=~\"info|warning\"'", "'severity=~\"critical|page\"'", Outcome.FAIL),
        ("severity=warning", "'alertname=~\".+\"'", Outcome.FAIL),
        ("alertname=ClusterDown", "severity=critical", Outcome.PASS),
        ("severity=critical", "'severity=~\"warning|info\"'", Outcome.PASS),
        ("severity=warning", "severity=info", Outcome.PASS),
        ("severity=page", "severity=critical", Outcome.PASS),
    ],
)
def test_what_is_less_severe_may_not_keep_it_silent(
    source: str, target: str, outcome: Outcome, tmp_path: Path
) -> None:
    assert routed(tmp_path, PAGER % "", RULES % (source, target)).outcome is outcome


@pytest.mark.parametrize("key", ["group_wait", "group_interval"])
def test_an_alert_that_is_gathered_for_a_day_fails(key: str, tmp_path: Path) -> None:
    judgement = routed(tmp_path, PAGER % f", {key}: 1d")
    assert judgement.outcome is Outcome.FAIL
    assert f"may wait 1d for its `{key}`" in said(judgement)
    assert routed(tmp_path, PAGER % f", {key}: 1d", params={"max-wait": "2d"}).outcome is Outcome.PASS


def asked(*series: LiveSeries, **more: Any) -> Judgement:
    made = live(answers={"q": answer(*series, **more)})
    return judged("slo-query", {"max": 1, "unit": "s"}, prometheus=made)


@pytest.mark.parametrize("when", [1e300, -1e300, 9e15, 0.0])
def test_a_value_of_no_time_that_can_be_is_stale(when: float) -> None:
    judgement = asked(LiveSeries({}, ((when, "0.5"),)))
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.STALE)


def test_many_values_of_one_moment_do_not_cover_a_range() -> None:
    points = tuple((NOON_S - at / 100, "0.5") for at in range(61, -1, -1))
    judgement = asked(LiveSeries({}, points), start=NOON_S - 3600, end=NOON_S, step=60.0)
    assert judgement.outcome is Outcome.UNPROVEN
    assert "has values at 1 of 61 moments" in said(judgement)
    outside = tuple((NOON_S - 7200 + at * 60, "0.5") for at in range(121))
    assert asked(LiveSeries({}, outside), start=NOON_S - 3600, end=NOON_S, step=60.0).outcome is Outcome.PASS
    before = (*((NOON_S - 7200 + at * 60, "0.5") for at in range(60)), (NOON_S, "0.5"))
    assert (
        asked(LiveSeries({}, before), start=NOON_S - 3600, end=NOON_S, step=60.0).outcome is Outcome.UNPROVEN
    )


def test_what_is_down_is_not_counted_as_up() -> None:
    targets = (target(name="a"), target(name="b", health="down"))
    judgement = judged("targets-up", {"min-up": "50%"}, prometheus=live("up", targets=targets))
    assert judgement.findings[-1].count == 1
    gone = (target(health="down"),)
    assert not judged("targets-up", {"min-up": "0%"}, prometheus=live("up", targets=gone)).outcome.is_good


def test_that_no_job_is_named_is_told() -> None:
    judgement = judged("targets-up", {}, prometheus=live("up", targets=(target(),)))
    assert judgement.outcome is Outcome.PASS
    assert "no `jobs` are named" in said(judgement)


def board(*panels: dict[str, Any], **more: Any) -> str:
    return json.dumps({"title": "Shop", "schemaVersion": 39, "panels": panels, **more})


PROM = {"type": "prometheus", "uid": "p"}
QUERY = {"refId": "A", "expr": "up", "datasource": PROM}


@pytest.mark.parametrize(
    ("panel", "outcome", "message"),
    [
        ({"type": "text", "targets": [QUERY]}, Outcome.FAIL, "0 panels with a query"),
        ({"type": "news", "targets": [QUERY]}, Outcome.FAIL, "0 panels with a query"),
        (
            {"type": "stat", "targets": [{**QUERY, "expr": "vector(1)"}]},
            Outcome.FAIL,
            "0 panels with a query",
        ),
        ({"type": "stat", "targets": [{**QUERY, "expr": "1"}]}, Outcome.FAIL, "0 panels with a query"),
        (
            {"type": "stat", "targets": [{"datasource": {"type": "loki"}, "expr": ""}]},
            Outcome.UNPROVEN,
            "is empty",
        ),
        (
            {"type": "stat", "targets": [{"datasource": {"type": "mysql"}, "refId": "A"}]},
            Outcome.UNPROVEN,
            "is empty",
        ),
        (
            {
                "type": "stat",
                "targets": [{"datasource": {"type": "grafana-testdata-datasource"}, "scenarioId": "a"}],
            },
            Outcome.UNPROVEN,
            "made up",
        ),
        (
            {"type": "stat", "targets": [{"datasource": {"type": "datasource", "uid": "grafana"}}]},
            Outcome.UNPROVEN,
            "made up",
        ),
        ({"libraryPanel": {"name": "L", "uid": "l1"}}, Outcome.UNPROVEN, "library panels"),
        ({"type": "stat", "targets": [QUERY]}, Outcome.PASS, ""),
        (
            {
                "type": "stat",
                "targets": [{"datasource": {"type": "datasource", "uid": "-- Dashboard --"}, "panelId": 2}],
            },
            Outcome.PASS,
            "",
        ),
        (
            {"type": "stat", "targets": [{"datasource": {"type": "tempo"}, "queryType": "serviceMap"}]},
            Outcome.PASS,
            "",
        ),
    ],
)
def test_a_panel_counts_when_it_shows_what_is_measured(
    panel: dict[str, Any], outcome: Outcome, message: str, tmp_path: Path
) -> None:
    judgement = judged("dashboards", {}, dashboards=facts("dashboards", board(panel), tmp_path))
    assert judgement.outcome is outcome
    assert message in said(judgement)


def test_an_export_for_sharing_holds_its_library_panels_and_kinds_of_sources(tmp_path: Path) -> None:
    library = {"l1": {"model": {"type": "stat", "targets": [QUERY]}}}
    inputs = [{"name": "DS_LOKI", "type": "datasource", "pluginId": "loki"}]
    logs = {"type": "logs", "datasource": "${DS_LOKI}", "targets": [{"expr": '{app="x"} |= "e"'}]}
    text = board({"libraryPanel": {"uid": "l1", "name": "L"}}, logs, __elements=library, __inputs=inputs)
    judgement = judged("dashboards", {"min-panels": 2}, dashboards=facts("dashboards", text, tmp_path))
    assert judgement.outcome is Outcome.PASS, said(judgement)


SLOTH = """\
version: prometheus/v1
service: shop
slos:
  - name: ok
    objective: 99.9
    sli: {events: {error_query: 'sum(rate(bad[{{.window}}]))', total_query: 'sum(rate(all[{{.window}}]))'}}
    alerting: {name: Budget}
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("99.9", "0.999", "0.999%, and 50% is the least"),
        ("sum(rate(bad[{{.window}}]))", "vector(0)", "reads no metric"),
        ("sum(rate(bad[{{.window}}]))", "rate(bad[{{.window}}]) < 0", "can never give a sample"),
        ("bad", "all", "its two queries are the same"),
    ],
)
def test_an_objective_that_measures_nothing_fails(old: str, new: str, message: str, tmp_path: Path) -> None:
    judgement = judged("slo-defined", {}, slo=facts("slo", SLOTH.replace(old, new, 1), tmp_path))
    assert judgement.outcome is Outcome.FAIL
    assert message in said(judgement)


OPENSLO = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: ok}
spec:
  service: shop
  indicator: {metadata: {name: i}, spec: {thresholdMetric: {metricSource: {type: Datadog, spec: {q: a}}}}}
  timeWindow: [{duration: 28d, isRolling: true}]
  objectives: [{target: 0.99}]
  alertPolicies:
    - kind: AlertPolicy
      metadata: {name: burn}
      spec: {alertWhenBreaching: true, conditions: [{conditionRef: c}], notificationTargets: [{targetRef: t}]}
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("spec: {q: a}", "spec: {}", "no indicator with a query"),
        ("  indicator: {", "  labels: {", "no indicator with a query"),
        ("alertWhenBreaching: true", "alertWhenBreaching: false", "`alertWhenBreaching: false`"),
        ("{targetRef: t}", "null", "has no notificationTargets"),
        ("{conditionRef: c}", "{}", "has no conditions"),
    ],
)
def test_an_objective_of_openslo_that_tells_nobody_fails(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    assert judged("slo-defined", {}, slo=facts("slo", OPENSLO, tmp_path)).outcome is Outcome.PASS
    judgement = judged("slo-defined", {}, slo=facts("slo", OPENSLO.replace(old, new, 1), tmp_path))
    assert judgement.outcome is Outcome.FAIL
    assert message in said(judgement)


def test_a_drill_without_times_of_its_own_shows_nothing() -> None:
    at = NOON - timedelta(days=1)
    one = Drill(alert="Down", fault="scaled to 0", fault_at=at, firing_at=at, delivered_at=at)
    judgement = judged("alert-drill", {}, drills=AlertDrills(drills=(one,)))
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)


def test_a_drill_that_ends_in_the_future_shows_nothing() -> None:
    later = NOON + timedelta(minutes=8)
    one = Drill(alert="Down", fault="x", fault_at=NOON, firing_at=later, delivered_at=later)
    judgement = judged("alert-drill", {}, drills=AlertDrills(drills=(one,)))
    assert judgement.outcome is Outcome.UNPROVEN
    assert "in the future" in said(judgement)
