"""What an expression can give, told from its tree; each of these was tried against a real Prometheus."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.evidence.promql import Expression, LabelMatch, is_tame
from readiness.evidence.written import Place
from readiness.readers.promql import expression
from tests.readers.monitoring.support import refusal


def told(text: str) -> Expression:
    return expression(text, Place("f", 1), "it")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("up > 1e99", "nothing can be > 1e+99"),
        ("up > 1", "what is from 0 to 1 is not > 1"),
        ("min(up) < 0", "is not < 0"),
        ("2 < up", "is not > 2"),
        ("absent(up) and up", "must be absent"),
        ("up > 0 and on() absent(up)", "must be absent"),
        ("absent(vector(1))", "always there"),
        ("up == 0 unless on() vector(1)", "takes all of it away"),
        ("sum(up) == 0 unless vector(1)", "takes all of it away"),
        ("up == 0 unless up", "takes all of it away"),
        ("up == 0 and up == 1", "different values of the same"),
        ("(up == 0) > 1", "0 is not > 1"),
        ("count(up == 0) == 0", "what is at least 1 is not == 0"),
        ("count_over_time(x[5m]) < 1", "is not < 1"),
        ("absent(x) > 1", "1 is not > 1"),
        ("rate(x[5m]) < 0", "what is at least 0 is not < 0"),
        ("-rate(x[5m]) > 0", "what is at most 0 is not > 0"),
        ("up == 0 and vector(1)", "never have the same job"),
        ('a{job="x"} / b{job="y"} > 1', "never have the same job"),
        ('sum by (a) (x{a="1"}) > 0 and sum by (a) (x{a="2"}) > 0', "never have the same a"),
        ('x{a=""} > 1 and x{a!=""} > 1', "never have the same a"),
        ('x{a="1", a!="1"} > 0', 'a cannot be "1" and something else'),
        ("up * 0 > 1", "0 is not > 1"),
        ("x - x > 0", "0 is not > 0"),
        ("x > x", "nothing is > itself"),
        ("clamp_max(x, 1) > 2", "is not > 2"),
        ("clamp(x, 2, 1) > 0", "within the limits of its clamp"),
        ("x > 5 < 3", "is not < 3"),
        ("up == 0 and on() hour() > 24", "from 0 to 23"),
        ("topk(0, x > 1)", "takes nothing"),
        ("vector(1) != 1 and on() x", "1 is not != 1"),
    ],
)
def test_what_can_never_give_a_sample_says_why(text: str, reason: str) -> None:
    assert reason in told(text).never


@pytest.mark.parametrize("text", ["up == 0 or vector(1)", "x or on() absent(y > NaN)", "absent(up > 1)"])
def test_what_always_gives_a_sample_is_told(text: str) -> None:
    one = told(text)
    assert (one.never, one.always) == ("", True)


@pytest.mark.parametrize(
    "text", ["up >= 0", "up > -1", "up and up", "x or x > 1", "abs(x) >= 0", "up == bool 0"]
)
def test_a_comparison_that_always_holds_leaves_nothing_out(text: str) -> None:
    one = told(text)
    assert (one.never, one.always, one.filters) == ("", False, False)


@pytest.mark.parametrize(
    "text",
    [
        "up == 0",
        "up == 0 and on(job) up == 1",  # one of a job is down while another is up
        "absent(up == 1) and up",  # none is up, and there is one
        "x != x",  # that is how NaN is found
        "a / b == +Inf",
        "a / b > 1e40",
        "x > on(job) group_left avg by (job) (x)",
        "up == 0 unless on(job) up == 1",
        "absent(up{job='a'}) or up{job='a'} == 0",
        "100 * (count(up == 0) by (job) / count(up) by (job)) > 10",
        "sum(up == bool 1) without (instance) < (count(up) without (instance) + 1) / 2",
        "count(count by (version) (build_info)) > 1",
        "histogram_quantile(0.99, sum by (le) (rate(x_bucket[5m]))) > 0.5",
        'a{job="x"} / on(instance) b{job="y"} > 1',
        "predict_linear(x[1h], 3600) < 0",
        "(sum(x) or on() vector(0)) == 0",
        "delta(x[5m]) < 0",
        "max_over_time(x[5m]) - min_over_time(x[5m]) > 0",
    ],
)
def test_what_may_fire_is_left_alone(text: str) -> None:
    one = told(text)
    assert (one.never, one.always, one.filters) == ("", False, True)


def test_the_deepest_expression_that_is_parsed_is_judged_too() -> None:
    assert told("(" * 480 + "up" + ")" * 480 + " > 1").never
    assert told(" and ".join(["up == 0"] * 160)).never == ""


def test_expressions_are_compared_whatever_their_spaces_are() -> None:
    assert told('sum( up{a="1"} )  by (job)>0').normal == told('sum by(job) (up{a="1"}) > 0').normal


@pytest.mark.parametrize(
    ("pattern", "tame"),
    [
        ("(Kube.*|Node.*|Etcd.*|Alert.*|Prom.*)", True),
        ("^(?:a|b)$", True),
        ("(prod|staging)-(eu|us)-.*", True),
        ("(?i:dev-.*)", True),
        (r"10\.0\..*", True),
        ("(a+)+b", False),
        (".*.*.*.*.*x", False),
        ("a?" * 30 + "a" * 30, False),
        ("(a|a)" * 30 + "b", False),
        ("(?=a)a", False),
        ("(", False),
        ("a" * 3_000, False),
    ],
)
def test_only_patterns_that_are_tried_in_a_short_time_are_tried(pattern: str, tame: bool) -> None:
    assert is_tame(pattern) is tame
    assert (LabelMatch("a", "=~", pattern).lets("a" * 200) is None) is not tame


@pytest.mark.parametrize("pattern", ["(.*)*x", ".*.*.*.*.*x"])
def test_a_route_with_a_pattern_that_takes_for_ever_is_malformed(pattern: str, tmp_path: Path) -> None:
    text = (
        f"route: {{receiver: a, routes: [{{matchers: ['team=~\"{pattern}\"']}}]}}\nreceivers: [{{name: a}}]\n"
    )
    assert "is not one that readiness can try" in refusal("alertmanager", text, tmp_path)[1]
