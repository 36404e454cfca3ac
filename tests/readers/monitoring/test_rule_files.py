"""kind alert-rules: rule files and PrometheusRule objects."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.alert_rules import AlertRules
from readiness.evidence.model import Reason
from readiness.evidence.written import Place
from readiness.readers.alert_rules._templates import template_flaw
from readiness.readers.promql import expression
from tests.readers.monitoring.support import facts, read, refusal, sample

RULES = sample("rules/rules.yml").decode()


def test_a_rule_file_is_read_with_its_lines(tmp_path: Path) -> None:
    made: AlertRules = facts("alert-rules", RULES, tmp_path)
    record, errors, down = made.groups[0].rules
    assert (record.sort, errors.name, down.place.line) == ("record", "CheckoutErrors", 15)
    assert (errors.for_s, errors.keep_firing_for_s, errors.labels) == (300, 600, {"severity": "critical"})
    assert errors.expression.metrics == ("job:checkout_errors:rate5m",)
    assert down.annotation_lines["runbook_url"] == 21
    assert made.groups[0].interval_s == 30
    assert made.objects() == {"Alert/CheckoutErrors", "Alert/CheckoutDown"}


def indented(text: str, by: int) -> str:
    return "".join(f"{' ' * by}{line}" for line in text.splitlines(keepends=True))


CRD = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: shop, namespace: a}\nspec:\n"


def test_objects_of_the_operator_are_read_beside_others(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: Service\nmetadata: {name: shop}\n---\n" + CRD + indented(RULES, 2)
    made: AlertRules = facts("alert-rules", text, tmp_path)
    assert made.groups[0].source == "PrometheusRule/a/shop"
    assert [one.name for one in made.alerts] == ["CheckoutErrors", "CheckoutDown"]


def test_a_list_of_objects_is_opened(tmp_path: Path) -> None:
    item = indented(CRD + indented(RULES, 2), 4)
    text = "apiVersion: v1\nkind: List\nitems:\n  -" + item[3:]
    assert len(facts("alert-rules", text, tmp_path).alerts) == 2


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("for: 5m", "for: five", "'five' is no duration"),
        ("for: 5m", "fro: 5m", "a rule has no key `fro`"),
        ("expr: job:checkout_errors:rate5m > 0.1", "expr: job:x >", "is no PromQL"),
        ("expr: job:checkout_errors:rate5m > 0.1", "expr: ''", "it is empty"),
        ("expr: job:checkout_errors:rate5m > 0.1", "labels2: {}", "has no key `labels2`"),
        ("        expr: job:checkout_errors:rate5m > 0.1\n", "", "has no `expr`"),
        ("- alert: CheckoutErrors", "- {}\n      - alert: CheckoutErrors", "either an `alert` or a `record`"),
        ("- alert: CheckoutErrors", "- alert: ' '", "is no name of a rule"),
        ("- record: job:checkout_errors:rate5m", "- record: a-b", "is no name of a rule"),
        ("- name: checkout", "- nam: checkout", "a group has no `name`"),
        ("- name: checkout", "- name: checkout\n  - name: checkout", "stands in line 2 already"),
        ("for: 5m", "for: 5m\n        for: 6m", "a second time"),
        ("groups:", "groups: 3\nx:", "its format is not known"),
        ("for: 5m", "for: [5m]", "where text is meant"),
        ("rules:", "limit: -1\n    rules:", "where a whole number from 0 is meant"),
        ("{{ $labels.job }}", "{{ $label.job }}", "names $label, which there is not"),
        ("{{ $labels.job }}", "{{ $labels.job", "does not end what it begins"),
        ('up{job="checkout"}', 'up{job="checkout" or job="x"}', "matchers are joined by `or`"),
        ("rate(checkout", "rtae(checkout", "unknown function with name 'rtae'"),
    ],
)
def test_what_prometheus_refuses_is_malformed(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert old in RULES
    reason, told = refusal("alert-rules", RULES.replace(old, new, 1), tmp_path)
    assert reason is Reason.MALFORMED
    assert message in told


@pytest.mark.parametrize(
    "text", ["", "groups: []\n", "groups:\n", "groups: [{name: a}]\n", CRD + "  groups: []\n"]
)
def test_a_file_without_a_rule_shows_nothing(text: str, tmp_path: Path) -> None:
    assert read("alert-rules", text, tmp_path).facts is None


@pytest.mark.parametrize(
    "text",
    [
        "plain $5 and }}",
        "{{ $value | humanize }} of {{ $labels.job }} at {{ $externalURL }}",
        '{{ with query "up == $1" }}{{ . | first | value }}{{ end }}',
        "{{ $x := $labels.job }}{{ range $i, $e := query `up` }}{{ $x }}{{ $i }}{{ $e }}{{ end }}",
    ],
)
def test_templates_that_prometheus_takes_are_taken(text: str) -> None:
    assert template_flaw(text) == ""


def test_a_bomb_of_anchors_is_refused(tmp_path: Path) -> None:
    bomb = "groups:\n- &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"- &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
    )
    assert read("alert-rules", bomb, tmp_path).facts is None


@pytest.mark.parametrize(
    "text",
    [
        "(" * 30_000 + "x" + ")" * 30_000,
        "-" * 30_000 + "x",
        "^".join(["x"] * 4_000),
        "x" * 20_000,
        "+".join("x" * 600),
    ],
    ids=["brackets", "minus", "powers", "long", "sums"],
)
def test_an_expression_that_would_end_the_process_is_refused_before(text: str, tmp_path: Path) -> None:
    content = f"groups: [{{name: a, rules: [{{alert: A, expr: '{text}'}}]}}]"
    reason, message = refusal("alert-rules", content, tmp_path)
    assert reason is Reason.MALFORMED
    assert "is not parsed" in message


def test_what_is_at_the_limit_is_still_parsed() -> None:
    one = expression("+".join(["x"] * 500), Place("f", 1), "it")
    assert one.metrics == ("x",)


def test_without_the_parser_nothing_is_known_of_an_expression(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *given: Any, **named: Any) -> Any:
        if name == "promql_parser":
            raise ImportError(name)
        return real(name, *given, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    made = facts("alert-rules", RULES, tmp_path)
    assert [one.expression.is_parsed for one in made.alerts] == [False, False]


@pytest.mark.parametrize(
    ("text", "filters", "never"),
    [
        ("up == 0", True, ""),
        ("up == bool 0", False, ""),
        ("absent(up)", True, ""),
        ("a unless b", True, ""),
        ("sum(rate(a[5m]))", False, ""),
        ("up > NaN", True, "nothing can be > nan"),
        ("up > Inf", True, "nothing can be > inf"),
        ("up == 0 and vector(0) > 1", True, "0 is not > 1"),
        ("up == 0 and on() vector(2) > 1", True, ""),
        ("up == 0 and vector(0) > 1 or a > 2", True, ""),
        ("up == NaN", True, "nothing can be == nan"),
        ("up != NaN", True, ""),
        ("up == 0 unless (a > 1 and vector(0) > 1)", True, ""),
        ("absent(up > NaN)", False, ""),
        ("up < Inf", True, ""),
        ("-Inf > up", True, "nothing can be < -inf"),
        ('up{a="1",a="2"} == 0', True, 'a cannot be "1" and "2" at once'),
        ('up{a="1",a!="2"} == 0', True, ""),
    ],
)
def test_what_an_expression_can_do_is_told(text: str, filters: bool, never: str) -> None:
    one = expression(text, Place("f", 1), "it")
    assert (one.filters, one.never) == (filters, never)


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ('{"a.b", c="d"}', ("a.b",)),
        ('{__name__="a"}', ("a",)),
        ('{__name__=~"a|b"}', ()),
        ("a / on(x) group_left b", ("b", "a")),
        ("max_over_time(a[5m:1m] offset 1h)", ("a",)),
        ("vector(1)", ()),
        ("topk(scalar(n), a)", ("n", "a")),
    ],
)
def test_the_metrics_of_an_expression_are_found(text: str, metrics: tuple[str, ...]) -> None:
    assert set(expression(text, Place("f", 1), "it").metrics) == set(metrics)


@settings(max_examples=40, deadline=None)
@given(cut=st.integers(0, len(RULES)), noise=st.text(max_size=3))
def test_a_file_that_is_cut_or_garbled_never_breaks_the_reader(
    cut: int, noise: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    for text in (RULES[:cut], RULES[:cut] + noise + RULES[cut:]):
        item = read("alert-rules", text.encode("utf-8", "replace"), folder)
        assert "please report" not in item.remedy, item.message
        if isinstance(item.facts, AlertRules):
            assert len(item.facts.alerts) + len(item.facts.records) <= 3
