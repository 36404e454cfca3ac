"""What stands around rules: their unit tests, the configuration that loads them, and the server that runs them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from readiness.check import Finding
from readiness.evidence.alert_rules import AlertRules, Rule
from readiness.evidence.links import last_part
from readiness.evidence.model import Reason
from readiness.evidence.prometheus import Prometheus
from readiness.evidence.prometheus_config import PrometheusConfig
from readiness.evidence.promtool import Promtool

from ._monitored import bad, counted, unshown


def judge_tests(said: Promtool, least: int) -> Iterator[Finding]:
    """Unit tests that failed, were none, or are too few; files that promtool refuses."""
    for suite in said.suites:
        if suite.failures:
            named = f": {', '.join(suite.failed)[:200]}" if any(suite.failed) else ""
            message = f"{counted(suite.failures, 'unit test')} of {suite.name} failed{named}"
            yield bad(message, "run promtool test rules, and mend the rule or the test")
        elif not suite.tests:
            yield unshown(
                Reason.MISSING, f"{suite.name} holds no unit test", "write one, or take the file out"
            )
    for file in said.checked:
        if file.error:
            yield bad(f"promtool refuses {file.name}: {file.error}", "correct the rule")
        elif not file.rules:
            yield unshown(
                Reason.MISSING, f"promtool found no rule in {file.name}", "name the file with the rules"
            )
    passed = sum(one.tests - one.failures for one in said.suites)
    if passed < least:
        yield unshown(
            Reason.INSUFFICIENT,
            f"{counted(passed, 'unit test')} of the rules passed, and {least} is the least",
            "write unit tests of the rules, and run promtool test rules --junit=FILE",
            observed=str(passed),
            expected=f">= {least}",
        )


def judge_config(rules: AlertRules, config: PrometheusConfig) -> Iterator[Finding]:
    """Rule files that are not loaded, and alerts that nobody is told of."""
    if not config.alertmanagers:
        message = f"{config.path} names no Alertmanager: what fires stays in Prometheus"
        yield bad(message, "name it under `alerting`, `alertmanagers`")
    for file in dict.fromkeys(one.place.file for one in rules.groups if not one.source):
        if not any(_loads(pattern.text, file) for pattern in config.rule_files):
            message = f"{config.path} does not load {file}"
            yield bad(message, "add it to `rule_files`", observed=f"{len(config.rule_files)} patterns")


def _loads(pattern: str, file: str) -> bool:
    """Whether a pattern fits the end of the path: it is relative to where the server has its files."""
    return fnmatchcase(file, pattern) or fnmatchcase(last_part(file), last_part(pattern))


def judge_live(alerts: Sequence[Rule], prometheus: Prometheus, *, must_be_loaded: bool) -> Iterator[Finding]:
    """Alerts whose evaluation fails on the server, or that it does not have, or tells nobody of."""
    if prometheus.alertmanagers == 0:
        message = f"{prometheus.url} tells no Alertmanager of what fires"
        yield bad(message, "let it find one")
    if prometheus.rules is None:
        if must_be_loaded:
            told = prometheus.troubles.get("rules")
            message = (
                f"the rules of {prometheus.url} did not come: {told.message if told else 'not asked for'}"
            )
            yield unshown(told.reason if told else Reason.MISSING, message, "let the evidence `read` rules")
        return
    live = {one.name: one for one in prometheus.rules if one.sort == "alert"}
    for name in dict.fromkeys(one.name for one in alerts):
        object_ = f"Alert/{name}"
        one = live.get(name)
        if one is not None and one.health not in ("ok", "unknown"):
            message = f"{prometheus.url} cannot evaluate {name}: {one.error or one.health}"
            yield bad(message, "mend its expression, or what it reads", object_=object_)
        elif must_be_loaded and (one is None or one.health != "ok"):
            what = "does not have" if one is None else "has not evaluated"
            yield bad(
                f"{prometheus.url} {what} the alert {name}", "load the rules, and wait", object_=object_
            )
