"""What stands around rules: their unit tests, and the configuration that loads them."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from readiness.check import Finding
from readiness.evidence.alert_rules import AlertRules
from readiness.evidence.links import last_part
from readiness.evidence.model import Reason
from readiness.evidence.prometheus_config import AlertRelabelling, PrometheusConfig
from readiness.evidence.promql import LabelMatch
from readiness.evidence.promtool import Promtool

from ._monitored import bad, counted, unshown

_DROPPING = frozenset({"drop", "keep", "dropequal", "keepequal"})


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


def judge_config(rules: AlertRules, config: PrometheusConfig, severity_label: str) -> Iterator[Finding]:
    """Rule files that are not loaded, and alerts that nobody is told of."""
    if not config.alertmanagers:
        message = f"{config.path} names no Alertmanager: what fires stays in Prometheus"
        yield bad(message, "name it under `alerting`, `alertmanagers`")
    for file in dict.fromkeys(one.place.file for one in rules.groups if not one.source):
        if not any(_loads(pattern.text, file) for pattern in config.rule_files):
            message = f"{config.path} does not load {file}"
            yield bad(message, "add it to `rule_files`", observed=f"{len(config.rule_files)} patterns")
    for one in config.relabelling:
        yield from _relabelled(one, severity_label)


def _relabelled(one: AlertRelabelling, severity_label: str) -> Iterator[Finding]:
    """What may take an alert away, or its severity, before an Alertmanager has it."""
    if one.action in _DROPPING:
        on = ", ".join(one.labels)[:100] or "nothing"
        message = f"relabelling may keep alerts from Alertmanager: `{one.action}` on {on}"
        yield unshown(
            Reason.INSUFFICIENT,
            message,
            "silence them by a route of Alertmanager instead, where it is tested",
            place=one.place,
        )
    elif one.action in ("labeldrop", "labelkeep"):
        yield from _unlabelled(one, severity_label)


def _unlabelled(one: AlertRelabelling, label: str) -> Iterator[Finding]:
    next_ = "let it leave the labels by which alerts are routed"
    is_hit = LabelMatch(label, "=~", one.regex).lets(label)
    if is_hit is None:
        message = f"`{one.action}` may take the label {label} off every alert: {one.regex[:80]}"
        yield unshown(Reason.INSUFFICIENT, message, next_, place=one.place)
    elif is_hit == (one.action == "labeldrop"):
        message = f"`{one.action}` takes the label {label} off every alert: {one.regex[:80]}"
        yield bad(message, next_, place=one.place)


def _loads(pattern: str, file: str) -> bool:
    """Whether a pattern fits the end of the path: it is relative to where the server has its files."""
    return fnmatchcase(file, pattern) or fnmatchcase(last_part(file), last_part(pattern))
