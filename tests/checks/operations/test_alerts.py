"""operations/alerts: what a good alert is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.model import Reason
from readiness.evidence.prometheus import LiveRule, Trouble
from readiness.judge import Judgement
from tests.checks.operations.monitored import document, facts, judged, live, said
from tests.support import FIXTURES

RULES = (FIXTURES / "monitoring" / "rules" / "rules.yml").read_text()
RUNBOOK = (FIXTURES / "monitoring" / "rules" / "checkout-runbook.md").read_text()
PATH = "docs/runbooks/checkout.md"
METRICS = ("up", "checkout_requests_total")


def alerts(
    folder: Path,
    text: str = RULES,
    params: dict[str, Any] | None = None,
    *,
    books: str = RUNBOOK,
    **slots: Any,
) -> Judgement:
    rules = facts("alert-rules", text, folder, "rules.yml")
    runbook = (document(books, folder, PATH),) if books else ()
    return judged("alerts", params or {}, alerts=rules, runbook=runbook, **slots)


def changed(old: str, new: str) -> str:
    assert old in RULES
    return RULES.replace(old, new, 1)


def test_good_alerts_pass_and_are_counted(tmp_path: Path) -> None:
    judgement = alerts(tmp_path, params={"required": ["CheckoutDown", "Checkout*"]})
    assert (judgement.outcome, judgement.findings[0].count) == (Outcome.PASS, 2)


@pytest.mark.parametrize(
    "required",
    [
        "PaymentDown",
        {"alert": "CheckoutDown", "severity": "warning"},
        {"metric": "payment_requests_total"},
        {"metric": "up", "labels": {"job": "payment"}},
        {"metric": "checkout_requests_total", "labels": {"code": "404"}},
    ],
    ids=str,
)
def test_an_alert_that_is_required_and_not_there_fails(required: Any, tmp_path: Path) -> None:
    judgement = alerts(tmp_path, params={"required": [required]})
    assert judgement.outcome is Outcome.FAIL
    assert judgement.summary.startswith("there is no alert ")


@pytest.mark.parametrize(
    "required",
    [
        {"metric": "up"},
        {"metric": "up", "labels": {"job": "checkout"}},
        {"metric": "checkout_requests_total", "labels": {"code": "503"}},  # through a recording rule
        {"alert": "Checkout*", "metric": "checkout_*", "severity": "critical"},
    ],
    ids=str,
)
def test_an_alert_is_found_by_what_it_watches(required: Any, tmp_path: Path) -> None:
    assert alerts(tmp_path, params={"required": [required]}).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("old", "new", "outcome", "message"),
    [
        ('up{job="checkout"} == 0', "vector(0) > 1", Outcome.FAIL, "reads no metric"),
        ('up{job="checkout"} == 0', 'up{job="checkout"}', Outcome.FAIL, "compares nothing"),
        ('up{job="checkout"} == 0', "up == bool 0", Outcome.FAIL, "compares nothing"),
        ('up{job="checkout"} == 0', 'up{job="a",job="b"} == 0', Outcome.FAIL, "can never fire"),
        ('up{job="checkout"} == 0', "up == NaN", Outcome.FAIL, "can never fire"),
        (
            'up{job="checkout"} == 0',
            "up == 0 and vector(0) > 1",
            Outcome.FAIL,
            "can never fire: 0 is not > 1",
        ),
        ('up{job="checkout"} == 0', "up == 0 or vector(1)", Outcome.FAIL, "always fires"),
        ("for: 1m", "for: 0s", Outcome.FAIL, "fires after 0 s"),
        ("        for: 1m\n", "", Outcome.FAIL, "fires after 0 s"),
        ("for: 5m", "for: 1y", Outcome.FAIL, "waits 3.1536e+07 s"),
        ("labels: {severity: critical}", "labels: {team: a}", Outcome.FAIL, "has no severity"),
        ("labels: {severity: critical}", "labels: {severity: TODO}", Outcome.FAIL, "has no severity"),
        (
            "labels: {severity: critical}",
            "labels: {severity: '{{ $value }}'}",
            Outcome.UNPROVEN,
            "known when it fires",
        ),
        (
            "labels: {severity: critical}",
            "labels: {severity: critcal}",
            Outcome.FAIL,
            "none of critical, warning",
        ),
        ("alert: CheckoutErrors", "alert: CheckoutDown", Outcome.FAIL, "2 times with the same labels"),
    ],
)
def test_an_alert_that_lacks_something_does_not_pass(
    old: str, new: str, outcome: Outcome, message: str, tmp_path: Path
) -> None:
    params = {"severities": ["critical", "warning"], "max-for": "1h"}
    judgement = alerts(tmp_path, changed(old, new), params)
    assert judgement.outcome is outcome
    assert message in said(judgement)
    assert all(one.next for one in judgement.findings if not one.outcome.is_good)


def test_a_filter_in_a_recording_rule_is_one_for_its_alert(tmp_path: Path) -> None:
    text = changed("rate5m > 0.1", "rate5m").replace('code=~"5.."}[5m]))', 'code=~"5.."}[5m])) > 0.1')
    assert alerts(tmp_path, text).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("link", "outcome", "message"),
    [
        ("docs/runbooks/checkout.md", Outcome.PASS, ""),
        ("/docs/runbooks/checkout.md#errors", Outcome.PASS, ""),
        ("docs/runbooks/checkout", Outcome.PASS, ""),
        ("https://wiki.acme.io/run/checkout#Down", Outcome.PASS, ""),
        ("https://wiki.acme.io/run///[checkout", Outcome.FAIL, "is not among the documents"),
        ("https://[wiki", Outcome.FAIL, "that is no URL"),
        ("docs/todo-service/none.md", Outcome.FAIL, "is not among the documents"),
        ("'TODO: write it'", Outcome.FAIL, "a placeholder"),
        ("https://wiki.acme.io/<page>", Outcome.FAIL, "a placeholder"),
        ("docs/runbooks/payment.md", Outcome.FAIL, "is not among the documents"),
        ("docs/runbooks/checkout.md#slow", Outcome.FAIL, "has nothing under #slow"),
        ("../../etc/passwd", Outcome.FAIL, "is not among the documents"),
        ("https://other.acme.io/checkout", Outcome.UNPROVEN, "no prefix leads from there"),
        ("//wiki.acme.io/run/checkout", Outcome.UNPROVEN, "no prefix leads from there"),
        ("https://example.com/runbook", Outcome.FAIL, "which is an example"),
        ("https://runbooks.example.org/x", Outcome.FAIL, "which is an example"),
        ("TODO", Outcome.FAIL, "a placeholder"),
        ("https://wiki.acme.io/TODO", Outcome.FAIL, "a placeholder"),
        ("''", Outcome.FAIL, "has no link"),
        ("ask Bob", Outcome.FAIL, "but words"),
        ("mailto:bob@acme.io", Outcome.FAIL, "nobody can open"),
        ("https://", Outcome.FAIL, "nobody can open"),
        ("'{{ $labels.runbook }}'", Outcome.UNPROVEN, "known when it fires"),
    ],
)
def test_the_link_to_a_runbook_leads_to_a_document(
    link: str, outcome: Outcome, message: str, tmp_path: Path
) -> None:
    params = {"runbook-prefixes": {"https://wiki.acme.io/run/": "docs/runbooks/"}}
    judgement = alerts(tmp_path, changed("docs/runbooks/checkout.md#down", link), params)
    assert judgement.outcome is outcome, said(judgement)
    assert message in said(judgement)


def test_a_heading_without_text_and_an_empty_runbook_do_not_count(tmp_path: Path) -> None:
    assert alerts(tmp_path, books="# Checkout\n\n## Errors\n\n## Down\n\nStart it.\n").outcome is Outcome.FAIL
    text = changed("checkout.md#down", "checkout.md").replace("checkout.md#errors", "checkout.md")
    assert alerts(tmp_path, text, books="# Checkout\n").outcome is Outcome.FAIL


def test_without_documents_a_link_shows_nothing(tmp_path: Path) -> None:
    judgement = alerts(tmp_path, books="")
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert alerts(tmp_path, params={"runbook": "present"}, books="").outcome is Outcome.PASS


def test_an_alert_without_a_runbook_fails_unless_none_is_wanted(tmp_path: Path) -> None:
    text = changed("          runbook_url: docs/runbooks/checkout.md#down\n", "")
    assert alerts(tmp_path, text).outcome is Outcome.FAIL
    assert alerts(tmp_path, text, {"runbook": "present"}).outcome is Outcome.FAIL
    assert alerts(tmp_path, text, {"runbook": "none"}).outcome is Outcome.PASS


def test_what_is_excepted_is_noted_and_cannot_be_required(tmp_path: Path) -> None:
    text = RULES + "      - {alert: Watchdog, expr: vector(1)}\n"
    judgement = alerts(tmp_path, text, {"except": ["Watchdog"]})
    assert (judgement.outcome, judgement.findings[-1].note) == (Outcome.PASS, True)
    assert alerts(tmp_path, text, {"except": ["Watchdog"], "required": ["Watchdog"]}).outcome is Outcome.FAIL
    assert alerts(tmp_path, RULES, {"except": ["*"]}).outcome is Outcome.UNPROVEN


# With a live Prometheus


def test_every_metric_must_exist_there_or_be_recorded(tmp_path: Path) -> None:
    assert alerts(tmp_path, prometheus=live(*METRICS)).outcome is Outcome.PASS
    judgement = alerts(tmp_path, prometheus=live("up", "checkout_request_total"))
    assert judgement.outcome is Outcome.FAIL
    assert "reads job:checkout_errors:rate5m, of which http://prom has nothing" in judgement.summary


def test_a_metric_with_a_typing_error_gets_a_hint(tmp_path: Path) -> None:
    text = changed('up{job="checkout"} == 0', "checkout_request_total == 0")
    judgement = alerts(tmp_path, text, prometheus=live(*METRICS))
    assert "did you mean checkout_requests_total?" in judgement.findings[0].next


def test_metrics_that_may_be_absent_are_named_by_the_policy(tmp_path: Path) -> None:
    params = {"absent-metrics": ["checkout_*"]}
    assert alerts(tmp_path, params=params, prometheus=live("up")).outcome is Outcome.PASS


def test_names_that_did_not_come_show_nothing(tmp_path: Path) -> None:
    trouble = Trouble(Reason.UNREACHABLE, "it answers 503", "ask again")
    judgement = alerts(tmp_path, prometheus=live(troubles={"metrics": trouble}))
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.UNREACHABLE)
    assert alerts(tmp_path, prometheus=live()).outcome is Outcome.UNPROVEN


def test_a_metric_that_is_chosen_by_a_pattern_cannot_be_looked_up(tmp_path: Path) -> None:
    text = changed('up{job="checkout"} == 0', "'{__name__=~\"up|down\"} == 0'")
    judgement = alerts(tmp_path, text, prometheus=live(*METRICS))
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)


def rule(name: str, health: str) -> LiveRule:
    return LiveRule(
        sort="alert", name=name, group="a", health=health, error="many-to-many" * (health == "err")
    )


def test_an_alert_that_the_server_cannot_evaluate_fails(tmp_path: Path) -> None:
    prometheus = live(*METRICS, rules=(rule("CheckoutDown", "err"), rule("CheckoutErrors", "ok")))
    judgement = alerts(tmp_path, prometheus=prometheus)
    assert (judgement.outcome, judgement.findings[0].object) == (Outcome.FAIL, "Alert/CheckoutDown")


def test_a_server_that_tells_no_alertmanager_fails(tmp_path: Path) -> None:
    judgement = alerts(tmp_path, prometheus=live(*METRICS, alertmanagers=0))
    assert (judgement.outcome, judgement.summary) == (
        Outcome.FAIL,
        "http://prom tells no Alertmanager of what fires",
    )


def test_what_only_takes_away_is_not_watched(tmp_path: Path) -> None:
    text = changed('up{job="checkout"} == 0', 'checkout_requests_total > 9 unless up{job="checkout"} == 0')
    assert alerts(tmp_path, text, {"required": [{"metric": "up"}]}).outcome is Outcome.FAIL


def test_alerts_must_be_loaded_where_the_policy_says_so(tmp_path: Path) -> None:
    prometheus = live(*METRICS, rules=(rule("CheckoutDown", "ok"),))
    assert alerts(tmp_path, prometheus=prometheus).outcome is Outcome.PASS
    assert alerts(tmp_path, params={"loaded": True}, prometheus=prometheus).outcome is Outcome.FAIL
    assert alerts(tmp_path, params={"loaded": True}, prometheus=live(*METRICS)).outcome is Outcome.UNPROVEN


# With promtool's output, and the configuration


def from_fixture(kind: str, name: str, folder: Path) -> Any:
    return facts(kind, (FIXTURES / "monitoring" / name).read_text(), folder, name.replace("/", "-"))


def test_unit_tests_must_have_passed(tmp_path: Path) -> None:
    ok, bad, check = (
        from_fixture("promtool", f"promtool/{name}", tmp_path)
        for name in ("ok.xml", "failed.xml", "check.txt")
    )
    assert alerts(tmp_path, promtool=ok).outcome is Outcome.PASS
    assert "1 unit test of failing.yml failed: down" in said(alerts(tmp_path, promtool=bad))
    assert alerts(tmp_path, promtool=ok, params={"min-tests": 2}).outcome is Outcome.UNPROVEN
    assert alerts(tmp_path, promtool=check).outcome is Outcome.UNPROVEN
    assert alerts(tmp_path, promtool=check, params={"min-tests": 0}).outcome is Outcome.PASS


def test_rules_that_promtool_refuses_fail(tmp_path: Path) -> None:
    refused = from_fixture("promtool", "promtool/check-bad.txt", tmp_path)
    assert "promtool refuses bad.yml" in said(alerts(tmp_path, promtool=refused))


def test_files_must_be_loaded_and_an_alertmanager_be_told(tmp_path: Path) -> None:
    good = from_fixture("prometheus-config", "prometheus/prometheus.yml", tmp_path)
    assert alerts(tmp_path, config=good).outcome is Outcome.PASS
    other = facts("prometheus-config", "rule_files: ['alerts/*.yaml']\n", tmp_path, "other.yml")
    judgement = alerts(tmp_path, config=other)
    assert "names no Alertmanager" in said(judgement)
    assert "does not load rules.yml" in said(judgement)


@pytest.mark.parametrize(
    "params",
    [
        {"required": [{}]},
        {"required": [{"severity": "critical"}]},
        {"min-alerts": 0},
        {"min-for": 5},
        {"runbook": "maybe"},
        {"requierd": []},
    ],
    ids=str,
)
def test_params_that_make_no_sense_are_refused(params: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        alerts(tmp_path, params=params)
