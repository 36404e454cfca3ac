"""The other files of monitoring: promtool, Alertmanager, configuration, dashboards, objectives, drills."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.alertmanager import Alertmanager
from readiness.evidence.dashboards import Dashboards
from readiness.evidence.model import Reason
from readiness.evidence.promtool import Promtool
from readiness.evidence.slo import Slos
from readiness.readers.durations import seconds
from readiness.testing import read_evidence
from tests.readers.monitoring.support import SAMPLES, facts, read, refusal, sample

GOOD = (
    ("alertmanager", "alertmanager/alertmanager.yml"),
    ("prometheus-config", "prometheus/prometheus.yml"),
    ("promtool", "promtool/ok.xml"),
    ("promtool", "promtool/failed.xml"),
    ("promtool", "promtool/failed.txt"),
    ("promtool", "promtool/check.txt"),
    ("promtool", "promtool/check-bad.txt"),
    ("dashboards", "dashboards/checkout.json"),
    ("slo", "slo/sloth.yml"),
    ("slo", "slo/openslo.yml"),
    ("alert-drill", "drill/drill.json"),
)


@pytest.mark.parametrize(("kind", "name"), GOOD)
def test_each_file_is_known_by_its_content_and_survives_json(kind: str, name: str, tmp_path: Path) -> None:
    made = facts(kind, sample(name), tmp_path)
    assert msgspec.json.decode(msgspec.json.encode(made), type=type(made)) == made
    assert json.dumps(made.summary())


@pytest.mark.parametrize(("kind", "name"), GOOD)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_cut_or_garbled_files_never_break_a_reader(
    kind: str, name: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = sample(name)
    cut = data.draw(st.integers(0, len(content)))
    noise = data.draw(st.binary(max_size=2))
    folder = tmp_path_factory.mktemp("cut")
    for changed in (content[:cut], content[:cut] + noise + content[cut + 1 :]):
        item = read(kind, changed, folder)
        assert "please report" not in item.remedy, item.message


@pytest.mark.parametrize(("kind", "name"), [one for one in GOOD if one[1].endswith((".json", ".xml"))])
def test_a_file_that_is_cut_off_shows_nothing(kind: str, name: str, tmp_path: Path) -> None:
    content = sample(name).strip()
    for cut in range(0, len(content), max(1, len(content) // 25)):
        assert read(kind, content[:cut], tmp_path).facts is None


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in GOOD} | {"alert-rules"}))
def test_other_files_are_of_none_of_these_kinds(kind: str, tmp_path: Path) -> None:
    for text in ("", "[]", "{}", "null", "hello\n", "a: 1\n", "<testsuites", "\x00", '{"title": 3}'):
        assert read(kind, text, tmp_path).facts is None


def test_every_shape_is_refused_where_another_one_is_meant(tmp_path: Path) -> None:
    for key in ("route", "receivers", "inhibit_rules", "time_intervals", "mute_time_intervals"):
        for value in ("3", "[3]", "{a: b}", "[null]", "yes", "[{nome: a}]"):
            text = f"receivers: [{{name: a}}]\nroute: {{receiver: a}}\n{key}: {value}\n"
            text = (
                text if key not in ("route", "receivers") else f"{key}: {value}\nreceivers: [{{name: a}}]\n"
            )
            assert read("alertmanager", text, tmp_path).facts is None, text


# promtool


def test_success_as_text_shows_nothing_since_no_test_is_a_success_too(tmp_path: Path) -> None:
    reason, message = refusal("promtool", sample("promtool/ok.txt"), tmp_path)
    assert (reason, "nothing tells what ran" in message) == (Reason.INSUFFICIENT, True)


def test_a_failure_as_text_is_one(tmp_path: Path) -> None:
    made: Promtool = facts("promtool", sample("promtool/failed.txt"), tmp_path)
    assert [(one.failures, one.failed) for one in made.suites] == [(1, ("CheckoutDown",))]


def test_no_test_at_all_is_missing(tmp_path: Path) -> None:
    assert refusal("promtool", sample("promtool/none.xml"), tmp_path) == (Reason.MISSING, "no test ran")


def test_a_failure_at_any_depth_of_a_case_is_one(tmp_path: Path) -> None:
    text = sample("promtool/ok.xml").decode().replace("></testcase>", "><out><failure/></out></testcase>", 1)
    assert "tells" in refusal("promtool", text, tmp_path)[1]


@pytest.mark.parametrize("listed", ["[]", "[null]", "[{}]"])
def test_a_discovery_of_nothing_finds_no_alertmanager(listed: str, tmp_path: Path) -> None:
    text = f"rule_files: [a.yml]\nalerting: {{alertmanagers: [{{dns_sd_configs: {listed}}}]}}\n"
    assert facts("prometheus-config", text, tmp_path).alertmanagers == 0


@pytest.mark.parametrize(("old", "new"), [(b'tests="1"', b'tests="2"'), (b'failures="1"', b'failures="0"')])
def test_headers_that_disagree_are_malformed(old: bytes, new: bytes, tmp_path: Path) -> None:
    reason, message = refusal("promtool", sample("promtool/failed.xml").replace(old, new), tmp_path)
    assert (reason, "its cases are" in message) == (Reason.MALFORMED, True)


def test_the_reports_of_other_tools_are_not_taken_for_promtools(tmp_path: Path) -> None:
    text = (
        '<testsuites><testsuite name="a" tests="1" failures="0" errors="0" skipped="0" timestamp="x">'
        '<testcase classname="b" name="c" time="1"/></testsuite></testsuites>'
    )
    assert "its format is not known" in refusal("promtool", text, tmp_path)[1]


def test_an_entity_in_xml_is_refused(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><testsuites>&x;</testsuites>'
    assert read("promtool", bomb, tmp_path, format="junit").facts is None


def test_checked_files_have_their_rules_or_their_error(tmp_path: Path) -> None:
    good: Promtool = facts("promtool", sample("promtool/check.txt"), tmp_path)
    assert [(one.name, one.rules, one.error) for one in good.checked] == [("rules.yml", 3, "")]
    bad: Promtool = facts("promtool", sample("promtool/check-bad.txt"), tmp_path)
    assert "could not parse expression" in bad.checked[0].error


def test_a_file_that_was_begun_and_not_judged_has_an_error(tmp_path: Path) -> None:
    made: Promtool = facts("promtool", "Checking a.yml\n", tmp_path)
    assert made.checked[0].error == "it was begun, and not judged"


# Alertmanager

AM = sample("alertmanager/alertmanager.yml").decode()


def test_no_address_and_no_key_is_kept(tmp_path: Path) -> None:
    made: Alertmanager = facts("alertmanager", AM, tmp_path)
    assert "s3cr3t" not in msgspec.json.encode(made).decode()
    assert [[i.sort for i in one.integrations] for one in made.receivers] == [[], ["pagerduty"], ["slack"]]


def test_matchers_are_read_in_every_form(tmp_path: Path) -> None:
    made: Alertmanager = facts("alertmanager", AM, tmp_path)
    told = [[(m.name, m.op, m.value) for m in one.matches] for one in made.route.routes]
    assert told == [
        [("severity", "=", "critical"), ("env", "=~", "prod|staging")],
        [("severity", "=", "critical")],
        [("severity", "=", "warning"), ("team", "!=", "x,y")],
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("receiver: quiet", "receiver: nobody", "there is no receiver 'nobody'"),
        ("receiver: quiet", "receivr: quiet", "a route has no key `receivr`"),
        ("receiver: quiet", "receiver: quiet\n  match: {a: b}", "the first route takes every alert"),
        ("[nights]", "[evenings]", "there is no interval 'evenings'"),
        ('env=~"prod|staging"', 'env=~"(prod"', "is no regular expression"),
        ('env=~"prod|staging"', 'env=~"(?!x)prod"', "is not one that readiness can try"),
        ('env=~"prod|staging"', 'env~"prod"', "is no matcher"),
        ('"22:00"', '"25:00"', "is no time"),
        ("monday:friday", "friday:monday", "begins after its end"),
        ("monday:friday", "moonday", "names no day"),
        ("- name: chat", "- name: pager", "stands there twice"),
        ("slack_configs", "slack", "a receiver has no key `slack`"),
        ("continue: true", "continue: 'maybe'", "where true or false is meant"),
    ],
)
def test_what_alertmanager_refuses_is_malformed(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert old in AM
    reason, told = refusal("alertmanager", AM.replace(old, new, 1), tmp_path)
    assert (reason, message in told) == (Reason.MALFORMED, True), told


@pytest.mark.parametrize(
    ("integration", "flaw"),
    [
        ("webhook_configs: [{url: 'http://example.com/hook'}]", "`url` leads to a host that is an example"),
        ("webhook_configs: [{url: 'http://hooks.acme.io/x'}]", ""),
        ("webhook_configs: [{url: TODO}]", "`url` is a placeholder"),
        ("webhook_configs: [{url: <secret>}]", ""),
        ("webhook_configs: [{url: 'http://todo-alerts.acme.io/x'}]", ""),
        ("webhook_configs: [{url: 'https://hooks.acme.io/YOUR/HOOK'}]", "`url` is a placeholder"),
        (
            "slack_configs: [{api_url: 'https://hooks.slack.com/services/XXX/YYY'}]",
            "`api_url` is a placeholder",
        ),
        ("webhook_configs: [{url: <your-url>}]", "`url` is a placeholder"),
        ("webhook_configs: [{url: x}]", "`url` is no URL"),
        ("webhook_configs: [{url: '${HOOK}'}]", ""),
        ("webhook_configs: [{}]", "it has none of url, url_file"),
        (
            "email_configs: [{to: oncall@example.org, smarthost: 'mail.acme.io:25'}]",
            "`to` leads to a host that is an example",
        ),
        ("email_configs: [{to: oncall@acme.io, smarthost: 'mail.acme.io:25'}]", ""),
        ("email_configs: [{to: oncall@acme.io}]", "it has none of smarthost"),
        ("telegram_configs: [{chat_id: 3}]", "it has none of bot_token, bot_token_file"),
        ("pagerduty_configs: [{routing_key: ''}]", "`routing_key` is empty"),
        ("opsgenie_configs: [{}]", "it has none of api_key, api_key_file"),
        ("carrier_pigeon_configs: [{url: x}]", "`carrier_pigeon_configs` is not known to readiness"),
    ],
)
def test_an_integration_that_reaches_nobody_has_a_flaw(integration: str, flaw: str, tmp_path: Path) -> None:
    text = f"route: {{receiver: a}}\nreceivers:\n- name: a\n  {integration}\n"
    made: Alertmanager = facts("alertmanager", text, tmp_path)
    assert made.receivers[0].integrations[0].flaw == flaw


# The configuration of Prometheus


def test_an_empty_list_of_alertmanagers_is_none(tmp_path: Path) -> None:
    text = "alerting: {alertmanagers: [{static_configs: [{targets: []}]}]}\nscrape_configs: [{job_name: a}]\n"
    assert facts("prometheus-config", text, tmp_path).alertmanagers == 0


def test_a_job_that_stands_there_twice_is_malformed(tmp_path: Path) -> None:
    text = "scrape_configs: [{job_name: a}, {job_name: a}]\n"
    assert refusal("prometheus-config", text, tmp_path)[0] is Reason.MALFORMED


# Dashboards


def dashboard(*targets: dict[str, Any], **more: Any) -> str:
    panel = {"type": "stat", "title": "P", "datasource": {"type": "prometheus"}, "targets": list(targets)}
    return json.dumps({"uid": "a", "title": "A", "schemaVersion": 39, "panels": [{**panel, **more}]})


def test_panels_are_found_in_rows_and_variables_are_filled_in(tmp_path: Path) -> None:
    made: Dashboards = facts("dashboards", sample("dashboards/checkout.json"), tmp_path)
    (one,) = made.dashboards
    assert [panel.title for panel in one.panels] == ["Errors", "Up", "t", "", "Logs"]
    told = [[q.expression.metrics for q in panel.queries if q.expression] for panel in one.panels]
    assert told == [[("checkout_requests_total",), ("foo",)], [("up",), ()], [], [], []]
    assert (one.panels[3].library, one.panels[4].queries[0].source) == ("Lib", "loki")


@pytest.mark.parametrize(
    "text",
    [
        "rate(a[$__rate_interval])",
        "rate(a[${__interval}])",
        "a[$__range:$__interval]",
        "rate(a[${__range_s}s])",
        'rate(a{x=~"${x:regex}",y=~"[[y]]"}[1m]) > $limit',
        "topk($n, a)",
        "sum by ($group) (a)",
        "a offset $back",
        "histogram_quantile(${q}, sum by (le) (rate(a[5m])))",
    ],
)
def test_variables_of_grafana_are_filled_in(text: str, tmp_path: Path) -> None:
    made: Dashboards = facts("dashboards", dashboard({"expr": text}), tmp_path)
    (query,) = made.dashboards[0].panels[0].queries
    assert query.expression is not None
    assert query.expression.metrics == ("a",)


def test_an_expression_that_is_none_names_its_panel(tmp_path: Path) -> None:
    reason, message = refusal("dashboards", dashboard({"expr": "rate(a["}), tmp_path)
    assert (reason, "the panel 'P' is no PromQL" in message) == (Reason.MALFORMED, True)


@pytest.mark.parametrize(
    "text",
    [
        '{"title": "A", "panels": 3}',
        '{"title": "A", "panels": [3]}',
        '{"title": "", "panels": []}',
        '{"title": "A", "panels": [{"targets": [7]}]}',
        '{"spec": {"title": "A", "elements": {}}}',
        '{"panels": []}',
    ],
)
def test_what_is_no_dashboard_is_malformed(text: str, tmp_path: Path) -> None:
    assert read("dashboards", text, tmp_path).reason is Reason.MALFORMED


def test_the_answer_of_grafanas_api_is_a_dashboard_too(tmp_path: Path) -> None:
    text = json.dumps({"meta": {"slug": "a"}, "dashboard": json.loads(dashboard({"expr": "up"}))})
    assert facts("dashboards", text, tmp_path).dashboards[0].title == "A"


def test_two_dashboards_of_one_uid_are_malformed(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(dashboard({"expr": "up"}))
    (tmp_path / "b.json").write_text(dashboard({"expr": "up"}, title="Q"))
    whole = read_evidence("dashboards", tmp_path, path="*.json").whole
    assert "2 dashboards have the uid 'a'" in whole.message


# Objectives

SLOTH, OPEN = sample("slo/sloth.yml").decode(), sample("slo/openslo.yml").decode()


@pytest.mark.parametrize(("text", "window"), [(SLOTH, "30d"), (OPEN, "28d")], ids=["sloth", "openslo"])
def test_an_objective_is_read(text: str, window: str, tmp_path: Path) -> None:
    made: Slos = facts("slo", text, tmp_path)
    (one,) = made.objectives
    assert (one.service, one.name, one.percent, one.window) == ("checkout", "availability", "99.9", window)
    assert (one.alerts, one.pages) == (True, True)
    assert {name for e in one.expressions for name in e.metrics} == {"checkout_requests_total"}


def test_the_first_version_of_openslo_is_read(tmp_path: Path) -> None:
    text = (
        "apiVersion: openslo/v1alpha\nkind: SLO\nmetadata: {name: a}\nspec:\n  service: s\n"
        "  timeWindows: [{unit: Day, count: 7, isRolling: true}]\n  objectives: [{target: 0.99}]\n"
    )
    (one,) = facts("slo", text, tmp_path).objectives
    assert (one.percent, one.window_s, one.silence) == ("99", 604_800, "it has no `alertPolicies`")


@pytest.mark.parametrize(
    ("text", "old", "new", "message"),
    [
        (SLOTH, "99.9", "199.9", "more than 0 and at most 100"),
        (SLOTH, "99.9", "'high'", "more than 0 and at most 100"),
        (SLOTH, "objective: 99.9", "objectiv: 99.9", "has no `objective`"),
        (SLOTH, "error_query", "eror_query", ""),
        (
            SLOTH,
            "sum(rate(checkout_requests_total{code",
            "sum(rat(checkout_requests_total{code",
            "is no PromQL",
        ),
        (OPEN, "0.999", "99.9", "more than 0 and at most 1"),
        (OPEN, "0.999", ".nan", "more than 0 and at most 1"),
        (OPEN, "openslo/v1\nkind: SLO", "openslo/v9\nkind: SLO", "openslo/v9 is not read"),
        (OPEN, "target: 0.999", "target: 0.999, targetPercent: 99.9", "either a `target`"),
    ],
)
def test_objectives_that_make_no_sense_are_malformed(
    text: str, old: str, new: str, message: str, tmp_path: Path
) -> None:
    assert old in text
    item = read("slo", text.replace(old, new, 1), tmp_path)
    if message:
        assert (item.reason, message in item.message) == (Reason.MALFORMED, True), item.message


@pytest.mark.parametrize(
    ("text", "old", "new", "silence"),
    [
        (SLOTH, "      name: CheckoutBudget\n", "", "it has no `alerting` with a `name`"),
        (SLOTH, "{labels: {severity: critical}}", "{disable: true}", "its `page_alert` is disabled"),
        (OPEN, "[fast-burn]", "[slow-burn]", "its alert policy 'slow-burn' is not in the file"),
        (OPEN, "  alertPolicies: [fast-burn]\n", "", "it has no `alertPolicies`"),
        (OPEN, "[{targetRef: pager}]", "[]", "its alert policy 'fast-burn' has no notificationTargets"),
    ],
)
def test_an_objective_that_tells_nobody_says_why(
    text: str, old: str, new: str, silence: str, tmp_path: Path
) -> None:
    assert old in text
    (one,) = facts("slo", text.replace(old, new, 1), tmp_path).objectives
    assert (one.alerts, one.silence) == (False, silence)


# Drills

DRILL = json.loads(sample("drill/drill.json"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"firing_at": "2026-11-20T09:59:00Z"}, "its times do not ascend"),
        ({"fault_at": "2026-11-20T10:00:00"}, "is no time with a zone"),
        ({"fault_at": "2026-11-20"}, "is no time with a zone"),
        ({"fault_at": "yesterday"}, "is no time with a zone"),
        ({"fault_at": 3}, "Expected `str`"),
        ({"firing_at": None}, "was delivered, and did not fire"),
        ({"alert": " "}, "names no alert"),
        ({"deliverd_at": None}, "unknown field"),
    ],
)
def test_a_drill_that_contradicts_itself_is_malformed(
    changes: dict[str, Any], message: str, tmp_path: Path
) -> None:
    content = {**DRILL, "drills": [{**DRILL["drills"][0], **changes}]}
    reason, told = refusal("alert-drill", json.dumps(content), tmp_path)
    assert (reason, message in told) == (Reason.MALFORMED, True), told


def test_a_drill_without_its_times_is_malformed(tmp_path: Path) -> None:
    drill = {key: value for key, value in DRILL["drills"][0].items() if key != "delivered_at"}
    assert refusal("alert-drill", json.dumps({**DRILL, "drills": [drill]}), tmp_path)[0] is Reason.MALFORMED


def test_a_file_without_a_drill_is_missing(tmp_path: Path) -> None:
    assert refusal("alert-drill", json.dumps({**DRILL, "drills": []}), tmp_path)[0] is Reason.MISSING


def test_a_drill_is_dated_by_its_last_moment(tmp_path: Path) -> None:
    at = read("alert-drill", sample("drill/drill.json"), tmp_path).provenance.observed_at
    assert at is not None
    assert at.isoformat() == "2026-11-20T10:02:05+00:00"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5m", 300),
        ("1h30m", 5400),
        ("0", 0),
        ("1d", 86400),
        ("250ms", 0.25),
        ("5", None),
        ("", None),
        ("m5", None),
    ],
)
def test_durations_of_prometheus_are_read(text: str, expected: float | None) -> None:
    assert seconds(text) == expected


def test_the_commands_name_every_fixture_that_a_tool_wrote() -> None:
    commands = (SAMPLES / "COMMANDS.md").read_text()
    for folder in ("prometheus", "promtool"):
        assert all(path.name in commands for path in (SAMPLES / folder).iterdir())
